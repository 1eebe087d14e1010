"""Look after a library: examine every part and mend it, back it up in one file, restore that, copy one that is read-only."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sqlite3
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from assistant.core.errors import LibraryCorrupt, LibraryError, SourceError
from assistant.core.settings import cache_path
from assistant.core.text.counts import count_of
from assistant.library.chunks import chunk
from assistant.library.records import Records
from assistant.library.sync import LibraryFiles, Sync, follow

# What a backup holds; the search indexes are made again from the records.
_RECORDS, _ABOUT = "records.sqlite", "backup.json"
_LOCK = "write.lock"


@dataclass(frozen=True)
class Finding:
    """A fault of one part of a library, in one sentence, with the papers that it is about (ids)."""

    part: str
    message: str
    papers: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.part}: {self.message}"


def examine(files: LibraryFiles) -> Iterator[Finding]:
    """Yield what is wrong with a library: its file of records, vectors, Chroma's papers and windows, the lexical index, and
    where papers come from; and what opening has mended since the last `mend`."""
    records, store = files.records, files.store
    for part, message in records.ledger.mended():
        yield Finding(part, message)
    if faults := records.check():
        yield Finding("records", f"the file is damaged ({faults[0]})")
    bare = []
    for paper in records.papers:
        rows = records.search_vectors([paper.id]).get(paper.id)
        if rows is None or len(rows) < 1 + len(chunk(paper).windows) or not np.isfinite(rows).all():
            bare.append(paper.id)
    if bare:
        yield Finding("vectors", f"{count_of(len(bare), 'paper')} without whole vectors", tuple(bare))
    known = set(records.known())
    if apart := known ^ store.ids():
        yield Finding("store", f"{count_of(len(apart), 'paper')} missing or too many", tuple(sorted(apart)))
    held, wanted = store.windows(), wanted_windows(files)
    if lost := wanted - held:
        half = tuple(sorted({window.rpartition("#")[0] for window in lost}))
        yield Finding(
            "store", f"{count_of(len(lost), 'window')} missing, of {count_of(len(half), 'paper')}", half
        )
    if orphans := held - wanted:
        yield Finding("windows", f"{count_of(len(orphans), 'window')} of no paper")
    if files.lexical.count != len(known):
        yield Finding("lexical", f"{files.lexical.count:,} papers instead of {len(known):,}")
    if name := files.lexical.damaged:
        yield Finding("lexical", f"the file {name} is not as it was written")
    if strays := records.ledger.strays():
        yield Finding("origins", f"{count_of(strays, 'row')} of no paper, or papers without one")


def wanted_windows(files: LibraryFiles) -> set[str]:
    """Return the ids of the windows that a library's papers have."""
    return {window.id for paper in files.records.papers for window in chunk(paper).windows}


def mend(files: LibraryFiles, sync: Sync) -> list[Finding]:
    """Mend what `examine` finds, and return that. The caller holds the write lock; a damaged file of records is not mended here.

    May break off anywhere: records lead, and what follows them is found wrong again.
    """
    told = set(files.records.ledger.mended())
    found = list(examine(files))
    # What was mended on opening has been told now.
    files.records.ledger.forget_mended()
    parts = {finding.part for finding in found if (finding.part, finding.message) not in told}
    papers = {paper for finding in found for paper in finding.papers}
    if "vectors" in parts:
        sync.embed_again([i for finding in found if finding.part == "vectors" for i in finding.papers])
    if papers:
        files.records.defer(papers)
        follow(files)
    if "windows" in parts:
        files.store.remove_windows(files.store.windows() - wanted_windows(files))
    if "lexical" in parts or files.lexical.count != len(files.records):
        files.lexical.rebuild(files.records.papers)
    if "origins" in parts:
        files.records.ledger.tidy()
        files.records.ledger.adopt(files.records.papers)
    return found


def back_up(files: LibraryFiles, embedder: str, file: Path) -> None:
    """Write a library's records (papers, vectors, collections) into one file, as they are at one moment; the file appears whole or
    not at all. An older backup is replaced, any other file never. Raises `LibraryError` if it cannot be written."""
    if file.exists() and not is_backup(file):
        raise LibraryError(f"{file} exists and is no backup: give another name.")
    part, copy = file.with_name(file.name + ".part"), file.with_name(file.name + ".records.part")
    try:
        files.records.copy_to(copy)
        with zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
            archive.write(copy, _RECORDS)
            archive.writestr(_ABOUT, json.dumps({"format": 1, "embedder": embedder}))
        part.replace(file)
    except OSError as exc:
        raise LibraryError(
            f"The backup {file} cannot be written ({exc.strerror}): check the folder and the space."
        ) from exc
    finally:
        for rest in (part, copy):
            rest.unlink(missing_ok=True)


