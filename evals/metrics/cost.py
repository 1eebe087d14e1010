"""What an answer takes."""

from __future__ import annotations

from collections.abc import Sequence

MILLION = 1_000_000


def money(sent: int, received: int, input_price: float, output_price: float) -> float:
    """The price of a call's tokens; prices are for a million tokens."""
    return (sent * input_price + received * output_price) / MILLION


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which `share` (0..1) of the values lie (nearest rank)."""
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]
