"""Price of tokens."""

from __future__ import annotations

MILLION = 1_000_000


def money(sent: int, received: int, input_price: float, output_price: float) -> float:
    """Return the price of the tokens sent and received; prices are for a million tokens."""
    return (sent * input_price + received * output_price) / MILLION
