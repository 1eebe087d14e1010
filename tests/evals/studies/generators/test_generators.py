"""Generated corruptions say something else than their source; light edits do not."""

from __future__ import annotations

import random
import re

import pytest

from evals.studies.generators import CORRUPTIONS, EDITS, Alteration, corrupt, edit

OTHERS = ["We compare our method with ELMO on SQUAD and report the scores."]
LIBRARY = [
    "However, the GPT-4 model reaches 81.2% accuracy on three datasets, compared with 64.5% for RoBERTa.",
    "We show that BERT outperforms the GLUE baseline by 2.5 points.",
    "It was associated with lower mortality (P < 0.05) in patients with diabetes.",
    "Treatment with insulin did not reduce the risk of stroke (n = 240) after 12 months.",
    "The models are trained on 1.5 million images without labels.",
    "This is a matter of accuracy, recall and cost.",
]


def generated() -> list[Alteration]:
    alterations = []
    for seed in range(25):
        rng = random.Random(seed)
        alterations += [corrupt(kind, sentence, OTHERS, rng) for kind in CORRUPTIONS for sentence in LIBRARY]
        alterations += [edit(kind, LIBRARY[at:], rng) for kind in EDITS for at in range(len(LIBRARY))]
    return [alteration for alteration in alterations if alteration]


ALTERATIONS = generated()


def test_every_kind_is_generated() -> None:
    assert {made.kind for made in ALTERATIONS} == {*CORRUPTIONS, *EDITS}


def test_the_text_differs_from_the_verbatim_source() -> None:
    assert all(made.text != made.source and made.source in " ".join(LIBRARY) for made in ALTERATIONS)


def test_a_light_edit_has_the_words_of_its_source() -> None:
    for made in ALTERATIONS:
        if made.kind in EDITS:
            words = [sorted(re.findall(r"[a-z0-9]+", text.lower())) for text in (made.text, made.source)]
            assert words[0] == words[1]


def test_the_same_seed_gives_the_same_alterations() -> None:
    assert generated() == ALTERATIONS


def test_a_sentence_that_is_not_whole_is_left_alone() -> None:
    rng = random.Random(1)
    for sentence in (
        "Too short.",
        "a fragment that begins in the middle of it.",
        "It costs $5 for the first of us.",
    ):
        assert all(corrupt(kind, sentence, OTHERS, rng) is None for kind in CORRUPTIONS)
        assert all(edit(kind, [sentence, *LIBRARY], rng) is None for kind in EDITS)


def test_one_sentence_cannot_be_joined() -> None:
    assert edit("joined", LIBRARY[:1], random.Random(1)) is None


def test_an_unknown_kind_is_refused() -> None:
    with pytest.raises(ValueError, match="no such corruption"):
        corrupt("spelling", LIBRARY[0], OTHERS, random.Random(1))
    with pytest.raises(ValueError, match="no such edit"):
        edit("spelling", LIBRARY, random.Random(1))
