"""Open a library's folder, one writer at a time; keep what is computed from all papers."""

from __future__ import annotations

import logging
import os
import threading
import weakref
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar, TypeVar

import numpy as np

from assistant.core.errors import LibraryCorrupt, LibraryEmpty, LibraryLocked, LibraryReadOnly, PaperNotFound
from assistant.core.paper import Paper
from assistant.library.bm25 import Lexical
from assistant.library.catalogue import Catalogue, Place, lay_out
from assistant.library.chroma.store import DAMAGED, Store
from assistant.library.embedding.embedder import MINILM, MiniLMEmbedding
from assistant.library.maintenance.backup import restore
from assistant.library.maintenance.examine import Finding
from assistant.library.maintenance.read_only import copied, writable
from assistant.library.maintenance.repair import behind, rebuild_records, repair
from assistant.library.records import Records
from assistant.library.sync import LEXICAL, LibraryFiles, writing

# The map shows at most this many papers.
MAPPED = 2000
REPAIRED = 5.0
"""Seconds that a writer waits for another process: a reader may be repairing a library that it found behind."""
_RECORDS = "records.sqlite"
_LOST = (
    "the file was {state}, and was made again from the store; collections, the further sources of merged papers and what was refused "
    "of files are lost: restore a backup into a new folder, or add the files again and tag the papers"
)

Derived = TypeVar("Derived")

log = logging.getLogger(__name__)


@dataclass
class OpenFiles:
    """Open files, the generation they were opened at, and values computed from their papers."""

    files: LibraryFiles
    generation: str
    folder: Path
    derived: dict[Callable[..., Any], Any] = field(default_factory=dict)


