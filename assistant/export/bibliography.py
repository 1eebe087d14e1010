"""Write BibTeX, RIS and CSL-JSON. Whatever a title holds, it stays a title."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from assistant.core.citation_keys import unique_keys
from assistant.core.paper import Paper
from assistant.core.text.name_parts import person_name
from assistant.core.text.sanitize import one_line
from assistant.library.readers.text.csl import BIBTEX_FIELDS, BIBTEX_TYPES, RIS_TAGS, RIS_TYPES
from assistant.library.readers.text.person_names import from_csl

_SPECIAL = {
    "\\": r"{\textbackslash}",
    "{": r"{\textbraceleft}",
    "}": r"{\textbraceright}",
    "~": r"{\textasciitilde}",
    "^": r"{\textasciicircum}",
    **{mark: f"\\{mark}" for mark in "&%$#_"},
}
_CONFERENCE = re.compile(
    r"\b(conference|proceedings|proc\.|workshop|symposium|neurips|icml|iclr|cvpr|acl)\b", re.I
)


def bibtex(papers: Sequence[Paper]) -> str:
    """Return one BibTeX entry per paper. Keys (author, year, a word of the title) are unique and ASCII."""
    keys = unique_keys(papers)
    return "\n".join(_entry(key, paper) for key, paper in zip(keys, papers, strict=True))


def _entry(key: str, paper: Paper) -> str:
    kind, place = _kind(paper)
    fields = {
        # In braces of its own, so that no style changes its capitals.
        "title": f"{{{_bibtex(paper.title)}}}",
        "author": " and ".join([*map(_author, paper.authors), *_others(paper)]),
        "year": str(paper.year or ""),
        place: _bibtex(paper.venue),
        "doi": _verbatim(paper.doi),
        "eprint": _bibtex(paper.arxiv_id),
        "archiveprefix": "arXiv" if paper.arxiv_id else "",
        "pmid": _bibtex(paper.pmid),
        "url": _verbatim(paper.url),
        "abstract": _bibtex(paper.abstract),
        **_more(paper, BIBTEX_FIELDS, place),
    }
    lines = [f"  {name} = {{{value}}},\n" for name, value in fields.items() if value]
    return f"@{kind}{{{key},\n{''.join(lines)}}}\n"


def _others(paper: Paper) -> list[str]:
    """Return ["others"] where the paper's file said "and others"."""
    custom = paper.extra.get("custom")
    return ["others"] * (isinstance(custom, Mapping) and custom.get("authors") == "and others")


def _kind(paper: Paper) -> tuple[str, str]:
    """Return the type of the entry, and the field that holds the venue."""
    given = next((kind for kind, name in BIBTEX_TYPES.items() if name == paper.extra.get("type")), "")
    if given in ("inproceedings", "incollection"):
        return given, "booktitle"
    if given and given != "article":
        return given, "howpublished"
    if paper.venue and not given and _CONFERENCE.search(paper.venue):
        return "inproceedings", "booktitle"
    return ("article", "journal") if paper.venue or given else ("misc", "howpublished")


def _more(paper: Paper, names: Mapping[str, tuple[str, ...]], *taken: str) -> dict[str, str]:
    """Return the rest of the record by the names of BibTeX."""
    fields = {
        written[0]: _bibtex(str(paper.extra[name]))
        for name, written in names.items()
        if paper.extra.get(name)
    }
    fields = {name: text for name, text in fields.items() if name not in taken}
    if "pages" in fields:
        fields["pages"] = re.sub(r"(?<=\w)-(?=\w)", "--", _bibtex(_pages(paper)))
    if date := _date(paper, "issued"):
        fields["date"] = date
    if date := _date(paper, "accessed"):
        fields["urldate"] = date
    editors = paper.extra.get("editor")
    if isinstance(editors, list):
        people = [_author(name) for name in from_csl(editors)]
        fields["editor"] = " and ".join(people)
    return fields


def _date(paper: Paper, name: str, between: str = "-") -> str:
    """Return the date of a record that has a month, `2020-03-01`; or ""."""
    value = paper.extra.get(name)
    parts = value.get("date-parts") if isinstance(value, dict) else None
    numbers = parts[0] if isinstance(parts, list) and parts and isinstance(parts[0], list) else []
    shown = [f"{n:02d}" if place else f"{n:04d}" for place, n in enumerate(numbers) if isinstance(n, int)]
    return between.join(shown) if len(shown) > 1 else ""


def _author(name: str) -> str:
    """Return a name as "{family}, suffix, given", so that BibTeX reads no "and" and no particle into it."""
    family, given, suffix = person_name(name)
    shown = f"{{{_bibtex(given)}}}" if re.search(r"\band\b", given, re.I) else _bibtex(given)
    if not given:
        return f"{{{_bibtex(' '.join(filter(None, (family, suffix))))}}}"
    return ", ".join(filter(None, (f"{{{_bibtex(family)}}}", _bibtex(suffix), shown)))


