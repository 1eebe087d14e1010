"""The store on a server: every row carries the generation of the step that wrote it, and what the records hold besides.

The server leads. A step writes windows, then the papers' rows, then the library's generation; a removal first leaves a row that says so.
A machine that knows the library up to a generation reads the rows of later ones. A paper counts as soon as its row is there, and
no window is newer than the row, else the window is of a step that broke off.

No request and no row is larger than `quotas` allow, on any server.
"""

from __future__ import annotations

import heapq
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from llama_index.core.utils import iter_batch

from assistant.core.errors import LibraryCorrupt, LibraryUnreachable
from assistant.core.paper import Paper
from assistant.library.chroma.byte_pieces import Pieces, Row
from assistant.library.chroma.connection import Server
from assistant.library.chroma.lease import Lease
from assistant.library.chroma.limited_requests import LARGE, LimitedRequests
from assistant.library.chroma.quotas import MOST_ROWS
from assistant.library.chroma.served_rows import (
    file_from_row,
    file_to_row,
    gone_row,
    named,
    paper_from_row,
    paper_to_row,
    row_of,
    vectors_from_row,
    vectors_to_row,
)
from assistant.library.chroma.store import HNSW, WRITTEN, Store, about
from assistant.library.chunks import Chunk, chunk
from assistant.library.embedding.packed import PaperVectors
from assistant.library.embedding.vectors import Vectors
from assistant.library.records import Entry, Records, Shared

_PARTS = ("state", "reading", "chunks", "papers")
PAGE = 250
"""Papers that are read at once."""


@dataclass(frozen=True)
class Changes:
    """Papers that are new or changed since a generation, and the ids of those that are gone; one page of them."""

    papers: tuple[Shared, ...] = ()
    gone: tuple[str, ...] = ()


