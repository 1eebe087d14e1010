"""A library on a server: the server leads, and this machine's copy of the records and its word index follow.

The copy lies in the cache folder. At opening, and every few seconds after, it is looked whether the library's generation has moved;
then what changed since is read. A change is written to the copy and sent at once; what a write that broke off did not send is
read anew, as the server has it.
"""

from __future__ import annotations

import logging
import tempfile
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext
from dataclasses import replace
from pathlib import Path

from llama_index.core.utils import iter_batch

from assistant.core.errors import (
    LibraryCorrupt,
    LibraryEmpty,
    LibraryError,
    LibraryLocked,
    LibraryUnreachable,
)
from assistant.library.bm25 import Lexical
from assistant.library.chroma.address import Address
from assistant.library.chroma.connection import Server
from assistant.library.chroma.served_store import ServedStore, names
from assistant.library.chroma.store import FORMAT
from assistant.library.chunks import chunk
from assistant.library.maintenance.backup import restore
from assistant.library.maintenance.examine import Finding, examine, wanted_windows
from assistant.library.opened import REPAIRED, OpenedLibrary, OpenFiles
from assistant.library.records import PAGE, Entry, Records
from assistant.library.sync import LEXICAL, LibraryFiles, follow, writing

LOOK = 2.0
"""Seconds between two looks at the generation."""
_RECORDS, _MADE = "records.sqlite", "made"
# What the program keeps beside the records; it goes with the library.
_SMALL = "*.json"

log = logging.getLogger(__name__)


def library_at(place: Path | Address, embedder: str) -> OpenedLibrary:
    """Return the library of a folder, where its records lead, or of a server, which leads itself."""
    return ServedLibrary(place, embedder) if isinstance(place, Address) else OpenedLibrary(place, embedder)