class OpenedLibrary:
    """The files of a library folder, opened when first needed and again after another process has written.

    Files that are replaced or closed are only let go: those who still read them read on, and the last of them closes them.
    `embedder` is the name of the embedding model that the search vectors come from. Where nobody may write to the folder, a copy
    of it is read. Safe for several threads.
    """

    _every: ClassVar[weakref.WeakSet[OpenedLibrary]] = weakref.WeakSet()

    def __init__(self, path: Path, embedder: str) -> None:
        self.path = path
        self.embedder = embedder
        self._inherited: OpenFiles | None = None
        self._opened: OpenFiles | None = None
        self._start()
        self._every.add(self)

    @property
    def name(self) -> str:
        """What users call the library."""
        return str(self.path)

    def _start(self) -> None:
        """Begin in a process of its own: what was opened before a fork is held for ever, and neither used nor released.

        Its threads and its locks were left behind in the other process.
        """
        self._inherited, self._opened = self._opened or self._inherited, None
        # A writer holds the first lock for long; opening and replacing the files takes the second. Take the first first.
        self._writes, self._lock = threading.RLock(), threading.RLock()
        self._writing = False

    @classmethod
    def _start_all(cls) -> None:
        for library in cls._every:
            library._start()

    def exists(self) -> bool:
        """Return whether the library's folder has been made."""
        return (self.path / "chroma").exists() or (self.path / _RECORDS).exists()

    @property
    def changed(self) -> datetime | None:
        """When the library was last written to; None where that is not known."""
        with suppress(OSError):
            return datetime.fromtimestamp((self.path / "generation").stat().st_mtime, UTC)
        return None

    def files(self) -> LibraryFiles:
        """Return the open files of the current generation.

        Opens them, and repairs them if a write was interrupted. Raises `LibraryEmpty` if the folder was not made yet,
        or another `LibraryError`.
        """
        return self._current().files

    @contextmanager
    def for_writing(self, *, wait: bool) -> Iterator[LibraryFiles]:
        """Hold the write lock and yield the files; makes the folder. Readers are not blocked.

        Raises `LibraryReadOnly`; `LibraryLocked` if another process writes, or (unless `wait`) another thread.
        """
        self._allow_writing()
        if not self._writes.acquire(blocking=wait):
            raise LibraryLocked(
                "Papers are being added to this library: wait until that is done, and try again."
            )
        try:
            with self._write_lock() as opened:
                self._writing = True
                try:
                    yield opened.files
                finally:
                    self._record_write(opened)
                    self._writing = False
        finally:
            self._writes.release()

    @contextmanager
    def for_mending(self) -> Iterator[tuple[LibraryFiles, list[Finding]]]:
        """Hold the write lock and yield the files, to be examined and mended, with what was mended before."""
        with self.for_writing(wait=False) as files:
            yield files, []

    def restore(self, file: Path) -> None:
        """Make the library of a backup; its folder is empty or does not exist. Raises `SourceError` or a `LibraryError`."""
        self.close()
        restore(file, self.path, self.embedder)
        self.files()

    def _allow_writing(self) -> None:
        """Raise `LibraryReadOnly` where nobody may write."""
        if not writable(self.path):
            raise LibraryReadOnly(
                f"The library {self.name} is read-only, and nothing was changed: allow writing to its files (`chmod -R u+w`), or "
                "copy the folder and name the copy with --library DIR."
            )

    @contextmanager
    def _write_lock(self) -> Iterator[OpenFiles]:
        """Hold the lock that one process has at a time, and yield the open files."""
        with writing(self.path, wait=REPAIRED):
            yield self._open(locked=True)

    def get(self, ids: Iterable[str]) -> dict[str, Paper]:
        """Return the papers of these ids, in their order. Raises `PaperNotFound` if one is missing."""
        wanted = list(dict.fromkeys(ids))
        papers = self.files().records.get(wanted) if self.exists() else {}
        for paper_id in wanted:
            if paper_id not in papers:
                raise PaperNotFound(
                    f"No paper {paper_id!r} is in {self.name}: `assistant list` shows the ids."
                )
        return {paper_id: papers[paper_id] for paper_id in wanted}

    def derived(self, make: Callable[[Catalogue], Derived]) -> Derived:
        """Return `make(the catalogue)`, computed once for each generation of the library."""
        opened = self._current()
        if make not in opened.derived:
            opened.derived[make] = make(self._catalogue_of(opened))
        value: Derived = opened.derived[make]
        return value

    @property
    def catalogue(self) -> Catalogue:
        """All papers, for browsing."""
        return self._catalogue_of(self._current())

    @staticmethod
    def _catalogue_of(opened: OpenFiles) -> Catalogue:
        if Catalogue not in opened.derived:
            opened.derived[Catalogue] = Catalogue(opened.files.records, opened.files.lexical.holding)
        made: Catalogue = opened.derived[Catalogue]
        return made

    @property
    def map(self) -> tuple[Place, ...]:
        """At most 2,000 papers, evenly taken from all, on a plane."""
        return self.derived(self._map)

    def _map(self, catalogue: Catalogue) -> tuple[Place, ...]:
        chosen = catalogue.sample(MAPPED)
        vectors = self.files().records.search_vectors([paper.id for paper in chosen])
        placed = [paper for paper in chosen if paper.id in vectors]
        return lay_out(placed, np.stack([vectors[paper.id][0] for paper in placed])) if placed else ()

    def close(self) -> None:
        """Let the files go. They are opened again when next needed."""
        with self._writes, self._lock:
            self._opened = None

    def _current(self) -> OpenFiles:
        if not self.exists():
            raise LibraryEmpty(f"The library {self.name} is empty: `assistant add FILE` fills it.")
        return self._open(locked=False)

    def _open(self, *, locked: bool) -> OpenFiles:
        """Return the open files of the current generation, whole; `locked`: this thread holds the write lock."""
        with self._lock:
            # A generation that this process is writing is not news to it.
            stale = self._opened and not self._writing and self._opened.generation != self._generation()
            if self._opened and (stale or (self._opened.folder / DAMAGED).exists()):
                self._opened = None
            if self._opened is None:
                self._opened = self._open_files(locked)
            if locked:
                self._complete(self._opened.files)
            return self._opened

    def _complete(self, files: LibraryFiles) -> None:
        """Finish what a write left that broke off. The caller holds the write lock."""
        repair(files)

    def _open_files(self, locked: bool) -> OpenFiles:
        generation = self._generation()
        folder = self.path if writable(self.path) else copied(self.path, generation)
        store = self._open_store(folder, locked)
        records = self._open_records(folder, store, locked)
        files = LibraryFiles(
            records, store, Lexical(folder / LEXICAL, lambda: records.papers, records.stored)
        )
        if not locked and behind(files):
            # Where the lock is held, somebody is writing who will finish; where it cannot be had, the reader reads on.
            with suppress(LibraryLocked, PermissionError), writing(folder):
                repair(files)
        return OpenFiles(files, generation, folder)

    def _open_store(self, folder: Path, locked: bool) -> Store:
        """Open the store; make it anew where it is damaged, if the records can fill it again."""
        marker = folder / DAMAGED
        try:
            if not marker.exists():
                return Store.open(folder, self.embedder, self._dimension)
        except LibraryCorrupt:
            if not (folder / _RECORDS).exists():
                raise
        with nullcontext() if locked else writing(folder):
            log.warning("The search index of %s is damaged: it is made again from the records.", self.path)
            Store.discard(folder)
            marker.unlink(missing_ok=True)
            return Store.open(folder, self.embedder, self._dimension)

    @property
    def _dimension(self) -> int:
        return MiniLMEmbedding.dimension if self.embedder == MINILM else 0

    def _open_records(self, folder: Path, store: Store, locked: bool) -> Records:
        """Open the file of records; make it from the store where it is lost or damaged."""
        file = folder / _RECORDS
        state = "lost"
        if file.exists():
            try:
                return Records(file)
            except LibraryCorrupt as exc:
                if not store.count():
                    raise
                log.warning("%s They are made again from the store.", exc)
                state = "damaged"
        # A library of the first format had no such file.
        is_loss = store.count() and not (folder / "vectors.sqlite").exists()
        with nullcontext() if locked else writing(folder):
            rebuild_records(file, store)
        records = Records(file)
        if is_loss:
            records.ledger.note_mended("records", _LOST.format(state=state))
        return records

    def _generation(self) -> str:
        file = self.path / "generation"
        # Only compared: whatever stands in it, another text means another state.
        return file.read_text(errors="replace") if file.exists() else ""

    def _record_write(self, opened: OpenFiles) -> None:
        """Record the current generation as our own write, and drop computed values."""
        opened.derived.clear()
        opened.generation = self._generation()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=OpenedLibrary._start_all)
