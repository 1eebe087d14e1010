"""Prices."""

from __future__ import annotations

import pytest

from evals.metrics.cost import money


def test_money_is_of_a_million_tokens() -> None:
    assert money(2_000_000, 500_000, input_price=0.15, output_price=0.6) == pytest.approx(0.6)
