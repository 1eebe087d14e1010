"""What `add` takes. Files and `Paper` values, as one stream of records."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from assistant.core.paper import Paper
from assistant.library.readers import Problem, read

Source = str | Path | Iterable[Paper]


def records(sources: Sequence[Source], origin: str = "") -> Iterator[Paper | Problem]:
    """Yield the papers and problems of files and `Paper` values. `origin`, if any, replaces their source.

    Raises `SourceError` for a file that cannot be read.
    """
    for source in sources:
        for record in read(Path(source)) if isinstance(source, str | Path) else source:
            if not origin:
                yield record
            elif isinstance(record, Paper):
                yield replace(record, source=origin)
            else:
                yield replace(record, file=origin)


def count_papers(sources: Sequence[Source]) -> int | None:
    """Count the papers in files first, for a progress bar; None if a source is no file.

    Reading twice is cheap compared with embedding.
    """
    if not all(isinstance(source, str | Path) for source in sources):
        return None
    return sum(isinstance(record, Paper) for record in records(sources))
