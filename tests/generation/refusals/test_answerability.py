"""What is measured of a question and its papers, with words whose cosines are known, and what follows from it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from support.encoded import OneHot

from assistant.core.weights import log_odds, threshold
from assistant.generation.refusals.answerability import above, assess_answerability, closing, measure
from assistant.generation.refusals.calibration import FEATURES, Calibration
from assistant.generation.run import Answerability, Retrieval
from assistant.library.chunks import chunk
from assistant.retrieval.encoder import EncodedPaper
from assistant.retrieval.passage import Channel, Passage
from assistant.retrieval.question import parse
from assistant.retrieval.sentences.fit import UNREAD

WORDS = OneHot(felin="cat")
CATS = WORDS.paper("Cats sleep 16 hours. Old cats eat fish in Rome.", "On pets", "cats")
DOGS = WORDS.paper("Dogs bark.", "On dogs", "dogs")
FISH = WORDS.paper("Fish swim.", "On fish", "fish")
BIRDS = WORDS.paper("Birds sing loudly.", "On birds", "birds")


def passage(paper: EncodedPaper, score: float, cosine: float | None) -> Passage:
    channels = {} if cosine is None else {"dense": Channel(1, cosine)}
    return Passage(chunk(paper.paper).whole, paper.paper, score, channels)


def retrieval(
    question: str, *papers: EncodedPaper, scores: tuple[float, ...] = (), cosine: float | None = 0.5
) -> Retrieval:
    """The papers as found; "fish" weighs 3, every other word 1."""
    parsed = parse(WORDS.text(question), lambda stem: 3.0 if stem == "fish" else 1.0)
    passages = tuple(
        passage(paper, score, cosine)
        for paper, score in zip(papers, scores or [1.0] * len(papers), strict=True)
    )
    return Retrieval(parsed, passages, papers)


def feature(
    name: str, question: str, *papers: EncodedPaper, **found: tuple[float, ...] | float | None
) -> float:
    return measure(retrieval(question, *(papers or (CATS,)), **found))[name]  # type: ignore[arg-type]


def test_without_papers_nothing_is_answered() -> None:
    empty = retrieval("Do cats sleep?")
    assert assess_answerability(replace(empty, passages=(), papers=())).kind == "off_topic"


@pytest.mark.parametrize(
    ("name", "question", "value"),
    [
        # The nearest word in the paper: 1 for the word itself, 0.6 for one that is near, 0 for none.
        ("late_sentence", "Old cats eat fish?", 1.0),
        ("late_sentence", "Do cats sing?", 0.5),
        ("late_sentence", "Do fish sing?", 0.75),
        ("late_sentence", "Do felines sing?", 0.3),
        ("late_sentence", "Is it?", 0.0),
        ("late_least", "Old cats sing?", 0.5),
        ("late_least", "Old cats sing loudly?", 0.0),
        ("late_least", "Old cats eat?", 1.0),
        ("late_pair", "Cats sleep and eat fish?", 1.0),
        ("late_pair", "Cats sing?", 0.0),
        ("late_pair", "Old felines?", 0.6),
        ("late_head", "Which cats sing?", 1.0),
        ("late_head", "Which felines sing?", 0.6),
        ("late_head", "Do cats sing?", 0.5),
        ("gaps", "Do cats sing loudly?", 2.0),
        ("gaps", "Do felines sleep?", 0.4),
        ("gap_anywhere", "Do cats sing?", 1.0),
        ("gap_anywhere", "Do cats sleep?", 0.0),
        ("numbered", "How many hours do cats sleep?", 0.0),
        ("numbered", "How much fish do cats eat?", -0.8),
        ("numbered", "Do cats eat fish?", 0.0),
        ("unseen", "Do cats sing loudly on Mars?", 0.75),
        ("unseen", "Do cats sleep?", 0.0),
        ("unseen", "Is it?", 0.0),
        ("names_unseen", "Do cats in Rome and on Mars see Venus?", 2.0),
        ("names_unseen", "Mars has cats?", 0.0),
        ("number_near", "How many hours do cats sleep?", 3.0),
        ("number_near", "Do cats sleep 16 hours?", 0.0),
        ("asks_who", "Who sleeps?", 1.0),
        ("asks_who", "Why sleep?", 0.0),
        ("asks_why", "Why sleep?", 1.0),
        ("asks_why", "Who sleeps?", 0.0),
    ],
)
def test_how_far_one_paper_has_the_words_of_a_question(name: str, question: str, value: float) -> None:
    assert feature(name, question) == pytest.approx(value, abs=1e-3)


def test_a_name_inside_a_word_of_the_paper_is_seen() -> None:
    paper = WORDS.paper("We use GPT-4 here.", "On ROMEO", "p")
    assert feature("names_unseen", "Do cats in Rome see GPT?", paper) == 0.0


def test_words_of_other_papers_count_where_any_may_have_them() -> None:
    assert feature("gap_anywhere", "Do cats bark?", CATS, DOGS) == pytest.approx(0.0, abs=1e-3)
    assert feature("gaps", "Do cats bark?", CATS, DOGS) == pytest.approx(1.0, abs=1e-3)
    # Of the sentences only those of the first three papers.
    assert feature("late_sentence", "Birds sing loudly?", CATS, DOGS, BIRDS) == pytest.approx(1.0, abs=1e-3)
    assert feature("late_sentence", "Birds sing loudly?", CATS, DOGS, FISH, BIRDS) == pytest.approx(
        0.0, abs=1e-3
    )


def test_cosines_and_leads() -> None:
    question = "Dogs bark?"
    assert feature("cosine_sentence", question, DOGS) == pytest.approx(1.0)
    assert feature("cosine_paper", question, DOGS, cosine=0.4) == 0.4
    assert feature("cosine_paper", question, DOGS, cosine=None) == pytest.approx(1.0)
    assert feature("cosine_lead", question, DOGS) == 0.0
    assert feature("cosine_lead", question, CATS, DOGS) == pytest.approx(1.0)
    assert feature("cosine_lead", question, DOGS, DOGS, DOGS) == pytest.approx(0.0)
    assert feature("cosine_lead", question, DOGS, DOGS, DOGS, CATS) == pytest.approx(1.0)
    assert feature("cosine_lead", question, DOGS, DOGS, DOGS, DOGS, CATS) == pytest.approx(0.0)
    assert feature("score_lead", question, DOGS, scores=(0.9,)) == 0.0
    assert feature("score_lead", question, DOGS, CATS, FISH, scores=(0.9, 0.6, 0.1)) == pytest.approx(0.3)


@pytest.mark.parametrize(
    ("before", "behind", "near"),
    [(" " * 45, "", 1.0), (" " * 46, "", 0.0), ("", " " * 35, 1.0), ("", " " * 36, 0.0)],
)
def test_a_number_is_near_50_characters_before_and_40_behind(before: str, behind: str, near: float) -> None:
    text = f"Hours{before}16 slept." if before else f"We slept 16 {behind}hour."
    paper = WORDS.paper(text, "On pets", "p")
    assert feature("number_near", "How many hours?", paper) == near


def test_of_several_numbers_the_best_counts() -> None:
    paper = WORDS.paper("Cats sleep for 16 hours. We saw 7 dogs.", "On pets", "p")
    assert feature("number_near", "How many hours do cats sleep?", paper) == 3.0


@pytest.mark.parametrize(
    ("question", "near", "names"),
    [
        ("Cats sleep less than dogs", 0.3, {"on_topic", "near"}),
        ("Which cats sleep less than dogs?", 0.6, {"on_topic", "near", "answerable"}),
        ("Do cats sleep less than dogs?", 0.6, {"paper"}),
    ],
)
def test_what_tells_depends_on_the_form_of_the_question(question: str, near: float, names: set[str]) -> None:
    """Whether an abstract says the same as a statement is for its reader to see; a yes-or-no question is answered by one paper."""
    found = retrieval(question, CATS)
    calibration = Calibration(100, {"intercept": log_odds(near), **dict.fromkeys(FEATURES, 0.0)})
    told = above(found, measure(found), calibration)
    assert set(told) == names
    if "near" in told:
        wanted = threshold("near_statement" if "answerable" not in told else "near_thing")
        assert told["near"] == pytest.approx(log_odds(near) - log_odds(wanted))
    assert set(above(found, measure(found), None)) == {"on_topic", "answerable"}


def test_the_least_of_what_tells_decides_with_what_is_selected() -> None:
    found = retrieval("Do cats sleep less than dogs?", CATS)
    nothing = {"by_paper": 0.0, "paper": 0.0, "selected": UNREAD}
    assert closing(found, {"on_topic": 9.0, "near": 7.0}) == nothing | {"above": 6.0}
    assert closing(found, {"on_topic": 9.0, "near": -0.5}) == nothing | {"above": -0.5}
    assert closing(found, {"paper": -9.0}) == {"by_paper": 1.0, "paper": -6.0, "above": 0.0, "selected": 0.0}
    read = replace(found, papers=tuple(replace(p, asked=found.question.text) for p in found.papers))
    best = max(float(p.answers.max()) for p in read.papers if p.answers is not None)
    assert closing(read, {"near": 1.0}) == nothing | {"above": 1.0, "selected": pytest.approx(best)}


def test_a_yes_or_no_question_is_answered_where_a_paper_is_likely_to() -> None:
    calibration = Calibration(100, {"intercept": 0.0, **dict.fromkeys(FEATURES, 0.0)})

    def assessed(question: str) -> Answerability:
        found = retrieval(question, replace(CATS, asked=question), scores=(0.6,))
        return assess_answerability(found, calibration)

    answered, other = assessed("Do cats sleep for long?"), assessed("Do parrots learn words from music?")
    assert answered.kind is None
    assert answered.answerable > other.answerable
