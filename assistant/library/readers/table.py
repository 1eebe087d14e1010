"""Tables with a header line (CSV, TSV): one record per row."""

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


def read(file: IO[str], source: str) -> Iterator[Located | Problem]:
    """Yield a paper per row; `;` separates authors, line breaks stand in quotes.

    Raises `SourceError` where the header lacks one of the columns title and abstract, or names a column twice.
    """
    lines = enumerate(file, start=1)
    header = next((text for _, text in lines if text.strip()), "")
    delimiter = _delimiter(header)
    names = _columns(header, delimiter)
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


def is_table(head: str) -> bool:
    """Return whether the first line that is not blank names the columns title and abstract."""
    header = next((line for line in head.splitlines() if line.strip()), "")
    return set(_NEEDED) <= set(_columns(header, _delimiter(header)))


def _delimiter(header: str) -> str:
    """Return the character that separates the columns title and abstract, or else the most columns."""
    return max(",\t;|", key=lambda mark: (set(_NEEDED) <= set(names := _columns(header, mark)), len(names)))


def _columns(header: str, delimiter: str) -> list[str]:
    """Return the names in a table's first line, lower case, no white space around; [] where it is not CSV."""
    try:
        cells = next(csv.reader([header], delimiter=delimiter, strict=True), [])
    except csv.Error:
        return []
    return [cell.strip().lower() for cell in cells]


def _record(row: dict[str, Any]) -> dict[str, Any]:
    """Return the cells that are filled by column; a cell cannot hold sections."""
    record = {key: value for key, value in row.items() if key and key != "sections" and value}
    if "authors" in record:
        record["authors"] = record["authors"].split(";")
    return record


def _rows(
    lines: Iterator[tuple[int, str]], names: list[str], delimiter: str
) -> Iterator[tuple[int, dict[str, Any] | str]]:
    """Yield (line, cells by column) of each row, or (line, message) of one that cannot be read.

    A row takes further lines in while a quote is open. After a row that cannot be read, its second line
    is tried as a new row, so that one stray quote costs one row and not the rest of the file.
    """
    pending: deque[tuple[int, str]] = deque()
    while (first := pending.popleft() if pending else next(lines, None)) is not None:
        taken = [first]
        row = _row(taken, names, delimiter)
        while row == _OPEN and sum(len(text) for _, text in taken) < _LONGEST:
            added = pending.popleft() if pending else next(lines, None)
            if added is None:
                break
            taken.append(added)
            if '"' in added[1]:
                row = _row(taken, names, delimiter)
        if isinstance(row, str):
            pending.extendleft(reversed(taken[1:]))
        if row is not None:
            yield first[0], row


def _row(taken: list[tuple[int, str]], names: list[str], delimiter: str) -> dict[str, Any] | str | None:
    """Return the cells of the row that these lines are, a message if it cannot be read, or None for an empty line."""
    texts = [text for _, text in taken]
    try:
        return next(csv.DictReader(texts, names, _SURPLUS, "", delimiter=delimiter, strict=True), None)
    except csv.Error as exc:
        return _OPEN if str(exc) == "unexpected end of data" else f"not CSV: {exc}"
