"""Class Where, a filter. It chooses papers by years, author, venue and more, with one SQL statement."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from assistant.core.answers.answer import FilterKind, QuestionFilter
from assistant.core.errors import QuestionError
from assistant.core.text.sanitize import folded, storable
from assistant.library.identity.author_match import keys, typed
from assistant.library.identity.match import identified
from assistant.library.readers.text.csl import BIBTEX_TYPES

_LONGEST = 1000
LISTED = "SELECT value FROM json_each(?)"
"""The values of a JSON list, behind IN: one parameter for any number of them."""


@dataclass(frozen=True)
class Where:
    """Papers that pass all of these: `since` and `until` (years, both included), the family or full name of an `author` ("Roy",
    "Roy, A."), a part of the `venue`'s name, the end of a `source`'s path, a `collection`, a `type` by its name in CSL or BibTeX
    ("article-journal", "article", "inproceedings"), and `ids`, or other identifiers (DOIs).

    Case and accents do not count. Raises `QuestionError` for years that are none.
    """

    since: int | None = None
    until: int | None = None
    author: str = ""
    venue: str = ""
    source: str = ""
    collection: str = ""
    type: str = ""
    ids: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for name in ("author", "venue", "source", "collection", "type"):
            given = getattr(self, name)
            if not isinstance(given, str) or len(given) > _LONGEST:
                raise QuestionError(f"{name} of a filter is a text of at most {_LONGEST:,} characters.")
            object.__setattr__(self, name, storable(given))
        object.__setattr__(self, "ids", tuple(storable(one) for one in self.ids))
        for name in ("since", "until"):
            year = getattr(self, name)
            if year is not None and (not isinstance(year, int) or isinstance(year, bool)):
                raise QuestionError(f"{name} is a year as a whole number, and not {year!r}.")
        if self.since is not None and self.until is not None and self.since > self.until:
            raise QuestionError(f"The first year ({self.since}) is after the last ({self.until}).")

    def __bool__(self) -> bool:
        return self != Where()

    def __str__(self) -> str:
        return ", ".join(f"{one.kind} {one.value}" for one in self.filters)

    @property
    def filters(self) -> tuple[QuestionFilter, ...]:
        """The same as an answer shows them."""
        years = {(True, True): f"{self.since} to {self.until}", (True, False): f"since {self.since}"}
        year = years.get((self.since is not None, self.until is not None), f"until {self.until}")
        said: dict[FilterKind, str] = {
            "year": "" if self.since is None and self.until is None else year,
            "author": self.author,
            "venue": self.venue,
            "source": self.source,
            "collection": self.collection,
            "type": self.type,
            "id": ", ".join(self.ids),
        }
        return tuple(QuestionFilter(kind, value, "") for kind, value in said.items() if value)

    def statement(self) -> tuple[str, list[str | int]]:
        """Return the SELECT of the ids of these papers in the tables of the ledger, and its values; every part uses an index."""
        parts = list(self._parts())
        query = " INTERSECT ".join(query for query, _ in parts) or "SELECT id FROM papers"
        return query, [value for _, values in parts for value in values]

    def _parts(self) -> Iterator[tuple[str, list[str | int]]]:
        facet = "SELECT paper FROM facets WHERE kind = ? AND value"
        if self.since is not None or self.until is not None:
            first, last = self.since or 0, 9999 if self.until is None else self.until
            yield f"{facet} BETWEEN ? AND ?", ["year", first, last]
        if self.author:
            yield _by(self.author)
        if self.venue:
            yield f"{facet} LIKE ? ESCAPE '\\'", ["venue", f"%{_literal(folded(self.venue).strip())}%"]
        if self.type:
            kind = self.type.strip().lower()
            # "article" is a kind of CSL of its own, and the family of "article-journal" and others.
            values: list[str | int] = [kind, BIBTEX_TYPES.get(kind, kind), f"{_literal(kind)}-%"]
            yield (
                "SELECT paper FROM facets WHERE kind = 'type' AND (value IN (?, ?) OR value LIKE ? ESCAPE '\\')",
                values,
            )
        if self.source:
            pattern = f"%{_literal(self.source.strip())}"
            yield "SELECT paper FROM origins WHERE source LIKE ? ESCAPE '\\'", [pattern]
        if self.collection:
            yield (
                "SELECT paper FROM marks WHERE kind = 'collection' AND value = ? COLLATE NOCASE",
                [self.collection.strip()],
            )
        if self.ids:
            yield _named(self.ids)


def _by(author: str) -> tuple[str, list[str | int]]:
    """Return the SELECT of the papers by an author: those that have the name as a family name, or with given names; where none has,
    those of whose family name it is a part."""
    whole = json.dumps(sorted(keys(author)))
    families = json.dumps(sorted({key for family, given in typed(author) if given for key in keys(family)}))
    return (
        f"SELECT paper FROM (SELECT paper FROM facets WHERE kind = 'name' AND value IN ({LISTED})"
        " UNION SELECT one.paper FROM facets AS one JOIN facets AS full ON full.paper = one.paper AND full.kind = 'full name'"
        f" WHERE one.kind IN ('name', 'short name') AND one.value IN ({LISTED}) AND is_named(full.value, ?)"
        f" UNION SELECT paper FROM facets WHERE kind = 'short name' AND value IN ({LISTED})"
        f" AND NOT EXISTS (SELECT 1 FROM facets WHERE kind = 'name' AND value IN ({LISTED})))",
        [whole, families, author, whole, whole],
    )


def _named(names: Iterable[str]) -> tuple[str, list[str | int]]:
    """Return the SELECT of the papers with these ids, or with the identifiers that they are."""
    known: dict[str, list[str]] = {"": []}
    for name in names:
        known[""] += [name, name.lower()]
        for kind, value in identified(name):
            known.setdefault(kind, []).append(value)
    parts = [f"SELECT id FROM papers WHERE id IN ({LISTED})"]
    parts += [
        f"SELECT paper FROM facets WHERE kind = '{kind}' AND value IN ({LISTED})" for kind in known if kind
    ]
    return f"SELECT id FROM ({' UNION '.join(parts)})", [json.dumps(values) for values in known.values()]


def _literal(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
