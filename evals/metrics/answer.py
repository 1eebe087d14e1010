"""Whether an answer says what it should."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

Grade = Literal["correct", "partly", "incorrect"]
GRADES: dict[str, float] = {"correct": 1.0, "partly": 0.5, "incorrect": 0.0}


def fact_recall(text: str, facts: Sequence[Sequence[str]]) -> float | None:
    """The share of key facts of which one spelling stands in the text, case aside; None where there are none."""
    folded = " ".join(text.casefold().split())
    found = [any(" ".join(s.casefold().split()) in folded for s in fact) for fact in facts]
    return sum(found) / len(found) if found else None


def foreign(cited: Sequence[str], relevant: Sequence[str], related: Sequence[str]) -> float | None:
    """The share of cited papers that have nothing to do with the question; None where nothing is cited."""
    return sum(c not in relevant and c not in related for c in cited) / len(cited) if cited else None
