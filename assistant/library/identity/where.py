"""Class Where: which papers to search and ask within, and the statement that chooses them in the records."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from assistant.core.answer import FilterKind, QuestionFilter
from assistant.core.errors import QuestionError
from assistant.core.paper import folded
from assistant.core.text.sanitize import storable

_LONGEST = 1000


@dataclass(frozen=True)
class Where:
    """Papers that pass all of these: `since` and `until` (years, both included), the family or full name of an `author`, a part of
    the `venue`'s name, the end of a `source`'s path, a `collection`, a `type` by its CSL name ("article-journal"), and `ids`.

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
            raise QuestionError(f"No year is since {self.since} and until {self.until}: exchange them.")

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
            name = folded(self.author).strip()
            given = " ".join(reversed([part.strip() for part in name.split(",", 1)]))
            yield (
                "SELECT paper FROM facets WHERE kind IN ('author', 'full name') AND value IN (?, ?)",
                [name, given],
            )
        if self.venue:
            yield f"{facet} LIKE ? ESCAPE '\\'", ["venue", f"%{_literal(folded(self.venue).strip())}%"]
        if self.type:
            yield f"{facet} = ?", ["type", self.type.strip().lower()]
        if self.source:
            pattern = f"%{_literal(self.source.strip())}"
            yield "SELECT paper FROM origins WHERE source LIKE ? ESCAPE '\\'", [pattern]
        if self.collection:
            yield (
                "SELECT paper FROM marks WHERE kind = 'collection' AND value = ? COLLATE NOCASE",
                [self.collection.strip()],
            )
        if self.ids:
            yield f"SELECT id FROM papers WHERE id IN ({','.join('?' * len(self.ids))})", list(self.ids)


def _literal(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
