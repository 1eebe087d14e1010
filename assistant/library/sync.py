"""Add, change, remove, repair papers.

Papers are written in batches; a batch that was written stays, whatever happens to the next. During a write a marker
file lies in the library: whoever opens the library and finds the marker rebuilds what is derived.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from assistant.core.errors import LibraryLocked
from assistant.core.paper import Paper
from assistant.core.text.counts import count_of
from assistant.library.bm25 import Lexical
from assistant.library.chunks import Chunked, chunk
from assistant.library.embedder import SpanEmbedding, SpanText
from assistant.library.readers import Problem
from assistant.library.store import Entry, Known, Store
from assistant.library.vectors import PaperVectors, VectorFile, paper_vectors

BATCH = 64


@dataclass(frozen=True)
class AddReport:
    """Result of `add`: ids of the papers added, changed and unchanged, and the Problems of the records that are no papers."""

    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()

    def __str__(self) -> str:
        return (
            f"{len(self.added)} added, {len(self.changed)} changed, {len(self.unchanged)} unchanged, "
            f"{count_of(len(self.problems), 'problem')}"
        )


@dataclass(frozen=True)
class Progress:
    """Progress of `add`: papers read so far, how many of them had to be embedded, and how many there are in all (None
    if unknown)."""

    read: int
    stored: int
    total: int | None = None


@dataclass(frozen=True)
class LibraryFiles:
    """The three parts of an open library."""

    store: Store
    lexical: Lexical
    vectors: VectorFile


class Sync:
    """Write to one library. `embedder` makes the search vectors; `reading` (MiniLM) makes sentence and word vectors."""

    def __init__(self, parts: LibraryFiles, embedder: SpanEmbedding, reading: SpanEmbedding) -> None:
        self._parts = parts
        self._embedder = embedder
        self._reading = reading

    def add(
        self,
        records: Iterable[Paper | Problem],
        progress: Callable[[Progress], None],
        total: int | None = None,
    ) -> AddReport:
        """Add papers, replace changed ones, leave the others alone. `progress` is called after every batch.

        One batch is embedded while the one before it is written. An interrupt (Ctrl-C) first waits for the batch that
        is being written.
        """
        tally = _Tally(self._parts.store.known())
        pending: Future[None] | None = None
        with _unfinished(self._parts.store.folder), ThreadPoolExecutor(1) as writer:
            for batch in _batches(tally.sort(records)):
                ready = self._embed([chunk(paper) for paper in batch])
                if pending:
                    pending.result()
                pending = writer.submit(self._write, ready, frozenset(tally.changed))
                tally.stored += len(batch)
                progress(Progress(tally.read, tally.stored, total))
            if pending:
                pending.result()
        progress(Progress(tally.read, tally.stored, total))
        return tally.report()

    def remove(self, paper_id: str) -> None:
        """Remove a paper from all parts."""
        with _unfinished(self._parts.store.folder):
            self._parts.store.remove(paper_id)
            self._parts.lexical.remove([paper_id])
            self._parts.vectors.remove(paper_id)

    def _embed(self, papers: list[Chunked]) -> list[tuple[Entry, PaperVectors]]:
        """Embed whole text, windows, sentences and words in one pass per paper; in two if search uses another embedder."""
        rows = self._reading.embed_spans([SpanText(c.text, c.spans) for c in papers])
        search_rows = rows
        if self._embedder is not self._reading:
            search_rows = self._embedder.embed_spans(
                [SpanText(c.text, c.spans[: len(c.chunks)]) for c in papers]
            )
        return [
            (Entry(c, windows[: 1 + len(c.chunks)]), paper_vectors(c, vectors))
            for c, windows, vectors in zip(papers, search_rows, rows, strict=True)
        ]

    def _write(self, batch: list[tuple[Entry, PaperVectors]], changed: frozenset[str]) -> None:
        papers = [entry.chunked.paper for entry, _ in batch]
        self._parts.vectors.put([(entry.chunked.paper, vectors) for entry, vectors in batch])
        self._parts.store.put([entry for entry, _ in batch])
        for entry, _ in batch:
            if entry.chunked.paper.id in changed:
                self._parts.store.trim(entry.chunked)
        self._parts.lexical.put(papers)


class _Tally:
    """Sort records into new, changed, unchanged and problems."""

    def __init__(self, known: dict[str, Known]) -> None:
        self._known = known
        self.read = 0
        self.stored = 0
        self.added: list[str] = []
        self.changed: list[str] = []
        self.unchanged: list[str] = []
        self.problems: list[Problem] = []

    def sort(self, records: Iterable[Paper | Problem]) -> Iterator[Paper]:
        """Yield the papers that have to be embedded and stored."""
        for record in records:
            if isinstance(record, Problem):
                self.problems.append(record)
                continue
            self.read += 1
            old = self._known.get(record.id)
            fingerprint = record.fingerprint
            if old and old.fingerprint == fingerprint:
                self.unchanged.append(record.id)
                continue
            if old and old.source != record.source:
                self.problems.append(_clash(record, old))
                continue
            (self.changed if old else self.added).append(record.id)
            self._known[record.id] = Known(fingerprint, record.source)
            yield record

    def report(self) -> AddReport:
        return AddReport(tuple(self.added), tuple(self.changed), tuple(self.unchanged), tuple(self.problems))


def _clash(paper: Paper, old: Known) -> Problem:
    return Problem(
        file=paper.source,
        line=0,
        field="id",
        message=(
            f"{paper.id} ({paper.title[:60]!r}) is in the library with another text, from {old.source}; "
            f"remove it first to take this one"
        ),
    )


def _batches(papers: Iterator[Paper]) -> Iterator[list[Paper]]:
    batch: list[Paper] = []
    for paper in papers:
        batch.append(paper)
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


@contextmanager
def writing(folder: Path) -> Iterator[None]:
    """Hold the library's write lock; raise `LibraryLocked` at once if another process holds it."""
    lock = FileLock(folder / "write.lock")
    try:
        lock.acquire(timeout=0)
    except Timeout as exc:
        raise LibraryLocked(
            f"Another process is writing to the library {folder}: wait until it has finished, and try again."
        ) from exc
    try:
        yield
    finally:
        lock.release()


@contextmanager
def _unfinished(folder: Path) -> Iterator[None]:
    """Keep a marker file while writing (it stays if interrupted); on success write a new generation, which tells other
    processes that the library has changed."""
    marker = folder / "unfinished"
    marker.write_text(str(os.getpid()))
    yield
    marker.unlink(missing_ok=True)
    (folder / "generation").write_text(os.urandom(8).hex())


def repair_index(parts: LibraryFiles) -> bool:
    """Rebuild what is derived if a write was interrupted or the lexical index has another count; return whether it did.

    The caller holds the write lock.
    """
    store, lexical = parts.store, parts.lexical
    if not (store.folder / "unfinished").exists() and lexical.count == store.count():
        return False
    with _unfinished(store.folder):
        store.remove_orphans()
        lexical.rebuild(store.papers())
    return True
