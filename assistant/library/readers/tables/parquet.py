"""Parquet: one record per row, where pyarrow is installed. The only door to pyarrow."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from assistant.core.errors import SourceError
from assistant.library.readers.problem import Located, Problem
from assistant.library.readers.record import from_record
from assistant.library.readers.tables.table import missing, record_of, usable

_BATCH = 256


def read(path: Path, source: str, columns: Mapping[str, str]) -> Iterator[Located | Problem]:
    """Yield a paper per row; `line` is the row's number. `columns` (field -> column) go before known names.

    Raises `SourceError` without pyarrow, for a damaged file, and for a table without columns for title and abstract.
    """
    if find_spec("pyarrow") is None:
        raise SourceError(
            f"{path} is a Parquet table: reading these needs pyarrow; install it with `pip install pyarrow`."
        )
    with _explained_faults(path):
        from pyarrow.parquet import ParquetFile

        table = ParquetFile(path)
        names = [str(name) for name in table.schema_arrow.names]
    with table:
        used = usable(names, source, columns)
        yield from missing(names, source, columns, 0)
        batches = table.iter_batches(_BATCH, columns=list(dict.fromkeys(used.values())))
        for number, row in enumerate(_rows(path, batches), start=1):
            yield from from_record(_record(row, used), source, number)


def _rows(path: Path, batches: Iterator[Any]) -> Iterator[Mapping[str, object]]:
    while True:
        with _explained_faults(path):
            batch = next(batches, None)
            rows = batch.to_pylist() if batch is not None else None
        if rows is None:
            return
        yield from rows


@contextmanager
def _explained_faults(path: Path) -> Iterator[None]:
    """Raise `SourceError` for whatever pyarrow raises of a damaged table: of its own errors, and of Python's on text and dates."""
    try:
        yield
    except Exception as exc:
        raise SourceError(f"{path} is a damaged Parquet table: fetch it again, or save it as CSV.") from exc


def _record(row: Mapping[str, object], columns: Mapping[str, str]) -> object:
    """Return a row as a record: lists as they are, all else as text."""
    values = {name: value if isinstance(value, list) else _text(value) for name, value in row.items()}
    return record_of(values, columns)


def _text(value: object) -> str:
    # Some programs do not say that their bytes are text.
    return (
        value.decode("utf-8", "replace") if isinstance(value, bytes) else "" if value is None else str(value)
    )
