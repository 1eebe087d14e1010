"""Web of Science, field-tagged (.ciw, savedrecs.txt): https://images.webofknowledge.com/images/help/WOS/hs_wos_fieldtags.html."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import IO, Any

from assistant.library.readers.problem import Located, Problem
from assistant.library.readers.record import from_record
from assistant.library.readers.tagged.lines import Fields, TagSyntax, extras, first, pages, records
from assistant.library.readers.text.csl import date_parts
from assistant.library.readers.text.person_names import written

_SYNTAX = TagSyntax(re.compile(r"([A-Z][A-Z0-9])(?: |$)"), frozenset(("PT",)), frozenset(("ER", "EF")))
_TAGS = {
    "volume": ("VL",),
    "issue": ("IS",),
    "publisher": ("PU",),
    "publisher-place": ("PI",),
    "language": ("LA",),
    "ISSN": ("SN", "EI"),
    "ISBN": ("BN",),
    "container-title-short": ("J9", "JI"),
    "collection-title": ("SE",),
    "event-title": ("CT",),
    "number-of-pages": ("PG",),
    "number": ("AR",),
    "genre": ("DT",),
}
_TYPES = {"J": "article-journal", "C": "paper-conference", "B": "book", "S": "article-journal", "P": "patent"}


def read(file: IO[str], source: str) -> Iterator[Located | Problem]:
    """Yield a paper per record, from PT to ER."""
    for line, fields in records(file, _SYNTAX):
        # The file's own tags stand above the first record.
        if fields.keys() - {"FN", "VR"}:
            yield from from_record(_record(fields), source, line)


def _record(fields: Fields) -> dict[str, Any]:
    people = (fields.get("AF") or fields.get("AU") or [""])[0].splitlines()
    pubmed = first(fields, "PM").removeprefix("MEDLINE:")
    return {
        "title": first(fields, "TI") or None,
        "abstract": first(fields, "AB") or None,
        "authors": [name for one in people if (name := written(one))],
        "year": first(fields, "PY", "EY") or None,
        "venue": _titled(first(fields, "SO")),
        "doi": first(fields, "DI"),
        "pmid": pubmed if pubmed.isdecimal() else "",
        "extra": _extra(fields),
    }


def _titled(venue: str) -> str:
    """Return a venue that stands in capitals as a title has it; "PLOS ONE" and other short ones stay."""
    return (
        venue.title().replace(" Of ", " of ").replace(" And ", " and ")
        if venue.isupper() and len(venue.split()) > 2
        else venue
    )


def _extra(fields: Fields) -> dict[str, Any]:
    accession = first(fields, "UT")
    return {
        **extras(fields, _TAGS),
        "type": _TYPES.get(first(fields, "PT"), ""),
        "page": pages(first(fields, "BP"), first(fields, "EP")),
        "keyword": ", ".join(first(fields, "DE", "ID").split("; ")),
        "issued": date_parts(first(fields, "PY"), first(fields, "PD")),
        "custom": {"accession-number": accession} if accession else {},
    }
