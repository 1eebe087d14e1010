"""Zip archives. Their files are copied under names of our own.

What an archive says of paths and sizes is not used: the names only tell users which file is meant, and every byte that
is unpacked counts.
"""

from __future__ import annotations

import lzma
import re
import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from zipfile import BadZipFile, ZipFile, ZipInfo

from assistant.core.errors import SourceError
from assistant.core.text.sanitize import one_line
from assistant.library.readers.files.textfile import most_unpacked

_BLOCK = 1 << 20
_MOST_FILES = 10_000
# What zipfile raises of archives that are damaged, or packed in a way that it does not know.
_DAMAGED = (
    BadZipFile,
    OSError,
    ValueError,
    EOFError,
    OverflowError,
    NotImplementedError,
    zlib.error,
    lzma.LZMAError,
    struct.error,
)


@dataclass(frozen=True)
class Member:
    """A file of an archive: its name as it may be shown, and its copy; or why there is none."""

    name: str
    copy: Path | None
    fault: str = ""


def parts_of(path: Path) -> frozenset[str]:
    """Return the names in a zip archive; none for a file that is not one, or is damaged."""
    try:
        with ZipFile(path) as archive:
            return frozenset(archive.namelist())
    except _DAMAGED:
        return frozenset()


@contextmanager
def unpacked(path: Path) -> Iterator[Iterator[Member]]:
    """Yield the files of an archive one by one; a copy is there until the next one is taken. Hidden files are left out.

    Raises `SourceError` for a damaged archive, and where it unpacks to more than files of text do.
    """
    try:
        archive = ZipFile(path)
    except _DAMAGED as exc:
        raise SourceError(f"{path} is a damaged zip archive: fetch it again.") from exc
    with archive, TemporaryDirectory(prefix="assistant-") as folder:
        yield _members(path, archive, Path(folder))


def _members(path: Path, archive: ZipFile, folder: Path) -> Iterator[Member]:
    # zipfile's own test of a folder fails for a part without a name.
    files = (part for part in archive.infolist() if not part.filename.endswith("/"))
    wanted = [part for part in files if not _is_hidden(part.filename)]
    if len(wanted) > _MOST_FILES:
        raise SourceError(f"{path} holds more than {_MOST_FILES:,} files: unpack it and add the folder.")
    left = most_unpacked(path.stat().st_size)
    for part in wanted:
        name = one_line(part.filename)[-200:] or "a file without a name"
        copy = folder / f"file{_ending(part.filename)}"
        fault = ""
        try:
            left -= _copy(archive, part, copy, left)
        except _DAMAGED as exc:
            fault = f"is damaged ({exc})"
        except RuntimeError:
            fault = "is encrypted: unpack the archive and add the files in it"
        if left < 0:
            raise SourceError(
                f"{path} unpacks to far more than its size, as no text does: unpack it and add the files in it."
            )
        yield Member(name, None if fault else copy, fault)
        copy.unlink(missing_ok=True)


def _copy(archive: ZipFile, part: ZipInfo, copy: Path, most: int) -> int:
    """Copy a file out of an archive, until it is copied or exceeds `most` bytes; return how many were copied."""
    size = 0
    with archive.open(part) as packed, copy.open("wb") as file:
        while size <= most and (block := packed.read(_BLOCK)):
            size += file.write(block)
    return size


def _ending(name: str) -> str:
    """Return the endings of a name ("a.csv.gz") that are letters and digits alone."""
    found = re.search(r"(?:\.[A-Za-z0-9]{1,8}){1,2}$", PurePosixPath(name).name)
    return found[0].lower() if found else ""


def _is_hidden(name: str) -> bool:
    parts = name.replace("\\", "/").split("/")
    return any((part.startswith(".") and part.strip(".")) or part == "__MACOSX" for part in parts)
