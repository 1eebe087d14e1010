"""Intervals and paired tests against examples worked by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest

from evals.analysis.statistics import (
    aurc,
    bootstrap,
    clusters,
    compare,
    holm,
    is_proportion,
    ratio,
    smallest_difference,
    wilson,
)


def test_the_area_under_the_risk_coverage_curve_is_the_mean_risk() -> None:
    # By falling score: right, wrong, right. Risk 0/1, 1/2, 1/3.
    rows = np.array([[0.9, 1.0], [0.7, 0.0], [0.5, 1.0]])
    assert aurc(rows[None])[0] == pytest.approx((0 + 1 / 2 + 1 / 3) / 3)
    # Two resamples at once.
    assert aurc(np.stack([rows, rows[::-1]])) == pytest.approx([5 / 18, 5 / 18])


def test_of_equal_scores_the_wrong_case_counts_first() -> None:
    # Risk 1/1, 1/2.
    assert aurc(np.array([[[0.5, 1.0], [0.5, 0.0]]]))[0] == pytest.approx(0.75)


def test_a_ratio_is_of_sums() -> None:
    # Refusal precision of three cases, two refused, one rightly: 1/2.
    rows = np.array([[[1.0, 1.0], [0.0, 1.0], [0.0, 0.0]]])
    assert ratio(rows)[0] == 0.5
    assert math.isnan(ratio(np.zeros((1, 2, 2)))[0])


def test_a_bootstrap_interval_holds_the_mean_and_narrows_with_cases() -> None:
    few = bootstrap([(value, 1.0) for value in (0.0, 1.0) * 10])
    many = bootstrap([(value, 1.0) for value in (0.0, 1.0) * 500])
    assert few.low < few.value == 0.5 < few.high
    # The standard error of 20 coin flips is 0.112: +-0.22; of 1,000 it is 0.0158: +-0.031.
    assert few.high - few.low == pytest.approx(0.44, abs=0.06)
    assert many.high - many.low == pytest.approx(0.062, abs=0.008)
    assert bootstrap([]).n == 0


def test_the_paired_test_agrees_with_mcnemars_on_yes_and_no() -> None:
    # 12 cases got worse, 2 better, 30 stayed: the exact McNemar p is 2 * P(Bin(14, 1/2) <= 2) = 0.0129.
    before = [(1.0, 1.0)] * 12 + [(0.0, 1.0)] * 2 + [(1.0, 1.0)] * 30
    after = [(0.0, 1.0)] * 12 + [(1.0, 1.0)] * 2 + [(1.0, 1.0)] * 30
    exact = 2 * sum(math.comb(14, k) for k in range(3)) / 2**14
    found = compare(before, after, rounds=20_000)
    assert found.change == pytest.approx(-10 / 44)
    assert found.p == pytest.approx(exact, abs=0.003)
    assert found.low < found.change < found.high < 0


def test_a_run_is_no_different_from_itself() -> None:
    rows = [(value, 1.0) for value in (0.2, 0.9, 0.4)]
    found = compare(rows, rows)
    assert (found.change, found.low, found.high, found.p) == (0.0, 0.0, 0.0, 1.0)


def test_several_p_values_are_corrected_after_holm() -> None:
    # Sorted .01 .02 .04: times 3, 2, 1, never falling.
    assert holm([0.04, 0.01, 0.02]) == pytest.approx([0.04, 0.03, 0.04])
    assert math.isnan(holm([math.nan, 0.01])[0])


def test_a_share_of_all_cases_has_an_interval() -> None:
    rows = [(1.0, 1.0)] * 3
    low, high = wilson(rows, rows)
    # Wilson's interval of 3 of 3: 3 / (3 + 1.96^2) = 0.438 to 1.
    assert (low, high) == (pytest.approx(0.4385, abs=1e-3), 1.0)
    none = [(0.0, 1.0)] * 3
    assert wilson(none, none) == (0.0, pytest.approx(0.5615, abs=1e-3))
    assert is_proportion([(1.0, 1.0), (0.0, 1.0), (0.0, 0.0)])
    assert not is_proportion([(0.5, 1.0)])
    assert not is_proportion([(0.0, 0.0)])


def test_cases_of_one_paper_count_as_fewer() -> None:
    rows = [(1.0, 1.0)] * 10 + [(0.0, 1.0)] * 10
    alone = wilson(rows, rows)
    # Two papers of ten cases each, which agree: as good as two cases.
    together = wilson(rows, clusters(rows, ["a"] * 10 + ["b"] * 10))
    assert together[0] < alone[0] < 0.5 < alone[1] < together[1]
    assert clusters([(1.0, 1.0), (0.0, 1.0), (0.5, 1.0)], ["a", "b", "a"]) == [(1.5, 2.0), (0.0, 1.0)]


def test_the_smallest_difference_shrinks_with_cases_and_grows_with_tests() -> None:
    def of(n: int, tests: int = 1) -> float:
        # One case in ten gets better, one worse.
        before = [(float(i % 10 == 0), 1.0) for i in range(n)]
        after = [(float(i % 10 == 1), 1.0) for i in range(n)]
        return smallest_difference(before, after, tests=tests)

    # Standard deviation sqrt(0.2): (1.960 + 0.842) * sqrt(0.2 / 100) = 0.125.
    assert of(100) == pytest.approx(0.125, abs=1e-3)
    assert of(400) == pytest.approx(of(100) / 2, abs=1e-3)
    assert of(100, tests=6) > of(100)
    same = [(1.0, 1.0)] * 30
    # Nothing changed; three of 30 are taken to: 2.802 * sqrt(3) / 30.
    assert smallest_difference(same, same) == pytest.approx(0.1618, abs=1e-3)


def test_a_figure_that_only_one_run_has_is_no_difference() -> None:
    # Both cases count in the second run, none does in the first.
    found = compare([(0.0, 0.0), (0.0, 0.0)], [(0.0, 0.5), (0.0, 0.5)])
    assert math.isnan(found.before)
    assert math.isnan(found.p)
