"""Whether two figures are the same, one is derived from others, or the words around them clash."""

from __future__ import annotations

import pytest

from assistant.core.text.quantities import Quantity, extract
from assistant.verification.numbers.agreement import agree, derived, falls, listed, opposite


def figure(text: str, number: int = 0) -> Quantity:
    return extract(text)[number]


def pair(ours: str, theirs: str) -> bool:
    return agree(figure(ours), figure(theirs))


@pytest.mark.parametrize(
    ("ours", "theirs", "same"),
    [
        # The sign does not count
        ("a loss of 5", "a change of -5", True),
        ("a loss of 5", "a change of -6", False),
        # Ordinals only with ordinals
        ("the third layer", "the 3rd layer", True),
        ("the third layer", "3 layers", False),
        ("three layers", "the 3rd layer", False),
        # Converted
        ("1.5 s", "1500 ms", True),
        ("1 month", "30 days", True),
        ("1 month", "29 days", False),
        ("12 months", "1 year", True),
        ("1.5 s", "1500 g", False),
        # Per cent, fractions, times
        ("54 %", "a score of 0.54", True),
        ("a score of 0.54", "54 %", True),
        ("100 %", "a score of 1", True),
        ("54 %", "5400 users", False),
        ("a score of 54", "54 %", True),
        ("2x faster", "100 % faster", True),
        ("2x faster", "200 % of it", True),
        ("0.4x the cost", "60 % less", True),
        ("100 % faster", "2x faster", True),
        ("200 % of it", "2x faster", True),
        ("60 % less", "0.4x the cost", True),
        ("3x faster", "100 % faster", False),
        # Years and ordinals are never rounded
        ("in 2019", "in 2020", False),
        ("the 100th layer", "the 101st layer", False),
    ],
)
def test_values_are_equal_in_any_notation(ours: str, theirs: str, same: bool) -> None:
    assert pair(ours, theirs) is same


@pytest.mark.parametrize(
    ("ours", "theirs", "same"),
    [
        # Rounded without a word: three figures at least, half a step of the last one at most
        ("88.5 %", "88.53 %", True),
        ("88.5 %", "88.56 %", False),
        ("88.5 %", "88.55 %", True),
        ("88.5 %", "88.45 %", True),
        ("88 %", "88.3 %", False),
        ("123 users", "123.4 users", True),
        ("123 users", "123.6 users", False),
        ("1230 users", "1234 users", True),
        ("1230 users", "1236 users", False),
        ("1200 users", "1234 users", False),
        ("0.123 points", "0.1234 points", True),
        ("123 ms", "123.4 s", False),
        ("0 users", "0.001 users", False),
        # "About": 3 % of it, or less than half a step
        ("about 97 users", "100 users", True),
        ("about 96 users", "100 users", False),
        ("about 103 users", "100 users", True),
        ("about 104 users", "100 users", False),
        ("about 90 users", "94 users", True),
        ("about 90 users", "95 users", False),
        ("about 3x faster", "3.1x faster", True),
        # A number in words is rounded to what it names, in its unit
        ("about five days", "5.2 days", True),
        ("about five days", "5.6 days", False),
        ("about sixty hours", "64 hours", True),
        ("about sixty hours", "66 hours", False),
        # "More than": up to one step, or 3 %, above; never below
        ("more than 90 users", "99 users", True),
        ("more than 90 users", "100 users", False),
        ("more than 90 users", "89 users", False),
        ("at least 97 users", "99 users", True),
        ("at least 97 users", "98 users", True),
        ("over 970 users", "979 users", True),
        ("over 970 users", "1001 users", False),
        ("over 970 users", "999 users", True),
        # "Nearly": up to half a step, or 3 %, below
        ("nearly 90 users", "86 users", True),
        ("nearly 90 users", "85 users", False),
        ("nearly 90 users", "91 users", False),
        ("fewer than 90 users", "86 users", True),
        ("at most 90 users", "85 users", False),
        ("at most 100 users", "98 users", True),
    ],
)
def test_a_figure_may_be_rounded_as_its_words_say(ours: str, theirs: str, same: bool) -> None:
    assert pair(ours, theirs) is same


