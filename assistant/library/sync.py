"""Add, change and remove papers.

Papers are written to the records in batches; a batch that was written stays, whatever happens to the next. The store
and the lexical index follow. After an interrupted write, `maintenance.repair` brings them up to date at the next open.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from filelock import FileLock, Timeout
from llama_index.core.utils import iter_batch

from assistant.core.errors import LibraryLocked
from assistant.core.paper import Paper
from assistant.library.bm25 import Lexical, LexicalWriter
from assistant.library.chroma.store import Store
from assistant.library.chunks import Chunked, chunk
from assistant.library.embedding.embedder import SpanEmbedding, SpanText
from assistant.library.identity.merge import merged
from assistant.library.identity.removals import papers_without, vanished_records
from assistant.library.identity.retractions import MARK, noted, notice_of
from assistant.library.identity.tally import AddReport, Tally
from assistant.library.readers import Problem
from assistant.library.records import Entry, Records, paper_vectors

LEXICAL = "lexical"
"""The folder of the word index, beside the records."""
BATCH = 64
FOLLOW = 1024
"""Papers that are written to the store and the lexical index in one step."""
FOLLOW_SECONDS = 5.0
"""Seconds after which a step begins even with fewer papers, so that a slow `add` is searchable while it runs."""


@dataclass(frozen=True)
class Progress:
    """Progress of `add`: papers read so far, how many of them had to be embedded, and how many there are in all (None
    if unknown)."""

    read: int
    stored: int
    total: int | None = None


@dataclass(frozen=True)
class LibraryFiles:
    """The three parts of an open library: the records lead, the store and the lexical index follow."""

    records: Records
    store: Store
    lexical: Lexical


class Sync:
    """Write to one library. `embedder` makes the search vectors; `reading` (MiniLM) makes sentence and word vectors."""

    def __init__(self, files: LibraryFiles, embedder: SpanEmbedding, reading: SpanEmbedding) -> None:
        self._files = files
        self._embedder = embedder
        self._reading = reading

    def add(
        self,
        records: Iterable[Paper | Problem],
        progress: Callable[[Progress], None],
        total: int | None = None,
        *,
        only: Callable[[str], bool] = lambda source: False,
    ) -> AddReport:
        """Add papers, replace changed ones, leave the others alone. `progress` is called after every batch.

        What the sources that `only` names do not hold any more is removed. One batch is embedded while the one before it is
        written. An interrupt (Ctrl-C) first waits for the batch that is being written, and for the indexes to follow.
        """
        tally = Tally(self._files.records)
        with _new_generation(self._files.store.folder):
            self._write(tally, records, lambda: progress(Progress(tally.read, tally.stored, total)))
            report = self._finish(tally, only)
        progress(Progress(tally.read, tally.stored, total))
        return report

    def remove(self, paper_id: str) -> None:
        """Remove a paper from all parts."""
        with _new_generation(self._files.store.folder):
            self._files.records.remove(paper_id)
            follow(self._files)

    def note_retractions(self, notices: Mapping[tuple[str, str], str]) -> list[str]:
        """Mark papers with notices (by kind and value of an identifier), in place of earlier marks; return the ids of the marked ones."""
        records = self._files.records
        ledger = records.ledger
        before = {paper: said for said, papers in ledger.marked(MARK).items() for paper in papers}
        now = {paper.id: said for paper in records.papers if (said := notice_of(paper, notices))}
        differ = [one for one in {**before, **now} if before.get(one) != now.get(one)]
        with _new_generation(self._files.store.folder):
            for batch in iter_batch(differ, BATCH):
                ledger.mark(MARK, [(before[one], one) for one in batch if one in before], remove=True)
                ledger.mark(MARK, [(now[one], one) for one in batch if one in now])
            # All of them: where the last time broke off, marks are there that no paper tells yet.
            for batch in iter_batch([*dict.fromkeys([*now, *differ])], BATCH):
                held = records.get(batch)
                whole = [self._paper_from_records(one) for one in held]
                records.put(
                    self._entries_of_changed(
                        [chunk(p) for p in whole if p.fingerprint != held[p.id].fingerprint]
                    )
                )
            follow(self._files)
        return list(now)

    def _paper_from_records(self, paper_id: str) -> Paper:
        """Return a paper merged from its records, with its retraction notice."""
        ledger = self._files.records.ledger
        return noted(
            merged(paper_id, [one.record for one in ledger.origins(paper_id)]),
            ledger.marks_of(MARK, paper_id),
        )

    def embed_again(self, ids: Sequence[str]) -> None:
        """Compute the vectors of papers (ids) again, and mark them as pending."""
        for batch in iter_batch(list(self._files.records.get(ids).values()), BATCH):
            self._files.records.put(self._embed([chunk(paper) for paper in batch]))

    def _write(self, tally: Tally, records: Iterable[Paper | Problem], progress: Callable[[], None]) -> None:
        """Write what is new or changed among records, batch by batch."""
        pending: Future[None] | None = None
        waiting: list[str] = []
        with _following(self._files) as followers, ThreadPoolExecutor(1) as writer:
            for batch in iter_batch(tally.sort(records), BATCH):
                # Two records of one paper may come in one batch: the later paper is made of both.
                papers = {paper.id: paper for paper in batch}
                changed = frozenset(filter(tally.replaces_stored, papers))
                ready = self._embed([chunk(paper) for paper in papers.values() if paper.id not in changed])
                if pending:
                    pending.result()
                    tally.written(i for i in waiting if i not in papers)
                ready += self._entries_of_changed([chunk(papers[i]) for i in changed])
                made = {entry.chunked.paper.id: entry for entry in ready}
                entries = [replace(made[i], origins=tally.origins(i)) for i in papers]
                pending, waiting = writer.submit(followers.write, entries, changed), list(papers)
                tally.stored += len(papers)
                progress()
            if pending:
                pending.result()

    def _finish(self, tally: Tally, only: Callable[[str], bool]) -> AddReport:
        """Write what belongs to no paper's text (origins, links, problems), remove what is gone, and return the report."""
        ledger = self._files.records.ledger
        ledger.attach(tally.attached)
        gone = vanished_records(ledger, tally, only)
        removed, poorer = papers_without(ledger, tally, gone)
        for paper_id in removed:
            self._files.records.remove(paper_id)
        # Before they are written: what changes of them is told by what is stored now.
        tally.note_reduced(poorer)
        if poorer:
            self._files.records.put(self._entries_of_changed([chunk(paper) for paper in poorer]))
        # Last: where a removal breaks off, the next one still sees what is gone.
        ledger.detach(gone)
        if removed or poorer:
            follow(self._files)
        report = tally.report(removed, gone)
        ledger.mark(
            "version", [pair for one, other in report.versions for pair in ((one, other), (other, one))]
        )
        ledger.note_problems({*tally.seen, *(p.file for p in report.problems)}, report.problems)
        return report

    def _entries_of_changed(self, papers: list[Chunked]) -> list[Entry]:
        """Return changed papers ready to be stored; those with the same text as before keep their vectors."""
        records = self._files.records
        old = records.get([c.paper.id for c in papers])
        same = {c.paper.id: c for c in papers if c.paper.id in old and chunk(old[c.paper.id]).text == c.text}
        rows = records.search_vectors(list(same))
        reading = records.vectors([old[paper_id] for paper_id in same])
        kept = [Entry.stored(c, rows[i], reading.get(i)) for i, c in same.items() if i in rows]
        known = {entry.chunked.paper.id for entry in kept}
        return [*kept, *self._embed([c for c in papers if c.paper.id not in known])]

    def _embed(self, papers: list[Chunked]) -> list[Entry]:
        """Embed whole text, windows, sentences and words in one pass per paper; in two if search uses another embedder."""
        if not papers:
            return []
        texts = [SpanText(c.text, c.spans) for c in papers]
        rows = search_rows = self._reading.embed_spans(texts)
        if self._embedder is not self._reading:
            search_rows = self._embedder.embed_spans(
                [
                    SpanText(c.text, text.spans[: len(c.windows)])
                    for c, text in zip(papers, texts, strict=True)
                ]
            )
        return [
            Entry(c, found[: 1 + len(c.windows)], paper_vectors(c, vectors))
            for c, found, vectors in zip(papers, search_rows, rows, strict=True)
        ]


