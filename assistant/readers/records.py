"""JSONL, JSON and CSV records -> Papers. A wrong optional field is a Problem, and the paper goes in without it."""

from __future__ import annotations

import csv
import json
import re
import unicodedata
from collections.abc import Iterator
from typing import IO, Any

from assistant.errors import SourceError
from assistant.papers import Paper, Section, paper_id
from assistant.readers.problem import Problem
from assistant.readers.structure import labelled

MAX_ABSTRACT = 20_000
_TEXTS = ("id", "venue", "doi", "arxiv_id", "pmid", "url", "note")


def read_jsonl(file: IO[str], source: str) -> Iterator[Paper | Problem]:
    """One JSON object a line; empty lines are passed over."""
    for line, text in enumerate(file, start=1):
        if not text.strip():
            continue
        try:
            record = json.loads(text)
        except (ValueError, RecursionError) as exc:
            yield Problem(source, line, "record", f"not JSON: {getattr(exc, 'msg', 'nested too deeply')}")
            continue
        yield from from_record(record, source, line)


def read_json(file: IO[str], source: str) -> Iterator[Paper | Problem]:
    """A JSON list of records (`line` counts the records), or JSON lines that are lists."""
    try:
        records = json.loads(file.read())
    except (ValueError, RecursionError) as exc:
        yield Problem(source, getattr(exc, "lineno", 0), "record", f"not JSON: {exc}")
        return
    for number, record in enumerate(records, start=1):
        yield from from_record(record, source, number)


def read_csv(file: IO[str], source: str, delimiter: str) -> Iterator[Paper | Problem]:
    """A table with a header line; needs the columns title and abstract; authors are separated by `;`."""
    csv.field_size_limit(10_000_000)
    reader = csv.DictReader(file, delimiter=delimiter, strict=True)
    names = [(name or "").strip().lower() for name in reader.fieldnames or ()]
    if "title" not in names or "abstract" not in names:
        raise SourceError(
            f"{source} has no columns title and abstract (found: {', '.join(names)[:200]}): name them in its first line."
        )
    reader.fieldnames = names
    line = reader.line_num + 1
    while True:
        try:
            row = next(reader, None)
        except csv.Error as exc:
            yield Problem(source, line, "record", f"not CSV: {exc}")
            return
        if row is None:
            return
        record: dict[str, Any] = {key: value for key, value in row.items() if key and value}
        if isinstance(record.get("authors"), str):
            record["authors"] = [name.strip() for name in record["authors"].split(";") if name.strip()]
        record.pop("sections", None)
        yield from from_record(record, source, line)
        line = reader.line_num + 1


def from_record(record: Any, source: str, line: int) -> Iterator[Paper | Problem]:
    """The paper of one record, after a Problem for each field of it that could not be used."""

    def problem(field: str, message: str) -> Problem:
        return Problem(source, line, field, message)

    if not isinstance(record, dict):
        yield problem("record", f"a record is an object, and this is {type(record).__name__}")
        return
    title, abstract = clean(record.get("title")), clean(record.get("abstract"))
    parts, wrong = _parts(record.get("sections"))
    if not abstract and parts:
        abstract = " ".join(text for _, text in parts)
    for field, value in (("title", title), ("abstract", abstract)):
        if not value:
            given = record.get(field)
            what = "missing or empty" if given is None or isinstance(given, str) else "not text"
            yield problem(field, f"{what}: a paper needs a {field}")
            return
    if len(abstract) > MAX_ABSTRACT:
        yield problem("abstract", f"{len(abstract):,} characters; an abstract has at most {MAX_ABSTRACT:,}")
        return
    fields, wrong_fields = _optional(record)
    sections, lost = _sections(abstract, parts) if parts else (labelled(abstract), [])
    for field, message in [*wrong, *wrong_fields, *lost]:
        yield problem(field, message)
    authors = fields.get("authors", ())
    given = {key: fields.get(key, "") for key in ("doi", "arxiv_id", "pmid")}
    identity = paper_id(
        title,
        given=fields.pop("id", ""),
        year=fields.get("year"),
        first_author=authors[0] if authors else "",
        **given,
    )
    yield Paper(identity, title, abstract, sections=sections, source=source, **fields)


def clean(value: Any) -> str:
    """Text in one line: NFC, no control characters, single spaces; "" for what is not text."""
    if not isinstance(value, str):
        return ""
    text = unicodedata.normalize("NFC", value)
    # A lone surrogate (JSON can hold one) could be stored nowhere.
    text = text.encode("utf-8", "replace").decode("utf-8")
    return re.sub(r"[\s\x00-\x1f\x7f-\x9f]+", " ", text).strip()


def _optional(record: dict[str, Any]) -> tuple[dict[str, Any], list[tuple[str, str]]]:
    fields: dict[str, Any] = {}
    wrong: list[tuple[str, str]] = []
    for name in _TEXTS:
        value = record.get(name)
        if isinstance(value, bool) or not isinstance(value, str | int | None):
            wrong.append((name, "not text; left out"))
        elif value is not None and clean(str(value)):
            fields[name] = clean(str(value))
    authors = record.get("authors")
    if authors is not None:
        if isinstance(authors, list) and all(isinstance(a, str) for a in authors):
            fields["authors"] = tuple(clean(a) for a in authors if clean(a))
        else:
            wrong.append(("authors", "not a list of names; left out"))
    year = record.get("year")
    if year not in (None, ""):
        number = int(year) if isinstance(year, str) and re.fullmatch(r"\d{4}", year.strip()) else year
        if isinstance(number, int) and not isinstance(number, bool) and 1500 <= number <= 2100:
            fields["year"] = number
        else:
            wrong.append(("year", f"{str(year)[:40]!r} is no year between 1500 and 2100; left out"))
    return fields, wrong


def _parts(sections: Any) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    if sections is None:
        return [], []
    if not isinstance(sections, list):
        return [], [("sections", "not a list; left out")]
    parts, wrong = [], []
    for item in sections:
        text = clean(item.get("text")) if isinstance(item, dict) else ""
        if text:
            parts.append((clean(item.get("label")), text))
        else:
            wrong.append(("sections", "a section without text; left out"))
    return parts, wrong


def _sections(
    abstract: str, parts: list[tuple[str, str]]
) -> tuple[tuple[Section, ...], list[tuple[str, str]]]:
    found, lost, at = [], [], 0
    for label, text in parts:
        start = abstract.find(text, at)
        if start < 0:
            lost.append(("sections", f"{label or 'a section'} is not part of the abstract; left out"))
            continue
        at = start + len(text)
        found.append(Section(label, start, at))
    return tuple(found), lost
