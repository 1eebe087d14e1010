"""What `add` takes. Files and `Paper` values, as one stream of records."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from assistant.core.paper import Paper
from assistant.library.readers import Problem, read

Source = str | Path | Iterable[Paper]


def records(
    sources: Sequence[Source], origin: str = "", *, abstracts_only: bool = False
) -> Iterator[Paper | Problem]:
    """Yield the papers and problems of files and `Paper` values. `origin`, if any, replaces their source.

    With `abstracts_only` a record of a file that has no abstract is a Problem. Raises `SourceError` for a file that cannot be read.
    """
    for source in sources:
        file = Path(source) if isinstance(source, str | Path) else None
        for record in read(file, abstracts_only=abstracts_only) if file else _papers(source):
            if not origin:
                yield record
            elif isinstance(record, Paper):
                yield replace(record, source=origin)
            else:
                yield replace(record, file=origin)


def _papers(source: Source) -> Iterable[Paper]:
    assert not isinstance(source, str | Path), "a file is read"
    return source


def count_papers(sources: Sequence[Source]) -> int | None:
    """Count the papers in files first, for a progress bar; None if a source is no file.

    Reading twice is cheap compared with embedding.
    """
    if not all(isinstance(source, str | Path) for source in sources):
        return None
    return sum(isinstance(record, Paper) for record in records(sources))
