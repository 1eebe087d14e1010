"""Which words are opposites, rise, fall, bind, or may come and go."""

from __future__ import annotations

import pytest

from assistant.core.text.tokens import Token, tokens
from assistant.verification.lexicon import ANYWHERE, FREE, opposite, turn, turned


def word(text: str) -> Token:
    (token,) = tokens(text)
    return token


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("increases", "decreased", True),
        ("decreased", "increases", True),
        ("increases", "increased", False),
        ("safe", "unsafe", True),
        ("unsafe", "safe", True),
        ("linear", "non-linear", True),
        ("typical", "atypical", True),
        ("safe", "refsafe", False),
        ("fit", "unfit", False),
        ("safe", "safer", False),
        ("tea", "milk", False),
    ],
)
def test_opposites_are_listed_or_have_a_denying_prefix(one: str, other: str, expected: bool) -> None:
    assert opposite(word(one), word(other)) is expected


@pytest.mark.parametrize(("text", "expected"), [("increases", 1), ("decreases", -1), ("tea", 0)])
def test_a_word_rises_falls_or_neither(text: str, expected: int) -> None:
    assert turn(word(text)) == expected


def test_two_words_are_turned_if_one_rises_and_the_other_falls() -> None:
    assert turned(word("increases"), word("decreases"))
    assert not turned(word("increases"), word("increases"))
    assert not turned(word("increases"), word("tea"))


def test_words_that_bind_or_compare_are_not_free() -> None:
    assert {"the", "of", "at", "we"} <= FREE
    assert not FREE & {"not", "may", "all", "only", "if", "more", "without"}
    assert "significantly" in ANYWHERE
    assert not ANYWHERE & {"only", "exactly", "all", "often"}
