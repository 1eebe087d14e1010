"""Browse and filter papers; count them, and lay them out on a map.

What is asked is read from the records with their indexes: only `Catalogue.papers` reads every paper.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from assistant.core.paper import Paper
from assistant.core.text.name_parts import author_name
from assistant.core.text.sanitize import folded
from assistant.core.text.tokens import tokens
from assistant.library.bm25 import Lexical
from assistant.library.chunks import chunk
from assistant.library.embedding.vectors import Vectors
from assistant.library.identity import author_match
from assistant.library.identity.where import LISTED
from assistant.library.records import Entry, Records

_COLUMNS = {name: name for name in ("title", "authors", "venue", "source")} | {"year": "coalesce(year, 0)"}
# Papers that are looked at to find which authors a name belongs to.
_MOST_OF_ONE = 50


@dataclass(frozen=True)
class Filter:
    """Which papers: all `words` stand in title, authors, venue or id, or begin a word of the abstract, and `venue` and `author` stand
    in theirs (case and accents aside).

    `years` is (first, last), both included, either None for open; `ids`, if any are given, name the papers that may pass.
    """

    words: str = ""
    years: tuple[int | None, int | None] = (None, None)
    venue: str = ""
    author: str = ""
    ids: frozenset[str] | None = None


@dataclass(frozen=True)
class Page:
    """One page of the papers that pass a filter, and the number of all that pass."""

    papers: tuple[Paper, ...]
    total: int


@dataclass(frozen=True)
class Place:
    """Position of a paper on the map: x and y in 0..1."""

    paper: Paper
    x: float
    y: float


@dataclass(frozen=True, eq=False)
class Catalogue:
    """The papers of a library, or those of `only` (ids), in the order in which they were added.

    `holding` returns the numbers of the papers that hold all words of a text. What was computed once is kept: a catalogue is of
    one generation of its library.
    """

    records: Records
    holding: Callable[[str], list[int]]
    only: frozenset[str] | None = None

    @classmethod
    def of(cls, papers: Iterable[Paper]) -> Catalogue:
        """Return a catalogue of papers that no library holds."""
        records = Records(None)
        none = np.zeros((1, 1), dtype=np.float32)
        records.put([Entry(chunk(paper), none) for paper in papers])
        lexical = Lexical(None, stored=records.stored)
        lexical.rebuild(records.papers)
        return cls(records, lexical.holding)

    def __len__(self) -> int:
        return len(self.ids) if self.only is not None else len(self.records)

    def __iter__(self) -> Iterator[Paper]:
        yield from self.records.papers if self.only is None else self.first(len(self))

    @cached_property
    def ids(self) -> tuple[str, ...]:
        """The ids of the papers."""
        where, values = self._only("id")
        query = f"SELECT id FROM papers WHERE {where} ORDER BY n"
        return tuple(one for (one,) in self.records.rows(query, values))

    @property
    def papers(self) -> tuple[Paper, ...]:
        """All papers, read from the records each time: too slow while a question waits."""
        return tuple(self)

    def first(self, count: int) -> tuple[Paper, ...]:
        """Return the first `count` papers."""
        return tuple(self.records.get(self.ids[:count]).values())

    def sample(self, most: int) -> tuple[Paper, ...]:
        """Return at most so many papers, evenly taken from all."""
        return tuple(self.records.get(self.ids[:: max(1, -(-len(self) // most))]).values())

    def within(self, ids: Iterable[str]) -> Catalogue:
        """Return the catalogue of those papers that are among these ids."""
        among = frozenset(ids)
        return Catalogue(self.records, self.holding, among if self.only is None else among & self.only)

    def having(self, kind: str, values: Iterable[str]) -> Catalogue:
        """Return the catalogue of the papers with one of these values of a kind: "author" (family name), "venue", ..., folded."""
        query = f"SELECT paper FROM facets WHERE kind = ? AND value IN ({LISTED})"
        return self.within(one for (one,) in self.records.rows(query, [kind, json.dumps(list(values))]))

    def between(self, first: int | None, last: int | None) -> Catalogue:
        """Return the catalogue of the papers of these years, both included; None: open."""
        query = "SELECT paper FROM facets WHERE kind = 'year' AND value BETWEEN ? AND ?"
        span = [-9999 if first is None else first, 9999 if last is None else last]
        return self.within(one for (one,) in self.records.rows(query, span))

    def find(self, wanted: Filter, offset: int = 0, limit: int = 50, order: str = "") -> Page:
        """Return the papers that pass the filter, `limit` of them from `offset` on.

        `order` names a column to sort by: "title", "authors", "venue", "source" or "year", "-year" for the newest first.
        """
        where, values = self._where(wanted)
        column = _COLUMNS.get(order.lstrip("-"), "n")
        direction = "DESC" if order.startswith("-") else "ASC"
        ((total,),) = self.records.rows(f"SELECT count(*) FROM listing WHERE {where}", values)
        query = f"SELECT paper FROM listing WHERE {where} ORDER BY {column} {direction}, n LIMIT ? OFFSET ?"
        ids = [one for (one,) in self.records.rows(query, [*values, limit, offset])]
        return Page(tuple(self.records.get(ids).values()), int(total))

    def facets(self, wanted: Filter, kind: str, most: int) -> dict[str, int]:
        """Return the values of a kind ("author": family name, "venue") that most of the papers that pass a filter have, each as a
        paper writes it with its number of papers: at most so many, the most frequent first."""
        where, values = self._where(wanted)
        query = (
            f"SELECT value, count(*) AS papers FROM facets WHERE kind = ? AND value <> '' AND paper IN (SELECT paper FROM listing WHERE {where})"
            " GROUP BY value ORDER BY papers DESC, value LIMIT ?"
        )
        rows = self.records.rows(query, [kind, *values, most])
        return {self.written(kind, value): count for value, count in rows}

    def _where(self, wanted: Filter) -> tuple[str, list[Any]]:
        """Return the condition that a paper of the listing passes a filter, and its values."""
        parts = [self._only("paper"), *self._conditions(wanted)]
        return " AND ".join(part for part, _ in parts), [value for _, some in parts for value in some]

    def _conditions(self, wanted: Filter) -> Iterator[tuple[str, list[Any]]]:
        if wanted.words.strip():
            yield f"n IN ({LISTED})", [json.dumps(self.holding(wanted.words))]
        for name, value in (("venue", wanted.venue), ("authors", wanted.author)):
            if value.strip():
                yield f"{name} LIKE ? ESCAPE '\\'", [_part(value.strip())]
        first, last = wanted.years
        if first is not None:
            yield "year >= ?", [first]
        if last is not None:
            yield "year <= ?", [last]
        if wanted.ids is not None:
            yield f"paper IN ({LISTED})", [json.dumps(sorted(wanted.ids))]

    def _only(self, column: str) -> tuple[str, list[Any]]:
        """Return the condition that a column names a paper of this catalogue, and its values."""
        if self.only is None:
            return "1", []
        return f"{column} IN ({LISTED})", [json.dumps(sorted(self.only))]

    @cached_property
    def years(self) -> dict[int, int]:
        """Return the number of papers per year, oldest year first; papers without a year are not counted."""
        return dict(sorted(self.counts("year").items()))

    def counts(self, kind: str) -> Counter[Any]:
        """Return the number of papers with each value of a kind: "year", or folded "venue", "author", "full name"."""
        where, values = self._only("paper")
        query = f"SELECT value, count(*) FROM facets WHERE kind = ? AND {where} GROUP BY value ORDER BY value"
        return Counter(dict(self.records.rows(query, [kind, *values])))

    def has(self, kind: str, value: str) -> bool:
        """Return whether a paper of the library has this value of a kind, folded."""
        query = "SELECT 1 FROM facets WHERE kind = ? AND value = ? LIMIT 1"
        return bool(self.records.rows(query, [kind, value]))

    def written(self, kind: str, value: str) -> str:
        """Return a folded value of a kind ("author", "full name", "venue") as a paper of the library writes it; "" if none does."""
        query = "SELECT paper FROM facets WHERE kind = ? AND value = ? LIMIT 1"
        ids = [one for (one,) in self.records.rows(query, [kind, value])]
        for paper in self.records.get(ids).values():
            if kind == "venue":
                return paper.venue.strip()
            for author in paper.authors:
                family, given = author_name(author)
                if value == folded(family if kind == "author" else f"{given} {family}").strip():
                    return family if kind == "author" else author
        return ""

    def family_called(self, name: str) -> str:
        """Return the folded family name that a name is, spelt otherwise ("Mueller") or in short ("Lopez"); "" if none or several are."""
        for kind, known_as in (("name", author_match.keys), ("short name", author_match.parts)):
            query = f"SELECT DISTINCT paper FROM facets WHERE kind = ? AND value IN ({LISTED}) LIMIT {_MOST_OF_ONE}"
            found = self.records.rows(query, [kind, json.dumps(sorted(author_match.keys(name)))])
            authors = {a for p in self.records.get([one for (one,) in found]).values() for a in p.authors}
            families = {author_name(author)[0] for author in authors}
            called = {folded(one) for one in families if author_match.keys(name) & known_as(one)}
            if called:
                return called.pop() if len(called) == 1 else ""
        return ""

    @cached_property
    def families(self) -> tuple[str, ...]:
        """Return the folded family names of all authors of the library."""
        query = "SELECT DISTINCT value FROM facets WHERE kind = 'author'"
        return tuple(value for (value,) in self.records.rows(query) if value)

    def given(self, family: str) -> frozenset[str]:
        """Return the folded given names that stand before a folded family name."""
        query = (
            "SELECT DISTINCT whole.value FROM facets AS mine JOIN facets AS whole ON whole.paper = mine.paper"
            " AND whole.kind = 'full name' WHERE mine.kind = 'author' AND mine.value = ?"
        )
        wholes = [str(value) for (value,) in self.records.rows(query, [family])]
        given = (whole.removesuffix(family) for whole in wholes if whole.endswith(f" {family}"))
        return frozenset(name for names in given for name in names.replace(".", " ").split())

    @cached_property
    def venues(self) -> dict[str, tuple[str, ...]]:
        """Return the words of every venue of the library, by its folded name."""
        query = "SELECT DISTINCT value FROM facets WHERE kind = 'venue'"
        names = [str(value) for (value,) in self.records.rows(query)]
        return {name: tuple(folded(token.text) for token in tokens(name)) for name in names if name}


def _part(text: str) -> str:
    """Return the pattern of LIKE for a text that stands anywhere, case and accents aside."""
    plain = folded(text)
    for sign in ("\\", "%", "_"):
        plain = plain.replace(sign, f"\\{sign}")
    return f"%{plain}%"


def lay_out(papers: Sequence[Paper], vectors: Vectors) -> tuple[Place, ...]:
    """Place papers on the plane in which they differ most: the first two principal components of their vectors.

    `vectors` has one unit row per paper, shape (papers, dimension). Both axes are half scaled by rank, so that a paper
    far from the rest does not press the others together; papers that are near stay near along each axis.
    """
    if not len(papers):
        return ()
    centred = vectors - vectors.mean(axis=0)
    _, axes = np.linalg.eigh(centred.T @ centred)
    plane = centred @ axes[:, -2:][:, ::-1]
    # An axis has no sign of its own: the first paper lies on its lower half.
    plane = plane * np.where(plane[:1] > 0, -1.0, 1.0)
    ranks = plane.argsort(axis=0, kind="stable").argsort(axis=0, kind="stable") / max(len(papers) - 1, 1)
    spread = plane - plane.min(axis=0)
    scaled = spread / np.maximum(spread.max(axis=0), 1e-9)
    both = (ranks + scaled) / 2
    return tuple(Place(paper, float(x), float(y)) for paper, (x, y) in zip(papers, both, strict=True))
