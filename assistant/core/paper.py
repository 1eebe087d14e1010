"""Class Paper; its ids, author names and web links."""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from dataclasses import fields as dataclass_fields
from functools import cache, cached_property, lru_cache
from itertools import filterfalse
from pathlib import PurePath
from typing import Annotated, Any, NamedTuple
from urllib.parse import quote, urlsplit

from pydantic import PlainSerializer

from assistant.core.json_values import dump, load
from assistant.core.text.sanitize import one_line
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


def folded(text: str) -> str:
    """Return a text in lower case and without accents."""
    if text.isascii():
        return text.lower()
    plain = unicodedata.normalize("NFKD", text)
    return "".join(filterfalse(unicodedata.combining, plain)).casefold()


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


_ORGANISATION_WORDS = frozenset(
    """organisation organization university universities universite universitat universita institut institute
    institution consortium collaboration group team committee association society ministry agency foundation network
    center centre department council initiative laboratory laboratories inc ltd gmbh corporation company""".split()
)
_LONGEST_NAME = 100
# How notes of such papers begin, and what they mean in short.
_CAUTIONS = {
    word: word for word in ("Retracted", "Withdrawn", "Removed", "Expression of concern", "Corrected")
} | {"arXiv says of this paper": "Withdrawn"}
# No address on the web has these.
_NOT_IN_URL = frozenset(" <>\"'`\\")
# What is named at a service; a drive ("C:") is one letter.
_AT_SERVICE = re.compile(r"[\w-]{2,}:")


_NUMERALS = frozenset(("II", "III", "IV"))
_SUFFIX = re.compile(r"(?:[JjSs]r|[JS]nr)\.?|II|III|IV|[2-4](?:nd|rd|th)")
_IDEOGRAMS = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af々〆・ ]+")


class PersonName(NamedTuple):
    """A person's name in parts, each "" if there is none; `suffix` is "Jr.", "III" and the like."""

    family: str
    given: str = ""
    suffix: str = ""


def author_name(author: str) -> tuple[str, str]:
    """Return (family name, given names) of "Byron, Ada" or "Ada Byron"; a suffix ("Jr.") is part of neither.

    Lower-case particles belong to the family name: "Ludwig van Beethoven". The name of an organisation ("World Health
    Organization") is all family name. Names in Chinese, Japanese and Korean script have the family name first.
    """
    return person_name(author)[:2]


def person_name(author: str) -> PersonName:
    """Return the parts of a name: "Martin King Jr.", "King, Martin, Jr." and "King, Jr., Martin" are one."""
    # The same names come again and again, in one record and in the next; longer ones are rare, and would fill the memory.
    return _known_name(author) if len(author) <= _LONGEST_NAME else _name_parts(author)


def full_name(author: str) -> str:
    """Return a name as it is spoken, given names first where that is the custom: "María García López"."""
    family, given, suffix = person_name(author)
    return " ".join(filter(None, (family, given) if is_unspaced(author) else (given, family, suffix)))


def is_organisation(author: str) -> bool:
    """Return whether a name is one of an organisation: "World Health Organization", "Smith & Sons"."""
    return "&" in author or not _ORGANISATION_WORDS.isdisjoint(re.split(r"\W+", folded(author)))


def is_unspaced(name: str) -> bool:
    """Return whether a name is in a script that sets no space between family and given name: "王 小明" is typed "王小明"."""
    return bool(_IDEOGRAMS.fullmatch(name.replace(",", "")))


def _name_parts(author: str) -> PersonName:
    author = one_line(author)
    if is_organisation(author):
        return PersonName(author)
    if "," in author:
        return _parted_by_commas([part.strip() for part in author.split(",")])
    name, suffix = _without_suffix(author)
    words = name.split()
    if len(words) == 2 and is_unspaced(name):
        return PersonName(words[0], words[1], suffix)
    first = len(words) - 1
    while first > 1 and words[first - 1].islower():
        first -= 1
    if first == 1 and words[0].islower() and not words[1].islower():
        # A particle without a given name.
        first = 0
    return PersonName(" ".join(words[first:]), " ".join(words[:first]), suffix)


def _parted_by_commas(parts: list[str]) -> PersonName:
    (family, suffix), *rest = _without_suffix(parts[0]), *parts[1:]
    # "Petrov, IV" has two initials.
    said = [part for part in rest if _SUFFIX.fullmatch(part) and (len(rest) > 1 or part not in _NUMERALS)]
    if not said and len(rest) == 2 and len(rest[1].split()) == 1:
        # "Byron, Ada, PhD": where the parts are apart, the last one may be any word.
        said = rest[1:]
    given, behind = _without_suffix(", ".join(part for part in rest if part not in said))
    suffix = suffix or behind or next(iter(said), "")
    if not given:
        # "Martin King, Jr."
        family, given, _ = _name_parts(family) if said else (family, "", "")
    return PersonName(family, given, suffix)


def _without_suffix(name: str) -> tuple[str, str]:
    """Return a name, and the suffix at its end or ""; "Petrov IV" has two initials."""
    before, _, last = name.rpartition(" ")
    if not before or not _SUFFIX.fullmatch(last) or (last in _NUMERALS and " " not in before):
        return name, ""
    return before.rstrip(), last


_known_name = lru_cache(10_000)(_name_parts)


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
