"""Results of a library's examination and backup, and what a newer export would change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from markupsafe import Markup

from assistant.core.paper import Paper
from assistant.core.text.counts import count_of
from assistant.library.identity.tally import AddReport
from assistant.library.maintenance.examine import Finding
from assistant.web.html.elements import HTML

MOST_LINES = 100


def panel(*, exists: bool, result: Markup | str = "") -> Markup:
    """Return what can be done for a library, also for one that does not exist yet, and the `result` of what was done last."""
    return HTML["maintenance.panel"](exists, result)


def findings(found: Sequence[Finding], *, repaired: bool = False) -> Markup:
    """Return what is wrong with a library, with a button that repairs it; `repaired`: what is left after that."""
    return HTML["maintenance.findings"](found, repaired)


def difference(name: str, report: AddReport, gone: Sequence[Paper]) -> Markup:
    """Return what a file would change: the papers that are new, changed and `gone`, and the problems, the first 100 of each."""
    new = set(report.added)
    groups = {
        "New": [change.title for change in report.changes if change.paper_id in new],
        "Changed": [
            f"{change.title}: {', '.join(change.fields)}"
            for change in report.changes
            if change.paper_id not in new
        ],
        "Removed": [paper.title for paper in gone],
        "Skipped": [f"line {p.line}: {p.message}" if p.line else p.message for p in report.problems],
    }
    return _listed(name, groups, f"Nothing is written yet. {_head(report)}")


def missing_papers(name: str, gone: Sequence[Paper]) -> Markup:
    """Return the papers that an earlier file of this name had and that it lacks itself, the first 100."""
    groups = {"Not in this one": [paper.title for paper in gone]}
    head = f"An earlier {name} had {count_of(len(gone), 'paper')} that this one lacks. Keep or remove?"
    return _listed(name, groups, head)


def proposal(differences: Markup, yes: str, no: str) -> Markup:
    """Return what files would change, with buttons that do it ("" for nothing to do) or leave it."""
    return HTML["maintenance.proposal"](differences, yes, no)


def done(report: AddReport) -> Markup:
    """Return what a file did change."""
    return HTML["lists.report"](_head(report), (), 0)


def restored(count: int) -> Markup:
    """Return how many papers a backup had."""
    return HTML["lists.report"](f"Restored {count_of(count, 'paper')} from this backup.", (), 0)


def _head(report: AddReport) -> str:
    counts = (
        (report.added, "new"),
        (report.changed, "changed"),
        (report.removed, "removed"),
        (report.unchanged, "unchanged"),
        (report.duplicates, "also from other files"),
        (report.problems, "skipped"),
    )
    return f"{', '.join(f'{len(those):,} {word}' for those, word in counts if those) or 'Nothing in it'}."


def _listed(name: str, groups: Mapping[str, Sequence[str]], head: str) -> Markup:
    shown = [
        (label, lines[:MOST_LINES], max(len(lines) - MOST_LINES, 0))
        for label, lines in groups.items()
        if lines
    ]
    return HTML["maintenance.difference"](name, shown, head)