@pytest.mark.parametrize(
    ("ours", "theirs", "same"),
    [
        ("a third of users", "33 %", True),
        ("a third of users", "34 %", True),
        ("a third of users", "35 %", False),
        ("about a third of users", "36 %", True),
        ("about a third of users", "38 %", False),
        ("more than half of users", "63 %", True),
        ("more than half of users", "74 %", True),
        ("more than half of users", "75 %", False),
        ("more than half of users", "50 %", True),
        ("more than half of users", "49 %", False),
        ("nearly half of users", "49 %", True),
        ("less than half of users", "26 %", True),
        ("less than half of users", "25 %", False),
        ("less than half of users", "50 %", True),
        ("less than half of users", "51 %", False),
        ("two thirds", "0.67", True),
        # A part of the time or the cost is that many times faster or cheaper
        ("a sixth of the time", "six times faster", True),
        ("a fifth of the time", "six times faster", False),
        ("half of the memory", "2x less memory", True),
        ("about a third of the parameters", "3.2x fewer parameters", True),
    ],
)
def test_a_fraction_in_words_covers_what_people_call_so(ours: str, theirs: str, same: bool) -> None:
    assert pair(ours, theirs) is same


@pytest.mark.parametrize(
    ("ours", "theirs", "same"),
    [
        ("p < 0.05", "p = 0.03", True),
        ("p < 0.01", "p = 0.003", True),
        ("p < 0.001", "p = 0.0002", True),
        ("p < 0.05", "p = 0.05", True),
        ("p < 0.01", "p = 0.03", False),
        ("p < 0.04", "p = 0.03", False),
        ("p = 0.05", "p = 0.03", False),
        ("p > 0.05", "p = 0.03", False),
        ("p < 0.05", "p < 0.01", False),
        ("fewer than 0.05", "p = 0.03", False),
    ],
)
def test_a_conventional_bound_holds_for_a_smaller_p_value(ours: str, theirs: str, same: bool) -> None:
    assert pair(ours, theirs) is same


def test_falling_is_said_near_the_figure() -> None:
    assert falls((text := "Scores decreased by 5 points.", figure(text)))
    assert falls((text := "It was 5 points lower.", figure(text)))
    assert not falls((text := "Scores rose by 5 points.", figure(text)))
    for text, near in (
        ("lower" + " " * 55 + "5 points", True),
        ("lower" + " " * 56 + "5 points", False),
        ("5 points" + " " * 15 + "lower", True),
        ("5 points" + " " * 16 + "lower", False),
    ):
        assert falls((text, figure(text))) is near


@pytest.mark.parametrize(
    ("text", "count", "holds"),
    [
        ("It works on rain, snow, hail and fog.", "four tasks", True),
        ("It works on rain, snow, hail and fog.", "five tasks", False),
        ("It works on rain, snow, hail and fog.", "three tasks", False),
        ("It works on rain or snow.", "two tasks", True),
        ("It works on rain, snow, hail, fog.", "four tasks", False),
        ("It works (rain, snow and hail) well.", "three tasks", True),
        ("It works on rain, snow, hail and fog.", "four", False),
        ("It works on rain, snow, hail and fog.", "4 ms", False),
        ("Rain.", "one task", False),
        (" and ".join(", ".join("abcdefghijkl").rsplit(", ", 1)), "twelve tasks", True),
        (" and ".join(", ".join("abcdefghijklm").rsplit(", ", 1)), "thirteen tasks", False),
    ],
)
def test_a_small_count_may_be_the_length_of_a_list(text: str, count: str, holds: bool) -> None:
    assert listed(text, figure(count)) is holds


