"""MEDLINE, the text format of PubMed (.nbib): https://www.nlm.nih.gov/bsd/mms/medlineelements.html."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import IO, Any

from assistant.core.text.sanitize import single_spaced
from assistant.library.readers.problem import Located, Problem
from assistant.library.readers.record import from_record
from assistant.library.readers.tagged.lines import Fields, TagSyntax, every, extras, first, records
from assistant.library.readers.text.csl import date_parts
from assistant.library.readers.text.person_names import written

_SYNTAX = TagSyntax(re.compile(r"([A-Z][A-Z0-9]{1,3}) {0,3}- ?"), frozenset(("PMID",)), blank_ends=True)
_TAGS = {
    "volume": ("VI",),
    "issue": ("IP",),
    "page": ("PG",),
    "publisher-place": ("PL",),
    "language": ("LA",),
    "container-title-short": ("TA",),
    "PMCID": ("PMC",),
    "original-title": ("TT",),
    "publisher": ("PB",),
}


def read(file: IO[str], source: str) -> Iterator[Located | Problem]:
    """Yield a paper per record; records begin with PMID and end with a blank line."""
    for line, fields in records(file, _SYNTAX):
        yield from from_record(_record(fields), source, line)


def _record(fields: Fields) -> dict[str, Any]:
    date = first(fields, "DP", "DEP")
    year = re.search(r"\d{4}", date)
    return {
        "title": re.sub(r"^\[(.+)\]\.?$", r"\1", first(fields, "TI", "BTI", "CTI")) or None,
        "abstract": first(fields, "AB", "OAB") or None,
        "authors": _authors(fields),
        "year": year[0] if year else None,
        "venue": first(fields, "JT", "TA"),
        "doi": _identifier(fields, "doi"),
        "pmid": first(fields, "PMID"),
        "note": _retracted(fields),
        "extra": _extra(fields, date),
    }


def _retracted(fields: Fields) -> str:
    """Return the note of a paper that PubMed calls retracted, with where its notice stands; else ""."""
    notice = first(fields, "RIN").rstrip(".")
    if not notice and "Retracted Publication" not in map(single_spaced, fields.get("PT", ())):
        return ""
    return f"Retracted, says PubMed{f' ({notice})' if notice else ''}."


def _authors(fields: Fields) -> list[str]:
    full = fields.get("FAU")
    people = full or fields.get("AU", [])
    names = [written(name, initials_last=not full) for name in people]
    return [name for name in [*names, *fields.get("CN", ())] if name]


def _identifier(fields: Fields, kind: str) -> str:
    """Return the word before "[doi]" or another kind; searched as words, as a pattern takes the square of a word's length."""
    for value in [*fields.get("LID", []), *fields.get("AID", [])]:
        before, mark, _ = value.partition(f"[{kind}]")
        words = before.split()
        if mark and words:
            return words[-1]
    return ""


def _extra(fields: Fields, date: str) -> dict[str, Any]:
    serial = re.search(r"\d{4}-\d{3}[\dX]", " ".join(every(fields, "IS")))
    kinds = [kind.lower() for kind in fields.get("PT", ())]
    rights = first(fields, "CI")
    return {
        **extras(fields, _TAGS),
        "type": "article-journal" if "journal article" in kinds else "",
        "ISSN": serial[0] if serial else "",
        "keyword": ", ".join(single_spaced(word) for word in [*fields.get("OT", ()), *fields.get("MH", ())]),
        "issued": date_parts(date),
        "custom": {"rights": rights} if rights else {},
    }
