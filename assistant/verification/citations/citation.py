"""Class Citation and its references."""

from __future__ import annotations

from dataclasses import dataclass

LONGEST_BRACKET = 600


@dataclass(frozen=True)
class Key:
    """A citation by key or identifier: the key as the index has it ("doi:10.1000/x"), and how it was written."""

    key: str
    written: str


@dataclass(frozen=True)
class AuthorsYear:
    """A citation by folded family names (et al. aside) and a year; None for what is in press."""

    families: tuple[str, ...]
    year: int | None
    written: str


@dataclass(frozen=True)
class Number:
    """A citation by its number in the reference list or among the footnotes."""

    number: int
    written: str


Reference = Key | AuthorsYear | Number


@dataclass(frozen=True)
class Citation:
    """What `words[start:end]` cites; `narrative` if it is a word of the sentence, as in "Roe (2020) counted", and
    `owns` if that word is possessive. A part of a citation that stands apart from its names has no references."""

    start: int
    end: int
    references: tuple[Reference, ...]
    narrative: bool = False
    owns: bool = False