def diff(stored: Records, records: Iterable[Paper | Problem], only: Callable[[str], bool]) -> AddReport:
    """Return what `Sync.add` would do, and do nothing."""
    tally = Tally(stored)
    for _ in tally.sort(records):
        pass
    gone = vanished_records(stored.ledger, tally, only)
    removed, poorer = papers_without(stored.ledger, tally, gone)
    tally.note_reduced(poorer)
    return tally.report(removed, gone)


class _Followers:
    """Brings the store and the lexical index up to date during one `add`, in larger steps than the batches of the records.

    Each step runs in a thread of its own, one at a time, so that embedding goes on.
    """

    def __init__(self, files: LibraryFiles, writer: LexicalWriter, thread: ThreadPoolExecutor) -> None:
        self._files = files
        self._writer = writer
        self._thread = thread
        self._step: Future[None] | None = None
        self._waiting: list[Entry] = []
        self._changed: set[str] = set()
        # Papers that were written again since the step began: the records' note that they are pending has to stay.
        self._newer: set[str] = set()
        self._lock = threading.Lock()
        self._committed = time.monotonic()

    def write(self, entries: list[Entry], changed: frozenset[str]) -> None:
        """Write a batch to the records; let the others follow when enough is waiting, or for long enough. `changed` are the ids
        of its papers that had another text before."""
        with self._lock:
            self._newer.update(entry.chunked.paper.id for entry in entries)
        self._files.records.put(entries)
        # What follows needs no vectors of sentences and words, which are most of an entry.
        self._waiting += [replace(entry, reading=None) for entry in entries]
        self._changed |= changed
        if len(self._waiting) >= FOLLOW or time.monotonic() - self._committed > FOLLOW_SECONDS:
            self._begin()

    def follow(self) -> None:
        """Write what is waiting to the store and the lexical index, and wait until that is done."""
        self._begin()
        if self._step:
            self._step.result()

    def _begin(self) -> None:
        """Begin the next step when the one before it has ended."""
        if self._step:
            self._step.result()
        # The later state of a paper that came twice.
        entries, self._waiting = list({e.chunked.paper.id: e for e in self._waiting}.values()), []
        changed, self._changed = self._changed, set()
        with self._lock:
            self._newer = set()
        self._step = self._thread.submit(self._follow, entries, changed) if entries else None
        self._committed = time.monotonic()

    def _follow(self, entries: Sequence[Entry], changed: Set[str]) -> None:
        _index(self._files, self._writer, entries, changed)
        with self._lock:
            self._files.records.clear_pending({entry.chunked.paper.id for entry in entries} - self._newer)


