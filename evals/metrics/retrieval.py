"""How good a ranking is. `ranked` are ids, best first; `gold` maps relevant ids to grades of 1 or more (never empty).

Definitions as in trec_eval (https://trec.nist.gov/trec_eval), with which the tests compare them.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

Gold = Mapping[str, int]


def hit(ranked: Sequence[str], gold: Gold, k: int) -> float:
    """1 where one of the first k is relevant, else 0 (trec_eval's success)."""
    return float(any(item in gold for item in ranked[:k]))


def recall(ranked: Sequence[str], gold: Gold, k: int) -> float:
    """The share of the relevant that are among the first k; 0..1."""
    return sum(item in gold for item in ranked[:k]) / len(gold)


def reciprocal_rank(ranked: Sequence[str], gold: Gold) -> float:
    """1 / rank of the first that is relevant, 0 without one; its mean is MRR."""
    return next((1 / rank for rank, item in enumerate(ranked, start=1) if item in gold), 0.0)


def average_precision(ranked: Sequence[str], gold: Gold) -> float:
    """Sum over hits of (hits so far / rank), divided by the number of relevant; its mean is MAP."""
    hits, total = 0, 0.0
    for rank, item in enumerate(ranked, start=1):
        if item in gold:
            hits += 1
            total += hits / rank
    return total / len(gold)


def ndcg(ranked: Sequence[str], gold: Gold, k: int = 10) -> float:
    """Sum of grade / log2(rank + 1) over the first k, divided by that of the ideal order (Järvelin & Kekäläinen 2002);
    0..1."""
    gained = sum(gold.get(item, 0) / math.log2(rank + 1) for rank, item in enumerate(ranked[:k], start=1))
    ideal = sorted(gold.values(), reverse=True)[:k]
    return gained / sum(grade / math.log2(rank + 1) for rank, grade in enumerate(ideal, start=1))