def is_derived(statement: str, source: str, number: int = 0) -> bool:
    return derived(statement, figure(statement, number), [(source, q) for q in extract(source)])


@pytest.mark.parametrize(
    ("statement", "source", "holds"),
    [
        ("It gains 22 points.", "It went from 54% to 76%.", True),
        ("It gains 22.5 points.", "It went from 54% to 76%.", False),
        ("It gains 22.5 points.", "It went from 54% to 76.5%.", True),
        ("It gains 22 %.", "It went from 54% to 76%.", True),
        ("It gains 23 %.", "It went from 54% to 76%.", False),
        ("It has 22 %.", "It went from 54% to 76%.", False),
        ("It gains 22 points.", "It had 54% and 76%.", False),
        ("It is 2x faster.", "It takes 5 ms against 10 ms.", True),
        ("It is 0.5x slower.", "It takes 10 ms against 5 ms.", True),
        ("It is 2.05x faster.", "It takes 5 ms against 10 ms.", True),
        ("It is 2.1x faster.", "It takes 5 ms against 10 ms.", False),
        ("It is 2x faster.", "It takes 5 ms against 10 g.", False),
        ("It is 5 ms faster.", "It takes 5 ms against 10 ms.", True),
        ("It is 5 s faster.", "It takes 5 ms against 10 ms.", False),
        ("It has 3 more layers.", "It has 12 layers than 9 layers.", True),
        ("It has 3 more layers.", "It has 12 layers than 9 users.", False),
        ("It gains about 22 points.", "It went from 54% to 76.5%.", True),
        ("It gains about 22 points.", "It went from 54% to 77%.", False),
        ("It gains 22 points.", "It rose from 54%, then 60%, to 76%.", True),
        ("It gains 22 points.", "It rose from 54%, then 60%, then 70%, to 76%.", False),
        ("It gains 22 points.", "It went from 54% " + "x" * 50 + " to 76%.", True),
        ("It gains 22 points.", "It went from 54% " + "x" * 60 + " to 76%.", False),
        ("It is 2x faster.", "It takes 0 ms against 10 ms.", False),
        ("It gains 0.04 points.", "It is p = 0.05 vs p = 0.01.", False),
    ],
)
def test_a_figure_may_be_the_difference_or_ratio_of_two_compared_ones(
    statement: str, source: str, holds: bool
) -> None:
    assert is_derived(statement, source) is holds


def test_figures_of_two_sources_are_not_compared() -> None:
    statement = "It gains 22 points."
    places = [(text, figure(text)) for text in ("It was 54% compared to that.", "It is 76%.")]
    assert not derived(statement, figure(statement), places)


def directions(statement: str, source: str) -> tuple[str, str] | None:
    return opposite(statement, figure(statement), source, figure(source))


@pytest.mark.parametrize(
    ("statement", "source", "words"),
    [
        ("Pain increases by 5 %.", "Pain decreases by 5 %.", ("increases", "decreases")),
        ("Pain increases by 5 %.", "Pain increases by 5 %.", None),
        ("Pain does not increase by 5 %.", "Pain decreases by 5 %.", None),
        ("Pain does not increase by 5 %.", "Pain does not decrease by 5 %.", ("increase", "decrease")),
        ("Fear increases, pain falls by 5 %.", "Pain decreases by 5 %.", None),
        ("Pain increases by 5 %.", "Fear decreases, pain changes by 5 %.", None),
        (
            "Pain increases by 5 %, fear is old.",
            "Pain decreases by 5 %, fear is old.",
            ("increases", "decreases"),
        ),
        ("Pain increases by 5 %.", "Pain increases or decreases by 5 %.", None),
        ("Pain increases or decreases by 5 %.", "Pain decreases by 5 %.", None),
    ],
)
def test_opposite_words_in_the_clause_of_a_figure_clash(
    statement: str, source: str, words: tuple[str, str] | None
) -> None:
    assert directions(statement, source) == words


