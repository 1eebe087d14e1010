"""Lists in another order, and joined sentences."""

from __future__ import annotations

import pytest

from evals.studies.generators import order


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("It is a matter of recall, memory and cost.", "It is a matter of memory, recall and cost."),
        ("It is a matter of recall, memory, and cost.", "It is a matter of memory, recall, and cost."),
        ("We look for accuracy or robustness.", "We look for robustness or accuracy."),
    ],
)
def test_two_members_of_a_list_are_swapped(before: str, after: str) -> None:
    assert [text for _, text in order.swapped_list(before)] == [after]


@pytest.mark.parametrize(
    "sentence",
    [
        "The groups had masses of salt and sand, respectively.",
        "We use small and large models.",
        "We use it and them for this.",
        "It is known by trained and tested.",
        "The models train and test.",
    ],
)
def test_other_lists_stay(sentence: str) -> None:
    assert order.swapped_list(sentence) == []


def test_two_sentences_are_joined() -> None:
    assert [text for _, text in order.joined("It is fast.", "The model is small.")] == [
        "It is fast; the model is small."
    ]


def test_a_name_keeps_its_capital() -> None:
    assert [text for _, text in order.joined("It is fast.", "BERT is small.")] == [
        "It is fast; BERT is small."
    ]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("It is fast.", "Adam is small."),
        ("It is fast.", "RESULTS It is small."),
        ("It is fast: very.", "The model is small."),
        ("It is fast.", "But it is small."),
        (f"It {'is ' * 60}fast.", "The model is small, light, cheap and so on."),
    ],
)
def test_other_sentences_are_not_joined(first: str, second: str) -> None:
    assert order.joined(first, second) == []
