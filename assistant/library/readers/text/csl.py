"""Names of CSL 1.0.2 beside those of BibTeX and RIS: one table for reading and for writing.

CSL: https://docs.citationstyles.org/en/stable/specification.html; RIS: Reference Manager's tags as EndNote and Zotero use them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from assistant.core.text.name_parts import person_name

# CSL name -> fields of BibTeX and BibLaTeX; the first is the one that is written.
BIBTEX_FIELDS: Mapping[str, tuple[str, ...]] = {
    "volume": ("volume",), "issue": ("number", "issue"), "page": ("pages",), "publisher": ("publisher", "institution", "school", "organization"),
    "publisher-place": ("address", "location"), "edition": ("edition",), "collection-title": ("series",), "ISSN": ("issn",),
    "ISBN": ("isbn",), "language": ("langid", "language"), "keyword": ("keywords", "author_keywords"), "note": ("note",),
    "chapter-number": ("chapter",), "title-short": ("shorttitle",), "container-title-short": ("shortjournal",),
    "event-title": ("eventtitle",), "genre": ("type",), "number-of-pages": ("pagetotal",), "number-of-volumes": ("volumes",),
    "PMCID": ("pmcid",), "original-title": ("origtitle",), "status": ("pubstate",), "version": ("version",), "medium": ("type_of_medium",),
    "call-number": ("lccn",), "annote": ("annote", "annotation"), "source": ("source",), "event-place": ("venue",), "number": ("report_number",),
    "archive": ("library",),
}  # fmt: skip
BIBTEX_TYPES: Mapping[str, str] = {
    "article": "article-journal", "inproceedings": "paper-conference", "conference": "paper-conference", "book": "book",
    "incollection": "chapter", "inbook": "chapter", "phdthesis": "thesis", "mastersthesis": "thesis", "thesis": "thesis",
    "techreport": "report", "report": "report", "online": "webpage", "dataset": "dataset", "software": "software",
    "patent": "patent", "unpublished": "manuscript", "booklet": "pamphlet", "misc": "article", "proceedings": "book",
}  # fmt: skip
RIS_TYPES: Mapping[str, str] = {
    "JOUR": "article-journal", "CONF": "paper-conference", "CPAPER": "paper-conference", "BOOK": "book", "CHAP": "chapter",
    "THES": "thesis", "RPRT": "report", "MGZN": "article-magazine", "NEWS": "article-newspaper", "ELEC": "webpage",
    "DATA": "dataset", "COMP": "software", "PAT": "patent", "UNPB": "manuscript", "EJOUR": "article-journal", "EBOOK": "book",
    "ECHAP": "chapter", "PAMP": "pamphlet", "CASE": "legal_case", "BILL": "bill", "MAP": "map", "VIDEO": "motion_picture",
    "SOUND": "song", "BLOG": "post-weblog", "ENCYC": "entry-encyclopedia", "DICT": "entry-dictionary", "GEN": "article",
}  # fmt: skip
# Crossref's own names of types (https://api.crossref.org/types).
CROSSREF_TYPES: Mapping[str, str] = {
    "journal-article": "article-journal", "proceedings-article": "paper-conference", "book-chapter": "chapter", "book-section": "chapter",
    "posted-content": "article", "dissertation": "thesis", "monograph": "book", "edited-book": "book", "reference-book": "book",
    "proceedings": "book", "report-component": "report", "peer-review": "review",
}  # fmt: skip
# CSL name -> tags of RIS; the first is the one that is written.
RIS_TAGS: Mapping[str, tuple[str, ...]] = {
    "volume": ("VL",), "issue": ("IS",), "publisher": ("PB",), "publisher-place": ("CY", "PP"), "edition": ("ET",),
    "collection-title": ("T3",), "language": ("LA",), "title-short": ("ST",), "container-title-short": ("J2", "JA"),
    "genre": ("M3",), "number-of-volumes": ("NV",), "call-number": ("CN",), "original-title": ("OP",), "annote": ("RN",),
    "source": ("DB", "DP"), "PMCID": ("C2",), "number": ("M1",), "section": ("SE",), "citation-key": ("ID",),
    "event-title": ("C3",),
}  # fmt: skip
_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
_MONTH = re.compile(rf"\b(?:{'|'.join(_MONTHS)})", re.I)
_YEAR = re.compile(r"(?<!\d)(\d{4})(?!\d)")
_NUMBERS = re.compile(r"(\d{4})[-/](\d{1,2})(?:[-/](\d{1,2}))?(?!\d)")
_RANGE = re.compile(r"(\d{4}(?:-\d{2}){0,2})/(\d{4}(?:-\d{2}){0,2})")
_LONGEST_DATE = 40


def months() -> Sequence[str]:
    """Return the names of the months that BibTeX's styles define as strings."""
    return _MONTHS


def name_parts(name: str) -> dict[str, str]:
    """Return a name as CSL has it: `family`, `given` and `suffix`, or `literal` where it has one part only."""
    family, given, suffix = person_name(name)
    parts = {"family": family, "given": given, "suffix": suffix} if given else {"literal": name}
    return {part: value for part, value in parts.items() if value}


def date_parts(*texts: str) -> dict[str, Any]:
    """Return {"date-parts": [[2020, 3, 1]]} of a date, or of year, month and day in that order; {} unless a month is known.

    A year alone is a field of the Paper. The two dates of a range ("2004/2006") are two parts.
    """
    text = " ".join(filter(None, texts))
    if span := _RANGE.fullmatch(next(filter(None, texts), "").strip()):
        return {"date-parts": [[int(part) for part in one.split("-")] for one in span.groups()]}
    # The same dates come again and again; longer texts are rare, and would fill the memory.
    parts = _known_date(text) if len(text) <= _LONGEST_DATE else _date(text)
    return {"date-parts": [list(parts)]} if parts else {}


def year_or_date(text: str) -> dict[str, Any]:
    """Return a date that is not that of the publication, and may be a year alone; {} for none."""
    year = _YEAR.search(text)
    return date_parts(text) or ({"date-parts": [[int(year[1])]]} if year else {})


def _date(text: str) -> tuple[int, ...]:
    """Return year, month and maybe day of a date; () unless a month is known."""
    year = _YEAR.search(text)
    if not year:
        return ()
    numbers = _NUMBERS.match(text)
    if numbers:
        parts = [int(part) for part in numbers.groups() if part]
    else:
        rest = text[: year.start()] + " " + text[year.end() :]
        named = min((_MONTHS.index(name.casefold()) + 1 for name in _MONTH.findall(rest)), default=0)
        digits = [int(number) for number in re.findall(r"\b\d{1,2}\b", rest)]
        month = named or (digits.pop(0) if digits else 0)
        parts = [int(year[1]), month, *digits[:1]]
    if len(parts) < 2 or not 1 <= parts[1] <= 12:
        return ()
    if len(parts) > 2 and not 1 <= parts[2] <= 31:
        parts = parts[:2]
    return tuple(parts)


_known_date = lru_cache(4_000)(_date)
