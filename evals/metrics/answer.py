"""Key facts, foreign papers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

Grade = Literal["correct", "partly", "incorrect"]
GRADES: dict[str, float] = {"correct": 1.0, "partly": 0.5, "incorrect": 0.0}


def fact_recall(text: str, facts: Sequence[Sequence[str]]) -> float | None:
    """Return the share of key facts of which a spelling is in the text, ignoring case; None without facts."""
    folded = " ".join(text.casefold().split())
    present = [any(" ".join(s.casefold().split()) in folded for s in fact) for fact in facts]
    return sum(present) / len(present) if present else None


def foreign(cited: Sequence[str], relevant: Sequence[str], related: Sequence[str]) -> float | None:
    """Return the share of cited papers that are neither relevant nor related; None without a citation."""
    return sum(c not in relevant and c not in related for c in cited) / len(cited) if cited else None
