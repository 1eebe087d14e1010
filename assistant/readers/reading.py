"""A file of whatever format -> Papers and Problems, one at a time; the format is told by name and content."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from assistant.errors import SourceError
from assistant.papers import Paper
from assistant.readers.daily_papers import read_page
from assistant.readers.problem import Problem
from assistant.readers.records import read_csv, read_json, read_jsonl

_HEAD = 65_536
_KINDS = {
    b"%PDF": "a PDF",
    b"PK\x03\x04": "a zip archive or office document",
    b"\x89PNG": "an image",
    b"\xff\xd8\xff": "an image",
    b"GIF8": "an image",
    b"SQLite format": "a database",
}
_BOMS = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}


def read(path: Path) -> Iterator[Paper | Problem]:
    """Yields the papers of a file, and a `Problem` for each record that cannot be one.

    Formats: a Daily Papers page (text), JSONL or a JSON list, CSV or TSV; also .gz of these. The same paper twice in
    a file comes once; the same id with another text is a Problem. Raises `SourceError` where the file cannot be read
    at all: missing, a folder, empty, binary, in another encoding, without any paper.
    """
    seen: dict[str, str] = {}
    papers = 0
    problems = 0
    for record in _records(path):
        if isinstance(record, Problem):
            problems += 1
            yield record
            continue
        papers += 1
        fingerprint = record.fingerprint
        if record.id not in seen:
            seen[record.id] = fingerprint
            yield record
        elif seen[record.id] != fingerprint:
            message = f"{record.id} stands twice in this file with different texts; the first is taken"
            yield Problem(str(path), 0, "id", message)
    if not papers and not problems:
        raise SourceError(
            f"{path} has no paper in it: a Daily Papers page, JSONL or CSV with title and abstract is expected."
        )


def _records(path: Path) -> Iterator[Paper | Problem]:
    source = str(path.resolve())
    head = _head(path)
    encoding = next((name for bom, name in _BOMS.items() if head.startswith(bom)), "utf-8")
    _refuse_binary(path, head, encoding)
    name = path.name.lower().removesuffix(".gz")
    start = head.decode(encoding, "ignore").lstrip()[:1]
    try:
        with _open(path, encoding) as file:
            if name.endswith((".csv", ".tsv")):
                yield from read_csv(file, source, "\t" if name.endswith(".tsv") else ",")
            elif start == "[":
                yield from read_json(file, source)
            elif start == "{" or name.endswith((".jsonl", ".ndjson", ".json")):
                yield from read_jsonl(file, source)
            else:
                yield from read_page(file.read(), source)
    except UnicodeDecodeError as exc:
        raise SourceError(
            f"{path} is not UTF-8 text (byte {exc.start} of a block is {exc.object[exc.start]:#04x}): convert it, for "
            f"example `iconv -f latin1 -t utf-8 {path.name} > new-{path.name}`."
        ) from exc
    except (EOFError, zlib.error, gzip.BadGzipFile) as exc:
        raise SourceError(f"{path} is a damaged gzip file: fetch it again.") from exc
    except OSError as exc:
        raise SourceError(f"{path} cannot be read: {exc.strerror or exc}.") from exc


def _open(path: Path, encoding: str) -> IO[str]:
    if path.name.lower().endswith(".gz"):
        return gzip.open(path, "rt", encoding=encoding, newline="")
    return path.open(encoding=encoding, newline="")


def _head(path: Path) -> bytes:
    try:
        if path.is_dir():
            raise SourceError(f"{path} is a folder: name the files in it, for example {path}/*.jsonl.")
        with gzip.open(path, "rb") if path.name.lower().endswith(".gz") else path.open("rb") as file:
            head = file.read(_HEAD)
    except FileNotFoundError as exc:
        raise SourceError(f"{path} does not exist: check the name.") from exc
    except (EOFError, zlib.error, gzip.BadGzipFile) as exc:
        raise SourceError(f"{path} is a damaged gzip file: fetch it again.") from exc
    except OSError as exc:
        raise SourceError(f"{path} cannot be read: {exc.strerror or exc}.") from exc
    if not head.strip():
        raise SourceError(f"{path} is empty.")
    return head


def _refuse_binary(path: Path, head: bytes, encoding: str) -> None:
    kind = next((name for magic, name in _KINDS.items() if head.startswith(magic)), "")
    if not kind and encoding != "utf-16" and b"\0" in head:
        kind = "a binary file"
    if kind:
        raise SourceError(
            f"{path} is {kind}, not text: export titles and abstracts as JSONL or CSV and add that."
        )
