"""Class Paper; its ids and web links."""

from __future__ import annotations

import hashlib
import json
import re
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from dataclasses import fields as dataclass_fields
from functools import cache, cached_property
from pathlib import PurePath
from typing import Annotated, Any
from urllib.parse import quote, urlsplit

from pydantic import PlainSerializer

from assistant.core.json_values import dump, load
from assistant.core.text.name_parts import author_name
from assistant.core.text.sanitize import folded, one_line
from assistant.core.text.sentences import Span, split

# As `json.dumps` writes it, which makes an encoder anew each time.
_sorted_json = json.JSONEncoder(sort_keys=True).encode


@dataclass(frozen=True)
class Section:
    """A labelled part of an abstract: `abstract[start:end]`, character offsets."""

    label: str
    start: int
    end: int


@dataclass(frozen=True)
class Paper:
    """A paper: its title, its abstract and the other fields of its record.

    `source` names the file it was read from. `note` is shown wherever the abstract is shown (the sample library uses it
    to say that its texts are summaries). `extra` is the rest of its record by the names of CSL (`volume`, `page`,
    `citation-key`), as JSON has values; exports give it back.
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
    # Papers of one id and different extras are unequal, and no set needs to tell them apart by it.
    extra: Mapping[str, Any] = field(default_factory=dict, hash=False)

    def __post_init__(self) -> None:
        # Lists are taken, too: users write them.
        if isinstance(self.authors, str):
            object.__setattr__(self, "authors", (self.authors,))
        for name in ("authors", "sections"):
            object.__setattr__(self, name, tuple(getattr(self, name)))

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 of all fields but `id` and `source`, in hexadecimal: it changes when the record changes."""
        record = {name: getattr(self, name) for name in _fingerprint_fields()}
        record["sections"] = [vars(section) for section in self.sections]
        if not self.extra:
            # Papers that were stored before they had extras keep their fingerprints.
            del record["extra"]
        return hashlib.sha256(_sorted_json(record).encode()).hexdigest()

    def section_at(self, start: int) -> str:
        """Return the label of the section that holds character `start` of the abstract, or ""."""
        for section in self.sections:
            if section.start <= start < section.end:
                return section.label
        return ""

    def sentences(self) -> tuple[Span, ...]:
        """Return the sentences of the abstract, in order. A label in the text ("RESULTS: Errors fell.") is no part of one."""
        labels = {section.start: section.label for section in self.sections}
        spans = split(self.abstract)
        if not labels:
            return tuple(spans)
        return tuple(Span(self._start_after_label(labels.get(s.start, ""), s), s.end) for s in spans)

    def _start_after_label(self, label: str, sentence: Span) -> int:
        """Return where a sentence begins that may open with a label."""
        text = self.abstract[sentence.start : sentence.end]
        rest = text[len(label) :].lstrip()
        if not label or text[: len(label)].upper() != label or not rest.startswith((":", "\uff1a")):
            return sentence.start
        return sentence.end - len(rest[1:].lstrip()) if rest[1:].strip() else sentence.start

    def to_json(self) -> dict[str, Any]:
        """Return the paper as lists, dicts, strings and numbers, without its empty fields."""
        return dump(self, exclude_defaults=True)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Paper:
        """Read a paper that `to_json` wrote. Raises `ValueError` if a field is missing, unknown or of another type."""
        return load(cls, data)

    def packed(self) -> bytes:
        """Return the paper's JSON compressed by zlib: half of its size."""
        return zlib.compress(json.dumps(self.to_json(), ensure_ascii=False).encode())

    @classmethod
    def unpacked(cls, data: bytes | str) -> Paper:
        """Read a paper that `packed` made, or its JSON as older libraries hold it. Raises `ValueError` if it is neither."""
        try:
            if isinstance(data, bytes) and not data.startswith(b"{"):
                data = zlib.decompress(data)
        except zlib.error as exc:
            raise ValueError(f"The record of a paper is damaged: {exc}.") from exc
        return cls.from_json(json.loads(data))


CompactPaper = Annotated[Paper, PlainSerializer(Paper.to_json)]
"""A paper that is written to JSON without its empty fields."""


