"""Convert papers to rows on a server and back: a row holds all that another machine needs to know of a paper."""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from assistant.core.paper import Paper
from assistant.library.chroma.byte_pieces import Pieces, Row, from_pieces, in_pieces, in_row
from assistant.library.chroma.quotas import LONG_PIECE, LONGEST_ID
from assistant.library.embedding.packed import BITS, PaperVectors, pack_rows, unpack_rows
from assistant.library.identity.ledger import Ledger, Origin

_LONG = "long:"
Further = Callable[[Sequence[str]], Mapping[str, Row]]
"""Returns rows by their ids, of what one row cannot hold."""


def row_of(name: str) -> str:
    """Return the id of the row of a paper or window: its own id, or a hash of one that is longer than a row's may be."""
    if len(name.encode()) <= LONGEST_ID and not name.startswith(_LONG):
        return name
    return _LONG + hashlib.sha256(name.encode()).hexdigest()[:40]


def is_hashed(row: str) -> bool:
    """Return whether a row's id is a hash, so that the row says in `name` what it is of."""
    return row.startswith(_LONG)


def named(name: str) -> dict[str, str]:
    """Return what a row says of its own name: nothing, where that is the row's id."""
    return {"name": name} if is_hashed(row_of(name)) else {}


def gone_row(paper_id: str) -> str:
    """Return the id of the row that says that a paper was removed."""
    return f"gone {hashlib.sha256(paper_id.encode()).hexdigest()[:32]}"


def paper_to_row(paper: Paper, number: int, ledger: Ledger, generation: int) -> Pieces:
    """Return what the row of a paper says: its record and its number, and in its ledger its records and marks. Most papers have one
    record, which says what the paper says."""
    origins = [
        [one.source, one.key, None if one.record == paper else one.record.to_json()]
        for one in ledger.origins(paper.id)
    ]
    held = json.dumps({"origins": origins, "marks": ledger.all_marks(paper.id)}, ensure_ascii=False)
    values = {"record": paper.packed(), "ledger": zlib.compress(held.encode())}
    pieces = in_row(values, f"{generation} {paper.id}")
    rest = {"number": number, "generation": generation, **named(paper.id)}
    return Pieces(pieces.row | rest, pieces.further)


class ServedPaper(NamedTuple):
    """A paper with its records, and its marks (kind, value)."""

    paper: Paper
    origins: tuple[Origin, ...]
    marks: tuple[tuple[str, str], ...]


def paper_from_row(row: Row, further: Further) -> ServedPaper:
    """Read a row that `paper_to_row` wrote. Raises `KeyError`, `ValueError` or `zlib.error` for another."""
    paper = Paper.unpacked(from_pieces("record", row, further))
    ledger = json.loads(zlib.decompress(from_pieces("ledger", row, further)))
    origins = tuple(
        Origin(source, key, paper if record is None else Paper.from_json(record))
        for source, key, record in ledger["origins"]
    )
    return ServedPaper(paper, origins, tuple((kind, value) for kind, value in ledger["marks"]))


def vectors_to_row(paper: Paper, vectors: PaperVectors) -> Pieces:
    """Return what the row of a paper's vectors of sentences and words says."""
    data = pack_rows(vectors.sentences) + vectors.words.tobytes()
    pieces = in_row({"vectors": data}, f"{paper.fingerprint} {paper.id}")
    rest = {
        "fingerprint": paper.fingerprint,
        "sentences": len(vectors.sentences),
        "dimension": vectors.sentences.shape[1],
        "bits": BITS,
    }
    return Pieces(pieces.row | rest, pieces.further)


def vectors_from_row(row: Mapping[str, Any], further: Further) -> PaperVectors:
    """Return the vectors of a row that `vectors_to_row` made."""
    data, dimension = from_pieces("vectors", row, further), int(row["dimension"])
    bits = int(row.get("bits", 8))
    cut = row["sentences"] * -(-dimension * bits // 8)
    words = np.frombuffer(data[cut:], dtype=np.uint8).reshape(-1, -(-dimension // 8))
    return PaperVectors(unpack_rows(data[:cut], dimension, bits), words)


def file_to_row(name: str, text: str) -> Row:
    """Return what the row of a small file says."""
    return {"kind": "file", "name": name, **in_pieces("text", text.encode(), LONG_PIECE)}


def file_from_row(row: Mapping[str, Any]) -> str:
    """Return the text of a row that `file_to_row` made; older ones have it in one value."""
    return from_pieces("text", row).decode() if "text pieces" in row else str(row["text"])
