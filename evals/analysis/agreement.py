"""Agreement of labels, and of scores with what is true."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from sklearn.calibration import calibration_curve
from sklearn.metrics import cohen_kappa_score

BINS = 10


@dataclass(frozen=True)
class Agreement:
    """Agreement over n cases: `accuracy`, Cohen's `kappa` (1 is perfect, 0 is chance; Cohen 1960), and the confusion
    `table`, which counts pairs (truth, predicted)."""

    n: int
    accuracy: float
    kappa: float
    table: dict[tuple[str, str], int]


def agree(truth: Sequence[str], predicted: Sequence[str]) -> Agreement | None:
    """Return the agreement of two raters, or None without a case. kappa is 0 if both always give the same one label."""
    if not truth:
        return None
    table = Counter(zip(truth, predicted, strict=True))
    accuracy = sum(count for (a, b), count in table.items() if a == b) / len(truth)
    # With a single label scikit-learn divides 0 by 0.
    kappa = float(cohen_kappa_score(truth, predicted)) if len({*truth, *predicted}) > 1 else 0.0
    return Agreement(len(truth), accuracy, kappa, dict(table))


class ReliabilityBin(NamedTuple):
    """A tenth of 0..1 with its `n` cases; for a calibrated score, `mean_score` and `share_true` are equal."""

    mean_score: float
    share_true: float
    n: int


def reliability(scores: Sequence[float], truth: Sequence[bool]) -> list[ReliabilityBin]:
    """Return each tenth of 0..1 in which scores lie, in order."""
    if not scores:
        return []
    shares, means = calibration_curve(truth, scores, n_bins=BINS, pos_label=True)
    # The same bins as scikit-learn's: a score on an edge belongs to the lower one.
    edges = np.linspace(0, 1, BINS + 1)[1:-1]
    counts = np.bincount(np.searchsorted(edges, scores), minlength=BINS)
    return [
        ReliabilityBin(float(mean), float(share), int(n))
        for mean, share, n in zip(means, shares, counts[counts > 0], strict=True)
    ]
