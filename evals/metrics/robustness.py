"""Whether a reworded question gets the same answer."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from statistics import fmean


def agreement(cited: Sequence[frozenset[str]]) -> float | None:
    """Return the mean Jaccard index (0..1) of the papers cited for all pairs of wordings of one question.

    Two refusals agree. None for a single wording.
    """
    found = [len(a & b) / len(a | b) if a | b else 1.0 for a, b in combinations(cited, 2)]
    return fmean(found) if found else None
