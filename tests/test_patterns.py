"""No regular expression of the program takes long on any text of 4,000 characters made of its own words and marks."""

from __future__ import annotations

import re

import pytest
from support.papers import ROOT
from support.pumps import Used, patterns, slowest
from support.tree import ORDER, STUDIES

SECONDS = 0.1


def test_no_pattern_takes_a_tenth_of_a_second_for_4000_characters() -> None:
    every = patterns(ROOT / package for package in (*ORDER, STUDIES))
    assert len(every) > 250
    slow = {
        used.where: (round(seconds, 2), text[:60])
        for used in every
        for seconds, text in [slowest(used, SECONDS)]
        if seconds > SECONDS
    }
    assert slow == {}


@pytest.mark.parametrize("pattern", [r"\s+$", r"(a+)+b", r"(?:\W*x\W*)*y"])
def test_patterns_that_are_slow_are_found(pattern: str) -> None:
    seconds, text = slowest(Used(re.compile(pattern), "here"), SECONDS)
    # A pattern that is linear takes a hundredth of that, and a fast machine a third of what a slow one takes.
    assert seconds > SECONDS / 10, text[:60]


def test_a_pattern_that_is_tried_at_the_beginning_only_is_not_searched_for() -> None:
    seconds, _ = slowest(Used(re.compile(r"\s+y"), "here", {"match"}), SECONDS)
    assert seconds < SECONDS / 2
