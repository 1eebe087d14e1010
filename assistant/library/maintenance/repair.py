"""Repair indexes or records: each is made again from the other, after a loss or an interrupted write."""

from __future__ import annotations

from pathlib import Path

from llama_index.core.utils import iter_batch

from assistant.core.errors import LibraryCorrupt
from assistant.library.bm25 import Lexical
from assistant.library.chroma.store import FORMAT, Store
from assistant.library.chunks import chunk
from assistant.library.records import Entry, Records
from assistant.library.sync import FOLLOW, LEXICAL, LibraryFiles, follow

_MENDED = (
    "{count:,} papers instead of {papers:,} when the library was opened; it was made again from the records"
)


def behind(files: LibraryFiles) -> bool:
    """Return whether the store or the lexical index lacks what the records hold: a write broke off, or a part was
    lost or replaced by an older one (seen by its count), or of an older format."""
    count = len(files.records)
    whole = files.store.count() == count == files.lexical.count and files.store.format == FORMAT
    return bool(files.records.pending()) or not whole


def repair(files: LibraryFiles) -> None:
    """Bring the store and the lexical index to what the records hold. The caller holds the write lock.

    What no write that broke off accounts for is noted: `assistant doctor` tells it.
    """
    if not behind(files):
        return
    records, store, lexical = files.records, files.store, files.lexical
    expected = bool(records.pending()) or store.format < FORMAT
    if store.format < FORMAT:
        _renew(files)
    follow(files)
    for part, count in (("store", store.count()), ("lexical", lexical.count)):
        if count != len(records) and not expected:
            records.ledger.note_mended(part, _MENDED.format(count=count, papers=len(records)))
    if store.count() != len(records):
        records.mark_pending(set(records.known()) ^ store.ids())
        follow(files)
    if lexical.count != len(records):
        lexical.rebuild(records.papers)


def _renew(files: LibraryFiles) -> None:
    """Write the windows and the lexical index of a library of an older format again: up to format 3, every abstract had windows,
    and "CO2" was another word than "CO₂"."""
    files.lexical.rebuild(files.records.papers)
    files.store.drop_windows()
    for papers in iter_batch(files.records.papers, FOLLOW):
        long = [cut for cut in map(chunk, papers) if cut.windows]
        vectors = files.records.search_vectors([cut.paper.id for cut in long])
        files.store.put([Entry.stored(cut, vectors[cut.paper.id]) for cut in long if cut.paper.id in vectors])
    files.store.stamp()


def rebuild_records(path: Path, store: Store) -> None:
    """Make the records from the store and the word index: after a loss, and for a library of format 1.

    Vectors of sentences and words come from the file of format 1, or are made when first needed. Raises `LibraryCorrupt` where no
    record is left.
    """
    unfinished = path.with_suffix(".unfinished")
    unfinished.unlink(missing_ok=True)
    records = Records(unfinished)
    for entries in iter_batch(store.entries(Lexical(path.with_name(LEXICAL)).records), FOLLOW):
        records.put(entries)
        records.clear_pending([entry.chunked.paper.id for entry in entries])
    if not len(records) and store.count():
        records.close()
        raise LibraryCorrupt(
            f"The library's records {path} are lost, and its word index, which keeps a copy of them, is, too: restore a backup into a "
            "new folder, or move the library's folder away and add your files again (they are not touched)."
        )
    former = path.with_name("vectors.sqlite")
    if former.exists():
        records.adopt(former)
    # Closing moves everything from SQLite's log into the file, so that one rename makes it whole.
    records.close()
    for log in ("-wal", "-shm"):
        path.with_name(path.name + log).unlink(missing_ok=True)
    unfinished.replace(path)
    for rest in path.parent.glob("vectors.sqlite*"):
        rest.unlink()
