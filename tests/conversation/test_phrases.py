"""The noun phrases of a question are found by its form, the subject first, in any field."""

from __future__ import annotations

import pytest

from assistant.conversation.phrases import agreeing, head_of, is_plural, phrases, subject_of
from assistant.core.text.tokens import tokens

NOUNS = {
    ("sleep", "deprivation"),
    ("deep", "sleep"),
    ("bail", "reform"),
    ("solar", "cells"),
    ("perovskite", "solar"),
}


def side_by_side(one: str, other: str) -> bool:
    return (one.lower(), other.lower()) in NOUNS


@pytest.mark.parametrize(
    ("question", "found"),
    [
        ("Does a 20-minute nap help memory?", ["a 20-minute nap", "memory"]),
        ("By how much did caffeine shorten deep sleep?", ["caffeine", "deep sleep"]),
        (
            "Does sleep deprivation before learning impair memory?",
            ["sleep deprivation before learning", "memory"],
        ),
        ("Do hedgerows help bees?", ["hedgerows", "bees"]),
        ("Did bail reform change detention?", ["bail reform", "detention"]),
        ("Did railways make towns grow?", ["railways", "towns"]),
        # The verb stands behind "not"
        ("Why did farmers not plant hedgerows?", ["farmers", "hedgerows"]),
        ("Why does caffeine not shorten deep sleep?", ["caffeine", "deep sleep"]),
        ("How efficient are perovskite solar cells?", ["perovskite solar cells"]),
        ("What is the effect of caffeine on sleep?", ["caffeine", "sleep"]),
        ("How did wages change after the plague?", ["wages", "the plague"]),
        ("What do studies say about caffeine?", ["caffeine"]),
        ("Which papers are about naps?", ["naps"]),
        ("List the papers on naps", ["naps"]),
        ("Tell me more", []),
        ("Why?", []),
        ("What is it?", []),
    ],
)
def test_the_noun_phrases_of_a_question(question: str, found: list[str]) -> None:
    assert [question[p.start : p.end] for p in phrases(question, side_by_side)] == found


def test_a_phrase_knows_what_else_the_question_tells() -> None:
    subject, thing = phrases("How often does caffeine shorten deep sleep?", side_by_side)
    assert (subject.told, thing.told) == ({"often", "deep", "sleep"}, {"often", "caffein"})
    assert subject.verb
    assert subject.verb.text == "does"
    assert thing.verb is None


@pytest.mark.parametrize(
    ("phrase", "head", "plural"),
    [
        ("a 60-minute nap", "nap", False),
        ("naps", "nap", True),
        ("naps before learning", "nap", True),
        ("the analysis of naps", "analysi", False),
        ("biochar and lime", "lime", True),
        ("children", "children", True),
    ],
)
def test_the_noun_of_a_phrase_and_its_number(phrase: str, head: str, plural: bool) -> None:
    words = tokens(phrase)
    assert (head_of(words), is_plural(words)) == (head, plural)


@pytest.mark.parametrize(
    ("verb", "plural", "form"),
    [
        ("Does", True, "Do"),
        ("do", False, "does"),
        ("was", True, "were"),
        ("did", True, "did"),
        ("is", False, "is"),
    ],
)
def test_a_verb_goes_with_its_subject(verb: str, plural: bool, form: str) -> None:
    assert agreeing(verb, plural=plural) == form


@pytest.mark.parametrize(
    ("sentence", "subject"),
    [
        ("Muscle pain occurred in 8% of the patients.", "Muscle pain"),
        ("Rents fell by a third.", "Rents"),
        ("Crop yields were not affected.", "Crop yields"),
        ("Colonies at treated fields gained 44% less weight.", "Colonies at treated fields"),
        ("In older adults, spindles peaked too early.", "spindles"),
        ("Bee richness usually increased.", "Bee richness"),
        ("A linear classifier is trained.", "A linear classifier"),
        # A verb that is not known stands inside
        ("A long nap thus strengthens newly learned words.", ""),
        ("A long nap strengthens newly learned words.", ""),
        ("Rents also fell.", ""),
        ("An analysis of rents was made.", "An analysis of rents"),
        ("They argued otherwise.", ""),
        ("The gain was largest in towns.", ""),
        ("Five devices were compared.", ""),
        ("We compared 60 fields.", ""),
        ("Statins prevent strokes.", ""),
        ("No device was reliable.", ""),
        ("", ""),
    ],
)
def test_what_a_sentence_says_something_of(sentence: str, subject: str) -> None:
    assert subject_of(sentence) == subject
