"""Paper: what the library is made of, who it is (its id) and whether it changed (its fingerprint)."""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from dataclasses import asdict, dataclass, fields
from functools import cached_property
from typing import Any
from urllib.parse import quote, urlsplit

from assistant.core.text.sanitize import one_line


@dataclass(frozen=True)
class Section:
    """A labelled part of an abstract: `abstract[start:end]`, character offsets."""

    label: str
    start: int
    end: int


@dataclass(frozen=True)
class Paper:
    """A paper's title, abstract and whatever else its record said.

    `source` is where it was read from; `note` is shown with the abstract wherever that is shown (the
    sample library uses it to say that its texts are summaries). Offsets of sections are in characters.
    """

    id: str
    title: str
    abstract: str
    authors: tuple[str, ...] = ()
    year: int | None = None
    venue: str = ""
    doi: str = ""
    arxiv_id: str = ""
    pmid: str = ""
    url: str = ""
    sections: tuple[Section, ...] = ()
    source: str = ""
    note: str = ""

    @cached_property
    def fingerprint(self) -> str:
        """A SHA-256 of all that the record says; two papers of one id and print are the same text."""
        said = {f.name: getattr(self, f.name) for f in fields(self) if f.name not in ("id", "source")}
        said["sections"] = [asdict(section) for section in self.sections]
        return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()

    def section_at(self, start: int) -> str:
        """The label of the section that holds character `start` of the abstract, or ""."""
        for section in self.sections:
            if section.start <= start < section.end:
                return section.label
        return ""

    def to_json(self) -> dict[str, Any]:
        """The paper as plain lists, dicts and strings; `from_json` reads it back."""
        return {key: value for key, value in asdict(self).items() if value not in ("", (), None)}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Paper:
        """The paper that `to_json` wrote."""
        said = dict(data)
        said["authors"] = tuple(said.get("authors", ()))
        said["sections"] = tuple(Section(**part) for part in said.get("sections", ()))
        return cls(**said)


def paper_id(
    title: str,
    *,
    given: str = "",
    doi: str = "",
    arxiv_id: str = "",
    pmid: str = "",
    year: int | None = None,
    first_author: str = "",
) -> str:
    """The paper's identity, decided once: the record's own id, else DOI, arXiv id without its version,
    PubMed id, else a hash of normalised title, year and first author."""
    if given:
        return given
    if doi:
        return "doi:" + normal_doi(doi)
    if arxiv_id:
        return "arxiv:" + normal_arxiv_id(arxiv_id)
    if pmid:
        return "pmid:" + pmid.strip()
    key = "|".join((normal_title(title), str(year or ""), first_author.strip().casefold()))
    return "t:" + hashlib.sha256(key.encode()).hexdigest()[:12]


def folded(text: str) -> str:
    """The text without accents and case."""
    if text.isascii():
        return text.lower()
    plain = unicodedata.normalize("NFKD", text)
    return "".join(ch for ch in plain if not unicodedata.combining(ch)).casefold()


def normal_title(title: str) -> str:
    """Letters and digits only, accents and case folded, one space between words."""
    return re.sub(r"[\W_]+", " ", folded(title)).strip()


def bare_doi(doi: str) -> str:
    """A DOI without resolver or prefix."""
    return re.sub(r"^(https?://(dx\.)?doi\.org/|doi:)\s*", "", doi.strip(), flags=re.I)


def normal_doi(doi: str) -> str:
    """A DOI without resolver or prefix, in lower case (DOIs ignore case)."""
    return bare_doi(doi).lower()


def normal_arxiv_id(arxiv_id: str) -> str:
    """An arXiv id without URL, prefix and version: `2401.01234`, `cs/0112017`."""
    bare = re.sub(r"^(https?://(www\.)?arxiv\.org/(abs|pdf)/|arxiv:)", "", arxiv_id.strip(), flags=re.I)
    return re.sub(r"(\.pdf)?$", "", re.sub(r"v\d+(\.pdf)?$", "", bare))


_CORPORATE = re.compile(
    r"\b(organi[sz]ation|universit(y|ies|é|ät|at|à)|institut(e|ion)?|consortium|collaboration|group|team|committee"
    r"|association|society|ministry|agency|foundation|network|cent(er|re)|department|council|initiative"
    r"|laborator(y|ies)|inc|ltd|gmbh|corporation|company)\b|&",
    re.I,
)


_WEB = re.compile(r"https?://[^\s<>\"'`\\]+", re.I)


def names(author: str) -> tuple[str, str]:
    """(family, given) of "Byron, Ada" or "Ada Byron"; particles in lower case go with the family: "Ludwig van Beethoven".

    The name of a body ("World Health Organization") is all family.
    """
    author = one_line(author)
    if _CORPORATE.search(author):
        return author, ""
    if "," in author:
        family, _, given = author.partition(",")
        return family.strip(), given.strip()
    words = author.split()
    place = len(words) - 1
    while place > 1 and words[place - 1].islower():
        place -= 1
    return " ".join(words[place:]), " ".join(words[:place])


def host(url: str) -> str:
    """The host that an address names, or "" where it is no address (`https://[x`)."""
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def link(paper: Paper) -> str:
    """Where a reader finds the paper on the web: its URL if that is http(s), else by DOI or arXiv id; or ""."""
    by_doi = f"https://doi.org/{quote(one_line(paper.doi), safe='/:;()._-')}" if paper.doi else ""
    by_arxiv = f"https://arxiv.org/abs/{quote(one_line(paper.arxiv_id), safe='/.')}" if paper.arxiv_id else ""
    return next(
        (url for url in (one_line(paper.url), by_doi, by_arxiv) if _WEB.fullmatch(url) and host(url)), ""
    )
