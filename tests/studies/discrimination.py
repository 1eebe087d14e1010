"""How well a score tells what is true from what is not."""

from __future__ import annotations

import math
from collections.abc import Sequence

from sklearn.metrics import roc_auc_score

from evals.analysis.agreement import reliability


def auc(scores: Sequence[float], truth: Sequence[bool]) -> float:
    """Return the area under the ROC curve: the chance that a true case scores above a false one. NaN unless there are
    both."""
    return float(roc_auc_score(truth, scores)) if len(set(truth)) == 2 else math.nan


def calibration_error(scores: Sequence[float], truth: Sequence[bool]) -> float | None:
    """Return the expected calibration error (Naeini et al. 2015): the distance of mean score and share true, averaged over
    the bins by their cases. None without a case."""
    if not scores:
        return None
    return sum(n * abs(mean - share) for mean, share, n in reliability(scores, truth)) / len(scores)