class ServedLibrary(OpenedLibrary):
    """The copy of a library on a server, opened when first needed and completed when the library has changed."""

    def __init__(self, address: Address, embedder: str) -> None:
        self.address = address
        super().__init__(address.cache, embedder)

    @property
    def name(self) -> str:
        """What users call the library."""
        return str(self.address)

    def _start(self) -> None:
        super()._start()
        self._server: Server | None = None
        self._looked = 0.0
        self._away = False

    def exists(self) -> bool:
        """Return whether the library is on its server. Raises `LibraryUnreachable`."""
        if self._opened is not None:
            return True
        server = self._connected()
        try:
            server.call(server.client.get_collection, name=names(server)[-1], embedding_function=None)
        except LibraryEmpty:
            return False
        return True

    @contextmanager
    def for_mending(self) -> Iterator[tuple[LibraryFiles, list[Finding]]]:
        """Hold the lease and yield the files, which are read anew from the server, with what was wrong with the copy alone."""
        with self.for_writing(wait=False) as files:
            before = list(examine(files))
            self._catch_up(files, anew=True)
            after = list(examine(files))
            yield files, [finding for finding in before if finding not in after]

    def restore(self, file: Path) -> None:
        """Send a backup to the server, where the library has no papers yet. Raises `SourceError` or a `LibraryError`."""
        with tempfile.TemporaryDirectory() as place, self.for_writing(wait=False) as files:
            if len(files.records):
                raise LibraryError(
                    f"The library {self.name} has papers: restore the backup under a new name."
                )
            restore(file, Path(place) / "restored", self.embedder)
            with closing(Records(Path(place) / "restored" / _RECORDS)) as old:
                for ids in iter_batch(list(old.known()), PAGE):
                    _copy(old, files.records, ids)

    def close(self) -> None:
        """Let the files and the server go. They are opened again when next needed."""
        super().close()
        self._server = None

    def _allow_writing(self) -> None:
        """Check nothing: the server refuses what it does not allow."""

    @contextmanager
    def _write_lock(self) -> Iterator[OpenFiles]:
        with self._locked(REPAIRED):
            if not self.exists():
                ServedStore.make(self._connected(), self.embedder, self._dimension)
            opened = self._open(locked=True)
            with _store(opened.files).lease.held(REPAIRED):
                # Another machine may have written until now.
                self._complete(opened.files)
                yield opened

    def _record_write(self, opened: OpenFiles) -> None:
        """Send what is not sent yet. Where that fails, it is read anew at the next opening."""
        store = _store(opened.files)
        opened.derived.clear()
        try:
            follow(opened.files)
            files = {file.name: file.read_text(encoding="utf-8") for file in self.path.glob(_SMALL)}
            if changed := dict(files.items() - store.kept().items()):
                store.keep(changed)
            opened.generation = str(opened.files.records.generation)
        except BaseException:
            self._opened = None
            raise

    def _complete(self, files: LibraryFiles) -> None:
        store = _store(files)
        self._catch_up(files)
        if store.format < FORMAT:
            files.lexical.rebuild(files.records.papers)
            store.remove_windows(store.windows() - wanted_windows(files))
            store.stamp()
        if store.lease.doubtful >= 0:
            files.records.mark_pending(store.unfinished(store.lease.doubtful))
            follow(files)
            store.lease.mended()

    def _connected(self) -> Server:
        if self._server is None:
            self._server = Server(self.address)
        return self._server

    def _locked(self, wait: float) -> AbstractContextManager[None]:
        """Hold this machine's copy: one process changes it at a time. Raises `LibraryError` where it cannot be written."""
        try:
            self.path.mkdir(parents=True, exist_ok=True)
        except OSError as exc:
            raise LibraryError(
                f"The cache {self.path} of the library {self.name} cannot be written ({exc.strerror}): make room, or let this "
                "user write there."
            ) from exc
        return writing(self.path, wait, self.name)

    def _open_files(self, locked: bool) -> OpenFiles:
        server = self._connected()
        with nullcontext() if locked else self._locked(REPAIRED) if self._fresh() else nullcontext():
            records = self._copy_of_records()
        store = ServedStore(server, self.path, records)
        store.check(self.embedder)
        files = LibraryFiles(
            records, store, Lexical(self.path / LEXICAL, lambda: records.papers, records.stored)
        )
        try:
            # Another process of this machine may write to the copy, or complete it. Half a copy is no library yet.
            wait = 0 if records.generation else REPAIRED
            with nullcontext() if locked or not self._copy_differs(files) else self._locked(wait):
                self._catch_up(files)
        except LibraryLocked:
            if not records.generation:
                raise
        self._looked = time.monotonic()
        return OpenFiles(files, str(records.generation), self.path)

    def _fresh(self) -> bool:
        return not (self.path / _RECORDS).exists()

    def _copy_of_records(self) -> Records:
        """Open this machine's copy of the records, or begin one."""
        file = self.path / _RECORDS
        try:
            records = Records(file)
        except LibraryCorrupt:
            log.warning("The copy of %s in %s is damaged: it is made again.", self.name, self.path)
            for part in self.path.glob(f"{_RECORDS}*"):
                part.unlink()
            records = Records(file)
        records.watch()
        return records

    def _stored_library_id(self) -> str:
        """Return the id of the library that this copy is of, as it was written down; "" if it was not."""
        file = self.path / _MADE
        return file.read_text() if file.exists() else ""

    def _copy_differs(self, files: LibraryFiles) -> bool:
        """Return whether the copy differs from the library on the server, as far as can be told without reading all."""
        records, store = files.records, _store(files)
        return (
            self._stored_library_id() != store.made
            or records.generation != store.lease.turn().generation
            or bool(records.pending())
            or files.lexical.count != len(records)
        )

    def _catch_up(self, files: LibraryFiles, *, anew: bool = False) -> None:
        """Read what has changed; `anew`: everything, as after a library was made again or replaced by an older one."""
        if not anew and not self._copy_differs(files):
            return
        records, store = files.records, _store(files)
        reached = store.lease.turn().generation
        anew = anew or self._stored_library_id() != store.made or reached < records.generation
        if self._stored_library_id() != store.made:
            # They are of another library.
            for file in self.path.glob(_SMALL):
                file.unlink()
        again = [*records.known(), *records.pending()] if anew else records.pending()
        with files.lexical.writing() as writer:
            for change in store.changes(-1 if anew else records.generation, again):
                records.take(change.papers)
                for paper_id in change.gone:
                    records.remove(paper_id)
                writer.remove(change.gone)
                writer.put(shared.entry.chunked.paper for shared in change.papers)
                writer.commit()
        for name, text in store.kept().items():
            if Path(name).match(_SMALL) and Path(name).name == name:
                (self.path / name).write_text(text, encoding="utf-8")
        (self.path / _MADE).write_text(store.made)
        records.generation = reached
        records.clear_pending(records.pending())
        if files.lexical.count != len(records):
            files.lexical.rebuild(records.papers)

    def _generation(self) -> str:
        """Return the library's generation, looked at every few seconds. While the server is away, the copy is the library."""
        opened = self._opened
        if opened is None:
            return ""
        if time.monotonic() - self._looked < LOOK:
            return opened.generation
        self._looked = time.monotonic()
        try:
            turn = None if self._connected().down else _store(opened.files).lease.turn()
        except LibraryUnreachable:
            turn = None
        except LibraryEmpty:
            return "gone"
        if turn is None and not self._away:
            log.warning(
                "The server of %s does not answer. Until it does, its copy on this machine answers.",
                self.name,
            )
        self._away = turn is None
        return str(turn.generation) if turn else opened.generation


def _store(files: LibraryFiles) -> ServedStore:
    assert isinstance(files.store, ServedStore)
    return files.store


def _copy(old: Records, new: Records, ids: list[str]) -> None:
    """Copy papers with all that is known of them."""
    papers = old.get(ids)
    vectors, reading = old.search_vectors(ids), old.vectors(list(papers.values()))
    new.put(
        [
            replace(
                Entry.stored(chunk(paper), vectors[one], reading.get(one)),
                origins=tuple(old.ledger.origins(one)),
            )
            for one, paper in papers.items()
        ]
    )
    for one in papers:
        for kind, value in old.ledger.all_marks(one):
            new.ledger.mark(kind, [(value, one)])
