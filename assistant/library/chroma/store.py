"""Class Store: vectors of papers and windows in Chroma, in the library's folder.

Two collections, both cosine. `papers` has one row per paper: the vector of title and abstract. `chunks` has one row per window of
the long ones, with id `paper#n`. From these and the word index, which keeps what papers say, a lost file of records is rebuilt; up to
format 4 their records stood here, too, where they took three times the space.
"""

from __future__ import annotations

import logging
import os
import shutil
import time
import weakref
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
from llama_index.core.utils import iter_batch

from assistant.core.errors import EmbedderMismatch, LibraryCorrupt, LibraryTooNew
from assistant.core.paper import Paper
from assistant.library.chroma.byte_pieces import from_pieces
from assistant.library.chroma.connection import FAULTS, FAULTS_OF_OPENING, in_folder, stop
from assistant.library.chroma.index_files import lasting_misfits
from assistant.library.chunks import Chunk, Chunked, chunk
from assistant.library.embedding.vectors import Vectors, as_kept
from assistant.library.records import Entry

FORMAT = 5
DAMAGED = "damaged"
"""This file in a library's folder says that Chroma failed on its files."""
ROWS = 2000
WRITTEN = 200
"""Rows. While Chroma writes it holds Python's lock, and every other thread waits: a fifth of a second for so many, two seconds for 2,000."""
_TRIES, _PAUSE = 5, 0.1
"""Tries, and seconds between them, after which a failing file counts as damaged."""
# Chroma answers about as many neighbours as it searches; the retriever asks for 400. A distributed server makes a SPANN index of it, and
# takes the distance alone.
HNSW = {"hnsw": {"space": "cosine", "ef_search": 400}}

log = logging.getLogger(__name__)


