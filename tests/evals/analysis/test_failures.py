"""When a case has failed, and why."""

from __future__ import annotations

import pytest

from assistant import Answer
from evals.analysis.failures import failures
from evals.cases.record import Record

RECORD = Record("c1", Answer("What is it?", "It is a detector.", (), ()))
GOOD = {
    "answered": (1.0, 1.0),
    "refusal_recall": (1.0, 1.0),
    "key_fact_recall": (1.0, 1.0),
    "right_paper": (1.0, 1.0),
    "foreign": (0.0, 1.0),
    "refuted": (0.0, 1.0),
    "judged_correct": (1.0, 1.0),
}


def test_a_case_whose_scores_are_full_has_not_failed() -> None:
    assert failures(RECORD, GOOD) == ()
    assert failures(RECORD, {}) == ()


def test_a_case_without_an_answer_says_why() -> None:
    assert failures(None, {}) == ("not finished",)
    assert failures(Record("c1", None, error="No connection."), {}) == ("No connection.",)


@pytest.mark.parametrize(
    ("metric", "score", "sentence"),
    [
        ("answered", 0.0, "refused, and there is an answer"),
        ("refusal_recall", 0.0, "answered, and the abstracts do not say"),
        ("key_fact_recall", 0.99, "a key fact is missing"),
        ("right_paper", 0.0, "no relevant paper is cited"),
        ("foreign", 0.5, "a paper is cited that has nothing to do with it"),
        ("refuted", 0.5, "a claim is refuted by what it cites"),
        ("judged_correct", 0.0, "the judge finds it incorrect"),
    ],
)
def test_each_low_score_is_one_sentence_unless_it_has_no_weight(
    metric: str, score: float, sentence: str
) -> None:
    assert failures(RECORD, GOOD | {metric: (score, 1.0)}) == (sentence,)
    assert failures(RECORD, GOOD | {metric: (score, 0.0)}) == ()
