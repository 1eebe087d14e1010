"""Read what `add` takes (files, services and `Paper` values) as one stream of records."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from itertools import chain, islice
from pathlib import Path

from assistant.core.errors import SourceError
from assistant.core.paper import Paper
from assistant.core.text.sanitize import storable
from assistant.library.identity.given import checked
from assistant.library.readers import Problem, read
from assistant.library.readers.detect import kept
from assistant.library.sources.services.http import ServiceClient
from assistant.library.sources.services.registry import Named, named

Source = str | Path | Paper | Iterable[Paper]
_COUNTED = 20_000
# Addresses of what services have: pattern of the address, prefix of the service.
_ADDRESSES = tuple(
    (re.compile(pattern, re.I), prefix)
    for pattern, prefix in (
        (
            r"https?://(?:www\.|export\.)?arxiv\.org/(?:abs|pdf|html)/([\w-]+(?:\.[\w-]+)?(?:/\d{7})?(?:v\d+)?)",
            "arxiv",
        ),
        (r"https?://(?:dx\.)?doi\.org/(10\.\S+)", "doi"),
        (r"https?://(?:pubmed\.ncbi\.nlm\.nih\.gov|www\.ncbi\.nlm\.nih\.gov/pubmed)/(\d+)", "pmid"),
    )
)


def records(
    sources: Sequence[Source],
    client: ServiceClient,
    origin: str = "",
    *,
    abstracts_only: bool = False,
    columns: Mapping[str, str] | None = None,
    tolerant: bool = False,
) -> Iterator[Paper | Problem]:
    """Yield the papers and problems of files, folders, services (through `client`) and `Paper` values. `origin`, if any, replaces
    their source.

    With `abstracts_only` a record that has no abstract is a Problem; `columns` (field -> column) are those of tables. A file
    in a folder that cannot be read is a Problem, and so is each such file or service where several are named, or with `tolerant`:
    it costs itself. Raises `SourceError` for one that is named alone.
    """
    tolerant = tolerant or sum(isinstance(source, str | Path) for source in sources) > 1
    reading = partial(read, abstracts_only=abstracts_only, columns=columns)
    for source in sources:
        for record in _records(source, client, reading, abstracts_only=abstracts_only, tolerant=tolerant):
            if not origin:
                yield record
            elif isinstance(record, Paper):
                yield replace(record, source=origin)
            else:
                yield replace(record, file=origin)


def _records(
    source: Source,
    client: ServiceClient,
    reading: Callable[[Path], Iterator[Paper | Problem]],
    *,
    abstracts_only: bool,
    tolerant: bool,
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
    try:
        yield from _read(source, client, reading, abstracts_only=abstracts_only, tolerant=tolerant)
    except SourceError as exc:
        if not tolerant:
            raise
        yield Problem(storable(str(source)), 0, "file", str(exc))


def _read(
    source: str | Path,
    client: ServiceClient,
    reading: Callable[[Path], Iterator[Paper | Problem]],
    *,
    abstracts_only: bool,
    tolerant: bool,
) -> Iterator[Paper | Problem]:
    """Yield the records of a service, a file or a folder's files."""
    if at_service := named(source):
        try:
            yield from map(_storable, kept(at_service.read(client), abstracts_only=abstracts_only))
        except SourceError as exc:
            if not tolerant:
                raise
            yield _storable(Problem(str(at_service), 0, "file", str(exc)))
        return
    if address := re.match(r"https?://\S+", str(source).strip(), re.I):
        raise SourceError(_not_fetched(address[0]))
    if not _is_name(str(source)):
        raise SourceError(f"No file has the name {storable(str(source))!r}.")
    path = Path(source)
    inside = path.is_dir()
    if inside and not (files := files_in(path)):
        raise SourceError(f"{path} is a folder without files: name one that holds files to add.")
    for file in files if inside else [path]:
        try:
            yield from map(_storable, reading(file))
        except SourceError as exc:
            if not (tolerant or inside):
                raise
            yield _storable(Problem(str(file.resolve()), 0, "file", str(exc)))


def _not_fetched(address: str) -> str:
    """Return what to add instead of an address: what a service has there, else a file."""
    for pattern, prefix in _ADDRESSES:
        if match := pattern.match(address):
            return f"{address} is an address: add {prefix}:{match[1]} instead."
    return f"{address} is an address, and none is fetched: save what is there as a file, and add that."


def _is_name(path: str) -> bool:
    """Return whether a file can have this name: it has no zero, and can be written in bytes."""
    try:
        return b"\0" not in os.fsencode(path)
    except UnicodeEncodeError:
        return False


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
