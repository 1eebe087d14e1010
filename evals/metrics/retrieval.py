"""Ranking metrics. `ranked` are ids, best first; `gold` maps relevant ids to grades of 1 or more (never empty).

Definitions follow trec_eval (https://trec.nist.gov/trec_eval); the tests compare them with its results.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

Gold = Mapping[str, int]


def hit(ranked: Sequence[str], gold: Gold, k: int) -> float:
    """Return 1 if one of the first k is relevant, else 0 (trec_eval's success)."""
    return float(any(item in gold for item in ranked[:k]))


def recall(ranked: Sequence[str], gold: Gold, k: int) -> float:
    """Return the share (0..1) of the relevant ids that are among the first k."""
    return sum(item in gold for item in ranked[:k]) / len(gold)


def reciprocal_rank(ranked: Sequence[str], gold: Gold) -> float:
    """Return 1 / rank of the first relevant id, 0 without one. Its mean over cases is MRR."""
    return next((1 / rank for rank, item in enumerate(ranked, start=1) if item in gold), 0.0)


def ndcg(ranked: Sequence[str], gold: Gold, k: int = 10) -> float:
    """Return the sum of grade / log2(rank + 1) over the first k, divided by that of the ideal order (Järvelin & Kekäläinen
    2002), in 0..1."""
    gained = sum(gold.get(item, 0) / math.log2(rank + 1) for rank, item in enumerate(ranked[:k], start=1))
    ideal = sorted(gold.values(), reverse=True)[:k]
    return gained / sum(grade / math.log2(rank + 1) for rank, grade in enumerate(ideal, start=1))
