"""Class Difference: what a statement changes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from assistant.core.text.tokens import Token
from assistant.verification.lexicon import FREE

DifferenceKind = Literal[
    "negation", "direction", "turn", "quantity", "modality", "order", "number", "name", "word", "left_out"
]


@dataclass(frozen=True)
class Difference:
    """Something that matters and is not the same: what the statement says, and what the source says."""

    kind: DifferenceKind
    said: str = ""
    source: str = ""


@dataclass(frozen=True)
class Run:
    """`size` tokens of the statement from `said`, equal to those of the source from `source`."""

    said: int
    source: int
    size: int


def matters(token: Token) -> bool:
    return token.lower not in FREE
