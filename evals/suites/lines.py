"""Read files of JSON, and say where one is wrong."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError, model_validator

from assistant.core.json_values import first_error
from evals.errors import EvaluationError

Kind = TypeVar("Kind", bound=BaseModel)


class Row(BaseModel):
    """An object of somebody else's file. What it has besides the fields is left out, and so are nulls; numbers may be ids."""

    model_config = ConfigDict(extra="ignore", coerce_numbers_to_str=True, str_strip_whitespace=True)

    @model_validator(mode="before")
    @classmethod
    def _without_nulls(cls, data: Any) -> Any:
        return {k: v for k, v in data.items() if v is not None} if isinstance(data, dict) else data


def read_rows(path: Path, kind: type[Kind]) -> Iterator[tuple[str, Kind]]:
    """Yield (place, value) for each line of a JSONL file, also gzipped; `place` is "file:line".

    Raises `EvaluationError` with the place of a line that is no JSON object, or with the field that is wrong.
    """
    for number, line in enumerate(lines(path), start=1):
        if line.strip():
            place = f"{path}:{number}"
            try:
                data = json.loads(line)
            except (ValueError, RecursionError) as exc:
                raise EvaluationError(f"{place}: this line is not a JSON object: {exc}.") from exc
            yield place, valid(kind, data, place)


def valid(kind: type[Kind], data: object, place: str) -> Kind:
    """Return an object of a file as a value. Raises `EvaluationError` with its place and the field that is wrong."""
    if not isinstance(data, dict):
        raise EvaluationError(f"{place}: this is not a JSON object.")
    try:
        return kind.model_validate(data)
    except ValidationError as exc:
        raise EvaluationError(f"{place}: {first_error(exc)}.") from exc


def lines(path: Path) -> Iterator[str]:
    """Yield the lines of a text file, also gzipped. Raises `EvaluationError`."""
    try:
        with _opened(path) as file:
            yield from file
    except (OSError, EOFError, UnicodeDecodeError) as exc:
        raise EvaluationError(f"{path} cannot be read: {exc}.") from exc


def json_file(path: Path) -> Any:
    """Read a JSON file, also gzipped. Raises `EvaluationError`."""
    try:
        with _opened(path) as file:
            return json.load(file)
    except (OSError, EOFError, ValueError, RecursionError) as exc:
        raise EvaluationError(f"{path} cannot be read as JSON: {exc}.") from exc


def _opened(path: Path) -> Any:
    return gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8")
