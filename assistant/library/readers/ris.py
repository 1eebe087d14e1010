"""RIS (Zotero, Mendeley, EndNote, publishers) -> one record a reference. The only door to rispy."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import IO, Any

import rispy

from assistant.library.readers.problem import Located, Problem
from assistant.library.readers.record import from_record

_BEGINS = re.compile(r"^TY\s*-\s?", re.I)
_TAG = re.compile(r"^([A-Za-z][A-Za-z0-9])\s{0,4}-(\s|$)")
_WEB = re.compile(r"https?://[^\s;]+", re.I)


def read_ris(file: IO[str], source: str) -> Iterator[Located | Problem]:
    """One paper a reference, from `TY` to `ER` or the next `TY`; one that is broken costs only itself."""
    for line, text in _references(file):
        try:
            (said,) = rispy.loads(text)
        except (rispy.parser.ParseError, OSError, ValueError, KeyError) as exc:
            yield Problem(source, line, "reference", f"not RIS ({exc}): check its tags")
            continue
        yield from from_record(_record(said), source, line)


def _references(file: IO[str]) -> Iterator[tuple[int, str]]:
    """(line, text) of each reference, its tags as the format wants them, lines that go on joined to theirs."""
    begun, lines = 0, list[list[str]]()
    for number, raw in enumerate(file, start=1):
        line = raw.rstrip("\r\n")
        tag = _TAG.match(line)
        if _BEGINS.match(line):
            if begun:
                yield begun, _whole(lines)
            begun, lines = number, []
        if tag:
            lines.append([f"{tag[1].upper()}  - {line[tag.end() :].strip()}"])
        elif lines and line.strip():
            lines[-1].append(line.strip())
        if tag and tag[1].upper() == "ER" and begun:
            yield begun, _whole(lines)
            begun, lines = 0, []
    if begun:
        yield begun, _whole(lines)


def _whole(lines: list[list[str]]) -> str:
    kept = [" ".join(parts) for parts in lines if not parts[0].startswith("ER  -")]
    return "\n".join([*kept, "ER  - ", ""])


def _record(said: dict[str, Any]) -> dict[str, Any]:
    def first(*names: str) -> str:
        return next((" ".join(str(said[name]).split()) for name in names if said.get(name)), "")

    year = re.search(r"\d{4}", first("publication_year", "year", "date"))
    number = first("accession_number")
    urls = " ".join(map(str, said.get("urls") or [said.get("url", "")]))
    database = first("name_of_database", "database_provider")
    arxiv = re.search(r"arxiv\.org/(?:abs|pdf)/([\w.-]+(?:/\d+)?)", urls, re.I)
    return {
        "arxiv_id": arxiv[1] if arxiv else "",
        "title": first("title", "primary_title", "translated_title") or None,
        "abstract": first("abstract", "notes_abstract") or None,
        "authors": [_person(name) for name in said.get("authors") or said.get("first_authors") or []],
        "year": year.group() if year else None,
        "venue": first(
            "secondary_title", "journal_name", "alternate_title1", "alternate_title2", "alternate_title3"
        ),
        "doi": first("doi"),
        "pmid": number if number.isdecimal() and (not database or "pubmed" in database.lower()) else "",
        "url": found.group() if (found := _WEB.search(urls)) else "",
    }


def _person(name: str) -> str:
    family, _, given = name.partition(",")
    given, _, suffix = given.partition(",")
    return " ".join(" ".join((given, family, suffix)).split())