@pytest.mark.parametrize(
    ("ours", "theirs", "same"),
    [
        # Per cent and fraction only of each other, a fraction of at most 1
        ("54 users", "a score of 0.54", False),
        ("54 %", "0.54 s", False),
        ("150 %", "a score of 1.5", False),
        ("0.54 s", "54 g", False),
        ("0.54 s", "54 %", False),
        ("a score of 1", "100 %", True),
        ("a score of 1.5", "150 %", False),
        # Times and per cent only of each other
        ("2x faster", "a score of 100", False),
        ("2 s", "100 %", False),
        ("100 %", "2 s", False),
        ("100 users", "2x faster", False),
        ("2.5x faster", "150 % faster", True),
        ("2.5x faster", "250 % of it", True),
        ("150 % faster", "2.5x faster", True),
        ("250 % of it", "2.5x faster", True),
        # Zero is near to nothing, a year is no round number
        ("less than a fifth of mice", "0 % of mice", False),
        ("around 2019", "in 2020", False),
        # One is no fraction
        ("more than one mouse", "1.5 mice", True),
        ("over 88 %", "88.5 %", True),
        ("under 89 %", "88.7 %", True),
        # A step of the last figure, in words and with a unit
        ("about forty mice", "44 mice", True),
        ("about forty mice", "45 mice", False),
        ("about 90 ms", "94 ms", True),
        ("about 90 ms", "190 ms", False),
    ],
)
def test_what_is_near_and_what_is_not(ours: str, theirs: str, same: bool) -> None:
    assert pair(ours, theirs) is same


def difference(statement: str, source: str) -> bool:
    """Whether the figure of a statement is derived from the two of a source."""
    return derived(statement, figure(statement), [(source, one) for one in extract(source)])


@pytest.mark.parametrize(
    ("statement", "source", "follows"),
    [
        ("gains 22 %", "from 54 % to 76 %", True),
        ("A gain of 22 points", "from 54.0 % to 76.4 %", True),
        ("A gain of 22 points", "from 54.0 % to 76.6 %", False),
        ("A gain of 22 %", "from 54.0 % to 76.4 %", True),
        ("A gain of 0 points", "from 54 % to 54 %", True),
        ("It is 3x better", "2 % against 5 %", False),
        ("It is 2.5x better", "2 % against 5 %", True),
        ("It is 5 ms faster", "from 3 ms to 9 ms", False),
        ("It is 6 ms faster", "from 3 ms to 9 ms", True),
        # The word stands at most 40 characters before the figure, or ends 25 behind it
        (f"It gains{' ' * 35}22 %", "from 54 % to 76 %", True),
        (f"It gains{' ' * 36}22 %", "from 54 % to 76 %", False),
        (f"It is 22 %{' ' * 21}fell", "from 54 % to 76 %", True),
        (f"It is 22 %{' ' * 22}fell", "from 54 % to 76 %", False),
        # What is compared is at most 60 characters apart
        ("A gain of 22 %", f"from 54 % to{' ' * 57}76 %", True),
        ("A gain of 22 %", f"from 54 % to{' ' * 58}76 %", False),
    ],
)
def test_what_follows_from_two_figures(statement: str, source: str, follows: bool) -> None:
    assert difference(statement, source) is follows


@pytest.mark.parametrize(
    ("statement", "source", "words"),
    [
        ("12 % increase in speed", "12 % decrease in speed", ("increase", "decrease")),
        ("Speed increases, 12 % of it", "It decreases by 12 %", None),
        ("Speed did not increase by 12 %", "Speed did not decrease by 12 %", ("increase", "decrease")),
        ("Speed did not increase by 12 %", "Speed decreases by 12 %", None),
    ],
)
def test_directions_are_those_of_the_clause(
    statement: str, source: str, words: tuple[str, str] | None
) -> None:
    assert opposite(statement, figure(statement), source, figure(source)) == words
