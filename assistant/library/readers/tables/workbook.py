"""Excel workbooks: one record per row of the first sheet with a title. The only door to openpyxl.

openpyxl reads a sheet row by row; a reader that lays a sheet out in memory takes half a terabyte for one cell in its last
corner.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Any
from zipfile import ZipFile

from assistant.core.errors import SourceError
from assistant.library.readers.problem import Located, Problem
from assistant.library.readers.record import from_record
from assistant.library.readers.tables.cells import Unread
from assistant.library.readers.tables.columns import chosen
from assistant.library.readers.tables.table import missing, record_of, usable

_UNPACKED = 64 << 20
_ROWS, _CELLS = 1 << 20, 20_000_000
_BLOCK = 200
# A header may have a few lines above it.
_ABOVE_HEADER = 10


def read(path: Path, source: str, columns: Mapping[str, str]) -> Iterator[Located | Problem]:
    """Yield a paper per row; `line` is the row's number in its sheet. `columns` (field -> column) go before known names.

    Raises `SourceError` for a damaged workbook, one that is too large, and one without columns for title and abstract.
    """
    with _explained_faults(path), ZipFile(path) as package:
        if sum(part.file_size for part in package.infolist()) > _UNPACKED:
            raise SourceError(f"{path} holds more than {_UNPACKED >> 20} MB unpacked: save the sheet as CSV.")
    seen: list[str] = []
    for rows in _sheets(path):
        for number, names in islice(rows, _ABOVE_HEADER):
            seen = seen or names
            if not {"title", "abstract"} <= chosen(names, columns).keys():
                continue
            used = usable(names, source, columns)
            yield from missing(names, source, columns, number)
            unread = Unread(names, used)
            for line, cells in rows:
                if any(cells):
                    row = dict(zip(names, [*cells, *[""] * len(names)], strict=False))
                    unread.note(row)
                    yield from from_record(record_of(row, used), source, line)
            yield from unread.problems(source, number)
            return
    usable(seen, source, columns)


def _sheets(path: Path) -> Iterator[Iterator[tuple[int, list[str]]]]:
    """Yield the sheets of a workbook, each as its rows; the caller reads one before it takes the next."""
    with path.open("rb") as file:
        with _explained_faults(path):
            from openpyxl import load_workbook

            book = load_workbook(file, read_only=True, data_only=True, keep_links=False)
        for sheet in book.worksheets:
            sheet.reset_dimensions()
            yield _rows(path, sheet.iter_rows(values_only=True))


def _rows(path: Path, rows: Iterator[tuple[Any, ...]]) -> Iterator[tuple[int, list[str]]]:
    """Yield (number, cells as text) of the rows. Raises `SourceError` where there are more than a workbook can have."""
    counted = number = 0
    while True:
        with _explained_faults(path):
            block = list(islice(rows, _BLOCK))
        if not block:
            return
        for row in block:
            number, counted = number + 1, counted + len(row)
            if number > _ROWS or counted > _CELLS:
                raise SourceError(
                    f"{path} has more rows and columns than can be read: save what is filled as CSV."
                )
            yield number, [_text(value) for value in row]


@contextmanager
def _explained_faults(path: Path) -> Iterator[None]:
    """Raise `SourceError` for whatever openpyxl's parsers raise of a damaged package; keep its warnings of styles to itself."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    except SourceError:
        raise
    except Exception as exc:
        raise SourceError(
            f"{path} is a damaged workbook: open it and save it again, or save it as CSV."
        ) from exc


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, date):
        return value.isoformat()[:10]
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()
