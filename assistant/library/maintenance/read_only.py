"""Copy a read-only library; the copy is read in its place."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path

from assistant.core.errors import LibraryError
from assistant.core.settings import cache_path

_LOCK = "write.lock"


def writable(folder: Path) -> bool:
    """Return whether this process may write to a library's folder and to all in it, or make it."""
    if not folder.exists():
        return os.access(next(parent for parent in folder.resolve().parents if parent.exists()), os.W_OK)
    within = (Path(place, name) for place, folders, files in os.walk(folder) for name in (*folders, *files))
    return not any(_forbidden(path) for path in (folder, *within))


def _forbidden(path: Path) -> bool:
    """Return whether a file may not be written to. Another process may delete it, or make it, at this moment: what was not there all the
    time that it was asked for forbids nothing."""
    before = _file_identity(path)
    return not os.access(path, os.W_OK) and before is not None and before == _file_identity(path)


def _file_identity(path: Path) -> tuple[int, int] | None:
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
