"""Vectors of papers and of their chunks in Chroma. The only door to Chroma.

Two collections, both cosine. `papers` has one row per paper: the vector of title and abstract, and the paper's record, from
which a lost records is rebuilt. `chunks` has one row per window, with id `paper#n`.
"""

from __future__ import annotations

import base64
import logging
import os
import shutil
import sqlite3
import struct
import threading
import time
import weakref
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import chromadb
import numpy as np
from chromadb.api.shared_system_client import SharedSystemClient
from chromadb.config import Settings as ChromaSettings
from chromadb.errors import ChromaError
from llama_index.core.utils import iter_batch

from assistant.core.errors import EmbedderMismatch, LibraryCorrupt, LibraryError, LibraryTooNew
from assistant.core.paper import Paper
from assistant.library.chunks import Chunked, chunk
from assistant.library.embedder import Vectors
from assistant.library.records import Entry

FORMAT = 3
DAMAGED = "damaged"
"""This file in a library's folder says that Chroma failed on its files."""
ROWS = 2000
WRITTEN = 200
"""Rows. While Chroma writes it holds Python's lock, and every other thread waits: a fifth of a second for so many, two seconds for 2,000."""
_PIECE = 900
"""Characters. Chroma keeps metadata in an index of SQLite, which holds entries of up to 1,002 bytes without a page of their own."""
# Chroma answers about as many neighbours as it searches; the retriever asks for 400.
_HNSW = {"hnsw": {"space": "cosine", "ef_search": 400}}
_DAMAGE = (ChromaError, sqlite3.DatabaseError, ValueError, KeyError, TypeError, RuntimeError, OSError)

# The files of one of Chroma's vector indexes, and hnswlib's header: version, offsets and counts, the highest level and the node at
# it, the most links at higher levels and at the lowest, then what it was built with.
_FILES = ("header.bin", "data_level0.bin", "length.bin", "link_lists.bin", "index_metadata.pickle")
_HEADER = struct.Struct("<i6QiI3QdQ")
_LINK = 4
"""Bytes of a link, and of a count of links."""
_SAMPLED = 20_000
# Another process may be writing them at this moment.
_TRIES, _PAUSE = 10, 0.2

log = logging.getLogger(__name__)


