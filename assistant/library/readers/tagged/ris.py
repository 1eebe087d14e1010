"""RIS (Zotero, Mendeley, EndNote, Scopus, Embase, Ovid, publishers): one record per reference.

Tags: https://en.wikipedia.org/wiki/RIS_(file_format), with those of the programs above.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import IO, Any

from assistant.core.text.sanitize import single_spaced
from assistant.library.readers.problem import Located, Problem
from assistant.library.readers.record import from_record
from assistant.library.readers.tagged.lines import (
    Fields,
    TagSyntax,
    doi_in,
    every,
    extras,
    first,
    pages,
    records,
)
from assistant.library.readers.text.csl import RIS_TAGS, RIS_TYPES, date_parts, name_parts
from assistant.library.readers.text.person_names import written

_SYNTAX = TagSyntax(
    re.compile(r"\s{0,3}([A-Za-z][A-Za-z0-9])\s{0,4}-(?:\s|$)"), frozenset(("TY",)), frozenset(("ER",))
)
_MOST_LINKS = 20
_AT_ARXIV = re.compile(r"arxiv\.org/(?:abs|pdf)/", re.I)
_MEDLINE = re.compile(r"pubmed|medline|\bnlm\b", re.I)


def read(file: IO[str], source: str) -> Iterator[Located | Problem]:
    """Yield a paper per reference, up to `ER` or the next `TY`, wherever in it `TY` stands."""
    for line, fields in records(file, _SYNTAX):
        # What stands before the first reference is no reference: "Provider: X".
        if fields.keys() & {"TY", "TI", "T1", "AB", "N2"}:
            yield from from_record(_record(fields), source, line)


def _record(fields: Fields) -> dict[str, Any]:
    """Return a reference as the record that `from_record` takes."""
    date = first(fields, "PY", "Y1", "DA")
    year = re.search(r"\d{4}", date)
    links = " ".join(link for tag in ("UR", "LK", "L1", "L2") for link in fields.get(tag, ()))
    address = re.search(r"https?://[^\s;]+", links, re.I)
    arxiv = re.search(r"arxiv\.org/(?:abs|pdf)/([\w.-]+(?:/\d+)?)", links, re.I)
    abstracts = every(fields, "AB", "N2")
    return {
        "title": first(fields, "TI", "T1", "CT", "TT", "BT") or None,
        "abstract": "\n".join(dict.fromkeys(abstracts)) or None,
        "authors": [name for author in every(fields, "AU", "A1") if (name := written(author))],
        "year": year[0] if year else None,
        "venue": first(fields, "T2", "JO", "JF", "J2", "JA", "BT"),
        "doi": first(fields, "DO") or _doi(fields),
        "arxiv_id": arxiv[1] if arxiv else "",
        "pmid": _pmid(fields),
        "url": address[0] if address else "",
        "extra": _extra(fields),
    }


def _doi(fields: Fields) -> str:
    """Return the DOI of a reference that has no field for it; that of any of its links, as Embase writes it in the second."""
    every_link = (link for tag in ("UR", "LK") for link in fields.get(tag, ()))
    return doi_in(*(first(fields, tag) for tag in ("L3", "M3", "N1")), *every_link, first(fields, "AN"))


def _accession_number(fields: Fields) -> str:
    """Return the number of a reference in its database. Embase writes it where other programs have the citation key."""
    own = first(fields, "ID")
    said = " ".join(text for tag in ("UR", "LK", "DB", "DP", "N1") for text in fields.get(tag, ()))
    if re.fullmatch(r"L?\d{6,12}", own) and ("embase" in said.lower() or own in fields.get("U2", ())):
        return own
    number = first(fields, "AN")
    return "" if _pmid(fields) else number


def _pmid(fields: Fields) -> str:
    """Return the accession number where it is said to be one of PubMed or MEDLINE."""
    for number in fields.get("AN", ()):
        if match := re.fullmatch(r"(?:PMID|MEDLINE|PUBMED)\s*+:?\s*+(\d{1,8})", number.strip(), re.I):
            return match[1]
        if number.strip().isdecimal() and _MEDLINE.search(first(fields, "DB") + " " + first(fields, "DP")):
            return number.strip()
    said = re.search(
        r"\bPMID:?\s*(\d{1,8})\b",
        " ".join([*fields.get("N1", ()), *fields.get("C2", ()), *fields.get("M1", ())]),
    )
    return said[1] if said else ""


def _extra(fields: Fields) -> dict[str, Any]:
    extra = extras(fields, RIS_TAGS)
    numbers = [single_spaced(number) for number in fields.get("SN", ())]
    kind = RIS_TYPES.get(first(fields, "TY").upper(), "")
    number = _accession_number(fields)
    extra |= {
        "type": kind if kind != "article" else "",
        "page": pages(first(fields, "SP"), first(fields, "EP")),
        "keyword": ", ".join(single_spaced(word) for word in fields.get("KW", ())),
        "note": " ".join(note for value in fields.get("N1", ()) if (note := single_spaced(value))),
        "issued": date_parts(first(fields, "DA", "PY", "Y1")),
        "accessed": date_parts(first(fields, "Y2")),
        "editor": [name_parts(name) for editor in every(fields, "A2", "ED") if (name := written(editor))],
        **{_serial(number, kind): number for number in reversed(numbers)},
    }
    if kind in ("book", "chapter"):
        # There, a section is a chapter.
        extra["chapter-number"] = extra.pop("section", "")
    urls = re.findall(r"https?://[^\s;]+", " ".join(fields.get("UR", ())), re.I)[1:_MOST_LINKS]
    # That of arXiv is an identifier of the paper.
    urls = [url for url in urls if not _AT_ARXIV.search(url)]
    custom = {"accession-number": number, "urls": urls}
    extra["custom"] = {name: value for name, value in custom.items() if value}
    if number and number == extra["citation-key"]:
        extra["citation-key"] = ""
    if not re.fullmatch(r"PMC\d+", extra["PMCID"] or ""):
        extra["PMCID"] = ""
    return extra


def _serial(number: str, kind: str) -> str:
    """Return whether a number is an ISSN or an ISBN: by its length, else by what the record is."""
    digits = len(re.sub(r"[^\dXx]", "", number))
    if digits in (8, 10, 13):
        return "ISSN" if digits == 8 else "ISBN"
    return "ISBN" if kind in ("book", "chapter") else "ISSN"
