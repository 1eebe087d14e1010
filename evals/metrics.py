"""Measures, each a pure function of lists. Cases that cannot be scored are left out by the caller, and counted."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean


@dataclass(frozen=True)
class Interval:
    """A mean with its 95 % bootstrap interval and the number of cases."""

    mean: float
    low: float
    high: float
    n: int

    def __str__(self) -> str:
        return f"{self.mean:.3f} [{self.low:.3f}, {self.high:.3f}] (n={self.n})"


def bootstrap(values: Sequence[float], rounds: int = 1000, seed: int = 7) -> Interval:
    """The mean of values with the 2.5 and 97.5 percentiles of resampled means."""
    if not values:
        return Interval(math.nan, math.nan, math.nan, 0)
    rng = random.Random(seed)
    means = sorted(fmean(rng.choices(values, k=len(values))) for _ in range(rounds))
    return Interval(
        fmean(values), means[int(0.025 * rounds)], means[min(rounds - 1, int(0.975 * rounds))], len(values)
    )


def ndcg(ranked: Sequence[str], gold: set[str], k: int = 10) -> float:
    """Binary nDCG@k: sum of 1/log2(rank+1) over hits, divided by that of the ideal order; 0..1."""
    gained = sum(1 / math.log2(rank + 1) for rank, item in enumerate(ranked[:k], start=1) if item in gold)
    return gained / sum(1 / math.log2(rank + 1) for rank in range(1, min(k, len(gold)) + 1))


def auc(positive: Sequence[float], negative: Sequence[float]) -> float:
    """Area under the ROC curve: the chance that a positive scores above a negative, ties half (Mann-Whitney)."""
    everything = sorted([(s, 1) for s in positive] + [(s, 0) for s in negative])
    ranks: dict[float, list[int]] = {}
    for rank, (score, _) in enumerate(everything, start=1):
        ranks.setdefault(score, []).append(rank)
    total = sum(fmean(ranks[score]) for score in positive)
    n, m = len(positive), len(negative)
    return (total - n * (n + 1) / 2) / (n * m)


def precision_recall(predicted: Sequence[bool], truth: Sequence[bool]) -> tuple[float, float]:
    """Precision and recall of a yes/no decision; NaN where there is nothing to divide by."""
    hits = sum(p and t for p, t in zip(predicted, truth, strict=True))
    said, real = sum(predicted), sum(truth)
    return (hits / said if said else math.nan, hits / real if real else math.nan)


def risk_coverage(scores: Sequence[float], right: Sequence[bool]) -> list[tuple[float, float]]:
    """(share answered, share wrong among the answered) as the threshold falls from the highest score."""
    order = sorted(zip(scores, right, strict=True), key=lambda pair: -pair[0])
    curve, wrong = [], 0
    for answered, (_, good) in enumerate(order, start=1):
        wrong += not good
        curve.append((answered / len(order), wrong / answered))
    return curve


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which `share` (0..1) of the values lie (nearest rank)."""
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]
