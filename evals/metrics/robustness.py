"""Irrelevant papers, rewording."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from statistics import fmean


@dataclass(frozen=True)
class NoiseSensitivity:
    """Shares (0..1, lower is better) of statements that are wrong and come from `relevant` or from `irrelevant` papers."""

    relevant: float
    irrelevant: float


def noise_sensitivity(
    relevant: Sequence[bool], entailed: Sequence[Sequence[bool]], correct: Sequence[bool]
) -> NoiseSensitivity | None:
    """Return the noise sensitivity as ragas defines it (Es et al., `_noise_sensitivity.py`); None without a statement.

    `relevant[c]`: paper c is relevant. `entailed[a][c]`: paper c entails statement a. `correct[a]`: the reference entails
    statement a. A statement that a relevant paper entails never counts as coming from an irrelevant one.
    """
    if not entailed:
        return None
    from_relevant = [any(e and r for e, r in zip(row, relevant, strict=True)) for row in entailed]
    from_others = [
        any(e and not r for e, r in zip(row, relevant, strict=True)) and not good
        for row, good in zip(entailed, from_relevant, strict=True)
    ]
    pairs = list(zip(from_relevant, from_others, correct, strict=True))
    return NoiseSensitivity(
        fmean(good and not right for good, _, right in pairs),
        fmean(other and not right for _, other, right in pairs),
    )


def agreement(cited: Sequence[frozenset[str]]) -> float | None:
    """Return the mean Jaccard index (0..1) of the papers cited for all pairs of wordings of one question.

    Two refusals agree. None for a single wording.
    """
    pairs = list(combinations(cited, 2))
    return fmean(_jaccard(a, b) for a, b in pairs) if pairs else None


def _jaccard(a: frozenset[str], b: frozenset[str]) -> float:
    return len(a & b) / len(a | b) if a | b else 1.0
