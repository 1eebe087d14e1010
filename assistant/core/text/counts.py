"""Write a number with its noun: "1 paper", "1,200 papers"."""

from __future__ import annotations


def count_of(number: int, noun: str) -> str:
    """Return a number with its noun, which takes an "s" unless the number is 1."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
