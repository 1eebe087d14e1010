"""RIS (Zotero, Mendeley, EndNote, publishers): one record per reference. The only door to rispy."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import IO, Any

import rispy

from assistant.library.readers.problem import Located, Problem
from assistant.library.readers.record import from_record

_TAG = re.compile(r"([A-Za-z][A-Za-z0-9])\s{0,4}-(?:\s|$)")


def read(file: IO[str], source: str) -> Iterator[Located | Problem]:
    """Yield a paper per reference, from `TY` to `ER` or the next `TY`; one that is broken costs only itself."""
    for line, text in _references(file):
        try:
            (reference,) = rispy.loads(text)
        except (rispy.parser.ParseError, OSError, ValueError, KeyError) as exc:
            yield Problem(source, line, "reference", f"not RIS ({exc}): check its tags")
            continue
        yield from from_record(_record(reference), source, line)


def _references(file: IO[str]) -> Iterator[tuple[int, str]]:
    """Yield (line, text) of each reference, its tags as the format wants them, lines that go on joined to theirs."""
    start, fields = 0, list[list[str]]()
    for number, raw in enumerate(file, start=1):
        line = raw.rstrip("\r\n")
        match = _TAG.match(line)
        tag = match[1].upper() if match else ""
        if tag == "TY":
            if start:
                yield start, _whole(fields)
            start, fields = number, []
        if match:
            fields.append([f"{tag}  - {line[match.end() :].strip()}"])
        elif fields and line.strip():
            fields[-1].append(line.strip())
        if tag == "ER" and start:
            yield start, _whole(fields)
            start, fields = 0, []
    if start:
        yield start, _whole(fields)


def _whole(fields: list[list[str]]) -> str:
    lines = [" ".join(parts) for parts in fields if not parts[0].startswith("ER  -")]
    return "\n".join([*lines, "ER  - ", ""])


def _record(reference: dict[str, Any]) -> dict[str, Any]:
    """Return a parsed reference as the record that `from_record` takes."""

    def first(*names: str) -> str:
        return next((" ".join(str(reference[name]).split()) for name in names if reference.get(name)), "")

    year = re.search(r"\d{4}", first("publication_year", "year", "date"))
    number = first("accession_number")
    database = first("name_of_database", "database_provider").lower()
    urls = " ".join(map(str, reference.get("urls") or [reference.get("url", "")]))
    address = re.search(r"https?://[^\s;]+", urls, re.I)
    arxiv = re.search(r"arxiv\.org/(?:abs|pdf)/([\w.-]+(?:/\d+)?)", urls, re.I)
    return {
        "arxiv_id": arxiv[1] if arxiv else "",
        "title": first("title", "primary_title", "translated_title") or None,
        "abstract": first("abstract", "notes_abstract") or None,
        "authors": [
            _person(name) for name in reference.get("authors") or reference.get("first_authors") or []
        ],
        "year": year[0] if year else None,
        "venue": first(
            "secondary_title", "journal_name", "alternate_title1", "alternate_title2", "alternate_title3"
        ),
        "doi": first("doi"),
        "pmid": number if number.isdecimal() and (not database or "pubmed" in database) else "",
        "url": address[0] if address else "",
    }


def _person(name: str) -> str:
    """Return "Byron, Ada, Jr." as "Ada Byron Jr."."""
    family, _, given = name.partition(",")
    given, _, suffix = given.partition(",")
    return " ".join(" ".join((given, family, suffix)).split())
