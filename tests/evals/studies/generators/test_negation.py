"""Plain negation of sentences, and sentences whose negation would not contradict them."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from evals.studies.generators import negation
from evals.studies.generators.sentence import Change

Way = Callable[[str], list[Change]]


@pytest.mark.parametrize(
    ("way", "before", "after"),
    [
        (negation.inserted, "Age was associated with risk.", "Age was not associated with risk."),
        (negation.inserted, "The model can handle long inputs.", "The model cannot handle long inputs."),
        (negation.inserted, "The effect has been shown in mice.", "The effect has not been shown in mice."),
        (negation.removed, "The drug did not reduce mortality.", "The drug did reduce mortality."),
        (negation.removed, "The effect was not seen in mice.", "The effect was seen in mice."),
        (negation.removed, "The test cannot detect cancer.", "The test can detect cancer."),
        (negation.removed, "There was no difference in age.", "There was a difference in age."),
        (negation.removed, "It has never been seen in mice.", "It has been seen in mice."),
        (negation.removed, "It is unable to learn.", "It is able to learn."),
        (negation.removed, "It fails to learn.", "It managed to learn."),
        (negation.with_or_without, "It learns without labels.", "It learns with labels."),
        (negation.with_or_without, "We saw patients with diabetes.", "We saw patients without diabetes."),
    ],
)
def test_a_way_negates(way: Way, before: str, after: str) -> None:
    assert [text for _, text in way(before)] == [after]


@pytest.mark.parametrize(
    ("way", "sentence"),
    [
        (negation.inserted, "We ask whether the drug was effective."),
        (negation.inserted, "It is not only fast but also small."),
        (negation.inserted, "All patients were treated with insulin."),
        (negation.inserted, "It is also fast."),
        (negation.inserted, "The model has three parts."),
        (negation.inserted, "It goes as fast as was hoped."),
        (negation.removed, "It is not only fast but also small."),
        (negation.removed, "It does not require any labels."),
        (negation.removed, "It is not fast, and no model is."),
        (negation.with_or_without, "It works with or without labels."),
        (negation.with_or_without, "It does not treat patients with diabetes."),
        (negation.with_or_without, "It learns without using labels."),
    ],
)
def test_a_way_leaves_alone(way: Way, sentence: str) -> None:
    assert way(sentence) == []