def _with_commas(name: str) -> str:
    """Return a name as RIS has it: "King, Martin, Jr."."""
    family, given, suffix = person_name(name)
    return ", ".join((family, given, suffix) if suffix and given else filter(None, (family, given))) or name


def _verbatim(address: str) -> str:
    """Return an address or identifier unescaped, as programs read it; braces and back-slashes are percent-encoded."""
    return re.sub(r"[{}\\\s]", lambda m: quote(m[0]), one_line(address))


def _bibtex(text: str) -> str:
    return "".join(_SPECIAL.get(mark, mark) for mark in one_line(text))


def ris(papers: Sequence[Paper]) -> str:
    """Return one RIS record per paper; lines end in CR LF."""
    lines: list[str] = []
    for paper in papers:
        given = next((tag for tag, name in RIS_TYPES.items() if name == paper.extra.get("type")), "")
        kind = given or ("GEN" if not paper.venue else "CONF" if _CONFERENCE.search(paper.venue) else "JOUR")
        fields = [
            ("TY", kind),
            ("TI", paper.title),
            *(("AU", _with_commas(author)) for author in paper.authors),
        ]
        fields += [
            ("PY", str(paper.year or "")),
            ("T2", paper.venue),
            ("DO", paper.doi),
            # Several lines, so that a reader finds both.
            *(("UR", address) for address in dict.fromkeys((_address(paper), _at_arxiv(paper)))),
        ]
        fields += _ris_more(paper)
        # A number alone would be one of an unnamed database.
        fields += [("AN", paper.pmid and f"PMID:{paper.pmid}"), ("AB", paper.abstract)]
        lines += [f"{tag}  - {one_line(value)}" for tag, value in fields if value]
        lines += ["ER  - ", ""]
    return "".join(f"{line}\r\n" for line in lines)


def _ris_more(paper: Paper) -> list[tuple[str, str]]:
    """Return the rest of the record as tags of RIS."""
    extra = paper.extra
    begin, _, end = _pages(paper).partition("-")
    custom = extra.get("custom")
    number = custom.get("accession-number", "") if isinstance(custom, dict) and not paper.pmid else ""
    editors = extra.get("editor")
    return [
        *((tags[0], str(extra.get(name, ""))) for name, tags in RIS_TAGS.items()),
        ("SP", begin),
        ("EP", end),
        ("SN", str(extra.get("ISSN", ""))),
        ("SN", str(extra.get("ISBN", ""))),
        # In a book, a section is a chapter.
        *([("SE", str(extra.get("chapter-number", "")))] if "section" not in extra else []),
        ("DA", _date(paper, "issued", "/")),
        ("Y2", _date(paper, "accessed", "/")),
        *(("A2", _with_commas(name)) for name in from_csl(editors)),
        *(("KW", word.strip()) for word in str(extra.get("keyword", "")).split(", ")),
        ("N1", str(extra.get("note", ""))),
        ("AN", str(number)),
    ]


def csl_json(papers: Sequence[Paper]) -> str:
    """Return papers as a JSON list of CSL items (CSL-JSON 1.0), as citation processors and Zotero read it."""
    items = [csl_item(key, paper) for key, paper in zip(unique_keys(papers), papers, strict=True)]
    return json.dumps(items, ensure_ascii=False, indent=1) + "\n"


def csl_item(key: str, paper: Paper) -> dict[str, Any]:
    """Return a paper as a CSL item, without its empty fields."""
    people = [person_name(name)._asdict() for name in paper.authors]
    fields: dict[str, Any] = {
        "id": key,
        "type": "paper-conference"
        if _CONFERENCE.search(paper.venue)
        else "article-journal"
        if paper.venue
        else "article",
        "title": one_line(paper.title),
        "author": [{part: value for part, value in person.items() if value} for person in people],
        "issued": {"date-parts": [[paper.year]]} if paper.year else None,
        "container-title": one_line(paper.venue),
        "DOI": paper.doi,
        "PMID": paper.pmid,
        "URL": _address(paper),
        "abstract": one_line(paper.abstract),
    }
    if paper.arxiv_id and _address(paper) != _at_arxiv(paper):
        fields |= {"archive": "arXiv", "archive_location": f"arXiv:{paper.arxiv_id}"}
    rest = {name: value for name, value in paper.extra.items() if name != "citation-key"}
    if "page" in rest:
        rest["page"] = _pages(paper)
    return {name: value for name, value in (fields | rest).items() if value}


def _pages(paper: Paper) -> str:
    """Return the pages of a record; PubMed's "1030-9" are 1030-1039."""
    pages = str(paper.extra.get("page", ""))
    short = re.fullmatch(r"([A-Za-z]?\d{2,9})-(\d{1,8})", pages)
    if not short or len(short[2]) >= len(short[1]):
        return pages
    last = short[1][: -len(short[2])] + short[2]
    return f"{short[1]}-{last}" if last > short[1] else pages


def _address(paper: Paper) -> str:
    return paper.url or _at_arxiv(paper)


def _at_arxiv(paper: Paper) -> str:
    return f"https://arxiv.org/abs/{paper.arxiv_id}" if paper.arxiv_id else ""