def is_backup(file: Path) -> bool:
    """Return whether a file is a backup of a library."""
    try:
        with zipfile.ZipFile(file) as archive:
            return _ABOUT in archive.namelist()
    except (OSError, zipfile.BadZipFile):
        return False


def restore(file: Path, folder: Path, embedder: str) -> None:
    """Make a library of a backup in a folder that holds none yet; its search indexes are made when it is opened.

    The folder appears whole or not at all. Raises `SourceError` for a file that is no backup, `LibraryError` where a library is.
    """
    if not file.exists():
        raise SourceError(f"{file} does not exist: name a file that `assistant backup` wrote.")
    if folder.exists() and any(folder.iterdir()):
        raise LibraryError(f"{folder} is not empty: name a new folder with --library DIR to restore into.")
    unfinished = folder.with_name(folder.name + ".restoring")
    shutil.rmtree(unfinished, ignore_errors=True)
    try:
        unfinished.mkdir(parents=True)
        with zipfile.ZipFile(file) as archive:
            about = json.loads(archive.read(_ABOUT))
            if about["format"] != 1 or about["embedder"] != embedder:
                raise LibraryError(
                    f"{file} is a backup of a library with the embedder {about['embedder']!r}: set embedding.name to it first."
                )
            with archive.open(_RECORDS) as packed, (unfinished / _RECORDS).open("wb") as out:
                shutil.copyfileobj(packed, out, 2**20)
        with closing(Records(unfinished / _RECORDS)) as records:
            if records.check():
                raise LibraryCorrupt(f"The records in {file} are damaged: take another backup.")
            # The indexes are to follow: that they are empty is no loss.
            records.defer(records.known())
        with suppress(OSError):
            folder.rmdir()
        os.rename(unfinished, folder)
    except (OSError, KeyError, TypeError, ValueError, zipfile.BadZipFile, sqlite3.Error) as exc:
        raise SourceError(
            f"{file} is no backup that can be restored: name a file that `assistant backup` wrote."
        ) from exc
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)


def writable(folder: Path) -> bool:
    """Whether this process may write to a library's folder and to all in it, or make it."""
    if not folder.exists():
        return os.access(next(parent for parent in folder.resolve().parents if parent.exists()), os.W_OK)
    within = (Path(place, name) for place, folders, files in os.walk(folder) for name in (*folders, *files))
    return not any(_forbidden(path) for path in (folder, *within))


def _forbidden(path: Path) -> bool:
    """Whether a file may not be written to. Another process may delete it, or make it, at this moment: what was not there all the
    time that it was asked for forbids nothing."""
    before = _made(path)
    return not os.access(path, os.W_OK) and before is not None and before == _made(path)


def _made(path: Path) -> tuple[int, int] | None:
    """Return what tells a file from another one of its name; None if it is not there."""
    try:
        found = path.lstat()
    except OSError:
        return None
    return found.st_ino, found.st_ctime_ns


def copied(folder: Path, generation: str) -> Path:
    """Return a copy of a library that nobody may write to, made if there is none of this generation; older ones are deleted.

    SQLite, Chroma and tantivy open no folder that they may not write to. The copy lies among what can be deleted at any time.

    Raises `LibraryError` where it cannot be made.
    """
    name = hashlib.sha256(str(folder.resolve()).encode()).hexdigest()[:16]
    copies = cache_path() / "read-only"
    copy = copies / f"{name}-{hashlib.sha256(_state(folder, generation).encode()).hexdigest()[:16]}"
    if copy.exists():
        return copy
    try:
        copies.mkdir(parents=True, exist_ok=True)
        for older in copies.glob(f"{name}-*"):
            shutil.rmtree(older, ignore_errors=True)
        unfinished = Path(tempfile.mkdtemp(dir=copies))
        try:
            _copy(folder, unfinished)
            # Another process may have made the same copy meanwhile.
            with suppress(OSError):
                unfinished.rename(copy)
        finally:
            shutil.rmtree(unfinished, ignore_errors=True)
        copy.stat()
    except OSError as exc:
        raise LibraryError(
            f"The library {folder} is read-only, so a copy of it is read, which cannot be made in {copies} "
            f"({exc.strerror or exc}): make room, or let this user write and read there."
        ) from exc
    return copy


def _state(folder: Path, generation: str) -> str:
    """Return what differs between two states of a library: its generation, and the size and time of its files."""
    stats = ((path, path.stat()) for path in sorted(folder.rglob("*")) if path.is_file())
    return "\n".join([generation, *(f"{path} {stat.st_size} {stat.st_mtime_ns}" for path, stat in stats)])


def _copy(folder: Path, target: Path) -> None:
    """Copy what files hold, and not who may write to them."""
    for path in folder.rglob("*"):
        there = target / path.relative_to(folder)
        if path.is_dir():
            there.mkdir(parents=True, exist_ok=True)
        elif path.name != _LOCK:
            there.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, there)
