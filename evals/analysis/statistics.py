"""Intervals and paired tests of ratios of sums; a mean is a ratio whose weights are all 1."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import binomtest, norm

ROUNDS = 2000
SEED = 7
Array = NDArray[np.float64]
Statistic = Callable[[Array], Array]
"""Computes one figure per round from rows of cases (rounds x cases x columns); NaN where the divisor is 0."""


@dataclass(frozen=True)
class Interval:
    """A figure, its 95 % interval, and the number of cases."""

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
    """Return the sum of the first column (value x weight) divided by that of the second (weight)."""
    top, bottom = rows[..., 0].sum(axis=-1), rows[..., 1].sum(axis=-1)
    figures: Array = np.divide(top, bottom, out=np.full_like(bottom, math.nan), where=bottom > 0)
    return figures


def aurc(rows: Array) -> Array:
    """Return the area under the risk-coverage curve (Geifman et al. 2019) of rows (score, 1 if right else 0), in 0..1.

    It is the mean share of wrong cases among the n best-scored ones, over all n. Of equal scores the wrong come first.
    """
    order = np.lexsort((rows[..., 1], -rows[..., 0]), axis=-1)
    wrong = 1 - np.take_along_axis(rows[..., 1], order, axis=-1)
    figures: Array = (wrong.cumsum(axis=-1) / np.arange(1, rows.shape[-2] + 1)).mean(axis=-1)
    return figures


def point(rows: Sequence[Sequence[float]], statistic: Statistic = ratio) -> float:
    """Return the statistic over all cases, without an interval."""
    return float(statistic(np.asarray(rows, dtype=float)[None])[0])


def bootstrap(rows: Sequence[Sequence[float]], statistic: Statistic = ratio) -> Interval:
    """Return the statistic over all cases, with its 2.5 and 97.5 percentiles over resampled cases (Efron 1979)."""
    data = np.asarray(rows, dtype=float)
    if not len(data):
        return Interval(math.nan, math.nan, math.nan, 0)
    rng = np.random.default_rng(SEED)
    resampled = [statistic(data[rng.integers(0, len(data), shape)]) for shape in _blocks(ROUNDS, len(data))]
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
    """Compare two runs over the same cases, row by row.

    The interval resamples cases together with both of their scores. The test is a randomisation test (Fisher 1935; Noreen
    1989): it swaps the two scores of random cases; p is the share of rounds whose difference is at least as great as the
    observed one, which is counted as a round. For yes/no scores it agrees with McNemar's test.
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
    # Where one of the runs has no figure, there is no difference to test.
    p = math.nan if math.isnan(two - one) else (1 + int(extreme.sum())) / (1 + len(extreme))
    return PairedDifference(one, two, low, high, p, len(old))


def holm(values: Sequence[float]) -> list[float]:
    """Return p-values corrected for multiple tests (Holm 1979), in their order; NaN stays."""
    order = sorted((p, place) for place, p in enumerate(values) if not math.isnan(p))
    corrected, worst = list(values), 0.0
    for rank, (p, place) in enumerate(order):
        worst = max(worst, min(1.0, p * (len(order) - rank)))
        corrected[place] = worst
    return corrected


def clusters(rows: Sequence[Sequence[float]], keys: Sequence[Hashable]) -> list[tuple[float, ...]]:
    """Return the sums of the rows that share a key, in the order of the keys.

    Cases about one paper are not independent. Their sums are, and a ratio of sums stays the same.
    """
    sums: dict[Hashable, list[float]] = defaultdict(lambda: [0.0] * len(rows[0]))
    for row, key in zip(rows, keys, strict=True):
        sums[key] = [total + value for total, value in zip(sums[key], row, strict=True)]
    return [tuple(row) for row in sums.values()]


def wilson(rows: Sequence[Sequence[float]], grouped: Sequence[Sequence[float]]) -> tuple[float, float]:
    """Return the 95 % interval of a proportion (Wilson 1927) of rows (0 or 1, weight 0 or 1).

    The number of cases is divided by the design effect of the clusters (Kish 1965), if that is above 1: by how much the
    variance between the sums of `grouped` exceeds that of independent cases. It is at most the number of cases.
    """
    n = sum(weight for _, weight in rows)
    share = sum(value for value, _ in rows) / n
    plain = share * (1 - share) / n
    many = len(grouped)
    spread = sum((value - share * weight) ** 2 for value, weight in grouped) / n**2 * many / max(many - 1, 1)
    effective = max(1, round(n / max(1.0, spread / plain if plain else 1.0)))
    found = binomtest(round(share * effective), effective).proportion_ci(method="wilson")
    # Rounded to whole cases, the middle may lie a little beside the figure.
    return min(float(found.low), share), max(float(found.high), share)


def is_proportion(rows: Sequence[Sequence[float]]) -> bool:
    """Return whether all rows are (0 or 1, 0 or 1), with any weight at all: the figure is then a share of cases."""
    return all(row[1] in (0, 1) and row[0] in (0, row[1]) for row in rows) and any(row[1] for row in rows)


def smallest_difference(
    before: Sequence[Sequence[float]], after: Sequence[Sequence[float]], *, tests: int = 1
) -> float:
    """Return the smallest difference that a paired test at 0.05 would find in four of five comparisons of so many cases.

    From the standard deviation of the differences of the ratio's rows (Cohen 1988). Where fewer than three cases differ, as
    many as three are taken to do so by 1: that none has changed does not prove that none could. `tests` is the number of
    tests that Holm's correction divides 0.05 by in its first step.
    """
    old, new = np.asarray(before, dtype=float), np.asarray(after, dtype=float)
    weight = (old[:, 1].sum() + new[:, 1].sum()) / 2
    if not weight:
        return math.nan
    one, two = (rows[:, 0] - float(ratio(rows[None])[0]) * rows[:, 1] for rows in (old, new))
    squares = max(float(np.nansum((two - one) ** 2)), 3.0 if len(old) >= 3 else float(len(old)))
    return float((norm.ppf(1 - 0.025 / tests) + norm.ppf(0.8)) * math.sqrt(squares) / weight)


def _blocks(rounds: int, cases: int) -> list[tuple[int, int]]:
    """Split the rounds into arrays (rounds, cases) of at most a million cells."""
    most = max(1, 1_000_000 // cases)
    return [(min(most, rounds - done), cases) for done in range(0, rounds, most)]


def _percentiles(figures: Array) -> tuple[float, float]:
    known = figures[~np.isnan(figures)]
    if not len(known):
        return math.nan, math.nan
    low, high = np.percentile(known, [2.5, 97.5])
    return float(low), float(high)
