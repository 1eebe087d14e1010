"""Agreement with labels against examples worked by hand."""

from __future__ import annotations

import math

import pytest

from evals.analysis.agreement import agree, reliability
from tests.studies.discrimination import auc, calibration_error


def test_kappa_agrees_with_an_example_worked_by_hand() -> None:
    # 50 cases; both yes 20, both no 15, yes/no 5, no/yes 10: accuracy 0.7, chance 0.5, kappa 0.4.
    truth = ["yes"] * 25 + ["no"] * 25
    predicted = ["yes"] * 20 + ["no"] * 5 + ["yes"] * 10 + ["no"] * 15
    result = agree(truth, predicted)
    assert result is not None
    assert result.accuracy == pytest.approx(0.7)
    assert result.kappa == pytest.approx(0.4)
    assert result.table["no", "yes"] == 10
    assert agree([], []) is None


def test_two_raters_with_one_label_have_no_kappa() -> None:
    result = agree(["yes", "yes"], ["yes", "yes"])
    assert result is not None
    assert (result.n, result.accuracy, result.kappa, result.table) == (2, 1.0, 0.0, {("yes", "yes"): 2})


def test_ranking_by_score_is_measured_as_the_chance_to_be_ahead() -> None:
    assert auc([3.0, 1.0, 2.0, 0.0], [True, True, False, False]) == 0.75
    assert auc([1.0, 1.0], [True, False]) == 0.5
    assert math.isnan(auc([1.0, 2.0], [True, True]))


def test_calibration_is_the_distance_from_the_diagonal() -> None:
    # Scores .95 .95 .05: the upper tenth is true half the time (distance .45, 2 of 3), the lower never (.05, 1 of 3).
    scores, truth = [0.95, 0.95, 0.05], [True, False, False]
    assert reliability(scores, truth) == [(0.05, 0.0, 1), (0.95, 0.5, 2)]
    assert calibration_error(scores, truth) == pytest.approx((2 * 0.45 + 0.05) / 3)


def test_scores_of_one_truth_are_calibrated_too() -> None:
    assert reliability([0.25, 0.95], [False, False]) == [(0.25, 0.0, 1), (0.95, 0.0, 1)]
    assert calibration_error([1.0, 1.0], [True, True]) == 0.0


def test_without_a_case_there_is_no_calibration() -> None:
    assert reliability([], []) == []
    assert calibration_error([], []) is None
