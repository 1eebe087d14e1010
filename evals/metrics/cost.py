"""Price and percentiles of seconds."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

MILLION = 1_000_000


def money(sent: int, received: int, input_price: float, output_price: float) -> float:
    """Return the price of the tokens sent and received; prices are for a million tokens."""
    return (sent * input_price + received * output_price) / MILLION


def percentile(values: Sequence[float], share: float) -> float:
    """Return the value below which the `share` (0..1) of the values lies, interpolated between neighbours."""
    return float(np.quantile(values, share))
