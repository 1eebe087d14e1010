from __future__ import annotations

import numpy as np
import pytest
from support.encoded import OneHot

from assistant.retrieval.question import parse
from assistant.retrieval.sentences.explains import explaining_first, explains, term_of


@pytest.mark.parametrize(
    ("question", "term"),
    [
        ("What is a trophic cascade?", ["trophic", "cascade"]),
        ("What are exosomes?", ["exosomes"]),
        ("What's anchoring?", ["anchoring"]),
        ("Define moral injury.", ["moral", "injury"]),
        ("What does allelopathy mean?", ["allelopathy"]),
        ("What is meant by allelopathy?", ["allelopathy"]),
        ("What is class-incremental learning?", ["class-incremental", "learning"]),
        # More than what something is.
        ("What is anchoring in court?", []),
        ("What is pike stocking, and who does it?", []),
    ],
)
def test_the_term_of_a_definition(question: str, term: list[str]) -> None:
    assert [word.lower for word in term_of(question)] == term


@pytest.mark.parametrize(
    ("term", "sentence"),
    [
        # It is called so.
        ("allelopathy", "Some plants hinder their neighbours, a phenomenon known as allelopathy."),
        ("phubbing", "To look at a phone in company is called phubbing."),
        ("demand effect", "Guests guess what hosts want, which is referred to as the demand effect."),
        ("liquidity trap", "We define a liquidity trap as a state in which cuts of the rate do nothing."),
        # It is something, or occurs.
        ("anchoring", "Anchoring occurs when a first number pulls later estimates towards it."),
        ("prosody", "In speech, prosody is the melody and rhythm of an utterance."),
        ("exosomes", "Exosomes are usually defined as small vesicles that cells shed."),
        ("scree", "Scree means loose stones on a slope."),
        ("direct preference optimisation", "Direct preference optimisation (DPO) is a way to train without rewards."),
        # It is said again.
        ("eutrophication", "Eutrophication, the over-enrichment of water with nutrients, persists."),
        ("rumination", "We measured rumination, i.e. thoughts that come again and again."),
        ("sleep inertia", "Sleep inertia (the grogginess that follows waking) lasted ten minutes."),
        ("drift", "Drift: the slow change of a signal without a cause."),
        ("moral hazard", "Those who are insured take risks (moral hazard)."),
        # It is unfolded into a sentence.
        ("catastrophic forgetting", "New classes make a network forget the old ones catastrophically."),
        ("seasonal migration", "These geese migrate with the season."),
    ],
)  # fmt: skip
def test_a_sentence_explains_a_term(term: str, sentence: str) -> None:
    assert explains(term_of(f"What is {term}?"), sentence)


@pytest.mark.parametrize(
    ("term", "sentence"),
    [
        ("allelopathy", "We studied allelopathy of rye, where allelopathy makes it hard to plant."),
        ("catastrophic forgetting", "It learns without exemplars, where catastrophic forgetting makes it hard."),
        ("trophic cascade", "A trophic cascade is not to be expected in ponds."),
        ("anchoring", "Anchoring was as strong among judges."),
        ("anchoring", "Anchoring occurs often."),
        ("eutrophication", "We treated eutrophication, measured chlorophyll and sampled fish."),
        ("moral injury", "Moral injury fell (by 12% in a year)."[:20]),
        # Both words are there, one of them as it stands in the term.
        ("action prediction", "A world model predicts the consequences of actions."),
        ("allelopathy", "Rye mulch delayed lettuce by six days."),
    ],
)  # fmt: skip
def test_a_sentence_that_only_uses_a_term_does_not(term: str, sentence: str) -> None:
    assert not explains(term_of(f"What is {term}?"), sentence)


def test_the_paper_that_explains_comes_before_the_one_that_fits_better() -> None:
    words = OneHot()
    papers = [
        words.paper("Rye was sown. We studied drift of rye.", "Rye"),
        words.paper("Rye was sown. Drift means a slow change.", "Rafts"),
    ]
    fits = [np.array([0.5, 3.0]), np.array([1.0, 2.0])]

    def ordered(question: str, fits: list[np.ndarray]) -> list[list[float]]:
        asked = parse(words.text(question), lambda _: 1.0)
        return [fit.tolist() for fit in explaining_first(fits, asked, papers)]

    assert ordered("What is drift?", fits) == [[0.5, 2.0], [1.0, 3.0]]
    assert ordered("Does rye drift?", fits) == [[0.5, 3.0], [1.0, 2.0]]
    # Within a paper the fit tells best.
    assert ordered("What is drift?", [np.array([0.5, 3.0]), np.array([2.5, 2.0])]) == [[0.5, 3.0], [2.5, 2.0]]
    assert explaining_first([], parse(words.text("What is drift?"), lambda _: 1.0), []) == []
