"""Class LimitedRequests: requests to a served library's collections, none larger than the server takes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from llama_index.core.utils import iter_batch

from assistant.library.chroma.byte_pieces import Row
from assistant.library.chroma.connection import Server
from assistant.library.chroma.lease import somewhere
from assistant.library.chroma.newer_rows import Rows, later
from assistant.library.chroma.quotas import MOST_ROWS
from assistant.library.chroma.served_rows import is_hashed, row_of

LARGE = 20
"""Rows of a request that may have all that a row may hold."""


class LimitedRequests:
    """Asks and writes any number of rows of a collection. `reached` tells the library's present generation."""

    def __init__(self, server: Server, reached: Callable[[], int]) -> None:
        self._server = server
        self._reached = reached

    def rows(
        self, collection: Any, ids: Iterable[str], *include: str, size: int = MOST_ROWS
    ) -> Iterator[Rows]:
        """Yield those of some rows (ids) that are there, in pages."""
        for part in iter_batch(ids, size):
            yield self._server.call(collection.get, ids=part, include=list(include))

    def present(self, collection: Any, ids: Iterable[str]) -> set[str]:
        """Return those of some rows (ids) that are there."""
        return {row for page in self.rows(collection, ids) for row in page["ids"]}

    def metadata(self, collection: Any, ids: Iterable[str]) -> dict[str, Row]:
        """Return by id what rows say that may be as large as a row may be."""
        found: dict[str, Row] = {}
        for page in self.rows(collection, ids, "metadatas", size=LARGE):
            found |= dict(zip(page["ids"], page["metadatas"], strict=True))
        return found

    def pages(self, collection: Any, *include: str, where: Row | None = None) -> Iterator[Rows]:
        """Yield all rows that fulfil a condition. Only the holder of the lease may ask: while a writer removes rows, others may be missed."""
        at = 0
        while True:
            page: Rows = self._server.call(
                collection.get, where=where, limit=MOST_ROWS, offset=at, include=list(include)
            )
            yield page
            if len(page["ids"]) < MOST_ROWS:
                return
            at += MOST_ROWS

    def later(self, collection: Any, since: int, *include: str, also: Row | None = None) -> Iterator[Rows]:
        """Yield the rows that were written after a generation and fulfil a condition, also beside a writer."""

        def get(**asked: Any) -> Rows:
            page: Rows = self._server.call(collection.get, include=list(include), **asked)
            return page

        return later(get, self._reached, since, [also] if also else [])

    def names(self, collection: Any, rows: Iterable[str]) -> list[str]:
        """Return the ids of the papers or windows of rows (ids)."""
        rows = list(rows)
        said = self.metadata(collection, filter(is_hashed, rows))
        return [str(said[row]["name"]) if row in said else row for row in rows]

    def windows(self, chunks: Any, first: Mapping[str, int]) -> list[str]:
        """Return the rows (ids) of those windows of papers (ids) whose number is at least `first`, the last ones first.

        A paper's windows are written from the first on and removed from the last on, so there is none behind one that is missing: of
        most papers, one row is asked for.
        """
        held: list[tuple[int, str]] = []
        asked, width = dict(first), 1
        while asked:
            rows = {
                (n, one): row_of(f"{one}#{n}")
                for one, start in asked.items()
                for n in range(start, start + width)
            }
            there = self.present(chunks, rows.values())
            held += [(n, row) for (n, _), row in rows.items() if row in there]
            asked = {
                one: start + width for one, start in asked.items() if rows[start + width - 1, one] in there
            }
            width = min(8 * width, 64)
        return [row for _, row in sorted(held, reverse=True)]

    def write(self, collection: Any, rows: Mapping[str, Row], size: int = MOST_ROWS) -> None:
        """Write rows that are found by their ids alone."""
        for ids in iter_batch(rows, size):
            self._server.call(
                collection.upsert,
                ids=ids,
                embeddings=[somewhere(one) for one in ids],
                metadatas=[rows[one] for one in ids],
            )

    def delete(self, collection: Any, ids: Iterable[str]) -> None:
        """Remove rows, in their order; those that are not there are no error."""
        for part in iter_batch(ids, MOST_ROWS):
            self._server.call(collection.delete, ids=part)
