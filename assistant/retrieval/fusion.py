"""Fuse the scores of several retrieval channels."""

from __future__ import annotations

WEIGHTS = {"dense": 0.5, "lexical": 0.5}


def fuse(channels: dict[str, dict[str, float]]) -> dict[str, float]:
    """Weighted mean of min-max-scaled scores over the union of candidates; absent counts as the channel's least."""
    fused: dict[str, float] = {}
    total = sum(WEIGHTS[name] for name in channels)
    for name, scores in channels.items():
        for paper_id, value in _scaled(scores).items():
            fused[paper_id] = fused.get(paper_id, 0.0) + WEIGHTS[name] / total * value
    return fused


def _scaled(scores: dict[str, float]) -> dict[str, float]:
    if not scores:
        return {}
    low, high = min(scores.values()), max(scores.values())
    if high - low < 1e-9:
        return dict.fromkeys(scores, 1.0)
    return {paper_id: (value - low) / (high - low) for paper_id, value in scores.items()}
