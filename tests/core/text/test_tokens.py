"""Tokens and stems."""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
import snowballstemmer
from hypothesis import given
from hypothesis import strategies as st

from assistant.core.text.tokens import Token, content_places, in_english, stem, stems, tokens

ROOTS = "relat generat nation operat condit hope adjust electr form depend activ commun vari conflat trouble".split()
ENDINGS = "e es ed ing ion ions ional ization iveness fulness ally ement ities izer".split()


def test_threads_do_not_disturb_each_others_stems() -> None:
    words = [f"{root}{ending}{n}" for n in range(8) for root in ROOTS for ending in ENDINGS]
    words += [f"{n}{root}{ending}" for n in range(8) for root in ROOTS for ending in ENDINGS]
    alone = snowballstemmer.stemmer("english")
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(8) as pool:
            stems = list(pool.map(stem, words))
    finally:
        sys.setswitchinterval(before)
    assert stems == [alone.stemWord(word) for word in words]


def token(text: str) -> Token:
    (only,) = tokens(text)
    return only


def test_a_token_has_its_place_its_lower_case_and_its_stem() -> None:
    first, second = tokens("The Networks’ x")[1:]
    assert (first.text, first.lower, first.stem, first.start, first.end) == (
        "Networks",
        "networks",
        "network",
        4,
        12,
    )
    assert (second.text, second.start, second.end) == ("x", 14, 15)
    assert token("don’t").lower == "don't"


@pytest.mark.parametrize(
    ("word", "name"),
    [
        ("LXMERT", True),
        ("mBERT", True),
        ("tSNE", True),
        ("S4", True),
        ("iOs", False),
        ("Dot", False),
        ("of", False),
    ],
)
def test_a_name_has_two_capitals_or_a_digit(word: str, name: bool) -> None:
    assert token(word).name is name


def test_stop_words_carry_no_meaning() -> None:
    assert [t.content for t in tokens("The model is new")] == [False, True, False, True]


def test_stems_are_those_of_content_words_and_of_the_parts_of_hyphened_ones() -> None:
    assert stems(tokens("The state-of-the-art models run")) == {
        "state-of-the-art",
        "state",
        "art",
        "model",
        "run",
    }
    assert stems(tokens("of the")) == frozenset()


@pytest.mark.parametrize(
    ("text", "english"),
    [
        ("Which detector is fast on a phone?", True),
        ("Welcher Detektor ist auf einem Telefon schnell?", False),
        ("Quel jeu de données utilise BERT4Rec ?", False),
        ("如何检测物体", False),
    ],
)
def test_a_text_in_english_has_its_small_words(text: str, english: bool) -> None:
    assert in_english(tokens(text)) is english


def test_lowered_and_raised_digits_are_digits() -> None:
    assert [token.lower for token in tokens("CO₂ in 10⁶ cells, 5 m²")] == [
        "co2",
        "in",
        "10^6",
        "cells",
        "5",
        "m^2",
    ]
    assert [token.text for token in tokens("CO₂ 10⁶")] == ["CO₂", "10⁶"]


@given(st.text(alphabet="aA bt₂⁶x-'’.%the5,", max_size=60))
def test_places_of_words_that_carry_meaning_are_those_of_the_tokens(text: str) -> None:
    assert content_places(text) == [(t.stem, t.start, t.end) for t in tokens(text) if t.content]
