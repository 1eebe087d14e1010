"""Note retracted papers: by the table of Retraction Watch, as Crossref publishes it (CSV).

A notice is a mark of a paper, no record of it: it stays when the paper's files change, and goes with the paper.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from assistant.core.errors import SourceError
from assistant.core.paper import Paper, normal_doi
from assistant.core.text.sanitize import one_line
from assistant.library.identity.match import identifiers
from assistant.library.readers.files.textfile import open_text

MARK = "notice"
_WORDS = {
    "retraction": "Retracted",
    "expression of concern": "Expression of concern",
    "correction": "Corrected",
}
# The gravest first.
_GRAVE = tuple(_WORDS)
_BY = (("doi", "OriginalPaperDOI"), ("pmid", "OriginalPaperPubMedID"))
_NEEDED = {"RetractionNature", *(column for _, column in _BY)}
_MOST_REASONS = 3
Key = tuple[str, str]


def read(file: Path) -> dict[Key, str]:
    """Return what is to be said of papers, by (kind, value) of their identifiers. Raises `SourceError` for another file."""
    found: dict[Key, tuple[str, str]] = {}
    with open_text(file) as text:
        rows = csv.DictReader(text.file)
        if not _NEEDED.issubset(rows.fieldnames or ()):
            raise SourceError(
                f"{file} is no table of Retraction Watch ({', '.join(sorted(_NEEDED))} are its columns): name the CSV file that "
                "Crossref publishes."
            )
        try:
            for row in sorted(rows, key=lambda row: _date(row.get("RetractionDate"))):
                nature = (row["RetractionNature"] or "").strip().lower()
                for key in _keys(row):
                    _take(found, key, nature, row)
        except csv.Error as exc:
            raise SourceError(f"{file} is a damaged table ({exc}): fetch it again.") from exc
    return {key: said for key, (_, said) in found.items()}


def _take(found: dict[Key, tuple[str, str]], key: Key, nature: str, row: Mapping[str, str | None]) -> None:
    """Take a row, later than those before it: the gravest counts, until the paper is reinstated."""
    if nature == "reinstatement":
        found.pop(key, None)
    elif nature in _WORDS and (key not in found or _GRAVE.index(nature) <= _GRAVE.index(found[key][0])):
        found[key] = nature, _notice_text(nature, row)


def _notice_text(nature: str, row: Mapping[str, str | None]) -> str:
    reasons = [one.strip(" +") for one in (row.get("Reason") or "").split(";") if one.strip(" +")]
    doi = _doi(row.get("RetractionDOI"))
    told = (_date(row.get("RetractionDate")), ", ".join(reasons[:_MOST_REASONS]), f"doi:{doi}" if doi else "")
    details = "; ".join(filter(None, told))
    return one_line(f"{_WORDS[nature]}, says Retraction Watch{f' ({details})' if details else ''}.")


def _keys(row: Mapping[str, str | None]) -> Iterator[Key]:
    if doi := _doi(row.get("OriginalPaperDOI")):
        yield "doi", doi
    pmid = (row.get("OriginalPaperPubMedID") or "").strip()
    if re.fullmatch(r"[1-9]\d{0,8}", pmid):
        yield "pmid", pmid


def _doi(written: str | None) -> str:
    """Return a DOI in its normal form; "" for "unavailable"."""
    doi = normal_doi(written or "")
    return doi if doi.startswith("10.") else ""


def _date(written: str | None) -> str:
    """Return "2020-01-15" of "1/15/2020 0:00", or what can be read of it."""
    american = re.match(r"\s*(\d{1,2})/(\d{1,2})/(\d{4})", written or "")
    if american:
        return f"{american[3]}-{int(american[1]):02}-{int(american[2]):02}"
    other = re.match(r"\s*(\d{4}-\d\d-\d\d)", written or "")
    return other[1] if other else ""


def notice_of(paper: Paper, notices: Mapping[Key, str]) -> str:
    """Return what is to be said of a paper, or ""."""
    return next((notices[key] for key in identifiers(paper).items() if key in notices), "")


def noted(paper: Paper, notices: Iterable[str]) -> Paper:
    """Return a paper with notices before its own note."""
    said = [one for one in notices if one not in paper.note]
    return replace(paper, note=" ".join(filter(None, (*said, paper.note)))) if said else paper
