"""Whether what should be refused is, and nothing else."""

from __future__ import annotations

from collections.abc import Sequence


def risk_coverage(scores: Sequence[float], right: Sequence[bool]) -> list[tuple[float, float]]:
    """(share answered, share wrong among the answered) as the threshold falls from the highest score.

    Cases of equal score are answered together (El-Yaniv & Wiener 2010).
    """
    order = sorted(zip(scores, right, strict=True), key=lambda pair: -pair[0])
    curve, wrong = [], 0
    for answered, (value, good) in enumerate(order, start=1):
        wrong += not good
        if answered == len(order) or order[answered][0] != value:
            curve.append((answered / len(order), wrong / answered))
    return curve


def area(scores: Sequence[float], right: Sequence[bool]) -> float:
    """The area under the curve (AURC, Geifman et al. 2019): the mean risk over every number of cases answered, 0..1, lower
    is better; of equal scores the wrong come first."""
    order = sorted(zip(scores, right, strict=True), key=lambda pair: (-pair[0], pair[1]))
    wrong, total = 0, 0.0
    for answered, (_, good) in enumerate(order, start=1):
        wrong += not good
        total += wrong / answered
    return total / len(order)
