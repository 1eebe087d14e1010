"""Fuse the scores of retrieval channels."""

from __future__ import annotations

from collections.abc import Hashable
from typing import TypeVar

Key = TypeVar("Key", bound=Hashable)

WEIGHTS = {"dense": 0.5, "lexical": 0.5}


def fuse(channels: dict[str, dict[str, float]]) -> dict[str, float]:
    """Return the weighted mean of min-max-scaled scores over all candidates; a missing score counts as 0.

    Measured on SciFact's fitting claims against reciprocal rank fusion and sums of z-scores, which are worse.
    """
    fused: dict[str, float] = {}
    total = sum(WEIGHTS[name] for name in channels)
    for name, scores in channels.items():
        for paper_id, value in scaled(scores).items():
            fused[paper_id] = fused.get(paper_id, 0.0) + WEIGHTS[name] / total * value
    return fused


def ranks(scores: dict[str, float]) -> dict[str, int]:
    """Return the rank of each key, from 1 for the highest score; equal scores keep their order."""
    order = sorted(scores, key=lambda key: -scores[key])
    return {key: rank for rank, key in enumerate(order, start=1)}


def scaled(scores: dict[Key, float]) -> dict[Key, float]:
    """Return scores scaled to 0..1, the lowest to 0 and the highest to 1; all 1 if they are equal."""
    if not scores:
        return {}
    low, high = min(scores.values()), max(scores.values())
    if high - low < 1e-9:
        return dict.fromkeys(scores, 1.0)
    return {key: (value - low) / (high - low) for key, value in scores.items()}
