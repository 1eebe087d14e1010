"""Refer, as EndNote and Zotero write it (.enw, .enl): https://en.wikipedia.org/wiki/Refer_(software)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import IO, Any

from assistant.core.text.sanitize import single_spaced
from assistant.library.readers.problem import Located, Problem
from assistant.library.readers.record import from_record
from assistant.library.readers.tagged.lines import Fields, TagSyntax, doi_in, extras, first, records
from assistant.library.readers.text.csl import date_parts, name_parts
from assistant.library.readers.text.person_names import written

_SYNTAX = TagSyntax(
    re.compile(r"%([A-Z0-9@!#$^&*+>~<(\[?|=])(?: |$)", re.A), frozenset(("0", "T")), blank_ends=True
)
_TAGS = {
    "volume": ("V",),
    "issue": ("N",),
    "page": ("P",),
    "publisher": ("I",),
    "publisher-place": ("C",),
    "edition": ("7",),
    "language": ("G",),
    "ISSN": ("@",),
    "call-number": ("L",),
    "collection-title": ("S",),
    "citation-key": ("F",),
    "note": ("Z",),
    "source": ("~",),
    "title-short": ("!",),
}
_TYPES = {
    "Journal Article": "article-journal",
    "Conference Proceedings": "paper-conference",
    "Conference Paper": "paper-conference",
    "Book": "book",
    "Book Section": "chapter",
    "Thesis": "thesis",
    "Report": "report",
}


def read(file: IO[str], source: str) -> Iterator[Located | Problem]:
    """Yield a paper per record; records end with a blank line, or where a title or a type comes again."""
    for line, fields in records(file, _SYNTAX):
        yield from from_record(_record(fields), source, line)


def _record(fields: Fields) -> dict[str, Any]:
    year = re.search(r"\d{4}", first(fields, "D"))
    address = re.search(r"https?://\S+", first(fields, "U"), re.I)
    number = first(fields, "M")
    pubmed = "medline" in first(fields, "~", "W").lower() or "pubmed" in first(fields, "~", "W").lower()
    return {
        "title": first(fields, "T") or None,
        "abstract": "\n".join(fields.get("X", ())) or None,
        "authors": [name for one in fields.get("A", ()) if (name := written(one))],
        "year": year[0] if year else None,
        "venue": first(fields, "J", "B"),
        "doi": doi_in(first(fields, "R"), first(fields, "U")),
        "pmid": number if pubmed and number.isdecimal() else "",
        "url": address[0] if address else "",
        "extra": _extra(fields),
    }


def _extra(fields: Fields) -> dict[str, Any]:
    return {
        **extras(fields, _TAGS),
        "type": _TYPES.get(first(fields, "0"), ""),
        "keyword": ", ".join(single_spaced(word) for one in fields.get("K", ()) for word in one.splitlines()),
        "issued": date_parts(first(fields, "D"), first(fields, "8").replace(first(fields, "D"), "")),
        "editor": [name_parts(name) for one in fields.get("E", ()) if (name := written(one))],
    }
