"""Assign records to papers: sort them into new, changed and unchanged papers and duplicates."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields, replace

from assistant.core.paper import Paper, paper_id
from assistant.core.text.counts import count_of
from assistant.library.identity.ledger import Origin, Stamp
from assistant.library.identity.match import keys, likeness, same_record
from assistant.library.identity.merge import merged
from assistant.library.identity.retractions import MARK, noted
from assistant.library.readers import Problem
from assistant.library.records import Known, Records


@dataclass(frozen=True)
class Duplicate:
    """A record of a paper that other records have, too: its source, and the sources of the others."""

    paper_id: str
    source: str
    others: tuple[str, ...]

    def __str__(self) -> str:
        others = [other for other in dict.fromkeys(self.others) if other != self.source]
        where = f"is also in {', '.join(others)}" if others else "is in it more than once"
        return f"{self.source}: {self.paper_id} {where}"


@dataclass(frozen=True)
class Change:
    """A paper that is new or changed: its title now, and the names of the fields that change (none where it is new)."""

    paper_id: str
    title: str
    fields: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.title} ({self.paper_id})" + (f": {', '.join(self.fields)}" if self.fields else "")


@dataclass(frozen=True)
class AddReport:
    """Result of `add` and `sync`: ids of the papers added, changed, unchanged and removed, and the Problems.

    A record of a paper that the library has from another record is one of the `duplicates`: both are one paper. `untold` are
    papers without an abstract, which are found and listed but never quoted; `versions` are pairs of a preprint and a published
    paper. `changes` has the titles of the added and changed papers, and what changes of them.
    """

    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    duplicates: tuple[Duplicate, ...] = ()
    versions: tuple[tuple[str, str], ...] = ()
    untold: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()
    changes: tuple[Change, ...] = ()

    def __str__(self) -> str:
        parts = [
            f"{len(self.added)} added",
            f"{len(self.changed)} changed",
            f"{len(self.unchanged)} unchanged",
            *([f"{len(self.removed)} removed"] if self.removed else []),
            *([f"{count_of(len(self.duplicates), 'duplicate')} merged"] if self.duplicates else []),
            *([f"{count_of(len(self.versions), 'preprint')} linked"] if self.versions else []),
            *([f"{len(self.untold)} without an abstract"] if self.untold else []),
        ]
        return f"{', '.join(parts)}, {count_of(len(self.problems), 'problem')}"


class Tally:
    """Sorts the records of one `add`. What it yields has to be embedded and stored; `written` says that it was.

    A paper that waits to be stored is known here, so that a second record of it is merged with the first.
    """

    def __init__(self, records: Records) -> None:
        self._records = records
        self._known = records.known()
        self._stamps: dict[str, dict[str, Stamp]] = {}
        self._keyed: dict[str, set[str]] = {}
        self._waiting: dict[str, Paper] = {}
        self._found_by: dict[tuple[str, str], dict[str, None]] = {}
        self._origins: dict[str, list[Origin]] = {}
        self._attached: dict[str, list[Origin]] = {}
        self._stored_before: set[str] = set()
        self.read = 0
        self.stored = 0
        self._added: dict[str, None] = {}
        self._changed: dict[str, None] = {}
        self._unchanged: list[str] = []
        self._duplicates: list[tuple[str, str, list[tuple[str, str]]]] = []
        self._versions: dict[tuple[str, str], None] = {}
        self._untold: dict[str, None] = {}
        self._titles: dict[str, str] = {}
        self._differ: dict[str, dict[str, None]] = {}
        self.problems: list[Problem] = []

    @property
    def seen(self) -> dict[str, set[str]]:
        """The keys of the records that were read, by their source."""
        return self._keyed

    def sort(self, records: Iterable[Paper | Problem]) -> Iterator[Paper]:
        """Yield the papers that have to be embedded and stored."""
        for record in records:
            if isinstance(record, Problem):
                self.problems.append(record)
                continue
            self.read += 1
            yield from self._sorted(record)

    @property
    def attached(self) -> list[tuple[str, Origin]]:
        """Records, each with the id of its paper, that change nothing of their papers."""
        return [(paper, origin) for paper, origins in self._attached.items() for origin in origins]

    def replaces_stored(self, paper_id: str) -> bool:
        """Return whether an older state of a paper may be stored."""
        return paper_id in self._stored_before

    def origins(self, paper_id: str) -> tuple[Origin, ...]:
        """Return the records of a waiting paper that are to be stored with it."""
        return tuple(self._origins.get(paper_id, ()))

    def written(self, ids: Iterable[str]) -> None:
        """Forget papers that are stored now."""
        for one in ids:
            if paper := self._waiting.pop(one, None):
                self._origins.pop(one, None)
                for key in keys(paper):
                    self._found_by.get(key, {}).pop(one, None)

    def _sorted(self, record: Paper) -> Iterator[Paper]:
        origin, old = self._origin(record)
        if old and old.fingerprint == record.fingerprint:
            self._unchanged.append(old.paper)
            return
        paper, versions = (old.paper, ()) if old else self._paper_of(record)
        new = paper or self._new_id(record)
        self._versions |= {(one, new): None for one in versions if one != new}
        if not paper:
            self._added[new] = None
            yield self._enqueue(replace(record, id=new), origin)
            return
        others = [
            one for one in self.all_origins(paper) if (one.source, one.key) != (origin.source, origin.key)
        ]
        if not old and others:
            self._duplicates.append((paper, record.source, [(one.source, one.key) for one in others]))
        whole = merged(paper, [*(one.record for one in others), record])
        whole = noted(whole, self._records.ledger.marks_of(MARK, paper))
        if self._fingerprint(paper) == whole.fingerprint:
            self._unchanged += [paper] if old else []
            self._attach(paper, origin)
            return
        self._note_change(whole)
        yield self._enqueue(whole, origin)

    def note_reduced(self, papers: Iterable[Paper]) -> None:
        """Note papers that are made of fewer records now: where one of them was gone, another may say something else."""
        for paper in papers:
            if self._fingerprint(paper.id) != paper.fingerprint:
                self._note_change(paper)
                self._note_text(paper)
                self._known[paper.id] = Known(paper.fingerprint, paper.source)
            elif paper.id not in self._changed:
                self._unchanged.append(paper.id)

    def _note_change(self, whole: Paper) -> None:
        if whole.id not in self._added:
            self._changed[whole.id] = None
            before = self._waiting.get(whole.id) or self._records.get([whole.id]).get(whole.id)
            self._differ.setdefault(whole.id, {}).update(dict.fromkeys(_different(before, whole)))

    def _note_text(self, paper: Paper) -> None:
        self._titles[paper.id] = paper.title
        if not paper.abstract:
            self._untold[paper.id] = None
        else:
            self._untold.pop(paper.id, None)

    def _origin(self, record: Paper) -> tuple[Origin, Stamp | None]:
        """Return a record with its key among those of its source, and what the source had under that key before."""
        source = record.source
        stamps = self._stamps.get(source)
        if stamps is None:
            stamps = self._stamps[source] = self._records.ledger.stamps(source)
        seen = self._keyed.setdefault(source, set())
        key, n = record.id, 1
        # A second record of one id is the same one again, or another record.
        while key in seen and stamps[key].fingerprint != record.fingerprint:
            n += 1
            key = f"{record.id}#{n}"
        old = stamps.get(key)
        seen.add(key)
        return Origin(source, key, record), old

    def _stamp(self, paper: str, origin: Origin) -> None:
        self._stamps[origin.source][origin.key] = Stamp(origin.record.fingerprint, paper)

    def _enqueue(self, paper: Paper, origin: Origin) -> Paper:
        self._stamp(paper.id, origin)
        self._origins.setdefault(paper.id, []).append(origin)
        self._waiting[paper.id] = paper
        self._note_text(paper)
        if paper.id in self._known:
            self._stored_before.add(paper.id)
        self._known[paper.id] = Known(paper.fingerprint, paper.source)
        for key in keys(paper):
            self._found_by.setdefault(key, {})[paper.id] = None
        return paper

    def _attach(self, paper: str, origin: Origin) -> None:
        self._stamp(paper, origin)
        self._attached.setdefault(paper, []).append(origin)

    def all_origins(self, paper: str) -> list[Origin]:
        """Return all records of a paper, with those that are not stored yet."""
        new = [*self._attached.get(paper, []), *self._origins.get(paper, [])]
        newer = {(origin.source, origin.key) for origin in new}
        stored = [one for one in self._records.ledger.origins(paper) if (one.source, one.key) not in newer]
        return [*stored, *new]

    def _fingerprint(self, paper: str) -> str:
        return self._known[paper].fingerprint if paper in self._known else ""

    def _paper_of(self, record: Paper) -> tuple[str, tuple[str, ...]]:
        """Return the id of the paper that a record is of, "" if the library has none, and those of its other versions."""
        versions: dict[str, None] = {}
        wanted = list(keys(record))
        candidates = {record.id: None} if record.id in self._known else {}
        for key in wanted:
            candidates |= self._found_by.get(key, {})
        candidates |= dict.fromkeys(self._records.ledger.found_by(wanted))
        held = self._records.get([one for one in candidates if one not in self._waiting])
        for one in candidates:
            paper = self._waiting.get(one) or held.get(one)
            if paper is None:
                continue
            alike = likeness(paper, record)
            if alike == "same" or (one == record.id and same_record(paper, record)):
                return one, tuple(versions)
            if alike == "version":
                versions[one] = None
        return "", tuple(versions)

    def _new_id(self, record: Paper) -> str:
        """Return the record's own id, or where another paper has it, one made of its title."""
        if record.id not in self._known:
            return record.id
        first = next(iter(record.authors), "")
        made, n = paper_id(record.title, year=record.year, first_author=first), 1
        while (numbered := made if n == 1 else f"{made}-{n}") in self._known:
            n += 1
        return numbered

    def report(self, removed: Iterable[str] = (), gone: Iterable[tuple[str, str]] = ()) -> AddReport:
        """Return what was done: these papers were removed, and these records (source and key) are held no more."""
        lost, without = set(gone), dict.fromkeys(removed)
        duplicates = (
            Duplicate(paper, source, tuple(other for other, key in others if (other, key) not in lost))
            for paper, source, others in self._duplicates
        )
        return AddReport(
            tuple(self._added),
            tuple(self._changed),
            tuple(one for one in dict.fromkeys(self._unchanged) if one not in self._changed),
            tuple(without),
            # Where all others are gone, a record has taken their place.
            tuple(one for one in duplicates if one.others),
            tuple(pair for pair in self._versions if without.keys().isdisjoint(pair)),
            tuple(self._untold),
            tuple(self.problems),
            tuple(
                Change(one, self._titles[one], tuple(self._differ.get(one, ())))
                for one in (*self._added, *self._changed)
            ),
        )


def _different(before: Paper | None, after: Paper) -> list[str]:
    """Return the names of the fields that differ; of `extra`, the names in it. The source is no part of what papers say."""
    if before is None:
        return []
    names = [one.name for one in fields(Paper) if one.name not in ("id", "source", "extra")]
    changed = [name for name in names if getattr(before, name) != getattr(after, name)]
    rest = sorted({*before.extra, *after.extra})
    return changed + [name for name in rest if before.extra.get(name) != after.extra.get(name)]