class ServedStore(Store):
    """A library on a server; `records` are this machine's copy of it in `folder`. Raises `LibraryEmpty` if it was not made yet."""

    def __init__(self, server: Server, folder: Path, records: Records) -> None:
        self._server = server
        state, reading, chunks, papers = (
            server.call(server.client.get_collection, name=name, embedding_function=None)
            for name in names(server)
        )
        super().__init__(folder, None, papers, chunks)
        self._records = records
        self._state = state
        self._reading = reading
        records.elsewhere = self._read
        self.lease = Lease(server, state)
        self._ask = LimitedRequests(server, lambda: self.lease.turn().generation)

    @staticmethod
    def make(server: Server, embedder: str, dimension: int) -> None:
        """Make the library on the server, if it has none of that name."""
        for name in names(server):
            server.call(
                server.client.get_or_create_collection,
                name=name,
                embedding_function=None,
                configuration=HNSW,
                metadata=about(embedder, dimension),
            )

    @property
    def name(self) -> str:
        """What users call the library."""
        return str(self._server.address)

    @property
    def made(self) -> str:
        """What tells this library from one that was made anew under its name."""
        return str(self._papers.id)

    def put(self, entries: Sequence[Entry], changed: Set[str] = frozenset()) -> None:
        """Write papers, new or changed, and their windows, and remove windows that only longer, older texts had. The caller holds the
        lease.

        Every paper is looked at, not only those that are `changed`: another machine may have written it.
        """
        for part in iter_batch(entries, WRITTEN):
            papers = [entry.chunked.paper for entry in part]
            with self._step() as generation:
                self._write_reading(papers)
                self._write(part, generation=generation)
                self._ask.delete(self._state, [gone_row(paper.id) for paper in papers])
                first = {entry.chunked.paper.id: len(entry.chunked.windows) for entry in part}
                self._ask.delete(self._chunks, self._ask.windows(self._chunks, first))

    def remove(self, ids: Sequence[str]) -> None:
        """Remove papers and their windows. The caller holds the lease."""
        for part in iter_batch(ids, WRITTEN):
            rows = list(map(row_of, part))
            with self._step() as generation:
                gone = {
                    gone_row(one): {"kind": "gone", "paper": one, "generation": generation} for one in part
                }
                self._ask.write(self._state, gone)
                self._ask.delete(self._reading, rows)
                self._ask.delete(self._papers, rows)
                self._ask.delete(self._chunks, self._ask.windows(self._chunks, dict.fromkeys(part, 0)))

    def remove_windows(self, ids: Iterable[str]) -> None:
        """Remove windows by their ids."""
        self._ask.delete(self._chunks, map(row_of, sorted(ids)))

    def ids(self) -> set[str]:
        """Return the ids of all papers."""
        return self._every(self._papers)

    def windows(self) -> set[str]:
        """Return the ids of all windows."""
        return self._every(self._chunks)

    def _every(self, collection: Any, where: Row | None = None) -> set[str]:
        pages = self._ask.pages(collection, where=where)
        return {one for page in pages for one in self._ask.names(collection, page["ids"])}

    @contextmanager
    def _step(self) -> Iterator[int]:
        """Yield the generation of what is written now; this machine has it already."""
        with self.lease.step() as generation:
            yield generation
        self._records.generation = generation

    def _row_of(self, name: str) -> str:
        return row_of(name)

    def _window(self, window: Chunk, said: Mapping[str, int]) -> Row:
        return super()._window(window, said) | named(window.id)

    def _rows(self, papers: Sequence[Paper], said: Mapping[str, int]) -> list[Row]:
        """Return what is kept of papers beside their vectors. What a row cannot hold of it is written before."""
        numbers, ledger = self._records.numbers([paper.id for paper in papers]), self._records.ledger
        made = [paper_to_row(paper, numbers[paper.id], ledger, said["generation"]) for paper in papers]
        self._write_further(made)
        return [one.row for one in made]

    def _write_further(self, made: Iterable[Pieces]) -> None:
        rows = {row: metadata for one in made for row, metadata in one.further.items()}
        self._ask.write(self._reading, rows, LARGE)

    def _further(self, ids: Sequence[str]) -> dict[str, Row]:
        return self._ask.metadata(self._reading, ids)

    def changes(self, since: int, also: Iterable[str] = ()) -> Iterator[Changes]:
        """Yield what has changed after a generation, and the present state of the papers `also` (ids), in pages.

        All rows of papers are listed first, of those that are gone before the others: a paper that is removed in between is told by
        the next reading.
        """
        left: dict[str, int] = {}
        for page in self._ask.later(self._state, since, "metadatas", also={"kind": "gone"}):
            left |= {row["paper"]: row["generation"] for row in page["metadatas"]}
        changed = [row for page in self._ask.later(self._papers, since) for row in page["ids"]]
        names = {row_of(one): one for one in (*left, *also)}
        for rows in iter_batch(dict.fromkeys([*names, *changed]), PAGE):
            papers = {
                one.entry.chunked.paper.id: one
                for generation, one in self._shared(rows)
                # Where a removal broke off, the row is still there.
                if left.get(one.entry.chunked.paper.id, 0) < generation
            }
            ids = [names.get(row, row) for row in rows]
            yield Changes(tuple(papers.values()), tuple(one for one in ids if one not in papers))

    def _shared(self, ids: Sequence[str]) -> Iterator[tuple[int, Shared]]:
        """Yield papers with the generations of their rows (ids); those that the server does not hold are left out."""
        rows = self._guard(self._papers.get, ids=list(ids), include=["metadatas", "embeddings"])
        try:
            every = [paper_from_row(meta, self._further) for meta in rows["metadatas"]]
        except (KeyError, ValueError, zlib.error) as exc:
            raise LibraryCorrupt(
                f"The library {self.name} holds rows on its server that this program did not write ({exc!r}): put a backup of it "
                "in its place, or name another library."
            ) from exc
        papers = [chunk(paper) for paper, _, _ in every]
        windows = self._window_vectors([window for paper in papers for window in paper.windows])
        for paper, (_, origins, marks), meta, whole in zip(
            papers, every, rows["metadatas"], rows["embeddings"], strict=True
        ):
            generation = int(meta["generation"])
            vectors = [whole]
            for window in paper.windows:
                written, vector = windows.get(row_of(window.id), (generation, whole))
                vectors.append(vector if written <= generation else whole)
            entry = Entry(paper, np.asarray(vectors, dtype=np.float32), None, origins)
            yield generation, Shared(int(meta["number"]), entry, marks)

    def _window_vectors(self, windows: Sequence[Chunk]) -> dict[str, tuple[int, Vectors]]:
        """Return generation and vector of windows by row."""
        found: dict[str, tuple[int, Vectors]] = {}
        every = [row_of(window.id) for window in windows]
        for page in self._ask.rows(self._chunks, every, "metadatas", "embeddings"):
            generations = (int(meta["generation"]) for meta in page["metadatas"])
            found |= dict(zip(page["ids"], zip(generations, page["embeddings"], strict=True), strict=True))
        return found

    def _write_reading(self, papers: Sequence[Paper]) -> None:
        """Write the vectors of sentences and words, which would cost every machine an embedding."""
        held = self._records.own_vectors(papers)
        made = {
            row_of(paper.id): vectors_to_row(paper, held[paper.id]) for paper in papers if paper.id in held
        }
        self._write_further(made.values())
        self._ask.write(self._reading, {row: one.row for row, one in made.items()})

    def _read(self, papers: Sequence[Paper]) -> list[tuple[Paper, PaperVectors]]:
        """Return the vectors of sentences and words that the server has of papers; none while it is away."""
        wanted = {row_of(paper.id): paper for paper in papers}
        if self._server.down:
            return []
        try:
            return [
                (wanted[row], vectors_from_row(said, self._further))
                for page in self._ask.rows(self._reading, wanted, "metadatas", size=PAGE)
                for row, said in zip(page["ids"], page["metadatas"], strict=True)
                if said["fingerprint"] == wanted[row].fingerprint
            ]
        except LibraryUnreachable:
            return []

    def unfinished(self, since: int) -> set[str]:
        """Return the ids of papers of which something was written or removed after a generation: where a writer died."""
        newer = {"generation": {"$gt": since}}
        # A paper that is shorter than before has no new window, and may still have its old ones.
        papers = self._every(self._papers, newer)
        windows = self._ask.pages(self._chunks, "metadatas", where=newer)
        gone = self._ask.pages(self._state, "metadatas", where={"$and": [{"kind": "gone"}, newer]})
        return {
            *papers,
            *(row["paper_id"] for page in windows for row in page["metadatas"]),
            *(row["paper"] for page in gone for row in page["metadatas"]),
        }

    def kept(self) -> dict[str, str]:
        """Return the small files that go with the library, by name."""
        pages = self._ask.pages(self._state, "metadatas", where={"kind": "file"})
        return {row["name"]: file_from_row(row) for page in pages for row in page["metadatas"]}

    def keep(self, files: Mapping[str, str]) -> None:
        """Keep small files. The caller holds the lease."""
        with self._step():
            rows = {f"file {name}": file_to_row(name, text) for name, text in files.items()}
            self._ask.write(self._state, rows, LARGE)

    def nearest_papers(self, vector: Vectors, n: int, among: Sequence[str] | None = None) -> dict[str, float]:
        """Return the n papers (of those `among`) whose whole text is nearest: cosine in -1..1 by id."""
        return self._near(self._papers, vector, n, among)

    def nearest_chunks(self, vector: Vectors, n: int, among: Sequence[str] | None = None) -> dict[str, float]:
        """Return the n nearest windows (of the papers `among`): cosine in -1..1 by chunk id."""
        return self._near(self._chunks, vector, n, among)

    def _near(
        self, collection: Any, vector: Vectors, n: int, among: Sequence[str] | None
    ) -> dict[str, float]:
        """Ask the server. Among some papers, and while it is away, compare all vectors that this machine has."""
        if among is None and not self._server.down:
            try:
                return self._nearest(collection, vector, n)
            except LibraryUnreachable:
                pass
        cosines: dict[str, float] = {}
        for ids in iter_batch(self._records.known() if among is None else among, PAGE):
            for paper_id, rows in self._records.search_vectors(ids).items():
                whole, *windows = (rows @ vector).tolist()
                cosines |= (
                    {paper_id: whole}
                    if collection is self._papers
                    else {f"{paper_id}#{at}": cosine for at, cosine in enumerate(windows)}
                )
            cosines = dict(heapq.nlargest(n, cosines.items(), key=lambda pair: pair[1]))
        return cosines

    def _nearest(self, collection: Any, vector: Vectors, n: int, **among: Any) -> dict[str, float]:
        """Return the n nearest rows, or as many as one request may have."""
        near = super()._nearest(collection, vector, min(n, MOST_ROWS), **among)
        return dict(zip(self._ask.names(collection, near), near.values(), strict=True))

    def _guard(self, call: Any, **arguments: Any) -> Any:
        return self._server.call(call, **arguments)


def names(server: Server) -> tuple[str, ...]:
    """Return the names of a library's collections. The last is made last: where it is, all are."""
    return tuple(f"{server.address.name}.{part}" for part in _PARTS)
