"""Prices and percentiles."""

from __future__ import annotations

import pytest

from evals.metrics.cost import money, percentile


def test_money_is_of_a_million_tokens() -> None:
    assert money(2_000_000, 500_000, input_price=0.15, output_price=0.6) == pytest.approx(0.6)


def test_a_percentile_lies_between_its_neighbours() -> None:
    assert percentile([1.0, 2.0], 0.5) == 1.5
    assert percentile([3.0, 1.0, 2.0], 0.5) == 2.0
    assert percentile([1.0, 2.0, 3.0, 4.0], 0.95) == pytest.approx(3.85)
