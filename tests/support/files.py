"""Files of papers: written, read, refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from assistant.core.errors import SourceError
from assistant.core.paper import Paper
from assistant.library.readers import Problem, read

ONE = {"title": "Bees count", "abstract": "We show that bees count to four."}


def papers_in(path: Path) -> list[Paper]:
    """Return the papers of a file."""
    return [record for record in read(path) if isinstance(record, Paper)]


def problems_in(path: Path) -> list[Problem]:
    """Return the Problems of a file."""
    return [record for record in read(path) if isinstance(record, Problem)]


def write(path: Path, content: str | bytes) -> Path:
    """Write a file and return its path."""
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def lines(path: Path, *records: Any) -> Path:
    """Write records as JSON lines and return the path."""
    return write(path, "".join(json.dumps(record) + "\n" for record in records))


def refusal(path: Path) -> str:
    """Return the message with which a file is refused."""
    with pytest.raises(SourceError) as caught:
        list(read(path))
    return str(caught.value)