class Store:
    """An open library folder; use `Store.open`. Chroma's files are released when nobody holds the store any more.

    So whoever still reads when the store is replaced reads on: Chroma ends the process if it is stopped under a reader.
    """

    # Chroma keeps what it opens by path, and would give a second store what the first has in memory, however old.
    _opening = threading.Lock()
    _process: int | None = None

    def __init__(self, folder: Path, system: Any, papers: Any, chunks: Any) -> None:
        self.folder = folder
        self._papers = papers
        self._chunks = chunks
        # At the end of the process all is released anyway, and a reader may still be at work.
        weakref.finalize(self, _stop, system, os.getpid()).atexit = False

    @classmethod
    def open(cls, folder: Path, embedder: str, dimension: int) -> Store:
        """Open the folder, or make it.

        Raises `LibraryTooNew`, `EmbedderMismatch`, `LibraryCorrupt`; or `LibraryError` in a process that was forked from one
        which has had a store open: Chroma waits there for threads that only the other has.
        """
        if cls._process not in (None, os.getpid()):
            raise LibraryError(
                f"The library {folder} cannot be opened in a process that was forked from one that used a library: "
                'start processes with "spawn" (multiprocessing.get_context("spawn")), or fork before the first use.'
            )
        _need_fitting(folder)
        try:
            made = {"format": FORMAT, "embedder": embedder, "dimension": dimension}
            client, system = cls._connect(folder)
            papers = client.get_or_create_collection("papers", configuration=_HNSW, metadata=made)
            chunks = client.get_or_create_collection("chunks", configuration=_HNSW, metadata=made)
        except _DAMAGE as exc:
            raise _damaged(folder, exc) from exc
        except BaseException as exc:
            # Chroma's Rust part panics on some damaged files, and its panic is not an Exception.
            if type(exc).__name__ != "PanicException":
                raise
            raise _damaged(folder, exc) from exc
        store = cls(folder, system, papers, chunks)
        store._check(embedder)
        return store

    @classmethod
    def _connect(cls, folder: Path) -> tuple[Any, Any]:
        """Return a client of Chroma and the system behind it, which nobody else shares."""
        # Chroma's product telemetry is off by setting; the variable also silences what a plug-in might read.
        os.environ.setdefault("ANONYMIZED_TELEMETRY", "False")
        path = folder / "chroma"
        path.mkdir(parents=True, exist_ok=True)
        with cls._opening:
            cls._process = os.getpid()
            try:
                client = chromadb.PersistentClient(
                    str(path), settings=ChromaSettings(anonymized_telemetry=False)
                )
                return client, SharedSystemClient._identifier_to_system[str(path)]
            finally:
                SharedSystemClient._identifier_to_system.pop(str(path), None)
                SharedSystemClient._identifier_to_refcount.pop(str(path), None)

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

    @staticmethod
    def discard(folder: Path) -> None:
        """Delete Chroma's folder."""
        shutil.rmtree(folder / "chroma", ignore_errors=True)

    def count(self) -> int:
        """Return the number of papers. Linear in the library: not for a question's way."""
        return int(self._guard(self._papers.count))

    def stamp(self) -> None:
        """Mark the folder as written in the present format."""
        self._guard(self._papers.modify, metadata={**self._papers.metadata, "format": FORMAT})

    def entries(self) -> Iterator[Entry]:
        """Yield every paper with its search vectors, in the order of adding: what a lost records is rebuilt from.

        A window that a broken write left out gets the vector of the whole text.
        """
        for rows in self._pages(self._papers, "metadatas", "embeddings"):
            papers = [chunk(_paper(meta)) for meta in rows["metadatas"]]
            wanted = [window.id for paper in papers for window in paper.chunks]
            windows = self._guard(self._chunks.get, ids=wanted, include=["embeddings"])
            vectors = dict(zip(windows["ids"], windows["embeddings"], strict=True))
            for paper, whole in zip(papers, rows["embeddings"], strict=True):
                rest = [vectors.get(window.id, whole) for window in paper.chunks]
                yield Entry(paper, np.asarray([whole, *rest], dtype=np.float32))

    def ids(self) -> set[str]:
        """Return the ids of all papers."""
        return {paper_id for rows in self._pages(self._papers) for paper_id in rows["ids"]}

    def windows(self) -> set[str]:
        """Return the ids of all windows."""
        return {window for rows in self._pages(self._chunks) for window in rows["ids"]}

    def remove_windows(self, ids: Iterable[str]) -> None:
        """Remove windows by their ids."""
        for part in iter_batch(sorted(ids), ROWS):
            self._guard(self._chunks.delete, ids=list(part))

    def put(self, entries: Sequence[Entry]) -> None:
        """Write papers, new or changed, and their windows."""
        if self._papers.metadata.get("format") != FORMAT:
            self.stamp()
        windows = [
            (window, vector)
            for entry in entries
            for window, vector in zip(entry.chunked.chunks, entry.vectors[1:], strict=True)
        ]
        for part in iter_batch(windows, WRITTEN):
            self._guard(
                self._chunks.upsert,
                ids=[window.id for window, _ in part],
                embeddings=np.stack([vector for _, vector in part]),
                metadatas=[{"paper_id": window.paper_id} for window, _ in part],
            )
        for papers in iter_batch(entries, WRITTEN):
            self._guard(
                self._papers.upsert,
                ids=[entry.chunked.paper.id for entry in papers],
                embeddings=np.stack([entry.vectors[0] for entry in papers]),
                metadatas=[_row(entry.chunked.paper) for entry in papers],
            )

    def trim(self, papers: Sequence[Chunked]) -> None:
        """Remove windows that only longer, older texts of these papers had."""
        for part in iter_batch(papers, ROWS):
            where = {"paper_id": {"$in": [chunked.paper.id for chunked in part]}}
            stored = self._guard(self._chunks.get, where=where, include=[])["ids"]
            surplus = set(stored) - {window.id for chunked in part for window in chunked.chunks}
            if surplus:
                self._guard(self._chunks.delete, ids=sorted(surplus))

    def remove(self, ids: Sequence[str]) -> None:
        """Remove papers and their windows."""
        for part in iter_batch(ids, ROWS):
            if held := self._held(part):
                self._guard(self._papers.delete, ids=held)
            self._guard(self._chunks.delete, where={"paper_id": {"$in": list(part)}})

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

    def _held(self, ids: Sequence[str]) -> list[str]:
        # Chroma takes an id that it does not hold for an error.
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
        try:
            return call(**arguments)
        except (ChromaError, sqlite3.DatabaseError) as exc:
            raise _damaged(self.folder, exc) from exc
        except BaseException as exc:
            if type(exc).__name__ != "PanicException":
                raise
            raise _damaged(self.folder, exc) from exc


