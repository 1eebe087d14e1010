"""How well verdicts agree with people's, and scores with what is true."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean


@dataclass(frozen=True)
class Agreement:
    """`accuracy` and Cohen's `kappa` (1 is perfect, 0 is chance; Cohen 1960) over n cases; `table` counts (truth, said)."""

    n: int
    accuracy: float
    kappa: float
    table: dict[tuple[str, str], int]


def agree(truth: Sequence[str], said: Sequence[str]) -> Agreement | None:
    """Agreement of two raters; None without a case. Where chance alone agrees wholly, kappa is 0."""
    n = len(truth)
    if not n:
        return None
    table = Counter(zip(truth, said, strict=True))
    accuracy = sum(count for (a, b), count in table.items() if a == b) / n
    left, right = Counter(truth), Counter(said)
    chance = sum(left[label] * right[label] for label in left) / n**2
    return Agreement(n, accuracy, (accuracy - chance) / (1 - chance) if chance < 1 else 0.0, dict(table))


def auc(positive: Sequence[float], negative: Sequence[float]) -> float:
    """Area under the ROC curve: the chance that a positive scores above a negative, ties half (Mann-Whitney)."""
    everything = sorted([(s, 1) for s in positive] + [(s, 0) for s in negative])
    ranks: dict[float, list[int]] = {}
    for rank, (score, _) in enumerate(everything, start=1):
        ranks.setdefault(score, []).append(rank)
    total = sum(fmean(ranks[score]) for score in positive)
    n, m = len(positive), len(negative)
    return (total - n * (n + 1) / 2) / (n * m)


def reliability(
    scores: Sequence[float], truth: Sequence[bool], bins: int = 10
) -> list[tuple[float, float, int]]:
    """(mean score, share true, n) of each tenth of 0..1 that has cases: a calibrated score lies on the diagonal."""
    found = []
    for place in range(bins):
        chosen = [(s, t) for s, t in zip(scores, truth, strict=True) if min(int(s * bins), bins - 1) == place]
        if chosen:
            found.append((fmean(s for s, _ in chosen), fmean(t for _, t in chosen), len(chosen)))
    return found


def calibration_error(scores: Sequence[float], truth: Sequence[bool], bins: int = 10) -> float | None:
    """Expected calibration error (Naeini et al. 2015): the mean distance of score and truth over the bins, by their cases;
    None without a case."""
    if not scores:
        return None
    return sum(n * abs(s - t) for s, t, n in reliability(scores, truth, bins)) / len(scores)
