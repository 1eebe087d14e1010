"""Store bytes as Chroma's metadata, which are texts: in pieces, and where one row cannot hold them, in further rows."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from assistant.library.chroma.quotas import LONG_PIECE, MOST_PIECES, PIECE

Row = dict[str, Any]
"""The metadata of a row."""

_PART = MOST_PIECES * LONG_PIECE // 4 * 3
"""Bytes of a further row."""


@dataclass(frozen=True)
class Pieces:
    """What a row says, and further rows by id, which are to be written before it."""

    row: Row
    further: Mapping[str, Row] = field(default_factory=dict)


def in_pieces(name: str, data: bytes, size: int = PIECE) -> Row:
    """Return bytes as metadata, in pieces of so many characters."""
    text = base64.b64encode(data).decode()
    pieces = [text[at : at + size] for at in range(0, len(text), size)]
    # An update leaves the pieces of an older, longer text behind.
    return {_count(name): len(pieces)} | {f"{name} {n}": piece for n, piece in enumerate(pieces)}


def in_row(values: Mapping[str, bytes], key: str) -> Pieces:
    """Return some values as one row.

    Where they are too many pieces, these are longer ones, and where they still are, the largest value goes to further rows. `key` is
    another one for another state of the values: rows that say what was are never overwritten, so that who reads an older row has all of
    it. They stay when their row goes, which is no loss: it takes an abstract beyond all that readers accept, or thousands of authors.
    """
    inside, apart = dict(values), {}
    while (size := _size(inside)) is None:
        largest = max(inside, key=lambda name: len(inside[name]))
        apart[largest] = inside.pop(largest)
    row: Row = {}
    further: dict[str, Row] = {}
    for name, data in inside.items():
        row |= in_pieces(name, data, size)
    for name, data in apart.items():
        parts = [data[at : at + _PART] for at in range(0, len(data), _PART)]
        at = hashlib.sha256(f"{name} {key}".encode()).hexdigest()[:32]
        row |= {_count(name): -len(parts), f"{name} at": at}
        further |= {f"part {at} {n}": in_pieces("part", part, LONG_PIECE) for n, part in enumerate(parts)}
    return Pieces(row, further)


def from_pieces(
    name: str,
    row: Mapping[str, Any],
    further: Callable[[Sequence[str]], Mapping[str, Row]] = lambda ids: {},
) -> bytes:
    """Return the bytes of a value; `further` returns rows by their ids. Raises `KeyError` where a piece is missing."""
    count = row[_count(name)]
    if count < 0:
        ids = [f"part {row[f'{name} at']} {n}" for n in range(-count)]
        rows = further(ids)
        return b"".join(from_pieces("part", rows[one]) for one in ids)
    return base64.b64decode("".join(row[f"{name} {n}"] for n in range(count)))


def _count(name: str) -> str:
    return "pieces" if name == "record" else f"{name} pieces"


def _size(values: Mapping[str, bytes]) -> int | None:
    """Return the size of pieces with which values fit into one row, if one does."""
    # In base64, three bytes are four characters.
    lengths = [-(-len(data) // 3) * 4 for data in values.values()]
    sizes = (PIECE, LONG_PIECE)
    return next((size for size in sizes if sum(-(-n // size) for n in lengths) <= MOST_PIECES), None)
