"""What `add` takes. Files and `Paper` values, as one stream of records."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import chain, islice
from pathlib import Path

from assistant.core.errors import SourceError
from assistant.core.paper import Paper
from assistant.library.readers import Problem, read

Source = str | Path | Paper | Iterable[Paper]
_COUNTED = 20_000


def records(
    sources: Sequence[Source], origin: str = "", *, abstracts_only: bool = False, tolerant: bool = False
) -> Iterator[Paper | Problem]:
    """Yield the papers and problems of files and `Paper` values. `origin`, if any, replaces their source.

    With `abstracts_only` a record of a file that has no abstract is a Problem; `tolerant` makes one of a file that
    cannot be read. Raises `SourceError` for a file that cannot be read.
    """
    for source in sources:
        for record in _records(source, abstracts_only=abstracts_only, tolerant=tolerant):
            if not origin:
                yield record
            elif isinstance(record, Paper):
                yield replace(record, source=origin)
            else:
                yield replace(record, file=origin)


def _records(source: Source, *, abstracts_only: bool, tolerant: bool) -> Iterator[Paper | Problem]:
    if isinstance(source, Paper):
        yield source
        return
    if not isinstance(source, str | Path):
        for paper in source:
            if not isinstance(paper, Paper):
                raise SourceError(
                    f"Files and `Paper` values can be added, and {type(paper).__name__} is neither."
                )
            yield paper
        return
    try:
        yield from read(Path(source), abstracts_only=abstracts_only)
    except SourceError as exc:
        if not tolerant:
            raise
        yield Problem(str(Path(source).resolve()), 0, "file", str(exc))


def files_in(path: Path) -> list[Path]:
    """Return a file, or all files in a folder and its folders, by name; hidden ones are left out."""
    if not path.is_dir():
        return [path] if path.exists() else []
    inside = (file for file in sorted(path.rglob("*")) if file.is_file())
    return [file for file in inside if not any(p.startswith(".") for p in file.relative_to(path).parts)]


def counted(read: Iterator[Paper | Problem]) -> tuple[Iterable[Paper | Problem], int | None]:
    """Return records and how many papers are among them, for a progress bar; None if there are very many.

    They are read once: those that were counted are kept until they are used.
    """
    head = list(islice(read, _COUNTED))
    if len(head) == _COUNTED:
        return chain(head, read), None
    return head, sum(isinstance(record, Paper) for record in head)
