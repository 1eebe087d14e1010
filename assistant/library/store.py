"""Papers and chunk vectors in Chroma. The only door to Chroma.

Two collections, both cosine. `papers` has one row per paper: the vector of title and abstract, the paper's JSON and
fingerprint. `chunks` has one row per window, with id `paper#n` and offsets. A paper's row is written after its
windows and makes the paper part of the library, so an interrupted write leaves no half paper behind.
"""

from __future__ import annotations

import json
import logging
import os
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import chromadb
import numpy as np
from chromadb.config import Settings as ChromaSettings
from chromadb.errors import ChromaError

from assistant.core.errors import EmbedderMismatch, LibraryCorrupt, LibraryTooNew
from assistant.core.paper import Paper
from assistant.library.chunks import Chunked
from assistant.library.embedder import Vectors

FORMAT = 1
ROWS = 2000
# Chroma answers about as many neighbours as it searches; the retriever asks for 400.
_HNSW = {"hnsw": {"space": "cosine", "ef_search": 400}}
_DAMAGE = (ChromaError, sqlite3.DatabaseError, ValueError, KeyError, TypeError, RuntimeError, OSError)

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Entry:
    """A paper ready to be stored. `vectors`: (1 + windows, dimension), the whole text first."""

    chunked: Chunked
    vectors: Vectors


@dataclass(frozen=True)
class Known:
    """A stored paper's fingerprint and the source that it was read from; `add` compares new papers with them."""

    fingerprint: str
    source: str


