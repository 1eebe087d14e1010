"""Tables with a header line (CSV, TSV) -> one record a row."""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Iterator
from typing import IO, Any

from assistant.core.errors import SourceError
from assistant.library.readers.problem import Located, Problem
from assistant.library.readers.record import from_record

# A quote that is never closed would swallow the rest of the file; no record is as long as this.
_LONGEST = 100_000
_NEEDED = ("title", "abstract")
_SURPLUS = "\0surplus"
_OPEN = "not CSV: a quote is opened and never closed"


def read_csv(file: IO[str], source: str, delimiter: str) -> Iterator[Located | Problem]:
    """A table with the columns title and abstract; authors are separated by `;`, line breaks stand in quotes.

    Raises `SourceError` where the header lacks one of the two columns.
    """
    lines = enumerate(file, start=1)
    header = next((text for _, text in lines if text.strip()), "")
    names = columns(header, delimiter)
    if any(name not in names for name in _NEEDED):
        raise SourceError(
            f"{source} needs the columns title and abstract, and its first line names "
            f"{', '.join(filter(None, names))[:200] or 'none'}: rename them there."
        )
    twice = sorted({name for name in names if name and names.count(name) > 1})
    if twice:
        raise SourceError(f"{source} has two columns named {', '.join(twice)}: rename one.")
    for line, row in _rows(lines, names, delimiter):
        if isinstance(row, str):
            yield Problem(source, line, "record", row)
        elif any(row.pop(_SURPLUS, ())):
            message = f"more cells than the header's {len(names)}: quote a cell that holds {delimiter!r}"
            yield Problem(source, line, "record", message)
        else:
            yield from from_record(_record(row), source, line)


def columns(header: str, delimiter: str) -> list[str]:
    """The names in a table's first line, in lower case without white space; [] where it is no such line."""
    try:
        cells = next(csv.reader([header], delimiter=delimiter, strict=True), [])
    except csv.Error:
        return []
    return [cell.strip().lower() for cell in cells]


def _record(row: dict[str, Any]) -> dict[str, Any]:
    """The cells that are filled; a cell cannot hold sections."""
    record = {key: value for key, value in row.items() if key and key != "sections" and value}
    if "authors" in record:
        record["authors"] = record["authors"].split(";")
    return record


def _rows(
    lines: Iterator[tuple[int, str]], names: list[str], delimiter: str
) -> Iterator[tuple[int, dict[str, Any] | str]]:
    """(line, cells by column) of each row, or (line, what is wrong with it).

    A row takes further lines in while a quote is open. After a row that cannot be read, its second line
    is tried as a new row, so that one stray quote costs one row and not the rest of the file.
    """
    again: deque[tuple[int, str]] = deque()
    while (first := again.popleft() if again else next(lines, None)) is not None:
        held = [first]
        row = _row(held, names, delimiter)
        while row == _OPEN and sum(len(text) for _, text in held) < _LONGEST:
            added = again.popleft() if again else next(lines, None)
            if added is None:
                break
            held.append(added)
            if '"' in added[1]:
                row = _row(held, names, delimiter)
        if isinstance(row, str):
            again.extendleft(reversed(held[1:]))
        if row is not None:
            yield first[0], row


def _row(held: list[tuple[int, str]], names: list[str], delimiter: str) -> dict[str, Any] | str | None:
    """The one row of these lines, what is wrong with it, or None for an empty line."""
    texts = [text for _, text in held]
    try:
        return next(csv.DictReader(texts, names, _SURPLUS, "", delimiter=delimiter, strict=True), None)
    except csv.Error as exc:
        return _OPEN if str(exc) == "unexpected end of data" else f"not CSV: {exc}"
