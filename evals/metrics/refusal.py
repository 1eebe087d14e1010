"""Risk against coverage."""

from __future__ import annotations

from collections.abc import Sequence


def risk_coverage(scores: Sequence[float], right: Sequence[bool]) -> list[tuple[float, float]]:
    """Return (share answered, share wrong among them) for each threshold, from the highest score down.

    Cases of equal score are answered together (El-Yaniv & Wiener 2010).
    """
    order = sorted(zip(scores, right, strict=True), key=lambda pair: -pair[0])
    curve, wrong = [], 0
    for answered, (value, good) in enumerate(order, start=1):
        wrong += not good
        if answered == len(order) or order[answered][0] != value:
            curve.append((answered / len(order), wrong / answered))
    return curve
