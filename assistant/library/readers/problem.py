"""Problem: a record that could not become a paper, or a part of it that could not be used."""

from __future__ import annotations

from dataclasses import dataclass

from assistant.core.paper import Paper


@dataclass(frozen=True)
class Problem:
    """Where it stands (`line` from 1, 0 for the whole file), which field it is about, and what is wrong."""

    file: str
    line: int
    field: str
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.field}: {self.message}"


@dataclass(frozen=True)
class Located:
    """A paper and the line (from 1) at which its record begins."""

    line: int
    paper: Paper