def _stop(system: Any, pid: int) -> None:
    # A process that was forked has none of Chroma's threads, and would wait for them.
    if os.getpid() == pid:
        system.stop()


def _damaged(folder: Path, exc: BaseException) -> LibraryCorrupt:
    """Return the error for a damaged folder, and note the damage for whoever opens the library next."""
    log.warning("Chroma failed on %s: %r", folder, exc)
    with suppress(OSError):
        (folder / DAMAGED).touch()
    return LibraryCorrupt(
        f"The search index of the library {folder} is damaged. It is made again from the library's records: try again. "
        "If the records are gone, too, move that folder away and add your files again (they are not touched)."
    )


def _row(paper: Paper) -> dict[str, Any]:
    """Return a paper's record as metadata of Chroma, which are texts: compressed, in pieces."""
    packed = base64.b64encode(paper.packed()).decode()
    pieces = [packed[at : at + _PIECE] for at in range(0, len(packed), _PIECE)]
    # An update leaves the pieces of an older, longer record behind.
    return {"pieces": len(pieces)} | {f"record {n}": piece for n, piece in enumerate(pieces)}


def _paper(metadata: Mapping[str, Any]) -> Paper:
    """Return the paper of `_row`, or of the JSON that stands there in libraries of formats 1 and 2."""
    if "pieces" not in metadata:
        return Paper.unpacked(metadata["paper"])
    pieces = (metadata[f"record {n}"] for n in range(metadata["pieces"]))
    return Paper.unpacked(base64.b64decode("".join(pieces)))


def _need_fitting(folder: Path) -> None:
    """Raise `LibraryCorrupt` where files of Chroma's indexes do not fit together: Chroma does not look, answers with wrong
    neighbours, and ends the process on some."""
    for _ in range(_TRIES):
        if not (torn := _misfits(folder / "chroma")):
            return
        time.sleep(_PAUSE)
    raise _damaged(folder, ValueError(f"files that do not fit together in {', '.join(torn)}"))


def _misfits(chroma: Path) -> list[str]:
    """Return the indexes (paths) below Chroma's folder whose files do not fit together; of large ones 20,000 elements are read."""
    folders = {file.parent for name in _FILES for file in chroma.glob(f"*/{name}")}
    return [str(folder) for folder in sorted(folders) if not _fits(folder)]


def _fits(folder: Path) -> bool:
    try:
        header = (folder / "header.bin").read_bytes()
        if len(header) != _HEADER.size:
            return False
        _, _, most, count, element, label, data, _, entry, _, links, *_ = _HEADER.unpack(header)
        if not (0 < element < 2**20 and count <= most and _LINK * (links + 1) <= data < label < element):
            return False
        if count == 0:
            # Chroma keeps so few vectors in its database; these files hold nothing yet.
            return True
        sizes = {name: (folder / name).stat().st_size for name in _FILES}
    except FileNotFoundError:
        return False
    held = sizes["length.bin"] // _LINK
    whole = held * element == sizes["data_level0.bin"] and held * _LINK == sizes["length.bin"]
    if not whole or count > held or entry >= count or not sizes["index_metadata.pickle"]:
        return False
    return _links_fit(folder, count, element, links) and _levels_fit(folder / "link_lists.bin", count)


def _links_fit(folder: Path, count: int, element: int, links: int) -> bool:
    """Return whether elements have no more links than there is room for, and all to other elements."""
    rows = np.memmap(folder / "data_level0.bin", dtype=np.uint8, mode="r").reshape(-1, element)
    some = rows[: count : max(1, count // _SAMPLED), : _LINK * (links + 1)].copy().view("<u4")
    # The upper half of the count holds a mark of removed elements.
    numbers, targets = some[:, 0] & 0xFFFF, some[:, 1:]
    used = np.arange(links) < numbers[:, None]
    return bool((numbers <= links).all() and (targets[used] < count).all())


def _levels_fit(file: Path, count: int) -> bool:
    """Return whether the lists of links at higher levels, each after its length, end where the file ends."""
    content, at = file.read_bytes(), 0
    for _ in range(count):
        if at + _LINK > len(content):
            return False
        at += _LINK + int.from_bytes(content[at : at + _LINK], "little")
    return at <= len(content)
