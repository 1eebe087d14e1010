"""Find what sources no longer hold, and the papers to remove or to make of fewer records."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from assistant.core.paper import Paper
from assistant.library.identity.ledger import Ledger
from assistant.library.identity.merge import merged
from assistant.library.identity.retractions import MARK, noted
from assistant.library.identity.tally import Tally


def vanished_records(ledger: Ledger, tally: Tally, only: Callable[[str], bool]) -> list[tuple[str, str]]:
    """Return source and key of the records that their sources, those that `only` names, do not hold any more."""
    unread = {problem.file for problem in tally.problems if problem.field == "file"}
    return [
        (source, key)
        for source in ledger.sources()
        if only(source) and source not in unread
        for key in ledger.stamps(source).keys() - tally.seen.get(source, set())
    ]


def papers_without(
    ledger: Ledger, tally: Tally, gone: Sequence[tuple[str, str]]
) -> tuple[list[str], list[Paper]]:
    """Return the ids of papers of which no record is left without these, and the papers that are made of fewer now."""
    lost = set(gone)
    stamps = {source: ledger.stamps(source) for source in dict.fromkeys(source for source, _ in gone)}
    touched = dict.fromkeys(stamps[source][key].paper for source, key in gone)
    removed, poorer = [], []
    for paper_id in touched:
        left = [o.record for o in tally.all_origins(paper_id) if (o.source, o.key) not in lost]
        if left:
            poorer.append(noted(merged(paper_id, left), ledger.marks_of(MARK, paper_id)))
        else:
            removed.append(paper_id)
    return removed, poorer
