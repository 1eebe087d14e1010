"""`Located`, a paper with its line; `Problem`, a part that could not be used. The values that the readers yield."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from assistant.core.paper import Paper

_MOST_NAMED = 20


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


def left_out(field: str, names: Mapping[str, int], file: str, line: int = 0) -> Iterator[Problem]:
    """Yield one Problem that names the fields or columns of a file that are not kept (name -> how often); nothing for none."""
    if names:
        shown = ", ".join(f"{name[:40]} ({count:,})" for name, count in list(names.items())[:_MOST_NAMED])
        more = f" and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else ""
        yield Problem(file, line, field, f"not kept, with how many records have them: {shown}{more}")


@dataclass(frozen=True)
class Located:
    """A paper and the line (from 1) at which its record begins."""

    line: int
    paper: Paper
