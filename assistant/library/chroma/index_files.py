"""Check whether index files fit together: Chroma does not, answers with wrong neighbours, and ends the process on some."""

from __future__ import annotations

import struct
import time
from pathlib import Path

import numpy as np

# The files of one of Chroma's vector indexes, and hnswlib's header: version, offsets and counts, the highest level and the node at
# it, the most links at higher levels and at the lowest, then what it was built with.
_FILES = ("header.bin", "data_level0.bin", "length.bin", "link_lists.bin", "index_metadata.pickle")
_HEADER = struct.Struct("<i6QiI3QdQ")
_LINK = 4
"""Bytes of a link, and of a count of links."""
_SAMPLED = 20_000
# Another process may be writing them at this moment.
_TRIES, _PAUSE = 10, 0.2


def lasting_misfits(chroma: Path) -> list[str]:
    """Return the indexes (paths) below Chroma's folder whose files still do not fit together after two seconds."""
    for _ in range(_TRIES):
        if not (torn := misfits(chroma)):
            return []
        time.sleep(_PAUSE)
    return torn


def misfits(chroma: Path) -> list[str]:
    """Return the indexes (paths) below Chroma's folder whose files do not fit together; of large ones 20,000 elements are read."""
    folders = {file.parent for name in _FILES for file in chroma.glob(f"*/{name}")}
    return [str(folder) for folder in sorted(folders) if not _fits(folder)]


def _fits(folder: Path) -> bool:
    try:
        header = (folder / "header.bin").read_bytes()
        if len(header) != _HEADER.size:
            return False
        _, _, most, count, element, label, data, _, entry, _, links, *_ = _HEADER.unpack(header)
        if not (0 < element < 2**20 and count <= most and _LINK * (links + 1) <= data < label < element):
            return False
        if count == 0:
            # Chroma keeps so few vectors in its database; these files hold nothing yet.
            return True
        sizes = {name: (folder / name).stat().st_size for name in _FILES}
    except FileNotFoundError:
        return False
    held = sizes["length.bin"] // _LINK
    whole = held * element == sizes["data_level0.bin"] and held * _LINK == sizes["length.bin"]
    if not whole or count > held or entry >= count or not sizes["index_metadata.pickle"]:
        return False
    return _links_fit(folder, count, element, links) and _levels_fit(folder / "link_lists.bin", count)


def _links_fit(folder: Path, count: int, element: int, links: int) -> bool:
    """Return whether elements have no more links than there is room for, and all to other elements."""
    rows = np.memmap(folder / "data_level0.bin", dtype=np.uint8, mode="r").reshape(-1, element)
    some = rows[: count : max(1, count // _SAMPLED), : _LINK * (links + 1)].copy().view("<u4")
    # The upper half of the count holds a mark of removed elements.
    numbers, targets = some[:, 0] & 0xFFFF, some[:, 1:]
    used = np.arange(links) < numbers[:, None]
    return bool((numbers <= links).all() and (targets[used] < count).all())


def _levels_fit(file: Path, count: int) -> bool:
    """Return whether the lists of links at higher levels, each after its length, end where the file ends."""
    content, at = file.read_bytes(), 0
    for _ in range(count):
        if at + _LINK > len(content):
            return False
        at += _LINK + int.from_bytes(content[at : at + _LINK], "little")
    return at <= len(content)