class Store:
    """An open library folder. Use `Store.open`; `close` it, or Chroma keeps its files open."""

    def __init__(self, folder: Path, client: Any, papers: Any, chunks: Any) -> None:
        self.folder = folder
        self._client = client
        self._papers = papers
        self._chunks = chunks

    @classmethod
    def open(cls, folder: Path, embedder: str, dimension: int) -> Store:
        """Open the folder, or make it.

        Raises `LibraryTooNew`, `EmbedderMismatch` or `LibraryCorrupt`.
        """
        try:
            made = {"format": FORMAT, "embedder": embedder, "dimension": dimension}
            client = _client(folder)
            papers = client.get_or_create_collection("papers", configuration=_HNSW, metadata=made)
            chunks = client.get_or_create_collection("chunks", configuration=_HNSW, metadata=made)
        except _DAMAGE as exc:
            raise _corrupt(folder, exc) from exc
        except BaseException as exc:
            # Chroma's Rust part panics on some damaged files, and its panic is not an Exception.
            if type(exc).__name__ != "PanicException":
                raise
            raise _corrupt(folder, exc) from exc
        store = cls(folder, client, papers, chunks)
        try:
            store._check(embedder)
        except BaseException:
            store.close()
            raise
        return store

    def _check(self, embedder: str) -> None:
        written = self._papers.metadata or {}
        if written.get("format", 0) > FORMAT:
            raise LibraryTooNew(
                f"The library {self.folder} was written in format {written['format']}, and this program knows "
                f"format {FORMAT}: update the program, or open another library."
            )
        if written.get("embedder") != embedder:
            raise EmbedderMismatch(
                f"The library {self.folder} was built with the embedder {written.get('embedder')!r}, not "
                f"{embedder!r}: set embedding.name back, or make a new library with --library DIR."
            )

    def close(self) -> None:
        """Release Chroma's files."""
        self._client.close()

    def count(self) -> int:
        """Return the number of papers in the library."""
        return int(self._guard(self._papers.count))

    def known(self) -> dict[str, Known]:
        """Return fingerprint and source of every paper by id."""
        return {
            paper_id: Known(str(meta["fingerprint"]), str(meta["source"]))
            for paper_id, meta in self._rows(self._papers)
        }

    def papers(self) -> Iterator[Paper]:
        """Yield all papers, in the order in which they were first added."""
        for _, meta in self._rows(self._papers):
            yield _paper(meta)

    def get(self, ids: Sequence[str]) -> dict[str, Paper]:
        """Return the papers with these ids by id; ids that are not in the library are left out."""
        if not ids:
            return {}
        found = self._guard(self._papers.get, ids=list(ids), include=["metadatas"])
        return {
            paper_id: _paper(meta) for paper_id, meta in zip(found["ids"], found["metadatas"], strict=True)
        }

    def put(self, entries: Sequence[Entry]) -> None:
        """Write papers, new or changed: first their windows, then the papers."""
        self._put_chunks(entries)
        papers = [entry.chunked.paper for entry in entries]
        for at in range(0, len(papers), ROWS):
            part = papers[at : at + ROWS]
            self._guard(
                self._papers.upsert,
                ids=[paper.id for paper in part],
                embeddings=np.stack([entry.vectors[0] for entry in entries[at : at + ROWS]]),
                metadatas=[_row(paper) for paper in part],
            )

    def _put_chunks(self, entries: Sequence[Entry]) -> None:
        rows = [
            (chunk, vector, entry.chunked.paper.fingerprint)
            for entry in entries
            for chunk, vector in zip(entry.chunked.chunks, entry.vectors[1:], strict=True)
        ]
        for at in range(0, len(rows), ROWS):
            part = rows[at : at + ROWS]
            self._guard(
                self._chunks.upsert,
                ids=[chunk.id for chunk, _, _ in part],
                embeddings=np.stack([vector for _, vector, _ in part]),
                metadatas=[
                    {
                        "paper_id": chunk.paper_id,
                        "ordinal": chunk.ordinal,
                        "start": chunk.start,
                        "end": chunk.end,
                        "fingerprint": fingerprint,
                    }
                    for chunk, _, fingerprint in part
                ],
            )

    def trim(self, chunked: Chunked) -> None:
        """Remove windows that only a longer, older text of the paper had."""
        found = self._guard(self._chunks.get, where={"paper_id": chunked.paper.id}, include=[])
        surplus = sorted(set(found["ids"]) - {chunk.id for chunk in chunked.chunks})
        if surplus:
            self._guard(self._chunks.delete, ids=surplus)

    def remove(self, paper_id: str) -> None:
        """Remove a paper and its windows; the paper's row goes first, so that no half paper is left."""
        self._guard(self._papers.delete, ids=[paper_id])
        self._guard(self._chunks.delete, where={"paper_id": paper_id})

    def remove_orphans(self) -> int:
        """Remove windows whose paper is not in the library (interrupted write); return how many."""
        known = self.known()
        orphans = [row for row, meta in self._rows(self._chunks) if meta["paper_id"] not in known]
        for at in range(0, len(orphans), ROWS):
            self._guard(self._chunks.delete, ids=orphans[at : at + ROWS])
        return len(orphans)

    def nearest_papers(self, vector: Vectors, n: int, among: Sequence[str] | None = None) -> dict[str, float]:
        """Return the n papers (of those `among`) whose whole text is nearest: cosine in -1..1 by id."""
        if among is None:
            return self._nearest(self._papers, vector, n)
        held = self._held(among)
        return self._nearest(self._papers, vector, min(n, len(held)), ids=held)

    def nearest_chunks(self, vector: Vectors, n: int, among: Sequence[str] | None = None) -> dict[str, float]:
        """Return the n nearest windows (of the papers `among`): cosine in -1..1 by chunk id."""
        if among is None:
            return self._nearest(self._chunks, vector, n)
        return self._nearest(
            self._chunks, vector, n if among else 0, where={"paper_id": {"$in": list(among)}}
        )

    def vectors(self, paper_ids: Sequence[str]) -> dict[str, Vectors]:
        """Return the vectors of whole papers by id, unit rows of shape (dimension,)."""
        found: dict[str, Vectors] = {}
        for at in range(0, len(paper_ids), ROWS):
            page = self._guard(self._papers.get, ids=list(paper_ids[at : at + ROWS]), include=["embeddings"])
            found |= dict(zip(page["ids"], page["embeddings"], strict=True))
        return found

    def _held(self, ids: Sequence[str]) -> list[str]:
        # Chroma takes an id that it does not hold for an error.
        return list(self._guard(self._papers.get, ids=list(ids), include=[])["ids"]) if ids else []

    def _nearest(self, collection: Any, vector: Vectors, n: int, **among: Any) -> dict[str, float]:
        n = min(n, int(self._guard(collection.count)))
        if n == 0:
            return {}
        found = self._guard(
            collection.query, query_embeddings=vector[None], n_results=n, include=["distances"], **among
        )
        pairs = zip(found["ids"][0], found["distances"][0], strict=True)
        return {row: 1.0 - float(distance) for row, distance in pairs}

    def _rows(self, collection: Any) -> Iterator[tuple[str, dict[str, Any]]]:
        total = int(self._guard(collection.count))
        for offset in range(0, total, ROWS):
            page = self._guard(collection.get, limit=ROWS, offset=offset, include=["metadatas"])
            yield from zip(page["ids"], page["metadatas"], strict=True)

    def _guard(self, call: Any, **arguments: Any) -> Any:
        try:
            return call(**arguments)
        except (ChromaError, sqlite3.DatabaseError) as exc:
            raise _corrupt(self.folder, exc) from exc
        except BaseException as exc:
            if type(exc).__name__ != "PanicException":
                raise
            raise _corrupt(self.folder, exc) from exc


def _client(folder: Path) -> Any:
    # Chroma's product telemetry is off by setting; the variable also silences what a plug-in might read.
    os.environ.setdefault("ANONYMIZED_TELEMETRY", "False")
    path = folder / "chroma"
    path.mkdir(parents=True, exist_ok=True)
    return chromadb.PersistentClient(str(path), settings=ChromaSettings(anonymized_telemetry=False))


def _corrupt(folder: Path, exc: BaseException) -> LibraryCorrupt:
    log.warning("Chroma failed on %s: %r", folder, exc)
    return LibraryCorrupt(
        f"The library {folder} cannot be read, its index is damaged: move that folder away and add your files "
        "again (they are not touched)."
    )


def _row(paper: Paper) -> dict[str, Any]:
    return {
        "paper": json.dumps(paper.to_json(), ensure_ascii=False),
        "fingerprint": paper.fingerprint,
        "source": paper.source,
    }


def _paper(meta: dict[str, Any]) -> Paper:
    return Paper.from_json(json.loads(meta["paper"]))
