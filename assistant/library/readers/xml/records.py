"""XML: PubMed's articles, EndNote's records and arXiv's Atom, one record at a time.

PubMed: https://dtd.nlm.nih.gov/ncbi/pubmed/; EndNote: its XML export; Atom: https://info.arxiv.org/help/api/user-manual.html.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import IO, Any
from xml.etree.ElementTree import Element

from assistant.core.text.sanitize import single_spaced
from assistant.library.readers.problem import Located, Problem
from assistant.library.readers.record import from_record
from assistant.library.readers.text.csl import date_parts, name_parts
from assistant.library.readers.text.latex import text_of
from assistant.library.readers.text.person_names import person, written
from assistant.library.readers.text.superscripts import lowered, raised
from assistant.library.readers.xml.elements import XmlFault, ended, local_name

_LOOKS: Mapping[str, Callable[[str], str]] = {
    "sup": raised, "superscript": raised, "sub": lowered, "subscript": lowered
}  # fmt: skip


def read(file: IO[str], source: str) -> Iterator[Located | Problem]:
    """Yield a paper per record. What comes before a fault in the syntax is yielded; the Problem says where it is."""
    number = 0
    try:
        for element in ended(file, _READERS):
            number += 1
            yield from from_record(_READERS[local_name(element)](element), source, number)
            element.clear()
    except XmlFault as fault:
        yield Problem(source, fault.line, "record", f"{fault}; what follows is not read")


def total_of(file: IO[str]) -> int:
    """Return how many papers a search at arXiv has found, of which the feed holds a part; 0 where it does not tell."""
    try:
        for element in ended(file, ("totalResults",)):
            number = _text(element).strip()
            return int(number) if number.isdecimal() else 0
    except ValueError:  # a fault, or a number without end
        pass
    return 0


def _text(element: Element | None) -> str:
    """Return the text of an element with all in it; superscripts and subscripts as such."""
    if element is None:
        return ""
    parts = [element.text or ""]
    for child in element:
        inner = _text(child)
        # EndNote: <style face="superscript">.
        look = _LOOKS.get(child.get("face", "") if local_name(child) == "style" else local_name(child))
        parts += [look(inner) if look else inner, child.tail or ""]
    return "".join(parts)


def _first(element: Element, *paths: str) -> str:
    return next((text for path in paths if (text := single_spaced(_text(element.find(path))))), "")


def _pubmed(article: Element) -> dict[str, Any]:
    sections = [
        {"label": part.get("Label") or part.get("NlmCategory") or "", "text": _text(part)}
        for part in article.findall(".//Abstract/AbstractText")
        if _text(part).strip()
    ]
    ids = {
        part.get("IdType", part.get("EIdType", "")): _text(part).strip()
        for part in article.findall("./PubmedData/ArticleIdList/ArticleId")
    }
    issue = article.find(".//JournalIssue")
    dates = [_first(article, f".//PubDate/{name}") for name in ("Year", "Month", "Day")]
    medline = _first(article, ".//PubDate/MedlineDate")
    year = re.search(r"\d{4}", dates[0] or medline)
    labelled = len(sections) > 1
    return {
        # In brackets stands what was translated.
        "title": re.sub(r"^\[(.+)\]\.?$", r"\1", _first(article, ".//ArticleTitle", ".//BookTitle")) or None,
        "abstract": None if labelled else " ".join(part["text"] for part in sections) or None,
        "sections": sections if labelled else None,
        "authors": [name for one in article.findall(".//AuthorList/Author") if (name := _author(one))],
        "year": year[0] if year else None,
        "venue": _first(article, ".//Journal/Title", ".//MedlineTA"),
        "doi": ids.get("doi", "") or _first(article, ".//ELocationID[@EIdType='doi']"),
        "pmid": _first(article, "./MedlineCitation/PMID", ".//PMID"),
        "note": _retracted(article),
        "extra": {
            "type": "article-journal",
            "volume": _first(issue, "Volume") if issue is not None else "",
            "issue": _first(issue, "Issue") if issue is not None else "",
            "page": _first(article, ".//Pagination/MedlinePgn"),
            "ISSN": _first(article, ".//Journal/ISSN"),
            "language": _first(article, ".//Language"),
            "PMCID": ids.get("pmc", ""),
            "container-title-short": _first(article, ".//ISOAbbreviation"),
            "keyword": ", ".join(single_spaced(_text(word)) for word in article.findall(".//Keyword")),
            "issued": date_parts(*dates),
            "custom": _notices(article),
        },
    }


def _notices(article: Element) -> dict[str, str]:
    incomplete = any(one.get("CompleteYN") == "N" for one in article.findall(".//AuthorList"))
    rights = _first(article, ".//CopyrightInformation")
    return {**({"rights": rights} if rights else {}), **({"authors": "and others"} if incomplete else {})}


def _retracted(article: Element) -> str:
    """Return the note of a paper that PubMed calls retracted, with where its notice stands; else ""."""
    kinds = {_text(kind).strip() for kind in article.findall(".//PublicationTypeList/PublicationType")}
    if "Retracted Publication" not in kinds:
        return ""
    notice = _first(article, ".//CommentsCorrections[@RefType='RetractionIn']/RefSource")
    return f"Retracted, says PubMed{f' ({notice})' if notice else ''}."


def _author(author: Element) -> str:
    group = _first(author, "CollectiveName")
    return group or person(
        _first(author, "LastName"), _first(author, "ForeName", "Initials"), _first(author, "Suffix")
    )


def _endnote(record: Element) -> dict[str, Any]:
    kind = record.find("ref-type")
    year = re.search(r"\d{4}", _first(record, ".//dates/year"))
    address = re.search(r"https?://\S+", _first(record, ".//urls/related-urls/url", ".//urls/web-urls/url"))
    pubmed = (
        "medline" in _first(record, "remote-database-name").lower()
        or "pubmed" in _first(record, "remote-database-name").lower()
    )
    number = _first(record, "accession-num")
    return {
        "title": _first(record, ".//titles/title") or None,
        "abstract": _first(record, "abstract") or None,
        "authors": [
            name for one in record.findall(".//contributors/authors/author") if (name := written(_text(one)))
        ],
        "year": year[0] if year else None,
        "venue": _first(record, ".//periodical/full-title", ".//titles/secondary-title"),
        "doi": _first(record, "electronic-resource-num"),
        "pmid": number if pubmed and number.isdecimal() else "",
        "url": address[0] if address else "",
        "extra": {
            "type": _ENDNOTE_TYPES.get(kind.get("name", "") if kind is not None else "", ""),
            **{name: _first(record, path) for name, path in _ENDNOTE.items()},
            "keyword": ", ".join(
                single_spaced(_text(word)) for word in record.findall(".//keywords/keyword")
            ),
            "editor": [
                name_parts(name)
                for one in record.findall(".//secondary-authors/author")
                if (name := written(_text(one)))
            ],
        },
    }


_ENDNOTE = {
    "volume": "volume",
    "issue": "number",
    "page": "pages",
    "publisher": "publisher",
    "publisher-place": "pub-location",
    "edition": "edition",
    "ISSN": "isbn",
    "language": "language",
    "note": "notes",
    "citation-key": "label",
    "PMCID": "custom2",
}
_ENDNOTE_TYPES = {"Journal Article": "article-journal", "Conference Proceedings": "paper-conference", "Book": "book", "Book Section": "chapter", "Thesis": "thesis", "Report": "report"}  # fmt: skip


_WITHDRAWN = {
    "comment": re.compile(r"\bwithdrawn\b", re.I).search,
    "summary": re.compile(r"(?:this|the) \w+ (?:(?:has|is|was|been|being) )*withdrawn\b", re.I).match,
}


def _atom(entry: Element) -> dict[str, Any]:
    parts = {local_name(child): single_spaced(_text(child)) for child in reversed(entry)}
    authors = [
        single_spaced(_text(name))
        for child in entry
        if local_name(child) == "author"
        for name in child
        if local_name(name) == "name"
    ]
    number = re.search(r"arxiv\.org/abs/(\S+)", parts.get("id", ""))
    # arXiv has no mark for it: who withdraws a paper says so in the comment, or in place of the abstract.
    withdrawal = next(
        (parts[name] for name in ("comment", "summary") if _WITHDRAWN[name](parts.get(name, ""))), ""
    )
    return {
        "title": text_of(parts.get("title")),
        "abstract": text_of(parts.get("summary")),
        "authors": authors,
        "year": parts.get("published", "")[:4] or None,
        "venue": text_of(parts.get("journal_ref", "")),
        "doi": parts.get("doi", ""),
        "arxiv_id": number[1] if number else "",
        "note": f"arXiv says of this paper: {withdrawal}" if withdrawal else "",
        "extra": {"note": parts.get("comment", ""), "issued": date_parts(parts.get("published", "")[:10])},
    }


_READERS: Mapping[str, Callable[[Element], dict[str, Any]]] = {
    "PubmedArticle": _pubmed,
    "PubmedBookArticle": _pubmed,
    "record": _endnote,
    "entry": _atom,
}
