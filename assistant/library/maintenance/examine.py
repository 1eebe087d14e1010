"""Examine and mend a library, part by part."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from assistant.core.text.counts import count_of
from assistant.library.chunks import chunk
from assistant.library.sync import LibraryFiles, Sync, follow


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
        files.records.mark_pending(papers)
        follow(files)
    if "windows" in parts:
        files.store.remove_windows(files.store.windows() - wanted_windows(files))
    if "lexical" in parts or files.lexical.count != len(files.records):
        files.lexical.rebuild(files.records.papers)
    if "origins" in parts:
        files.records.ledger.tidy()
        files.records.ledger.adopt(files.records.papers)
    return found
