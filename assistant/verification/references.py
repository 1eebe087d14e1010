"""Resolve users' citations to papers of the library, and report what resolves to none."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from assistant.core.paper import Paper, normal_arxiv_id, normal_doi, normal_title
from assistant.core.text.citation_marks import parse
from assistant.core.text.sentences import split

_LIST_HEAD = re.compile(r"^\W*(references|bibliography|literature|works cited|sources)\W*$", re.I | re.M)
_ENTRY = re.compile(r"^\s*(?:\[(\d{1,4})\]|(\d{1,4})[.)])\s+(\S.*)$", re.M)
_KEYS_OR_ID = re.compile(
    r"""\\cite[a-z]*\*?(?:\[[^\]]*\])*\{(?P<tex>[^}]+)\}
    | \[(?P<pandoc>(?:-?@[\w:.-]+[;,\s]*)+)\]
    | \b(?P<doi>10\.\d{4,9}/[^\s"<>{}]+[^\s"<>{}.,;:)\]])
    | (?i:\b(?:arxiv[:\s]\s*|arxiv\.org/(?:abs|pdf)/)(?P<arxiv>\d{4}\.\d{4,5}|[a-z-]+/\d{7})(?:v\d+)?)
    | (?i:\bPMID:?\s*(?P<pmid>\d{1,8})\b)""",
    re.X,
)
_NAME = r"[A-ZÀ-Þ][\w'’-]+"
_YEARS = re.compile(
    rf"(?P<name>{_NAME})(?:\s+(?:et\s+al\.?|(?:and|&)\s+{_NAME}))?,?\s+\(?(?P<year>(?:19|20)\d\d)[a-z]?\)?"
)
_QUOTED = re.compile(r"[\"“]([^\"”]{8,300})[\"”]")
_MARKUP = re.compile(
    r"(?s)\A.*?\\begin\{document\}|^[ \t]*%[^\n]*$|^(```|~~~).*?^\1|\\begin\{(equation|align)\*?\}.*?\\end\{\2\*?\}|"
    r"\\end\{document\}|^\s{0,3}#{1,6}\s.*?$|\\(?:sub)*section\*?\{[^}]*\}",
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
        self._years: dict[tuple[str, int], set[str]] = defaultdict(set)
        self._short: dict[str, set[str]] = defaultdict(set)
        for paper in papers:
            self._enter(paper)

    def _enter(self, paper: Paper) -> None:
        keys = [f"id:{paper.id}"]
        keys += [f"doi:{normal_doi(paper.doi)}"] if paper.doi else []
        keys += [f"arxiv:{normal_arxiv_id(paper.arxiv_id)}"] if paper.arxiv_id else []
        keys += [f"pmid:{paper.pmid.strip()}"] if paper.pmid else []
        for key in keys:
            self._keys[key.lower()].add(paper.id)
        self._titles[normal_title(paper.title)].add(paper.id)
        if paper.year:
            for author in paper.authors:
                family = author.split(",")[0] if "," in author else author.split()[-1]
                self._years[family.casefold(), paper.year].add(paper.id)
        name = paper.title.split(":")[0].strip()
        if ":" in paper.title and " " not in name and sum(ch.isupper() for ch in name) >= 2:
            self._short[name].add(paper.id)
        if paper.authors and paper.year:
            first = paper.authors[0]
            family = first.split(",")[0] if "," in first else first.split()[-1]
            word = normal_title(paper.title).split(" ")[0]
            self._keys[f"id:{family}{paper.year}{word}".lower()].add(paper.id)

    def resolve(self, text: str) -> ReferencedText:
        """Return the sentences of a text with the papers they cite.

        Understood: `[n]` with a reference list, `(Author, 2024)` and `Author et al. (2024)`, `\\cite{key}`, `[@key]`,
        DOIs, arXiv ids, PubMed ids, quoted titles, and the short name of a paper before its colon.
        """
        head = _LIST_HEAD.search(text)
        body_end = head.start() if head else len(text)
        numbered = self._entries(text[body_end:])
        body = _MARKUP.sub(lambda m: re.sub(r"[^\n]", " ", m.group()), text[:body_end])
        found = []
        for span in split(body):
            words = body[span.start : span.end]
            if any(ch.isalpha() for ch in words):
                found.append(self._sentence(words, span.start, span.end, numbered))
        return ReferencedText(tuple(found), body_end)

    def _entries(self, listing: str) -> dict[int, set[str]]:
        """Return the papers that each entry of a reference list names, by the number of the entry."""
        entries: dict[int, set[str]] = {}
        for match in _ENTRY.finditer(listing):
            text = match[3]
            ids = self._direct(text)[0] or self._by_title(text) or self._by_year(text)[0]
            entries[int(match[1] or match[2])] = set(ids)
        return entries

    def _sentence(
        self, words: str, start: int, end: int, numbered: dict[int, set[str]]
    ) -> ReferencedSentence:
        direct, unknown = self._direct(words)
        ids = dict.fromkeys(direct)
        for cited in parse(words):
            for number in cited.numbers:
                papers = numbered.get(number, set())
                ids |= dict.fromkeys(sorted(papers))
                unknown += [] if papers else [f"[{number}]"]
        by_year, lost = self._by_year(words)
        ids |= dict.fromkeys(by_year)
        for match in _QUOTED.finditer(words):
            ids |= dict.fromkeys(sorted(self._titles.get(normal_title(match[1]), ())))
        if not ids:
            for name in re.findall(r"[\w^+-]+", words):
                if len(papers := self._short.get(name, set())) == 1:
                    ids |= dict.fromkeys(papers)
        return ReferencedSentence(
            _without_marks(words), start, end, tuple(ids), tuple(dict.fromkeys([*unknown, *lost]))
        )

    def _direct(self, words: str) -> tuple[list[str], list[str]]:
        """Return the papers named by key or identifier, and the names that are not in the library."""
        ids: list[str] = []
        unknown: list[str] = []
        for written, key in _keys_and_ids(words):
            papers = self._keys.get(key.lower()) or self._keys.get(f"id:{key}".lower(), set())
            ids += sorted(papers)
            unknown += [] if papers else [written]
        return ids, unknown

    def _by_year(self, words: str) -> tuple[list[str], list[str]]:
        ids: list[str] = []
        lost: list[str] = []
        for match in _YEARS.finditer(words):
            papers = self._years.get((match["name"].casefold(), int(match["year"])))
            ids += sorted(papers) if papers else []
            if not papers and ("(" in words or "et al" in match.group()):
                lost.append(match.group().strip("( )"))
        return ids, lost

    def _by_title(self, entry: str) -> list[str]:
        said = f" {normal_title(entry)} "
        return sorted(i for title, ids in self._titles.items() if title and f" {title} " in said for i in ids)


def _keys_and_ids(words: str) -> Iterator[tuple[str, str]]:
    """Yield each citation key and identifier as written, with the entry of the index to look up."""
    for match in _KEYS_OR_ID.finditer(words):
        if match["doi"]:
            yield match.group(), f"doi:{normal_doi(match['doi'])}"
        elif match["arxiv"]:
            yield match.group(), f"arxiv:{normal_arxiv_id(match['arxiv'])}"
        elif match["pmid"]:
            yield match.group(), f"pmid:{match['pmid']}"
        else:
            keys = re.split(r"[,;\s]+", match["tex"] or match["pandoc"])
            yield from ((key.strip("@-"), f"id:{key.strip('@-')}") for key in keys if key.strip("@-"))


def _without_marks(words: str) -> str:
    words = _KEYS_OR_ID.sub(lambda m: "" if m["tex"] or m["pandoc"] else m.group(), words)
    words = re.sub(rf"\s*\((?:[^()]*{_NAME}[^()]*,?\s+(?:19|20)\d\d[a-z]?[^()]*)\)", "", words)
    sentences = parse(words)
    text = " ".join(s.text for s in sentences) if sentences else words
    return re.sub(r"\s+([.,;:!?])", r"\1", re.sub(r"[\s~]+", " ", text)).strip()
