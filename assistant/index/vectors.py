"""Vectors of single sentences, one small blob a paper in SQLite: too many for memory, read for a few papers at a time.

Made in the same pass as the paper's other vectors and kept as int8, so that a question embeds nothing but itself.
Derived: what is missing (an embedder without token outputs, a write that broke off) is embedded when first needed.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from assistant.embedding import Vectors, unit
from assistant.papers import Paper

_SCALE = 127.0


class SentenceVectors:
    """paper -> (sentences, dimension) unit vectors, valid for one fingerprint of the paper."""

    def __init__(self, path: Path) -> None:
        self._lock = threading.Lock()
        self._db = sqlite3.connect(path, check_same_thread=False, timeout=30)
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = NORMAL")
        self._db.execute(
            "CREATE TABLE IF NOT EXISTS vectors"
            " (paper TEXT PRIMARY KEY, fingerprint TEXT, dimension INTEGER, data BLOB) WITHOUT ROWID"
        )

    def put(self, rows: Sequence[tuple[Paper, Vectors]]) -> None:
        """Keeps the sentence vectors of papers; shape (sentences, dimension) each."""
        packed = [(paper.id, paper.fingerprint, vectors.shape[1], _pack(vectors)) for paper, vectors in rows]
        with self._lock, self._db:
            self._db.executemany("INSERT OR REPLACE INTO vectors VALUES (?, ?, ?, ?)", packed)

    def get(self, papers: Sequence[Paper]) -> dict[str, Vectors]:
        """Those of the papers that are kept and up to date."""
        marks = ",".join("?" * len(papers))
        with self._lock:
            rows = self._db.execute(
                f"SELECT paper, fingerprint, dimension, data FROM vectors WHERE paper IN ({marks})",
                [paper.id for paper in papers],
            ).fetchall()
        current = {paper.id: paper.fingerprint for paper in papers}
        return {
            paper: _unpack(data, dimension)
            for paper, fingerprint, dimension, data in rows
            if current[paper] == fingerprint
        }

    def remove(self, paper_id: str) -> None:
        """Forgets a paper's vectors."""
        with self._lock, self._db:
            self._db.execute("DELETE FROM vectors WHERE paper = ?", [paper_id])

    def close(self) -> None:
        """Closes the file."""
        self._db.close()


def _pack(vectors: Vectors) -> bytes:
    # One scale a row: the largest component becomes 127.
    peak = np.maximum(np.abs(vectors).max(axis=1, keepdims=True), 1e-12)
    packed: bytes = np.round(vectors / peak * _SCALE).astype(np.int8).tobytes()
    return packed


def _unpack(data: bytes, dimension: int) -> Vectors:
    return unit(np.frombuffer(data, dtype=np.int8).astype(np.float32).reshape(-1, dimension))
