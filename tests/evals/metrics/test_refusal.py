"""The risk-coverage curve against an example worked by hand."""

from __future__ import annotations

from evals.metrics.refusal import risk_coverage


def test_risk_and_coverage_agree_with_an_example_worked_by_hand() -> None:
    # By falling score: right, wrong, right. Risk 0/1, 1/2, 1/3.
    scores, right = [0.9, 0.7, 0.5], [True, False, True]
    assert risk_coverage(scores, right) == [(1 / 3, 0.0), (2 / 3, 1 / 2), (1.0, 1 / 3)]


def test_cases_of_equal_score_are_answered_together() -> None:
    assert risk_coverage([0.5, 0.5], [True, False]) == [(1.0, 1 / 2)]