class Store:
    """An open library folder; use `Store.open`. Chroma's files are released when nobody holds the store any more.

    So a reader can finish after the store was replaced: Chroma ends the process if it is stopped while somebody reads.
    """

    def __init__(self, folder: Path, system: Any, papers: Any, chunks: Any, client: Any = None) -> None:
        self.folder = folder
        self._client = client
        self._papers = papers
        self._chunks = chunks
        # At the end of the process all is released anyway, and a reader may still be at work.
        if system is not None:
            weakref.finalize(self, stop, system, os.getpid()).atexit = False

    @classmethod
    def open(cls, folder: Path, embedder: str, dimension: int) -> Store:
        """Open the folder, or make it.

        Raises `LibraryTooNew`, `EmbedderMismatch`, `LibraryCorrupt`.
        """
        if torn := lasting_misfits(folder / "chroma"):
            raise _damaged(folder, ValueError(f"files that do not fit together in {', '.join(torn)}"))
        try:
            client, system = in_folder(folder)
            made = about(embedder, dimension)
            papers = client.get_or_create_collection("papers", configuration=HNSW, metadata=made)
            chunks = client.get_or_create_collection("chunks", configuration=HNSW, metadata=made)
        except FAULTS_OF_OPENING as exc:
            raise _damaged(folder, exc) from exc
        except BaseException as exc:
            # Chroma's Rust part panics on some damaged files, and its panic is not an Exception.
            if type(exc).__name__ != "PanicException":
                raise
            raise _damaged(folder, exc) from exc
        store = cls(folder, system, papers, chunks, client)
        store.check(embedder)
        return store

    @property
    def name(self) -> str:
        """What users call the library."""
        return str(self.folder)

    def check(self, embedder: str) -> None:
        """Raise `LibraryTooNew` or `EmbedderMismatch` for a library that this program cannot use so."""
        written = self._papers.metadata or {}
        if self.format > FORMAT:
            raise LibraryTooNew(
                f"The library {self.name} was written in format {self.format}, and this program knows "
                f"format {FORMAT}: update the program, or open another library."
            )
        if written.get("embedder") != embedder:
            raise EmbedderMismatch(
                f"The library {self.name} was built with the embedder {written.get('embedder')!r}, not "
                f"{embedder!r}: set embedding.name back, or make a new library with --library DIR."
            )

    @property
    def format(self) -> int:
        """The format that the library was last written in."""
        return int((self._papers.metadata or {}).get("format", 0))

    @staticmethod
    def discard(folder: Path) -> None:
        """Delete Chroma's folder."""
        shutil.rmtree(folder / "chroma", ignore_errors=True)

    def count(self) -> int:
        """Return the number of papers. Takes time linear in their number: not to be called for each question."""
        return int(self._guard(self._papers.count))

    def stamp(self) -> None:
        """Mark the folder as written in the present format."""
        self._guard(self._papers.modify, metadata={**self._papers.metadata, "format": FORMAT})

    def entries(self, papers_of: Callable[[Sequence[str]], Mapping[str, Paper]]) -> Iterator[Entry]:
        """Yield every paper with its search vectors, in the order of adding: what a lost file of records is rebuilt from. `papers_of`
        returns what papers (ids) say.

        A window that a broken write left out gets the vector of the whole text.
        """
        for rows in self._pages(self._papers, "metadatas", "embeddings"):
            known = papers_of(rows["ids"])
            found = [
                (chunk(known.get(one) or paper_of(meta)), whole)
                for one, meta, whole in zip(rows["ids"], rows["metadatas"], rows["embeddings"], strict=True)
                if one in known or meta
            ]
            vectors = self._windows([window.id for paper, _ in found for window in paper.windows])
            for paper, whole in found:
                rest = [vectors.get(window.id, whole) for window in paper.windows]
                yield Entry(paper, np.asarray([whole, *rest], dtype=np.float32))

    def _windows(self, ids: Sequence[str]) -> dict[str, Vectors]:
        # Chroma treats an empty list of ids as an error.
        found = self._guard(self._chunks.get, ids=list(ids), include=["embeddings"]) if ids else {}
        return dict(zip(found.get("ids", ()), found.get("embeddings", ()), strict=True))

    def ids(self) -> set[str]:
        """Return the ids of all papers."""
        return {paper_id for rows in self._pages(self._papers) for paper_id in rows["ids"]}

    def windows(self) -> set[str]:
        """Return the ids of all windows."""
        return {window for rows in self._pages(self._chunks) for window in rows["ids"]}

    def drop_windows(self) -> None:
        """Remove all windows."""
        about = {"metadata": self._chunks.metadata, "configuration": HNSW}
        self._guard(self._client.delete_collection, name="chunks")
        self._chunks = self._guard(self._client.get_or_create_collection, name="chunks", **about)

    def remove_windows(self, ids: Iterable[str]) -> None:
        """Remove windows by their ids."""
        for part in iter_batch(sorted(ids), ROWS):
            self._guard(self._chunks.delete, ids=list(part))

    def put(self, entries: Sequence[Entry], changed: Set[str] = frozenset()) -> None:
        """Write papers, new or changed, and their windows; remove windows that only the older, longer texts of those that are
        `changed` (ids) had."""
        self._write(entries)
        self._trim([entry.chunked for entry in entries if entry.chunked.paper.id in changed])

    def _write(self, entries: Sequence[Entry], **said: int) -> None:
        """Write windows, then papers, whose rows say what is `said`: a paper that is there has its windows."""
        windows = [
            (window, vector)
            for entry in entries
            for window, vector in zip(entry.chunked.windows, entry.vectors[1:], strict=True)
        ]
        for part in iter_batch(windows, WRITTEN):
            self._guard(
                self._chunks.upsert,
                ids=[self._row_of(window.id) for window, _ in part],
                embeddings=as_kept(np.stack([vector for _, vector in part])),
                metadatas=[self._window(window, said) for window, _ in part],
            )
        for papers in iter_batch(entries, WRITTEN):
            self._guard(
                self._papers.upsert,
                ids=[self._row_of(entry.chunked.paper.id) for entry in papers],
                embeddings=as_kept(np.stack([entry.vectors[0] for entry in papers])),
                metadatas=self._rows([entry.chunked.paper for entry in papers], said),
            )

    def _row_of(self, name: str) -> str:
        """Return the id of the row of a paper or window (id)."""
        return name

    def _window(self, window: Chunk, said: Mapping[str, int]) -> dict[str, Any]:
        """Return what is kept of a window beside its vector."""
        return {"paper_id": window.paper_id, **said}

    def _rows(self, papers: Sequence[Paper], said: Mapping[str, int]) -> list[dict[str, Any]] | None:
        """Return what is kept of papers beside their vectors: nothing."""
        return None

    def _trim(self, papers: Sequence[Chunked]) -> None:
        """Remove windows of these papers that their present texts do not have."""
        for part in iter_batch(papers, ROWS):
            where = {"paper_id": {"$in": [chunked.paper.id for chunked in part]}}
            stored = self._guard(self._chunks.get, where=where, include=[])["ids"]
            surplus = set(stored) - {window.id for chunked in part for window in chunked.windows}
            if surplus:
                self._guard(self._chunks.delete, ids=sorted(surplus))

    def remove(self, ids: Sequence[str]) -> None:
        """Remove papers and their windows."""
        for part in iter_batch(ids, ROWS):
            if held := self._stored_ids(part):
                self._guard(self._papers.delete, ids=held)
            self._guard(self._chunks.delete, where={"paper_id": {"$in": list(part)}})

    def nearest_papers(self, vector: Vectors, n: int, among: Sequence[str] | None = None) -> dict[str, float]:
        """Return the n papers (of those `among`) whose whole text is nearest: cosine in -1..1 by id."""
        if among is None:
            return self._nearest(self._papers, vector, n)
        held = self._stored_ids(among)
        return self._nearest(self._papers, vector, min(n, len(held)), ids=held)

    def nearest_chunks(self, vector: Vectors, n: int, among: Sequence[str] | None = None) -> dict[str, float]:
        """Return the n nearest windows (of the papers `among`): cosine in -1..1 by chunk id."""
        if among is None:
            return self._nearest(self._chunks, vector, n)
        return self._nearest(
            self._chunks, vector, n if among else 0, where={"paper_id": {"$in": list(among)}}
        )

    def _stored_ids(self, ids: Sequence[str]) -> list[str]:
        # Chroma treats an id that it does not hold as an error.
        return list(self._guard(self._papers.get, ids=list(ids), include=[])["ids"]) if ids else []

    def _nearest(self, collection: Any, vector: Vectors, n: int, **among: Any) -> dict[str, float]:
        if n == 0:
            return {}
        result = self._guard(
            collection.query, query_embeddings=vector[None], n_results=n, include=["distances"], **among
        )
        pairs = zip(result["ids"][0], result["distances"][0], strict=True)
        return {row: 1.0 - float(distance) for row, distance in pairs}

    def _pages(self, collection: Any, *include: str) -> Iterator[dict[str, Any]]:
        for offset in range(0, int(self._guard(collection.count)), ROWS):
            yield self._guard(collection.get, limit=ROWS, offset=offset, include=list(include))

    def _guard(self, call: Any, **arguments: Any) -> Any:
        """Return the result of a call to Chroma. It is repeated where it fails while another process writes ("Error finding id": a paper
        was removed between two steps of a search), so every call must be safe to repeat."""
        left = _TRIES
        while True:
            left -= 1
            try:
                return call(**arguments)
            except FAULTS as exc:
                if not left:
                    raise _damaged(self.folder, exc) from exc
                time.sleep(_PAUSE)
            except BaseException as exc:
                if type(exc).__name__ != "PanicException":
                    raise
                raise _damaged(self.folder, exc) from exc


def about(embedder: str, dimension: int) -> dict[str, Any]:
    """Return the metadata of a new collection."""
    return {"format": FORMAT, "embedder": embedder, "dimension": dimension}


def _damaged(folder: Path, exc: BaseException) -> LibraryCorrupt:
    """Return the error for a damaged folder, and note the damage for whoever opens the library next."""
    log.warning("Chroma failed on %s: %r", folder, exc)
    with suppress(OSError):
        (folder / DAMAGED).touch()
    return LibraryCorrupt(
        f"The search index of the library {folder} is damaged. It is made again from the library's records: try again. "
        "If the records are gone, too, move that folder away and add your files again (they are not touched)."
    )


def paper_of(metadata: Mapping[str, Any]) -> Paper:
    """Return the paper of a row, also of the JSON that stands there in libraries of formats 1 and 2."""
    if "pieces" not in metadata:
        return Paper.unpacked(metadata["paper"])
    return Paper.unpacked(from_pieces("record", metadata))
