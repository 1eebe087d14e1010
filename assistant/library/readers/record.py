"""One record (an object with title, abstract and more) -> a Paper, and a Problem for what cannot be used.

A record without a usable title or abstract is no paper. A wrong optional field is a Problem, and the
paper goes in without that field.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import Any

from assistant.core.paper import Paper, Section, bare_doi, normal_arxiv_id, normal_doi, paper_id
from assistant.library.readers.problem import Located, Problem
from assistant.library.readers.structure import labelled

MAX_ABSTRACT = 20_000
_TEXTS = ("id", "venue", "doi", "arxiv_id", "pmid", "url", "note")
_Wrong = list[tuple[str, str]]


def from_record(record: Any, source: str, line: int) -> Iterator[Located | Problem]:
    """The paper of one record, after a Problem for each field of it that could not be used."""
    if not isinstance(record, dict):
        yield Problem(source, line, "record", f"a record is an object, and this is {_json_type(record)}")
        return
    parts, wrong = _parts(record.get("sections"))
    given = record.get("abstract")
    joined = given is None or (isinstance(given, str) and not clean(given))
    title = clean(record.get("title"))
    abstract = " ".join(text for _, text in parts) if joined else clean(given)
    fault = _fault("title", title, record.get("title")) or _fault("abstract", abstract, given)
    if fault:
        yield Problem(source, line, *fault)
        return
    fields, faults = _optional(record)
    sections, lost = (_runs(parts), []) if joined else _sections(abstract, parts)
    for field, message in [*wrong, *faults, *lost]:
        yield Problem(source, line, field, message)
    authors = fields.get("authors", ())
    identity = paper_id(
        title,
        given=fields.pop("id", ""),
        doi=fields.get("doi", ""),
        arxiv_id=fields.get("arxiv_id", ""),
        pmid=fields.get("pmid", ""),
        year=fields.get("year"),
        first_author=authors[0] if authors else "",
    )
    sections = sections or labelled(abstract)
    yield Located(line, Paper(identity, title, abstract, sections=sections, source=source, **fields))


def clean(value: Any) -> str:
    """Text in one line: NFC, no control characters, single spaces; "" for what is not text."""
    if not isinstance(value, str):
        return ""
    # A lone surrogate (JSON can hold one) could be stored nowhere.
    text = value.encode("utf-8", "replace").decode("utf-8")
    text = re.sub(r"[\s\x00-\x1f\x7f-\x9f]+", " ", unicodedata.normalize("NFC", text))
    return text.strip()


def too_long(abstract: str) -> str:
    """What is wrong with an abstract of more than 20,000 characters, or ""."""
    if len(abstract) <= MAX_ABSTRACT:
        return ""
    return f"{len(abstract):,} characters; an abstract has at most {MAX_ABSTRACT:,}: shorten it"


def _fault(field: str, text: str, given: Any) -> tuple[str, str] | None:
    if given is not None and not isinstance(given, str):
        return field, f"{_json_type(given)} instead of text: a paper needs a {field}"
    if not text:
        return field, f"missing or empty: a paper needs a {field}"
    if not any(character.isalnum() for character in text):
        return field, f"no letter or digit in {text[:40]!r}: a paper needs a {field}"
    if field == "abstract" and too_long(text):
        return field, too_long(text)
    return None


def _optional(record: dict[str, Any]) -> tuple[dict[str, Any], _Wrong]:
    fields: dict[str, Any] = {}
    wrong: _Wrong = []
    for name in _TEXTS:
        value = record.get(name)
        if isinstance(value, bool) or not isinstance(value, str | int | None):
            wrong.append((name, f"{_json_type(value)} instead of text; left out"))
            continue
        text = clean(str(value)) if value is not None else ""
        if text and _unusable(name, text):
            wrong.append((name, f"{text[:60]!r} is not {_unusable(name, text)}; left out"))
        elif text:
            fields[name] = bare_doi(text) if name == "doi" else text
    authors = record.get("authors")
    if isinstance(authors, list) and all(isinstance(author, str) for author in authors):
        fields["authors"] = tuple(clean(author) for author in authors if clean(author))
    elif authors is not None:
        wrong.append(("authors", "not a list of names; left out"))
    year = record.get("year")
    if year is not None and year != "":
        number = _year(year)
        if number is None:
            wrong.append(("year", f"{str(year)[:40]!r} is not a whole number from 1500 to 2100; left out"))
        else:
            fields["year"] = number
    return fields, wrong


def _year(value: Any) -> int | None:
    # A table with an empty cell in the column comes out of pandas with 2024.0 for 2024.
    if isinstance(value, str) and re.fullmatch(r"\d{4}(\.0+)?", value.strip()):
        value = float(value)
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, int) and not isinstance(value, bool) and 1500 <= value <= 2100:
        return value
    return None


def _unusable(name: str, text: str) -> str:
    """What the text is not, or "". (An empty DOI would make one paper of all that have it.)"""
    if name == "url" and re.match(r"(?!https?:)[a-z][a-z0-9+.-]*:|.*\s", text, re.I):
        return "an http or https address"
    if name == "doi" and not normal_doi(text):
        return "a DOI"
    if name == "arxiv_id" and not normal_arxiv_id(text):
        return "an arXiv id"
    return ""


def _parts(sections: Any) -> tuple[list[tuple[str, str]], _Wrong]:
    """(label, text) of the sections, and what is wrong with the others."""
    if sections is None:
        return [], []
    if not isinstance(sections, list):
        return [], [("sections", f"{_json_type(sections)} instead of a list; left out")]
    parts: list[tuple[str, str]] = []
    wrong: _Wrong = []
    for item in sections:
        text = clean(item.get("text")) if isinstance(item, dict) else ""
        label = item.get("label") if isinstance(item, dict) else None
        if not text:
            wrong.append(("sections", "a section without text; left out"))
        elif label is not None and not isinstance(label, str):
            wrong.append(("sections", f"{_json_type(label)} instead of text as a label; section left out"))
        else:
            parts.append((clean(label), text))
    return parts, wrong


def _runs(parts: list[tuple[str, str]]) -> tuple[Section, ...]:
    """The sections of an abstract that is their texts, joined by one space."""
    found: list[Section] = []
    start = 0
    for label, text in parts:
        found.append(Section(label, start, start + len(text)))
        start += len(text) + 1
    return tuple(found)


def _sections(abstract: str, parts: list[tuple[str, str]]) -> tuple[tuple[Section, ...], _Wrong]:
    """Each section where its text stands in the abstract: after the one before, else wherever it is free."""
    found: list[Section] = []
    lost: _Wrong = []
    at = 0
    for label, text in parts:
        start = _free(abstract, text, at, found)
        if start < 0:
            start = _free(abstract, text, 0, found)
        if start < 0:
            lost.append(("sections", f"{label or text[:40]!r} is not part of the abstract; left out"))
            continue
        at = start + len(text)
        found.append(Section(label, start, at))
    return tuple(sorted(found, key=lambda section: section.start)), lost


def _free(abstract: str, text: str, at: int, taken: list[Section]) -> int:
    """Where the text first stands from `at` on without touching a section that is taken, or -1."""
    start = abstract.find(text, at)
    while start >= 0 and any(start < part.end and part.start < start + len(text) for part in taken):
        start = abstract.find(text, start + 1)
    return start


def _json_type(value: Any) -> str:
    names = {dict: "an object", list: "a list", str: "text", bool: "true or false", type(None): "null"}
    return names.get(type(value), "a number")