@contextmanager
def _following(files: LibraryFiles) -> Iterator[_Followers]:
    with files.lexical.writing() as writer, ThreadPoolExecutor(1) as thread:
        followers = _Followers(files, writer, thread)
        try:
            yield followers
        finally:
            followers.follow()


def _index(files: LibraryFiles, writer: LexicalWriter, entries: Sequence[Entry], changed: Set[str]) -> None:
    """Write entries of the records to the store and the lexical index. `changed` may have windows of an older text."""
    files.store.put(entries, changed)
    writer.put(entry.chunked.paper for entry in entries)
    writer.commit()


def follow(files: LibraryFiles) -> int:
    """Let the store and the lexical index follow all pending changes of the records; return how many. Nothing is
    embedded. The caller holds the write lock."""
    pending = files.records.pending()
    with files.lexical.writing() as writer:
        for ids in iter_batch(pending, FOLLOW):
            papers = files.records.get(ids)
            vectors = files.records.search_vectors(list(papers))
            gone = [paper_id for paper_id in ids if paper_id not in papers]
            files.store.remove(gone)
            writer.remove(gone)
            _index(
                files, writer, [Entry.stored(chunk(p), vectors[i]) for i, p in papers.items()], papers.keys()
            )
            files.records.clear_pending(ids)
    return len(pending)


@contextmanager
def writing(folder: Path, wait: float = 0, name: str = "") -> Iterator[None]:
    """Hold the write lock of a library (called `name`, default: its folder); raise `LibraryLocked` if another process still holds it after `wait` seconds."""
    lock = FileLock(folder / "write.lock")
    try:
        lock.acquire(timeout=wait)
    except Timeout as exc:
        raise LibraryLocked(
            f"Another process is writing to the library {name or folder}: wait until it has finished, and try again."
        ) from exc
    try:
        yield
    finally:
        lock.release()


@contextmanager
def _new_generation(folder: Path) -> Iterator[None]:
    """Write a new generation after a change, complete or interrupted: it tells other processes that the library has changed."""
    try:
        yield
    finally:
        (folder / "generation").write_text(os.urandom(8).hex())
