"""Write BibTeX, RIS and CSL-JSON. Whatever a title holds, it stays a title."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from assistant.core.paper import Paper, author_name
from assistant.core.text.sanitize import one_line

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
_STOP = frozenset("a an and are as at by for from in is of on or the to towards with what which how".split())


def bibtex(papers: Sequence[Paper]) -> str:
    """Return one BibTeX entry per paper. Keys (author, year, a word of the title) are unique and ASCII."""
    keys = _keys(papers)
    return "\n".join(_entry(key, paper) for key, paper in zip(keys, papers, strict=True))


def _entry(key: str, paper: Paper) -> str:
    kind, place = "misc", "howpublished"
    if paper.venue:
        kind, place = (
            ("inproceedings", "booktitle") if _CONFERENCE.search(paper.venue) else ("article", "journal")
        )
    fields = {
        # In braces of its own, so that no style changes its capitals.
        "title": f"{{{_bibtex(paper.title)}}}",
        "author": " and ".join(_author(name) for name in paper.authors),
        "year": str(paper.year or ""),
        place: _bibtex(paper.venue),
        "doi": _verbatim(paper.doi),
        "eprint": _bibtex(paper.arxiv_id),
        "archiveprefix": "arXiv" if paper.arxiv_id else "",
        "pmid": _bibtex(paper.pmid),
        "url": _verbatim(paper.url),
        "abstract": _bibtex(paper.abstract),
    }
    lines = [f"  {name} = {{{value}}},\n" for name, value in fields.items() if value]
    return f"@{kind}{{{key},\n{''.join(lines)}}}\n"


def _author(name: str) -> str:
    """Return a name as "{family}, given", so that BibTeX reads no "and" and no particle into it."""
    family, given = author_name(name)
    shown = f"{{{_bibtex(given)}}}" if re.search(r"\band\b", given, re.I) else _bibtex(given)
    return f"{{{_bibtex(family)}}}, {shown}" if given else f"{{{_bibtex(family)}}}"


def _verbatim(address: str) -> str:
    """Return an address or identifier unescaped, as programs read it; braces and back-slashes are percent-encoded."""
    return re.sub(r"[{}\\\s]", lambda m: quote(m[0]), one_line(address))


def _bibtex(text: str) -> str:
    return "".join(_SPECIAL.get(mark, mark) for mark in one_line(text))


def ris(papers: Sequence[Paper]) -> str:
    """Return one RIS record per paper; lines end in CR LF."""
    lines: list[str] = []
    for paper in papers:
        kind = (
            "JOUR"
            if paper.venue and not _CONFERENCE.search(paper.venue)
            else "CONF"
            if paper.venue
            else "GEN"
        )
        fields = [
            ("TY", kind),
            ("TI", paper.title),
            *(("AU", ", ".join(filter(None, author_name(a)))) for a in paper.authors),
        ]
        fields += [
            ("PY", str(paper.year or "")),
            ("T2", paper.venue),
            ("DO", paper.doi),
            ("UR", _address(paper)),
        ]
        fields += [("AN", paper.pmid), ("AB", paper.abstract)]
        lines += [f"{tag}  - {one_line(value)}" for tag, value in fields if value]
        lines += ["ER  - ", ""]
    return "".join(f"{line}\r\n" for line in lines)


def csl_json(papers: Sequence[Paper]) -> str:
    """Return papers as a JSON list of CSL items (CSL-JSON 1.0), as citation processors and Zotero read it."""
    items = [csl_item(key, paper) for key, paper in zip(_keys(papers), papers, strict=True)]
    return json.dumps(items, ensure_ascii=False, indent=1) + "\n"


def csl_item(key: str, paper: Paper) -> dict[str, Any]:
    """Return a paper as a CSL item, without its empty fields."""
    people = [dict(zip(("family", "given"), author_name(name), strict=True)) for name in paper.authors]
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
    return {name: value for name, value in fields.items() if value}


def _address(paper: Paper) -> str:
    # Of a record that has its DOI in a field of its own, so that the arXiv id is not lost.
    return paper.url or (f"https://arxiv.org/abs/{paper.arxiv_id}" if paper.arxiv_id else "")


def _keys(papers: Sequence[Paper]) -> list[str]:
    keys: list[str] = []
    taken: set[str] = set()
    for paper in papers:
        family = author_name(paper.authors[0])[0] if paper.authors else ""
        words = [word for word in re.findall(r"[a-z0-9]+", _ascii(paper.title)) if word not in _STOP]
        base = re.sub(r"[^a-z0-9]", "", _ascii(family)) + str(paper.year or "") + (words[0] if words else "")
        key, number = base or "paper", 1
        while key in taken:
            number += 1
            key = f"{base or 'paper'}-{number}"
        taken.add(key)
        keys.append(key)
    return keys


def _ascii(text: str) -> str:
    return unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