@cache
def _fingerprint_fields() -> tuple[str, ...]:
    """Return the names of the fields that a fingerprint is of."""
    return tuple(one.name for one in dataclass_fields(Paper) if one.name not in ("id", "source"))


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
    """Return the id of a paper: the record's own, else its DOI, arXiv id without version, or PubMed id.

    A record without any of them gets a hash of its normalised title, year and first author.
    """
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


def normal_title(title: str) -> str:
    """Return the letters and digits of a title, folded, with one space between words."""
    return re.sub(r"[\W_]+", " ", folded(title)).strip()


def bare_doi(doi: str) -> str:
    """Return a DOI without resolver or prefix, and the full stop of a sentence behind it: `10.1000/AbC`."""
    if doi.startswith("10.") and doi[-1].isalnum():
        return doi
    bare = re.sub(r"^((https?://)?(dx\.)?doi\.org/|doi:)\s*", "", doi.strip(), flags=re.I)
    return re.sub(r"(?<![.,;\s])[.,;\s]+$", "", bare)


def normal_doi(doi: str) -> str:
    """Return a DOI without resolver or prefix, in lower case (DOIs ignore case)."""
    return bare_doi(doi).lower()


def normal_arxiv_id(arxiv_id: str) -> str:
    """Return an arXiv id without URL, prefix and version: `2401.01234`, `cs/0112017`."""
    bare = re.sub(r"^(https?://(www\.)?arxiv\.org/(abs|pdf)/|arxiv:)", "", arxiv_id.strip(), flags=re.I)
    return re.sub(r"(\.pdf)?$", "", re.sub(r"v\d+(\.pdf)?$", "", bare))


# How notes of such papers begin, and what they mean in short.
_CAUTIONS = {
    word: word for word in ("Retracted", "Withdrawn", "Removed", "Expression of concern", "Corrected")
} | {"arXiv says of this paper": "Withdrawn"}
# No address on the web has these.
_NOT_IN_URL = frozenset(" <>\"'`\\")
# What is named at a service; a drive ("C:") is one letter.
_AT_SERVICE = re.compile(r"[\w-]{2,}:")


def own_keys(paper: Paper) -> tuple[str, ...]:
    """Return the citation keys that the user's files have for a paper."""
    custom = paper.extra.get("custom")
    more = custom.get("citation-keys", ()) if isinstance(custom, Mapping) else ()
    return tuple(dict.fromkeys(str(key) for key in (paper.extra.get("citation-key"), *more) if key))


def byline(paper: Paper) -> str:
    """Return " (Hansen et al., 2023)" with what is known of it, or ""; family names, of at most two authors."""
    families = [author_name(author)[0] for author in paper.authors]
    names = " and ".join(families) if len(families) < 3 else f"{families[0]} et al."
    known = ", ".join(part for part in (names, str(paper.year or "")) if part)
    return f" ({known})" if known else ""


def caution(paper: Paper) -> str:
    """Return "Retracted", "Withdrawn" or the like where the note of a paper says so; else ""."""
    return next((word for begins, word in _CAUTIONS.items() if paper.note.startswith(begins)), "")


def url_host(url: str) -> str:
    """Return the host of a URL, or "" if the text is no URL (`https://[x`)."""
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def source_name(source: str) -> str:
    """Return where a paper came from as strangers may see it: what was named at a service ("arxiv:1706.03762"), or the name
    of a file without its folders."""
    return source if _AT_SERVICE.match(source) else PurePath(source).name


def web_link(paper: Paper) -> str:
    """Return the address of a paper on the web: its http(s) URL, else one made of its DOI or arXiv id; or ""."""
    url = one_line(paper.url)
    if url.lower().startswith(("http://", "https://")) and not _NOT_IN_URL & set(url) and url_host(url):
        return url
    if paper.doi:
        return f"https://doi.org/{quote(one_line(paper.doi), safe='/:;()._-')}"
    if paper.arxiv_id:
        return f"https://arxiv.org/abs/{quote(one_line(paper.arxiv_id), safe='/.')}"
    return ""
