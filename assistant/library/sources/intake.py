"""What `add` takes. Files, services and `Paper` values, as one stream of records."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import chain, islice
from pathlib import Path

from assistant.core.errors import SourceError
from assistant.core.paper import Paper
from assistant.core.text.sanitize import storable
from assistant.library.identity.given import checked
from assistant.library.readers import Problem, read
from assistant.library.readers.detect import kept
from assistant.library.sources.services.named import Named, named
from assistant.library.sources.services.wire import Wire

Source = str | Path | Paper | Iterable[Paper]
_COUNTED = 20_000


def records(
    sources: Sequence[Source],
    wire: Wire,
    origin: str = "",
    *,
    abstracts_only: bool = False,
    tolerant: bool = False,
) -> Iterator[Paper | Problem]:
    """Yield the papers and problems of files, services (through `wire`) and `Paper` values. `origin`, if any, replaces their source.

    With `abstracts_only` a record that has no abstract is a Problem; `tolerant` makes one of a file or service that
    cannot be read. Raises `SourceError` for what cannot be read.
    """
    for source in sources:
        for record in _records(source, wire, abstracts_only=abstracts_only, tolerant=tolerant):
            if not origin:
                yield record
            elif isinstance(record, Paper):
                yield replace(record, source=origin)
            else:
                yield replace(record, file=origin)


def _records(
    source: Source, wire: Wire, *, abstracts_only: bool, tolerant: bool
) -> Iterator[Paper | Problem]:
    if isinstance(source, Paper):
        yield checked(source)
        return
    if not isinstance(source, str | Path):
        for paper in source:
            if not isinstance(paper, Paper):
                raise SourceError(
                    f"Files and `Paper` values can be added, and {type(paper).__name__} is neither."
                )
            yield checked(paper)
        return
    at_service = named(source)
    try:
        read_papers = (
            kept(at_service.read(wire), abstracts_only=abstracts_only)
            if at_service
            else read(Path(source), abstracts_only=abstracts_only)
        )
        yield from map(_storable, read_papers)
    except SourceError as exc:
        if not tolerant:
            raise
        name = str(at_service) if at_service else str(Path(source).resolve())
        yield _storable(Problem(name, 0, "file", str(exc)))


def _storable(record: Paper | Problem) -> Paper | Problem:
    """Return a record with a source that can be stored, whatever bytes the file's name is made of."""
    source = record.source if isinstance(record, Paper) else record.file
    if (name := storable(source)) == source:
        return record
    return replace(record, source=name) if isinstance(record, Paper) else replace(record, file=name)


def parted(sources: Iterable[str | Path]) -> tuple[list[Path], dict[str, Named]]:
    """Part sources into paths, whole, and what they name at services, by its name. Raises `SourceError` for a wrong name."""
    paths: list[Path] = []
    services: dict[str, Named] = {}
    for source in sources:
        if at_service := named(source):
            services[str(at_service)] = at_service
        else:
            paths.append(_resolved(source))
    return paths, services


def _resolved(path: str | Path) -> Path:
    try:
        return Path(path).resolve()
    except ValueError as exc:  # a zero, or half a character
        raise SourceError(f"{path} is no path of a file: correct it.") from exc


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
