"""How long an answer is."""

from __future__ import annotations

from typing import Literal, get_args

Length = Literal["short", "normal", "long"]
"""Short: what answers, and no more. Long: with details."""
LENGTHS: tuple[Length, ...] = get_args(Length)
