"""Read a file of any known format: its papers and Problems, one at a time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from os.path import realpath
from pathlib import Path

from assistant.core.errors import SourceError
from assistant.core.paper import Paper
from assistant.library.readers.files.archive import unpacked
from assistant.library.readers.files.textfile import open_text
from assistant.library.readers.files.unsupported import foreign
from assistant.library.readers.formats import FORMATS, NAMES, ZIP, detect, false_ending, packed
from assistant.library.readers.pages.prose import no_paper
from assistant.library.readers.problem import Located, Problem


def read(
    path: Path, *, abstracts_only: bool = False, columns: Mapping[str, str] | None = None
) -> Iterator[Paper | Problem]:
    """Yield the papers of a file, and a `Problem` for each record that cannot be one.

    EVERY lists the formats; those of text also compressed. All but pages and BibTeX are read record by record. The same record
    twice in a file comes once. A record without an abstract is a paper, unless `abstracts_only`. `columns` (field -> column)
    tells tables what their columns are. Where the encoding is a guess, the first value is a Problem that says so. The
    source of all that an archive holds is the archive. Raises `SourceError` for a file that cannot be read at all:
    missing, a folder, empty, binary, in an unknown encoding (these before anything is yielded), or without any record.
    """
    yield from kept(_some(path, columns or {}), abstracts_only=abstracts_only)


def kept(records: Iterable[Located | Problem], *, abstracts_only: bool) -> Iterator[Paper | Problem]:
    """Yield papers and Problems: the same record once, and with `abstracts_only` a Problem for a paper without one."""
    seen: set[tuple[str, str]] = set()
    for record in records:
        if isinstance(record, Problem):
            yield record
        elif abstracts_only and not record.paper.abstract:
            yield Problem(
                record.paper.source,
                record.line,
                "abstract",
                "missing or empty: only papers with one were asked for",
            )
        elif (key := (record.paper.id, record.paper.fingerprint)) not in seen:
            seen.add(key)
            yield record.paper


def _some(path: Path, columns: Mapping[str, str]) -> Iterator[Located | Problem]:
    empty = True
    for record in _records(path, realpath(path), columns):
        empty = False
        yield record
    if empty:
        raise SourceError(f"{path} has no paper in it. These can be read: {NAMES}.")


def _records(path: Path, source: str, columns: Mapping[str, str]) -> Iterator[Located | Problem]:
    known = packed(path)
    if known is ZIP:
        yield from _inside(path, source, columns)
    elif known:
        yield from known.read(path, source, columns)
    elif ending := false_ending(path):
        yield from _misnamed(path, source, columns, ending)
    else:
        yield from _texts(path, source, columns)


def _misnamed(
    path: Path, source: str, columns: Mapping[str, str], ending: str
) -> Iterator[Located | Problem]:
    """Yield what is in a text whose name is that of another format. Raises `SourceError` if that is nothing."""
    try:
        found = list(_texts(path, source, columns))
    except SourceError:
        found = []
    # That its encoding is a guess says nothing of a paper.
    if not any(isinstance(one, Located) or one.field != "encoding" for one in found):
        raise SourceError(
            f"{path} is no real {ending} file (a web page is often saved in its place): get the file again, or add its references "
            "as BibTeX or RIS."
        )
    yield from found


def _inside(path: Path, source: str, columns: Mapping[str, str]) -> Iterator[Located | Problem]:
    """Yield what the files of an archive hold; a Problem names its file in the archive."""
    with unpacked(path) as members:
        for member in members:
            try:
                if member.copy is None:
                    raise SourceError(f"it {member.fault}.")
                if packed(member.copy) is ZIP:
                    raise SourceError("it is an archive in an archive: unpack it and add the files in it.")
                for record in _records(member.copy, source, columns):
                    yield (
                        replace(record, message=f"{record.message} (in {member.name})")
                        if isinstance(record, Problem)
                        else record
                    )
            except SourceError as exc:
                message = str(exc).replace(str(member.copy), "it").replace(source, "it")
                yield Problem(source, 0, "file", f"{message} (in {member.name})")


def _texts(path: Path, source: str, columns: Mapping[str, str]) -> Iterator[Located | Problem]:
    with open_text(path) as text:
        known = detect(path.name, text.head, columns)
        if kind := foreign(text.head, is_known=known.begins(text.head)):
            raise SourceError(f"{path} looks like {kind}.")
        if known.is_prose and (kind := no_paper(path.name, text.head, is_page=known is FORMATS[-1])):
            raise SourceError(f"{path} is {kind}.")
        if text.guessed:
            yield Problem(
                source,
                0,
                "encoding",
                f"read as {text.encoding}, which is a guess: if letters are wrong, save the file as UTF-8 and add it again",
            )
        yield from known.read(text.file, source, columns)
