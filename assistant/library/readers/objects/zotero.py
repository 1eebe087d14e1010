"""What Zotero writes. Its interface and Better BibTeX's export do: https://api.zotero.org/schema."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from assistant.library.readers.tables.cells import extra_lines
from assistant.library.readers.text.csl import date_parts, name_parts
from assistant.library.readers.text.person_names import person

_TYPES = {
    "journalArticle": "article-journal", "conferencePaper": "paper-conference", "book": "book", "bookSection": "chapter", "thesis": "thesis",
    "report": "report", "preprint": "article", "webpage": "webpage", "dataset": "dataset", "computerProgram": "software", "patent": "patent",
    "manuscript": "manuscript", "magazineArticle": "article-magazine", "newspaperArticle": "article-newspaper", "document": "document",
}  # fmt: skip
_FIELDS = {
    "volume": "volume", "issue": "issue", "page": "pages", "publisher": "publisher", "publisher-place": "place", "edition": "edition",
    "collection-title": "series", "ISSN": "ISSN", "ISBN": "ISBN", "language": "language", "title-short": "shortTitle",
    "container-title-short": "journalAbbreviation", "call-number": "callNumber", "archive": "archive", "source": "libraryCatalog",
    "number-of-pages": "numPages", "number-of-volumes": "numberOfVolumes", "event-title": "conferenceName", "number": "reportNumber",
    "citation-key": "citationKey",
}  # fmt: skip
_NO_PAPERS = frozenset(("attachment", "note", "annotation"))
_VENUES = (
    "publicationTitle",
    "proceedingsTitle",
    "bookTitle",
    "repository",
    "websiteTitle",
    "university",
    "institution",
)


def item_of(value: Any) -> Mapping[str, Any] | None:
    """Return the item of Zotero that a JSON object is or holds; None for any other."""
    held = value.get("data") if isinstance(value, dict) else None
    for item in (value, held):
        if isinstance(item, dict) and isinstance(item.get("itemType"), str) and "abstract" not in item:
            return item
    return None


def is_paper(item: Mapping[str, Any]) -> bool:
    """Return whether an item can be a paper: attachments and notes are items of their own."""
    return item["itemType"] not in _NO_PAPERS


def record(item: Mapping[str, Any]) -> dict[str, Any]:
    """Return an item as the record that `from_record` takes."""

    def text(name: str) -> str:
        value = item.get(name)
        return str(value) if isinstance(value, str | int) else ""

    date = text("date")
    year = re.search(r"(?<!\d)\d{4}(?!\d)", date)
    people = _people(item.get("creators"))
    tags = item.get("tags")
    words = (
        [one.get("tag") if isinstance(one, dict) else one for one in tags] if isinstance(tags, list) else []
    )
    extra: dict[str, Any] = {
        **{name: text(own) for name, own in _FIELDS.items() if text(own)},
        "type": _TYPES.get(item["itemType"], ""),
        "keyword": "; ".join(word for word in words if isinstance(word, str)),
        "issued": date_parts(date),
        "accessed": date_parts(text("accessDate")[:10]),
        "editor": [name_parts(name) for role, name in people if role == "editor"],
    }
    values: dict[str, Any] = {
        name: given for name, own in (("doi", "DOI"), ("pmid", "PMID")) if (given := text(own))
    }
    extra_lines(text("extra"), values, extra)
    return {
        "title": text("title") or None,
        "abstract": text("abstractNote") or None,
        "authors": [
            name
            for role, name in people
            if role not in ("editor", "contributor", "translator", "seriesEditor")
        ],
        "year": year[0] if year else None,
        "venue": next(filter(None, map(text, _VENUES)), ""),
        "url": text("url"),
        **values,
        "extra": extra,
    }


def _people(creators: Any) -> list[tuple[str, str]]:
    """Return (role, name) of each creator."""
    found = [one for one in creators if isinstance(one, dict)] if isinstance(creators, list) else []
    named = [
        (
            str(one.get("creatorType", "")),
            str(one.get("name") or "")
            or person(str(one.get("lastName") or ""), str(one.get("firstName") or "")),
        )
        for one in found
    ]
    return [(role, name) for role, name in named if name]
