"""CSV and TSV: a header line, and one record per row."""

from __future__ import annotations

import csv
import re
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from typing import IO, Any

from assistant.core.errors import SourceError
from assistant.library.readers.problem import Located, Problem
from assistant.library.readers.record import from_record
from assistant.library.readers.tables.cells import Unread, taken_apart
from assistant.library.readers.tables.columns import EXTRA, cells, chosen, delimiter, plain_name
from assistant.library.readers.text.abstract import is_no_value
from assistant.library.readers.text.person_names import listed

# A quote that is never closed would swallow the rest of the file; no record is as long as this.
_LONGEST = 100_000
_SURPLUS = "\0surplus"
_OPEN = "not CSV: a quote is opened and never closed"


def read(file: IO[str], source: str, given: Mapping[str, str] | None = None) -> Iterator[Located | Problem]:
    """Yield a paper per row; line breaks stand in quotes. `given` (field -> column) goes before the names that are known.

    Raises `SourceError` where the header has no column for title or abstract, or names one of those that are used twice.
    """
    lines = enumerate(file, start=1)
    at, header = next(((at, text) for at, text in lines if text.strip()), (1, ""))
    mark = delimiter(header, given)
    names = cells(header, mark)
    columns = usable(names, source, given)
    yield from missing(names, source, given, at)
    unread = Unread(names, columns)
    own = {field: column for field, column in columns.items() if field not in EXTRA}
    last = max(names.index(column) for column in own.values())
    for line, row in _rows(lines, names, mark):
        if isinstance(row, str):
            yield Problem(source, line, "record", row)
            continue
        if not any(cell.strip() for cell in row.values() if isinstance(cell, str)):
            continue
        surplus = any(row.pop(_SURPLUS, ()))
        # A cell too many does no harm behind the columns that are used, if the row's own year and identifiers are such.
        if surplus and not _in_order(row, own, last, len(names)):
            message = f"more cells than the header's {len(names)}: quote a cell that holds {mark!r}"
            yield Problem(source, line, "record", message)
            continue
        if surplus:
            message = f"a cell too many in this row: what stands behind {names[last]!r} is not kept of it"
            yield Problem(source, line, "columns", message)
        else:
            unread.note(row)
        yield from from_record(record_of(row, own if surplus else columns), source, line)
    yield from unread.problems(source, at)


def usable(names: Sequence[str], source: str, given: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return field -> column; `given` goes before the names that are known. Raises `SourceError` where title or abstract has none, or a column stands twice."""
    columns = chosen(names, given)
    if not {"title", "abstract"} <= columns.keys():
        raise SourceError(
            f"{source} needs the columns title and abstract, and its first line names "
            f"{', '.join(filter(None, names))[:200] or 'none'}: say which they are with `--columns title=...,abstract=...`."
        )
    used = set(columns.values())
    twice = sorted({name for name in used if [other.lower() for other in names].count(name.lower()) > 1})
    if twice:
        raise SourceError(f"{source} has two columns named {', '.join(twice)}: rename one.")
    return columns


def missing(
    names: Sequence[str], source: str, given: Mapping[str, str] | None, line: int
) -> Iterator[Problem]:
    """Yield a Problem for each column that was named for a field and is not in the header, which stands in a line."""
    columns = {plain_name(name) for name in names}
    for field, column in (given or {}).items():
        if plain_name(column) not in columns:
            yield Problem(source, line, field, f"no column is named {column!r}")


def record_of(row: Mapping[str, Any], columns: Mapping[str, str]) -> dict[str, Any]:
    """Return a row as the record that `from_record` takes; the number of a row is no identity outside its file."""
    values = {field: row[column] for field, column in columns.items() if row.get(column)}
    values = {field: _list_in(value) if isinstance(value, str) else value for field, value in values.items()}
    extra = taken_apart(values)
    # Scopus writes fewer full names than names where it does not know them all.
    full, short = (listed(str(values.get(name, ""))) for name in ("full_names", "authors"))
    if full and len(full) >= len(short):
        values["authors"] = full
    if str(values.get("id", "")).isdecimal():
        del values["id"]
    year = re.search(r"(?<!\d)(\d{4})(?!\d)", str(values.get("year", "")))
    if year:
        values["year"] = year[1]
    if isinstance(values.get("url"), str):
        values["url"] = values["url"].split()[0].rstrip(";") if values["url"].strip() else ""
    return {**values, "extra": extra}


def _list_in(cell: str) -> str:
    """Return a list that Python or JSON wrote into a cell, "['a', 'b']", with semicolons; any other cell as it is."""
    cell = cell.strip()
    if not re.match(r"\[\s*['\"]", cell) or not cell.endswith("]"):
        return cell
    found = re.findall(r"'((?:[^'\\]|\\.)*)'\s*[,\]]|\"((?:[^\"\\]|\\.)*)\"\s*[,\]]", cell)
    return "; ".join(re.sub(r"\\(.)", r"\1", one or other) for one, other in found) or cell


def _in_order(row: Mapping[str, Any], columns: Mapping[str, str], last: int, width: int) -> bool:
    if last >= width - 1:
        return False
    year = str(row.get(columns.get("year", ""), ""))
    doi = str(row.get(columns.get("doi", ""), ""))
    return (not year or bool(re.search(r"\d{4}", year))) and (not doi or "10." in doi or is_no_value(doi))


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
