"""Where every paper came from, what it can be found by, and what users noted on it: tables beside the papers in the records.

`origins` holds each record as its source has it, or nothing where that is the paper as it is stored; a paper is what its records
say together. `facets` are values of a paper that
identity and filters look up, made anew with every change; `marks` are what no file says: collections, and versions.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

from assistant.core.paper import Paper
from assistant.core.text.name_parts import author_name, is_unspaced
from assistant.core.text.sanitize import folded
from assistant.library.identity import author_match
from assistant.library.identity.match import keys
from assistant.library.identity.where import Where
from assistant.library.readers import Problem

SCHEMA = """
CREATE TABLE IF NOT EXISTS origins (
    at INTEGER PRIMARY KEY, source TEXT NOT NULL, key TEXT NOT NULL, paper TEXT NOT NULL, fingerprint TEXT NOT NULL,
    record TEXT NOT NULL, UNIQUE (source, key));
CREATE INDEX IF NOT EXISTS origins_of_paper ON origins (paper);
CREATE TABLE IF NOT EXISTS facets (
    kind TEXT NOT NULL, value NOT NULL, paper TEXT NOT NULL, PRIMARY KEY (kind, value, paper)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS facets_of_paper ON facets (paper);
CREATE TABLE IF NOT EXISTS marks (
    kind TEXT NOT NULL, value TEXT NOT NULL, paper TEXT NOT NULL, PRIMARY KEY (kind, value, paper)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS problems (
    source TEXT NOT NULL, line INTEGER NOT NULL, field TEXT NOT NULL, message TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS mended (part TEXT NOT NULL, message TEXT NOT NULL, UNIQUE (part, message));
"""
_TABLES = ("origins", "facets", "marks")


@dataclass(frozen=True)
class Origin:
    """A record of a paper: its source, its key there, and what it says."""

    source: str
    key: str
    record: Paper


@dataclass(frozen=True)
class Stamp:
    """What is known of a record without reading it: its fingerprint and the id of its paper."""

    fingerprint: str
    paper: str


class Ledger:
    """The tables. `guarded` tells the faults of the database, `lock` is held while it is used."""

    def __init__(
        self,
        db: sqlite3.Connection,
        guarded: Callable[[], AbstractContextManager[None]],
        lock: AbstractContextManager[bool],
    ) -> None:
        self._db = db
        self._guarded = guarded
        self._lock = lock
        db.create_function("is_named", 2, author_match.is_named, deterministic=True)

    def enter(self, paper: Paper, origins: Sequence[Origin]) -> None:
        """Note a paper as it is stored now, with its records that are new or changed (none: the paper itself, if nothing else is
        known of it). Part of the caller's transaction."""
        self._look_up(paper)
        if not origins and not self._has_origin(paper.id):
            origins = [Origin(paper.source, paper.id, paper)]
        self._write(paper.id, origins, paper)

    def spell_out(self, paper_id: str) -> None:
        """Write out the records that are the paper itself, which is about to change. Part of the caller's transaction."""
        self._db.execute(
            "UPDATE origins SET record = (SELECT record FROM papers WHERE id = ?1) WHERE paper = ?1 AND record = ''",
            [paper_id],
        )

    def _look_up(self, paper: Paper) -> None:
        self._db.execute("DELETE FROM facets WHERE paper = ?", [paper.id])
        self._db.executemany(
            "INSERT OR IGNORE INTO facets VALUES (?, ?, ?)",
            [[kind, value, paper.id] for kind, value in facets(paper)],
        )

    def renew(self, papers: Callable[[], Iterable[Paper]]) -> None:
        """Note anew what papers are looked up by, where a library was written before names were known by their spellings."""
        missing = "SELECT 1 WHERE EXISTS (SELECT 1 FROM facets WHERE kind = 'author' AND value <> '')"
        if self._rows(f"{missing} AND NOT EXISTS (SELECT 1 FROM facets WHERE kind = 'name')"):
            with self._guarded(), self._lock, self._db:
                for paper in list(papers()):
                    self._look_up(paper)

    def replace(self, paper: Paper, origins: Sequence[Origin], marks: Iterable[tuple[str, str]]) -> None:
        """Note a paper with its records and marks in place of those that are known. Part of the caller's transaction."""
        for table in ("origins", "marks"):
            self._db.execute(f"DELETE FROM {table} WHERE paper = ?", [paper.id])
        self.enter(paper, origins)
        self._db.executemany("INSERT INTO marks VALUES (?, ?, ?)", [[*mark, paper.id] for mark in marks])

    def _has_origin(self, paper_id: str) -> bool:
        return bool(self._db.execute("SELECT 1 FROM origins WHERE paper = ?", [paper_id]).fetchone())

    def _write(self, paper_id: str, origins: Iterable[Origin], whole: Paper | None = None) -> None:
        for origin in origins:
            record = origin.record
            # A new row each time: the order of the rows is the order in which records were added or changed.
            self._db.execute(
                "INSERT OR REPLACE INTO origins (source, key, paper, fingerprint, record) VALUES (?, ?, ?, ?, ?)",
                [
                    origin.source,
                    origin.key,
                    paper_id,
                    record.fingerprint,
                    "" if record == whole else record.packed(),
                ],
            )

    def attach(self, origins: Iterable[tuple[str, Origin]]) -> None:
        """Note records (each with the id of its paper) that change nothing of their papers."""
        with self._guarded(), self._lock, self._db:
            for paper_id, origin in origins:
                # Where a write broke off, the paper may be missing.
                if self._db.execute("SELECT 1 FROM papers WHERE id = ?", [paper_id]).fetchone():
                    self._write(paper_id, [origin])

    def detach(self, gone: Iterable[tuple[str, str]]) -> None:
        """Forget records by source and key."""
        with self._guarded(), self._lock, self._db:
            self._db.executemany("DELETE FROM origins WHERE source = ? AND key = ?", gone)

    def forget(self, paper_id: str) -> None:
        """Forget all about a paper. Part of the caller's transaction."""
        for table in _TABLES:
            self._db.execute(f"DELETE FROM {table} WHERE paper = ?", [paper_id])
        self._db.execute("DELETE FROM marks WHERE kind = 'version' AND value = ?", [paper_id])

    def adopt(self, papers: Iterable[Paper]) -> None:
        """Note the papers of a library that was written before it knew where they come from."""
        with self._guarded(), self._lock, self._db:
            for paper in papers:
                self.enter(paper, ())

    def stamps(self, source: str) -> dict[str, Stamp]:
        """Return the records of a source by their keys."""
        query = "SELECT key, fingerprint, paper FROM origins WHERE source = ?"
        return {key: Stamp(fingerprint, paper) for key, fingerprint, paper in self._rows(query, [source])}

    def sources(self) -> dict[str, int]:
        """Return the number of records of each source."""
        return dict(self._rows("SELECT source, count(*) FROM origins GROUP BY source ORDER BY min(at)"))

    def origins(self, paper_id: str) -> list[Origin]:
        """Return the records of a paper in the order in which they were added or changed."""
        query = (
            "SELECT origins.source, key, iif(origins.record = '', papers.record, origins.record) FROM origins"
            " LEFT JOIN papers ON id = paper WHERE paper = ? ORDER BY at"
        )
        return [Origin(s, k, Paper.unpacked(r)) for s, k, r in self._rows(query, [paper_id])]

    def found_by(self, wanted: Sequence[tuple[str, str]]) -> list[str]:
        """Return the ids of papers that have one of these facets, at most 100 of each, in the order of the facets."""
        one = "SELECT * FROM (SELECT paper FROM facets WHERE kind = ? AND value = ? LIMIT 100)"
        query = " UNION ALL ".join([one] * len(wanted))
        rows = self._rows(query, [part for facet in wanted for part in facet]) if wanted else []
        return list(dict.fromkeys(paper for (paper,) in rows))

    def chosen(self, where: Where) -> frozenset[str]:
        """Return the ids of the papers that pass a filter."""
        query, values = where.statement()
        return frozenset(paper for (paper,) in self._rows(query, values))

    def strays(self) -> int:
        """Return how many rows belong to no paper, and how many papers have no record."""
        queries = (f"SELECT count(*) FROM {t} WHERE paper NOT IN (SELECT id FROM papers)" for t in _TABLES)
        bare = "SELECT count(*) FROM papers WHERE id NOT IN (SELECT paper FROM origins)"
        return sum(int(self._rows(query)[0][0]) for query in (*queries, bare))

    def tidy(self) -> None:
        """Delete rows that belong to no paper."""
        with self._guarded(), self._lock, self._db:
            for table in _TABLES:
                self._db.execute(f"DELETE FROM {table} WHERE paper NOT IN (SELECT id FROM papers)")

    def mark(self, kind: str, pairs: Iterable[tuple[str, str]], *, remove: bool = False) -> None:
        """Note (value, paper id) pairs, or take them back."""
        statement = "DELETE FROM marks WHERE kind = ? AND value = ? AND paper = ?"
        if not remove:
            statement = "INSERT OR IGNORE INTO marks VALUES (?, ?, ?)"
        with self._guarded(), self._lock, self._db:
            self._db.executemany(statement, [[kind, value, paper] for value, paper in pairs])

    def marked(self, kind: str) -> dict[str, list[str]]:
        """Return the ids of the papers that are marked with each value of a kind."""
        values: dict[str, list[str]] = {}
        for value, paper in self._rows("SELECT value, paper FROM marks WHERE kind = ?", [kind]):
            values.setdefault(value, []).append(paper)
        return values

    def marks_of(self, kind: str, paper_id: str) -> list[str]:
        """Return the values of a kind that a paper is marked with."""
        rows = self._rows("SELECT value FROM marks WHERE kind = ? AND paper = ?", [kind, paper_id])
        return [value for (value,) in rows]

    def all_marks(self, paper_id: str) -> list[tuple[str, str]]:
        """Return kind and value of all marks of a paper."""
        return [(k, v) for k, v in self._rows("SELECT kind, value FROM marks WHERE paper = ?", [paper_id])]

    def note_problems(self, sources: Iterable[str], problems: Iterable[Problem]) -> None:
        """Replace what was wrong with the records of these sources."""
        with self._guarded(), self._lock, self._db:
            self._db.executemany("DELETE FROM problems WHERE source = ?", [[source] for source in sources])
            self._db.executemany(
                "INSERT INTO problems VALUES (?, ?, ?, ?)",
                [[p.file, p.line, p.field, p.message] for p in problems],
            )

    def problems(self) -> list[Problem]:
        """Return what is wrong with the records of all sources, as they were read last."""
        return [
            Problem(*row)
            for row in self._rows("SELECT source, line, field, message FROM problems ORDER BY rowid")
        ]

    def note_mended(self, part: str, message: str) -> None:
        """Note what was wrong with a part of the library and was mended when it was opened."""
        with self._guarded(), self._lock, self._db:
            self._db.execute("INSERT OR IGNORE INTO mended VALUES (?, ?)", [part, message])

    def mended(self) -> list[tuple[str, str]]:
        """Return part and message of what was mended since `forget_mended`."""
        return [
            (part, message) for part, message in self._rows("SELECT part, message FROM mended ORDER BY rowid")
        ]

    def forget_mended(self) -> None:
        """Forget what was mended."""
        with self._guarded(), self._lock, self._db:
            self._db.execute("DELETE FROM mended")

    def _rows(self, query: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        with self._guarded(), self._lock:
            return self._db.execute(query, values).fetchall()


def facets(paper: Paper) -> Iterator[tuple[str, str | int]]:
    """Yield (kind, value) of everything that a paper is looked up by: identifiers and titles, and what filters name."""
    yield from keys(paper)
    if paper.year is not None:
        yield "year", paper.year
    if paper.venue:
        yield "venue", folded(paper.venue).strip()
    if kind := paper.extra.get("type"):
        yield "type", str(kind).lower()
    for author in paper.authors:
        family, given = author_name(author)
        yield "author", folded(family)
        yield "full name", folded(f"{given} {family}").strip()
        for key in (
            *author_match.keys(family),
            *(author_match.keys(family + given) if is_unspaced(author) else ()),
        ):
            yield "name", key
        for key in author_match.parts(family):
            yield "short name", key
