"""Parquet. It has one record per row, and is read where pyarrow is installed. The only door to pyarrow."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib.util import find_spec
from pathlib import Path

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
    from pyarrow import ArrowException
    from pyarrow.parquet import ParquetFile

    try:
        with ParquetFile(path) as table:
            names = [str(name) for name in table.schema_arrow.names]
            used = usable(names, source, columns)
            yield from missing(names, source, columns, 0)
            number = 0
            for batch in table.iter_batches(_BATCH, columns=list(dict.fromkeys(used.values()))):
                for row in batch.to_pylist():
                    number += 1
                    yield from from_record(_record(row, used), source, number)
    except (ArrowException, OSError) as exc:
        raise SourceError(f"{path} is a damaged Parquet table: fetch it again, or save it as CSV.") from exc


def _record(row: Mapping[str, object], columns: Mapping[str, str]) -> object:
    """Return a row as a record: lists as they are, all else as text."""
    return record_of(
        {
            name: value if isinstance(value, list) else "" if value is None else str(value)
            for name, value in row.items()
        },
        columns,
    )
