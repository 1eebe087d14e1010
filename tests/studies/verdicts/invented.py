"""Libraries of invented papers. For studies whose abstracts are in data/."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import httpx

from assistant import Assistant, Paper, Settings
from tests.studies import sources


def rows(name: str, half: str = "") -> list[sources.Case]:
    """Return the rows of a file in data/, those of one half if it is named ("fit" or "report"). Each row is a paper."""
    return [row for row in sources.load(name) if half in ("", row["half"])]


def papers(rows: Sequence[sources.Case]) -> list[Paper]:
    """Return the papers of the rows."""
    return [Paper(row["id"], row["title"], row["abstract"], source="invented") for row in rows]


@contextmanager
def library(
    papers: Sequence[Paper], settings: Settings, transport: httpx.BaseTransport | None = None
) -> Iterator[Assistant]:
    """A library of these papers, as long as the block lasts."""
    with (
        tempfile.TemporaryDirectory() as folder,
        Assistant(Path(folder) / "invented", settings=settings, transport=transport) as opened,
    ):
        opened.add(papers)
        yield opened
