"""Papers that a question names by their place in the answer before it."""

from __future__ import annotations

import pytest

from assistant.conversation.history_turn import (
    HistoryTurn,
    listed_names,
    place_listed,
    unlisted_place,
    with_listed_names,
)

TWO = HistoryTurn("Which detectors?", "Two do.", ("SSD", "Fast YOLO"))


@pytest.mark.parametrize(
    ("question", "count", "place"),
    [
        ("How fast is the second one?", 3, 1),
        ("What does [3] say?", 3, 2),
        ("Summarise paper 1", 3, 0),
        ("How large is the last study?", 3, 2),
        ("And the latter?", 2, 1),
        ("And the latter?", 3, None),  # of two alone
        ("What does [3] say?", 2, None),
        ("What comes first?", 2, None),
    ],
)
def test_a_paper_is_named_by_its_place(question: str, count: int, place: int | None) -> None:
    assert place_listed(question, count) == place


def test_places_become_names_and_those_that_are_not_listed_stay() -> None:
    assert with_listed_names("Is [1] faster than [2]?", TWO) == "Is SSD faster than Fast YOLO?"
    assert with_listed_names("What does [3] say?", TWO) == "What does [3] say?"
    assert unlisted_place("What does [3] say?", TWO) == "[3]"
    assert unlisted_place("What does [2] say?", TWO) == ""


def test_long_names_are_quoted_and_a_nameless_paper_spoils_the_list() -> None:
    assert listed_names(("SSD", "A name of five words", "X")) == "SSD, “A name of five words” and X"
    assert listed_names(("SSD", "")) == ""
