"""`Located`, a paper with its line; `Problem`, a part that could not be used. The values that the readers yield."""

from __future__ import annotations

from dataclasses import dataclass

from assistant.core.paper import Paper


@dataclass(frozen=True)
class Problem:
    """A record that is no paper, or a part of a record that was left out.

    `line` counts from 1 and is 0 for the whole file; `field` names what the message is about.
    """

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
