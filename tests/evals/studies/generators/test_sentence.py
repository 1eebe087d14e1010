"""Which sentences are altered, and how a span is replaced."""

from __future__ import annotations

import pytest

from evals.studies.generators.sentence import last_word, replace, usable


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("One two three four five six.", True),
        ("One two three four five.", False),
        (f"One {'word ' * 58}end.", True),
        (f"One {'word ' * 59}end.", False),
        ("one two three four five six.", False),
        ("One two three four five six", False),
        ("One (two three four five six.", False),
        ("One two [three] four five six.", True),
        ("It costs $5 for all of us.", False),
        ("As shown by Smith et al that holds.", False),
    ],
)
def test_whole_clean_sentences_are_usable(sentence: str, expected: bool) -> None:
    assert usable(sentence) is expected


@pytest.mark.parametrize(
    ("text", "word"), [("up to ", "to"), ("the T-cell ", "T-cell"), ("end. ", ""), ("of", ""), ("", "")]
)
def test_the_last_word_stands_before_a_space(text: str, word: str) -> None:
    assert last_word(text) == word


def test_an_article_follows_the_word_behind_it() -> None:
    assert replace("It is an old car.", 9, 12, "new") == "It is a new car."
    assert replace("A new car.", 2, 5, "old") == "An old car."


def test_a_capital_stays_a_capital() -> None:
    assert replace("Two cars.", 0, 3, "three") == "Three cars."
    assert replace("DNA is long.", 0, 3, "rna") == "rna is long."
