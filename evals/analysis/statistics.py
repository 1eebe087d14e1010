"""Intervals and tests. Values are ratios of sums: a mean is the case in which every weight is 1."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

ROUNDS = 2000
SEED = 7
Array = NDArray[np.float64]
Statistic = Callable[[Array], Array]
"""Of rows of cases (rounds x cases x columns), one figure a round; NaN where there is nothing to divide by."""


@dataclass(frozen=True)
class Interval:
    """A figure, its 95 % bootstrap interval, and the number of cases that have a score."""

    value: float
    low: float
    high: float
    n: int

    def __str__(self) -> str:
        return f"{self.value:.3f} [{self.low:.3f}, {self.high:.3f}] (n={self.n})"


@dataclass(frozen=True)
class PairedDifference:
    """`after - before` over the same cases, its 95 % bootstrap interval, and the p-value of the paired test (two-sided)."""

    before: float
    after: float
    low: float
    high: float
    p: float
    n: int

    @property
    def change(self) -> float:
        return self.after - self.before


def ratio(rows: Array) -> Array:
    """Sum of the first column (value x weight) divided by that of the second (weight)."""
    top, bottom = rows[..., 0].sum(axis=-1), rows[..., 1].sum(axis=-1)
    figures: Array = np.divide(top, bottom, out=np.full_like(bottom, math.nan), where=bottom > 0)
    return figures


def aurc(rows: Array) -> Array:
    """Area under the risk-coverage curve of rows (score, 1 where right else 0): the mean, over every number of cases
    answered by falling score, of the share that is wrong among them; of equal scores the wrong come first."""
    order = np.lexsort((rows[..., 1], -rows[..., 0]), axis=-1)
    wrong = 1 - np.take_along_axis(rows[..., 1], order, axis=-1)
    figures: Array = (wrong.cumsum(axis=-1) / np.arange(1, rows.shape[-2] + 1)).mean(axis=-1)
    return figures


def point(rows: Sequence[Sequence[float]], statistic: Statistic = ratio) -> float:
    """The figure over cases (a row each), alone."""
    return float(statistic(np.asarray(rows, dtype=float)[None])[0])


def bootstrap(
    rows: Sequence[Sequence[float]], statistic: Statistic = ratio, *, rounds: int = ROUNDS, seed: int = SEED
) -> Interval:
    """The figure over cases (a row each), with the 2.5 and 97.5 percentiles of the figure over resampled cases (Efron
    1979)."""
    data = np.asarray(rows, dtype=float)
    if not len(data):
        return Interval(math.nan, math.nan, math.nan, 0)
    rng = np.random.default_rng(seed)
    resampled = [statistic(data[rng.integers(0, len(data), shape)]) for shape in _blocks(rounds, len(data))]
    low, high = _percentiles(np.concatenate(resampled))
    return Interval(point(rows, statistic), low, high, len(data))


def compare(
    before: Sequence[Sequence[float]],
    after: Sequence[Sequence[float]],
    statistic: Statistic = ratio,
    *,
    rounds: int = ROUNDS,
    seed: int = SEED,
) -> PairedDifference:
    """Two runs over the same cases (row by row).

    The interval resamples cases together with both their scores. The test is a randomisation test (Fisher 1935; Noreen
    1989): were the runs alike, each case's two scores could as well be the other way round; p is the share of random
    swaps with a difference at least as great, the observed one counted in. On yes/no scores it agrees with McNemar's.
    """
    old, new = np.asarray(before, dtype=float), np.asarray(after, dtype=float)
    if not len(old):
        return PairedDifference(math.nan, math.nan, math.nan, math.nan, math.nan, 0)
    rng = np.random.default_rng(seed)
    resampled, randomised = [], []
    for shape in _blocks(rounds, len(old)):
        chosen = rng.integers(0, len(old), shape)
        resampled.append(statistic(new[chosen]) - statistic(old[chosen]))
        swap = rng.random((*shape, 1)) < 0.5
        randomised.append(statistic(np.where(swap, old, new)) - statistic(np.where(swap, new, old)))
    low, high = _percentiles(np.concatenate(resampled))
    swapped = np.concatenate(randomised)
    one, two = point(before, statistic), point(after, statistic)
    extreme = np.abs(swapped[~np.isnan(swapped)]) >= abs(two - one) - 1e-12
    return PairedDifference(one, two, low, high, (1 + int(extreme.sum())) / (1 + len(extreme)), len(old))


def holm(values: Sequence[float]) -> list[float]:
    """p-values corrected for being several (Holm 1979), in their order; NaN stays."""
    order = sorted((p, place) for place, p in enumerate(values) if not math.isnan(p))
    corrected, worst = list(values), 0.0
    for rank, (p, place) in enumerate(order):
        worst = max(worst, min(1.0, p * (len(order) - rank)))
        corrected[place] = worst
    return corrected


def _blocks(rounds: int, cases: int) -> list[tuple[int, int]]:
    """Shapes that together make all rounds, none of them large in memory."""
    most = max(1, 1_000_000 // cases)
    return [(min(most, rounds - done), cases) for done in range(0, rounds, most)]


def _percentiles(figures: Array) -> tuple[float, float]:
    known = figures[~np.isnan(figures)]
    if not len(known):
        return math.nan, math.nan
    low, high = np.percentile(known, [2.5, 97.5])
    return float(low), float(high)
