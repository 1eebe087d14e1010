"""Read files of JSON lines, and say where one is wrong."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from evals.errors import EvaluationError


def json_lines(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield (place, object) for each line of a JSONL file, also gzipped; `place` is "file:line".

    Raises `EvaluationError` with the place of a line that is not a JSON object.
    """
    for number, line in enumerate(plain_lines(path), start=1):
        if line.strip():
            place = f"{path}:{number}"
            yield place, _object(line, place)


def plain_lines(path: Path) -> Iterator[str]:
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
    if path.suffix == ".gz":
        return gzip.open(path, "rt", encoding="utf-8")
    return path.open(encoding="utf-8")


def _object(line: str, place: str) -> dict[str, Any]:
    try:
        data = json.loads(line)
    except (ValueError, RecursionError) as exc:
        raise EvaluationError(f"{place}: this line is not a JSON object: {exc}.") from exc
    if not isinstance(data, dict):
        raise EvaluationError(f"{place}: this line is not a JSON object.")
    return data
