"""Columns by the names that Scopus, Web of Science, IEEE Xplore, Zotero, PubMed, ASReview, Rayyan, Covidence and Lens give them.

Capitals, spaces and marks in a name do not count: "Abstract Note" is "abstractnote".
"""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping, Sequence

from assistant.core.errors import SourceError

# Field -> names of its column, the surest first.
SYNONYMS: Mapping[str, tuple[str, ...]] = {
    "title": ("title", "articletitle", "documenttitle", "primarytitle", "papertitle", "ti", "t1", "displayname"),
    "abstract": ("abstract", "abstractnote", "notesabstract", "summary", "abstracttext", "ab", "n2"),
    "authors": ("authors", "author", "authornames", "authorsfull", "au", "a1", "creators", "primaryauthors"),
    "full_names": ("authorfullnames", "af"),
    "year": ("year", "publicationyear", "publishedyear", "pubyear", "py", "date", "publicationdate", "publishedon"),
    "venue": ("venue", "journal", "sourcetitle", "publicationtitle", "journalbook", "journaltitle", "containertitle", "so", "secondarytitle", "publicationname", "conferencename"),
    "doi": ("doi", "doilink", "di", "do"),
    "arxiv_id": ("arxivid", "arxiv", "arxivnumber"),
    "pmid": ("pmid", "pubmedid", "pubmed", "pm"),
    "url": ("url", "link", "pdflink", "ur", "urls", "sourceurl", "externalurl", "articleurl"),
    "id": ("id",),
    "note": ("note",),
}  # fmt: skip
# CSL name -> names of its column.
EXTRA: Mapping[str, tuple[str, ...]] = {
    "volume": ("volume", "vl", "vol"), "issue": ("issue", "number", "is"), "page": ("pages", "page", "pagination"),
    "page-first": ("pagestart", "startpage", "firstpage", "beginningpage", "bp", "sp"), "page-last": ("pageend", "endpage", "lastpage", "endingpage", "ep"),
    "publisher": ("publisher", "pu"), "ISSN": ("issn", "issns", "sn"), "ISBN": ("isbn", "isbns"), "language": ("language", "languageoforiginaldocument", "la"),
    "keyword": ("authorkeywords", "keywords", "manualtags", "tags", "de", "kw"), "PMCID": ("pmcid",), "citation-key": ("citationkey", "citekey"),
    "keyword-more": ("automatictags",), "genre": ("documenttype", "itemtype", "publicationtype", "dt"), "annote": ("notes",), "extra": ("extra",),
    "title-short": ("shorttitle",), "editor": ("editors", "editor"), "publisher-place": ("place", "publisherplace", "location"), "edition": ("edition",),
    "container-title-short": ("journalabbreviation", "abbreviatedsourcetitle", "journalisoabbreviation", "j9"), "collection-title": ("series",),
    "number-of-pages": ("numpages", "pagecount"), "number-of-volumes": ("numberofvolumes",), "call-number": ("callnumber",), "archive": ("archive",),
    "source": ("librarycatalog", "source", "database"), "number": ("artno", "articlenumber"), "version": ("version",), "event-title": ("meetingname",),
    "issued": ("date", "publicationdate", "publishedon", "coverdate"), "month": ("month", "publishedmonth"), "day": ("day", "publishedday"),
}  # fmt: skip
_MARKS = ",\t;|"


def checked(given: Mapping[str, str]) -> Mapping[str, str]:
    """Return what a user says of columns (field -> column). Raises `SourceError` for a field that papers do not have."""
    fields = {**SYNONYMS, **EXTRA}
    for field in given:
        if field not in fields:
            raise SourceError(f"{field!r} is no field of a paper: name columns for {', '.join(fields)}.")
    return given


def named(text: str) -> Mapping[str, str]:
    """Read "title=TI, abstract=AB". Raises `SourceError` where a part of it is not of that form."""
    given: dict[str, str] = {}
    for part in filter(None, (part.strip() for part in text.split(","))):
        field, equals, column = (piece.strip() for piece in part.partition("="))
        if not (field and equals and column):
            raise SourceError(
                f"{part!r} does not say which column a field is in: write it as title=TI,abstract=AB."
            )
        given[field] = column
    return checked(given)


def plain_name(column: str) -> str:
    """Return a column's name in lower case, letters and digits only."""
    return re.sub(r"[\W_]+", "", column.lower())


def chosen(names: Sequence[str], given: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return field (or CSL name) -> column of a header; `given` (field -> column) goes before the synonyms."""
    columns = {plain_name(name): name for name in reversed(names) if name.strip()}
    found = {
        field: columns[alias]
        for table in (EXTRA, SYNONYMS)
        for field, aliases in table.items()
        for alias in reversed(aliases)
        if alias in columns
    }
    for field, column in (given or {}).items():
        if plain_name(column) in columns:
            found[field] = columns[plain_name(column)]
    return found


def is_table(head: str, given: Mapping[str, str] | None = None) -> bool:
    """Return whether the first line that is not blank names columns for title and abstract."""
    header = next((line for line in head.splitlines() if line.strip()), "")
    return "\x00" not in header and complete(cells(header, delimiter(header, given)), given)


def complete(names: Sequence[str], given: Mapping[str, str] | None = None) -> bool:
    """Return whether a header has columns for title and abstract."""
    return len(names) > 1 and {"title", "abstract"} <= chosen(names, given).keys()


def delimiter(header: str, given: Mapping[str, str] | None = None) -> str:
    """Return the character that separates the columns for title and abstract, or else the most columns."""
    return max(_MARKS, key=lambda mark: (complete(names := cells(header, mark), given), len(names)))


def cells(line: str, mark: str) -> list[str]:
    """Return the cells of a line, no white space around; [] where it is not CSV."""
    try:
        row = next(csv.reader([line], delimiter=mark, strict=True), [])
    except csv.Error:
        return []
    return [cell.strip() for cell in row]
