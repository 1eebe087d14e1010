"""A file of whatever format -> Papers and Problems, one at a time; the format is told by name and content."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from assistant.core.errors import SourceError
from assistant.core.paper import Paper
from assistant.library.readers.bibtex import read_bibtex
from assistant.library.readers.jsonl import read_json, read_jsonl
from assistant.library.readers.page.daily_papers import read_page
from assistant.library.readers.problem import Located, Problem
from assistant.library.readers.ris import read_ris
from assistant.library.readers.table import columns, read_csv
from assistant.library.readers.textfile import opened

_FOREIGN = (
    (r"<!doctype|<html|<head|<body", "an HTML page: copy its text from the browser into a .txt file"),
    (r"<\?xml|<\w+[^>]*xmlns", "XML: export titles and abstracts as JSONL or CSV"),
    (r"\{\\rtf", "an RTF document: save it as plain text"),
    (r"PMID- |%0 ", "a reference manager's export: export the same as RIS or BibTeX, with abstracts"),
    (r"\\documentclass|\\begin\{document", "LaTeX: put title and abstract into a JSONL or CSV record"),
)


def read(path: Path) -> Iterator[Paper | Problem]:
    """Yields the papers of a file, and a `Problem` for each record that cannot be one.

    Formats: BibTeX, RIS, a Daily Papers page (text), JSONL or a JSON list, CSV or TSV; also gzipped. All but pages and BibTeX
    are read record by record. The same paper twice in a file comes once; the same id with another text
    is a Problem, and the first stays. Raises `SourceError` for a file that cannot be read at all:
    missing, a folder, empty, binary, in another encoding (these before anything is yielded), or without
    any record.
    """
    first: dict[str, tuple[int, str]] = {}
    nothing = True
    for record in _records(path):
        nothing = False
        if isinstance(record, Problem):
            yield record
            continue
        paper = record.paper
        if paper.id not in first:
            first[paper.id] = (record.line, paper.fingerprint)
            yield paper
            continue
        line, fingerprint = first[paper.id]
        if fingerprint != paper.fingerprint:
            message = (
                f"{paper.id} stands on line {line} with another text; that one is taken, this one is not"
            )
            yield Problem(paper.source, record.line, "id", message)
    if nothing:
        raise SourceError(
            f"{path} has no paper in it: give BibTeX, RIS, JSONL or CSV with title and abstract, or a Daily Papers page."
        )


def _records(path: Path) -> Iterator[Located | Problem]:
    with opened(path) as (file, head):
        _refuse_foreign(path, head)
        source = str(path.resolve())
        name = path.name.lower().removesuffix(".gz")
        if _bibtex(name, head):
            yield from read_bibtex(file, source)
            return
        if name.endswith(".ris") or re.match(r"\s*TY  ?- ", head):
            yield from read_ris(file, source)
            return
        delimiter = _delimiter(name, head)
        if delimiter:
            yield from read_csv(file, source, delimiter)
            return
        match _json(name, head):
            case "lines":
                yield from read_jsonl(file, source)
            case "values":
                yield from read_json(file, source)
            case _:
                yield from read_page(file.read(), source)


def _bibtex(name: str, head: str) -> bool:
    if name.endswith((".bib", ".bibtex")):
        return True
    begin = re.sub(r"\A(\s*%.*\n)*", "", head).lstrip()
    return bool(re.match(r"@[A-Za-z]+\s*[{(]", begin))


def _delimiter(name: str, head: str) -> str:
    """What separates a table's cells, or "" where it is no table."""
    header = next((line for line in head.splitlines() if line.strip()), "")
    for delimiter in ",\t;|":
        if {"title", "abstract"} <= set(columns(header, delimiter)):
            return delimiter
    if _json("", head):
        return ""
    return {"csv": ",", "tsv": "\t"}.get(name.rpartition(".")[2], "")


def _json(name: str, head: str) -> Literal["lines", "values"] | None:
    """Whether it is JSON with a record a line, or a list or records over several lines; None for neither."""
    suffix = name.rpartition(".")[2]
    begin = head.lstrip()
    lines = [line for line in begin.split("\n") if line.strip()]
    by_line = suffix in ("jsonl", "ndjson")
    if re.match(r"\[\s*[{\[\]]", begin):
        return "lines" if by_line and len(lines) > 1 and _is_json(lines[0]) else "values"
    if by_line or re.match(r"\{\s*[\"}]", begin):
        # A record over several lines is indented: no line that begins with a brace is a record by itself.
        alone = len(lines) == 1 or any(line.startswith("{") and _is_json(line) for line in lines)
        return "lines" if by_line or alone else "values"
    return "lines" if suffix == "json" else None


def _is_json(line: str) -> bool:
    try:
        json.loads(line)
    except (ValueError, RecursionError):
        return False
    return True


def _refuse_foreign(path: Path, head: str) -> None:
    for pattern, what in _FOREIGN:
        if re.match(pattern, head.lstrip(), re.IGNORECASE):
            raise SourceError(f"{path} looks like {what}.")
