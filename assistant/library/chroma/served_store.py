"""The store on a server: every row carries the generation of the step that wrote it, and what the records hold besides.

The server leads. A step writes windows, then the papers' rows, then the library's generation; a removal first leaves a row that says so.
A machine that knows the library up to a generation reads the rows of later ones. A paper counts as soon as its row is there, and
no window is newer than the row, else the window is of a step that broke off.
"""

from __future__ import annotations

import hashlib
import heapq
import json
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from llama_index.core.utils import iter_batch

from assistant.core.errors import LibraryCorrupt, LibraryUnreachable
from assistant.core.paper import Paper
from assistant.library.chroma.connection import Server
from assistant.library.chroma.lease import Lease, somewhere
from assistant.library.chroma.store import HNSW, ROWS, WRITTEN, Store, about, from_pieces, in_pieces, paper_of
from assistant.library.chunks import Chunked, chunk
from assistant.library.embedding.packed import BITS, PaperVectors, pack_rows, unpack_rows
from assistant.library.embedding.vectors import Vectors
from assistant.library.identity.ledger import Origin
from assistant.library.records import PAGE, Entry, Records, Shared

_PARTS = ("state", "reading", "chunks", "papers")


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

    def put(self, entries: Sequence[Entry]) -> None:
        """Write papers, new or changed, and their windows. The caller holds the lease."""
        if not entries:
            return
        with self._step() as generation:
            self._write_reading([entry.chunked.paper for entry in entries])
            self._write(entries, generation=generation)
            for part in iter_batch(entries, ROWS):
                gone = [_gone(entry.chunked.paper.id) for entry in part]
                self._guard(self._state.delete, ids=gone)

    def trim(self, papers: Sequence[Chunked]) -> None:
        """Remove windows that only longer, older texts of these papers had. The caller holds the lease."""
        if papers:
            # A step of its own: where it breaks off, the papers of the one before are looked at again.
            with self._step():
                super().trim(papers)

    def remove(self, ids: Sequence[str]) -> None:
        """Remove papers and their windows. The caller holds the lease."""
        if not ids:
            return
        with self._step() as generation:
            for part in iter_batch(ids, ROWS):
                self._guard(
                    self._state.upsert,
                    ids=[_gone(one) for one in part],
                    embeddings=[somewhere(one) for one in part],
                    metadatas=[{"kind": "gone", "paper": one, "generation": generation} for one in part],
                )
                self._guard(self._reading.delete, ids=list(part))
            super().remove(ids)

    @contextmanager
    def _step(self) -> Iterator[int]:
        """Yield the generation of what is written now; this machine has it already."""
        with self.lease.step() as generation:
            yield generation
        self._records.generation = generation

    def _rows(self, papers: Sequence[Paper], told: Mapping[str, int]) -> list[dict[str, Any]]:
        """Return what is kept of papers beside their vectors: all that another machine needs to know."""
        numbers = self._records.numbers([paper.id for paper in papers])
        return [
            {
                **in_pieces("record", paper.packed()),
                "number": numbers[paper.id],
                **in_pieces("ledger", self._ledger(paper)),
                **told,
            }
            for paper in papers
        ]

    def _ledger(self, paper: Paper) -> bytes:
        """Return the records of a paper and its marks. Most have one record, which says what the paper says."""
        ledger = self._records.ledger
        origins = [
            [one.source, one.key, None if one.record == paper else one.record.to_json()]
            for one in ledger.origins(paper.id)
        ]
        held = {"origins": origins, "marks": ledger.all_marks(paper.id)}
        return zlib.compress(json.dumps(held, ensure_ascii=False).encode())

    def changes(self, since: int, also: Iterable[str] = ()) -> Iterator[Changes]:
        """Yield what has changed after a generation, and the present state of the papers `also` (ids), in pages.

        The ids are read at once: pages of a list that another machine changes would leave papers out.
        """
        newer = {"generation": {"$gt": since}}
        removed = self._guard(
            self._state.get, where={"$and": [{"kind": "gone"}, newer]}, include=["metadatas"]
        )
        left = {row["paper"]: row["generation"] for row in removed["metadatas"]}
        changed = self._guard(self._papers.get, where=newer, include=[])["ids"]
        for ids in iter_batch(list(dict.fromkeys([*left, *changed, *also])), PAGE):
            papers = {
                one.entry.chunked.paper.id: one
                for generation, one in self._shared(ids)
                # Where a removal broke off, the row is still there.
                if left.get(one.entry.chunked.paper.id, 0) < generation
            }
            yield Changes(tuple(papers.values()), tuple(one for one in ids if one not in papers))

    def _shared(self, ids: Sequence[str]) -> Iterator[tuple[int, Shared]]:
        """Yield papers with the generations of their rows; ids that the server does not hold are left out."""
        rows = self._guard(self._papers.get, ids=list(ids), include=["metadatas", "embeddings"])
        try:
            papers = [chunk(paper_of(meta)) for meta in rows["metadatas"]]
            ledgers = [json.loads(zlib.decompress(from_pieces("ledger", meta))) for meta in rows["metadatas"]]
        except (KeyError, ValueError, zlib.error) as exc:
            raise LibraryCorrupt(
                f"The library {self.name} holds rows on its server that this program did not write ({exc!r}): put a backup of it "
                "in its place, or name another library."
            ) from exc
        wanted = [window.id for paper in papers for window in paper.windows]
        found = (
            self._guard(self._chunks.get, ids=wanted, include=["metadatas", "embeddings"]) if wanted else {}
        )
        windows = {
            row: (meta["generation"], vector)
            for row, meta, vector in zip(
                *(found.get(kind, ()) for kind in ("ids", "metadatas", "embeddings")), strict=True
            )
        }
        every = zip(papers, ledgers, rows["metadatas"], rows["embeddings"], strict=True)
        for paper, held, meta, whole in every:
            generation = int(meta["generation"])
            vectors = [whole]
            for window in paper.windows:
                written, vector = windows.get(window.id, (generation, whole))
                vectors.append(vector if written <= generation else whole)
            origins = tuple(
                Origin(source, key, paper.paper if record is None else Paper.from_json(record))
                for source, key, record in held["origins"]
            )
            entry = Entry(paper, np.asarray(vectors, dtype=np.float32), None, origins)
            yield generation, Shared(int(meta["number"]), entry, tuple((k, v) for k, v in held["marks"]))

    def _write_reading(self, papers: Sequence[Paper]) -> None:
        """Write the vectors of sentences and words, which would cost every machine an embedding."""
        for part in iter_batch(papers, WRITTEN):
            held = self._records.own_vectors(part)
            rows = [
                {
                    "fingerprint": paper.fingerprint,
                    "sentences": len(held[paper.id].sentences),
                    "dimension": held[paper.id].sentences.shape[1],
                    "bits": BITS,
                    **in_pieces(
                        "vectors", pack_rows(held[paper.id].sentences) + held[paper.id].words.tobytes()
                    ),
                }
                for paper in part
                if paper.id in held
            ]
            if rows:
                ids = [paper.id for paper in part if paper.id in held]
                self._guard(
                    self._reading.upsert, ids=ids, embeddings=[somewhere(one) for one in ids], metadatas=rows
                )

    def _read(self, papers: Sequence[Paper]) -> list[tuple[Paper, PaperVectors]]:
        """Return the vectors of sentences and words that the server has of papers; none while it is away."""
        wanted = {paper.id: paper for paper in papers}
        if not wanted or self._server.down:
            return []
        try:
            rows = self._guard(self._reading.get, ids=list(wanted), include=["metadatas"])
        except LibraryUnreachable:
            return []
        found = []
        for paper_id, row in zip(rows["ids"], rows["metadatas"], strict=True):
            if row["fingerprint"] == wanted[paper_id].fingerprint:
                data, dimension = from_pieces("vectors", row), int(row["dimension"])
                bits = int(row.get("bits", 8))
                cut = row["sentences"] * -(-dimension * bits // 8)
                words = np.frombuffer(data[cut:], dtype=np.uint8).reshape(-1, -(-dimension // 8))
                found.append(
                    (wanted[paper_id], PaperVectors(unpack_rows(data[:cut], dimension, bits), words))
                )
        return found

    def unfinished(self, since: int) -> set[str]:
        """Return the ids of papers of which something was written or removed after a generation: where a writer died."""
        newer = {"generation": {"$gt": since}}
        # A paper that is shorter than before has no new window, and may still have its old ones.
        papers = self._guard(self._papers.get, where=newer, include=[])["ids"]
        windows = self._guard(self._chunks.get, where=newer, include=["metadatas"])["metadatas"]
        gone = self._guard(self._state.get, where={"$and": [{"kind": "gone"}, newer]}, include=["metadatas"])
        return {*papers, *(row["paper_id"] for row in windows), *(row["paper"] for row in gone["metadatas"])}

    def kept(self) -> dict[str, str]:
        """Return the small files that go with the library, by name."""
        rows = self._guard(self._state.get, where={"kind": "file"}, include=["metadatas"])["metadatas"]
        return {row["name"]: row["text"] for row in rows}

    def keep(self, files: Mapping[str, str]) -> None:
        """Keep small files. The caller holds the lease."""
        with self._step():
            for name, text in files.items():
                row = {"kind": "file", "name": name, "text": text}
                self._guard(
                    self._state.upsert, ids=[f"file {name}"], embeddings=[somewhere(name)], metadatas=[row]
                )

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
        for ids in iter_batch(list(self._records.known()) if among is None else among, PAGE):
            for paper_id, rows in self._records.search_vectors(ids).items():
                whole, *windows = (rows @ vector).tolist()
                cosines |= (
                    {paper_id: whole}
                    if collection is self._papers
                    else {f"{paper_id}#{at}": cosine for at, cosine in enumerate(windows)}
                )
            cosines = dict(heapq.nlargest(n, cosines.items(), key=lambda pair: pair[1]))
        return cosines

    def _guard(self, call: Any, **arguments: Any) -> Any:
        return self._server.call(call, **arguments)


def names(server: Server) -> tuple[str, ...]:
    """Return the names of a library's collections. The last is made last: where it is, all are."""
    return tuple(f"{server.address.name}.{part}" for part in _PARTS)


def _gone(paper_id: str) -> str:
    """Return the id of the row that says that a paper was removed."""
    return f"gone {hashlib.sha256(paper_id.encode()).hexdigest()[:32]}"
