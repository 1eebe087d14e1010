"""Resolve citations to papers.

What resolves to no paper of the library is reported.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import zip_longest

from assistant.core.citation_keys import made_key, unique_keys
from assistant.core.paper import Paper, normal_arxiv_id, normal_doi, normal_title, own_keys
from assistant.core.text.citation_marks import tidied
from assistant.core.text.name_parts import author_name
from assistant.core.text.sentences import split
from assistant.library.identity import author_match
from assistant.library.readers.text.latex import decode
from assistant.verification.citations.citation import AuthorsYear, Key, Number, Reference
from assistant.verification.citations.forms import citations
from assistant.verification.citations.removal import without_citations

_LIST_HEAD = re.compile(
    r"(?:\A|(?<=\w)[^\w\n]*+\n)(?P<heading>\W*+(?:references|bibliography|literature|works cited|sources|notes|footnotes|endnotes|literatur|références|"
    r"referencias|referências|riferimenti)[^\w\n]*+(?:\n|\Z))|(?P<list>\\begin\{thebibliography\})",
    re.I,
)
_ENTRY = re.compile(
    r"^[ \t]*(?:\[\^?(\d{1,4})\]:?|\^?(\d{1,4})[.)])\s*(?=\S)|\\bibitem(?:\[[^\]]*\])?\{([^}]+)\}", re.M
)
_FOOTNOTE = re.compile(r"^[ \t]{0,3}\[\^\d{1,4}\]:.*(?:\n(?:[ \t]+\S.*|[^\s\[].*))*", re.M)
_CARETS = re.compile(r"(\^\d{1,4}(?:[,;–-]\d{1,4}){0,20}+)\^")
_TEX = re.compile(r"\\(?:[A-Za-z]{2}|[,;:!%&$#_ \"'`^~=.{}])")
_QUOTED = re.compile(r"[\"“]([^\"”]{8,300})[\"”]")
_MARKUP = re.compile(
    r"(?s)\A.*?\\begin\{document\}|^[ \t]*%[^\n]*$|^(```|~~~).*?^\1|\\begin\{(equation|align)\*?\}.*?\\end\{\2\*?\}|"
    r"\\end\{document\}|\\(?:label|bibliography(?:style)?|printbibliography|maketitle)\b(?:\{[^}]*\})?|^\s{0,3}#{1,6}\s.*?$|\\(?:sub)*section\*?\{[^}]*\}",
    re.M,
)


@dataclass(frozen=True)
class ReferencedSentence:
    """A sentence of the text without its marks, its place, the papers it cites and the marks that name none."""

    text: str
    start: int
    end: int
    paper_ids: tuple[str, ...]
    unknown: tuple[str, ...]


@dataclass(frozen=True)
class ReferencedText:
    """The sentences of a text; `body_end` is where its reference list begins (or its end)."""

    sentences: tuple[ReferencedSentence, ...]
    body_end: int


class ReferenceIndex:
    """What a citation can be matched by, for the papers of a library; made once, used for many texts."""

    def __init__(self, papers: Iterable[Paper]) -> None:
        self._keys: dict[str, set[str]] = defaultdict(set)
        self._titles: dict[str, set[str]] = defaultdict(set)
        self._years: dict[tuple[str, int | None], set[str]] = defaultdict(set)
        self._in_short: dict[tuple[str, int | None], set[str]] = defaultdict(set)
        self._first: dict[str, frozenset[str]] = {}
        self._families: set[str] = set()
        self._short: dict[str, set[str]] = defaultdict(set)
        every = list(papers)
        for paper in every:
            self._enter(paper)
        # A bibliography of some of the papers numbers their keys otherwise than one of all: a key without number may be any of them.
        for paper, key in zip(every, unique_keys(every), strict=True):
            self._keys[f"id:{key}".lower()].add(paper.id)
            self._keys[f"id:{made_key(paper)}".lower()].add(paper.id)

    def _enter(self, paper: Paper) -> None:
        keys = [f"id:{paper.id}"]
        keys += [f"doi:{normal_doi(paper.doi)}"] if paper.doi else []
        keys += [f"arxiv:{normal_arxiv_id(paper.arxiv_id)}"] if paper.arxiv_id else []
        keys += [f"pmid:{paper.pmid.strip()}"] if paper.pmid else []
        keys += [f"id:{key}" for key in own_keys(paper)]
        for key in keys:
            self._keys[key.lower()].add(paper.id)
        self._titles[normal_title(paper.title)].add(paper.id)
        for author in paper.authors:
            family = author_name(author)[0]
            whole, short = author_match.keys(family), author_match.parts(family)
            self._families |= whole | short
            # Under no year, too: a paper that was cited as in press may have appeared.
            for year in {paper.year, None}:
                for key in whole:
                    self._years[key, year].add(paper.id)
                for key in short:
                    self._in_short[key, year].add(paper.id)
        name = paper.title.split(":")[0].strip()
        if ":" in paper.title and " " not in name and sum(ch.isupper() for ch in name) >= 2:
            self._short[name].add(paper.id)
        if paper.authors:
            family = author_name(paper.authors[0])[0]
            self._first[paper.id] = author_match.keys(family) | author_match.parts(family)
            if paper.year:
                word = normal_title(paper.title).split(" ")[0]
                self._keys[f"id:{family}{paper.year}{word}".lower()].add(paper.id)

    def resolve(self, text: str) -> ReferencedText:
        """Return the sentences of a text with the papers they cite.

        Understood: `[n]`, `(n)` and raised numbers with a reference list or footnotes, `(Author & Author, 2024)` and
        `Author et al. (2024)`, `In 2024, Author`, `{Author, 2024 #1}`,
        `\\cite{key}` in all its forms, `[see @key, p. 3; @key]`, DOIs, arXiv ids, PubMed ids,
        quoted titles, and the short name of a paper before its colon. Keys are those of the files that papers came from.
        """
        head = _LIST_HEAD.search(text)
        body_end = max(head.start("heading"), head.start("list")) if head else len(text)
        notes = "\n".join(match.group() for match in _FOOTNOTE.finditer(text[:body_end]))
        entries = self._entries(f"{notes}\n{text[body_end:]}")
        body = _FOOTNOTE.sub(_blank, _MARKUP.sub(_blank, text[:body_end]))
        # The closing mark of "^1^" would open the next sentence.
        body = _CARETS.sub(r"\1 ", body)
        found: list[ReferencedSentence] = []
        for span in split(body):
            words = body[span.start : span.end]
            if any(ch.isalpha() for ch in words):
                found.append(self._sentence(words, span.start, span.end, entries))
        return ReferencedText(tuple(found), body_end)

    def _entries(self, listing: str) -> dict[str, set[str]]:
        """Return the papers that each entry of a reference list names, by the number or key of the entry."""
        entries: dict[str, set[str]] = {}
        starts = list(_ENTRY.finditer(listing))
        for match, after in zip_longest(starts, starts[1:]):
            # An entry may run over several lines, and ends at the latest at an empty one.
            text = listing[match.end() : after.start() if after else None].split("\n\n")[0]
            found = citations(text, frozenset(), self._is_family)
            named = [r for one in found for r in one.references]
            direct = [r for r in named if isinstance(r, Key)]
            ids = self._papers(direct) or self._by_title(text) or self._papers(named)
            entries[match[1] or match[2] or match[3]] = set(ids)
        return entries

    def _sentence(self, words: str, start: int, end: int, entries: dict[str, set[str]]) -> ReferencedSentence:
        numbered = frozenset(int(key) for key in entries if key.isdecimal())
        found = citations(words, numbered, self._is_family)
        ids: dict[str, None] = {}
        unknown: dict[str, None] = {}
        for one in found:
            for reference in one.references:
                papers = self._resolved(reference, entries)
                ids |= dict.fromkeys(sorted(papers))
                unknown |= {} if papers else {reference.written: None}
        for match in _QUOTED.finditer(words):
            ids |= dict.fromkeys(sorted(self._titles.get(normal_title(match[1]), ())))
        if not ids:
            for name in re.findall(r"[\w^+-]+", words):
                if len(papers := self._short.get(name, set())) == 1:
                    ids |= dict.fromkeys(papers)
        text = tidied(re.sub(r"[\s~]+", " ", _without_commands(without_citations(words, found))))
        return ReferencedSentence(text, start, end, tuple(ids), tuple(unknown))

    def _papers(self, references: Iterable[Reference]) -> list[str]:
        return [paper_id for one in references for paper_id in sorted(self._resolved(one, {}))]

    def _resolved(self, reference: Reference, entries: dict[str, set[str]]) -> set[str]:
        match reference:
            case Number(number):
                return entries.get(str(number), set())
            case Key(key):
                # An identifier may be the id of a paper that has no such field.
                named = self._keys.get(key.lower()) or self._keys.get(f"id:{key}".lower())
                return named or entries.get(key.removeprefix("id:"), set())
            case AuthorsYear(families, year):
                papers = set.intersection(*(self._written_by(family, year) for family in families))
                first = author_match.keys(families[0])
                return {i for i in papers if first & self._first.get(i, frozenset())} or papers

    def _written_by(self, family: str, year: int | None) -> set[str]:
        """Return the papers of a year by authors of a family name; where none has it, by those of whose name it is a part."""
        for known in (self._years, self._in_short):
            if papers := {i for key in author_match.keys(family) for i in known.get((key, year), ())}:
                return papers
        return set()

    def _is_family(self, name: str) -> bool:
        return not self._families.isdisjoint(author_match.keys(name))

    def _by_title(self, entry: str) -> list[str]:
        said = f" {normal_title(entry)} "
        return sorted(i for title, ids in self._titles.items() if title and f" {title} " in said for i in ids)


def _without_commands(text: str) -> str:
    """Return a sentence in which the commands of TeX are the signs that they stand for: "30\\,\\%"."""
    if not _TEX.search(text):
        return text
    try:
        return decode(text).text
    except RecursionError:
        return text


def _blank(match: re.Match[str]) -> str:
    return re.sub(r"[^\n]", " ", match.group())
