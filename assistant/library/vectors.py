"""Vectors of sentences and words in SQLite. One row per paper; there are too many for memory, few are read at a time.

Made in the same pass as the paper's other vectors. Sentences are kept as int8. Words that carry meaning are kept as one
bit a dimension: a question's words are compared with them one by one (late interaction, as in ColBERT, Khattab and
Zaharia 2020, arXiv:2004.12832), where the bits order papers as well as the whole vectors do, in a thirtieth of the space.
Derived: what is missing (a write that broke off) is embedded when first needed.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from assistant.core.paper import Paper
from assistant.library.chunks import Chunked
from assistant.library.embedder import Vectors, unit

_SCALE = 127.0


@dataclass(frozen=True, eq=False)
class PaperVectors:
    """`sentences`: unit rows, shape (sentences, dimension); `words`: rows of +-1 / sqrt(dimension), shape (words, dimension)."""

    sentences: Vectors
    words: Vectors


class VectorFile:
    """Vectors by paper; valid for one fingerprint of the paper."""

    def __init__(self, path: Path) -> None:
        self._lock = threading.Lock()
        self._db = sqlite3.connect(path, check_same_thread=False, timeout=30)
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = NORMAL")
        self._db.execute(
            "CREATE TABLE IF NOT EXISTS paper_vectors"
            " (paper TEXT PRIMARY KEY, fingerprint TEXT, dimension INTEGER, sentences BLOB, words BLOB) WITHOUT ROWID"
        )

    def put(self, rows: Sequence[tuple[Paper, PaperVectors]]) -> None:
        """Store the vectors of papers."""
        packed = [
            (paper.id, paper.fingerprint, v.sentences.shape[1], _pack(v.sentences), _signs(v.words))
            for paper, v in rows
        ]
        with self._lock, self._db:
            self._db.executemany("INSERT OR REPLACE INTO paper_vectors VALUES (?, ?, ?, ?, ?)", packed)

    def get(self, papers: Sequence[Paper]) -> dict[str, PaperVectors]:
        """Return the stored vectors of these papers by id; papers without any, or with another text, are left out."""
        marks = ",".join("?" * len(papers))
        with self._lock:
            rows = self._db.execute(
                "SELECT paper, fingerprint, dimension, sentences, words FROM paper_vectors"
                f" WHERE paper IN ({marks})",
                [paper.id for paper in papers],
            ).fetchall()
        current = {paper.id: paper.fingerprint for paper in papers}
        return {
            paper: PaperVectors(_unpack(sentences, dimension), _from_signs(words, dimension))
            for paper, fingerprint, dimension, sentences, words in rows
            if current[paper] == fingerprint
        }

    def remove(self, paper_id: str) -> None:
        """Delete a paper's vectors."""
        with self._lock, self._db:
            self._db.execute("DELETE FROM paper_vectors WHERE paper = ?", [paper_id])

    def close(self) -> None:
        """Close the file."""
        self._db.close()


def _pack(vectors: Vectors) -> bytes:
    # One scale a row: the largest component becomes 127.
    peak = np.maximum(np.abs(vectors).max(axis=1, keepdims=True), 1e-12)
    packed: bytes = np.round(vectors / peak * _SCALE).astype(np.int8).tobytes()
    return packed


def _unpack(data: bytes, dimension: int) -> Vectors:
    return unit(np.frombuffer(data, dtype=np.int8).astype(np.float32).reshape(-1, dimension))


def _signs(vectors: Vectors) -> bytes:
    return np.packbits(vectors > 0, axis=1).tobytes()


def _from_signs(data: bytes, dimension: int) -> Vectors:
    packed = np.frombuffer(data, dtype=np.uint8).reshape(-1, -(-dimension // 8))
    bits = np.unpackbits(packed, axis=1, count=dimension)
    return (bits.astype(np.float32) * 2 - 1) / np.float32(np.sqrt(dimension))


def paper_vectors(chunked: Chunked, rows: Vectors) -> PaperVectors:
    """Return the rows of sentences and words among those of one pass (whole text, then `chunked.spans`)."""
    first = 1 + len(chunked.chunks)
    last = first + len(chunked.sentences)
    return PaperVectors(rows[first:last], rows[last:])
