"""Check tantivy's checksums: it writes one into each file and does not look at it."""

from __future__ import annotations

import json
import os
import struct
import tempfile
import zlib
from pathlib import Path

# Files of a segment; each ends with this number.
_PARTS = ("term", "idx", "pos", "fast", "fieldnorm", "store")
_FOOTER = 1337
_BLOCK = 1 << 20
"""Bytes that are read or written at once."""


def damaged_file(folder: Path, largest: int | None = None) -> str:
    """Return the name of a file of the index whose content is not as it was written, or ""; files over `largest` bytes are skipped.

    Tantivy writes a checksum at the end of each file and does not look at it: a damaged one ends the process, or answers wrongly.
    """
    try:
        segments = json.loads((folder / "meta.json").read_bytes())["segments"]
        for segment in segments:
            own = segment["segment_id"].replace("-", "")
            deletes = segment.get("deletes") or {}
            names = [f"{own}.{ending}" for ending in _PARTS] + [f"{own}.{deletes.get('opstamp')}.del"]
            for file in (folder / name for name in names):
                small = largest is None or (file.exists() and file.stat().st_size <= largest)
                if small and file.exists() and not _is_as_written(file):
                    return file.name
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        # Another process may delete a file at this moment; what is wrong with the list of files, tantivy tells.
        return ""
    return ""


def _is_as_written(file: Path) -> bool:
    """Return whether the checksum at the end of a file, `{"crc": ...}` with its length and a mark, is that of what is before it."""
    with file.open("rb") as opened:
        size = opened.seek(0, os.SEEK_END)
        opened.seek(max(0, size - 8))
        length, mark = struct.unpack("<II", opened.read(8).rjust(8, b"\0"))
        if mark != _FOOTER or length > size - 8:
            return False
        opened.seek(size - 8 - length)
        try:
            expected = json.loads(opened.read(length))["crc"]
        except (ValueError, KeyError, TypeError):
            return False
        opened.seek(0)
        left, found = size - 8 - length, 0
        while left and (block := opened.read(min(left, _BLOCK))):
            left, found = left - len(block), zlib.crc32(block, found)
        return bool(found == expected)


def try_to_write(folder: Path) -> None:
    """Raise `OSError` where the disk is full, or takes no file of this process for another reason.

    Tantivy's threads do not say why they stopped.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryFile(dir=folder) as file:
        file.write(bytes(_BLOCK))
        file.flush()
        os.fsync(file.fileno())
