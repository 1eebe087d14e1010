"""Find the citations in a sentence of a user's text, in any form that is resolved, and cut them out of it.

A citation says where a statement comes from; it is no part of what is stated. Where it is the subject of the sentence, and the
sentence says no more of it than that it reports something, the whole frame goes: "Roe (2020) found that", "According to Roe
(2020),". Where the sentence needs a subject, "The authors" takes its place.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Set
from dataclasses import dataclass, replace
from functools import partial

from assistant.core.paper import folded, normal_arxiv_id, normal_doi
from assistant.core.text.citation_marks import number_marks
from assistant.core.text.tokens import STOP

SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹"
_PLAIN_DIGITS = str.maketrans(SUPERSCRIPTS + "⁻", "0123456789-")
_BRACES = r"\{(?:[^{}]|\{[^{}]*\})*\}"
_COMMAND = re.compile(
    rf"""\\(?P<name>(?=[A-Za-z]*(?:cite|footnote))[A-Za-z]++)\*?(?:\[[^\]]*\]){{0,2}}(?P<tex>{_BRACES})
    | \[(?P<pandoc>[^\[\]@]{{0,60}}-?@[\w][^\[\]]{{0,300}})\]
    | (?<![\w.])-?@(?P<bare>[A-Za-z_][\w:./+-]*\w)(?:\s+\[(?:pp?|ch|sec)\.[^\]]{{1,30}}\])?""",
    re.X,
)
_IDENTIFIER = re.compile(
    r"""(?i:(?:https?://(?:dx\.)?doi\.org/|\bdoi:?\s*)?)\b(?P<doi>10\.\d{4,9}/[^\s"<>{}\[\]]+)
    | (?i:(?:https?://)?(?:\barxiv[:\s]\s*|\barxiv\.org/(?:abs|pdf)/)(?P<arxiv>\d{4}\.\d{4,5}|[a-z-]+/\d{7})(?:v\d+)?(?:\.pdf)?)
    | (?i:\bPMID:?\s*(?P<pmid>\d{1,8})\b)""",
    re.X,
)
_PANDOC_KEY = re.compile(r"-?@\{?([\w][\w:./+-]*\w|\w)\}?")
_NAME = r"[A-ZÀ-Þ][\w'’]{0,60}(?:[-‐][\w'’]{1,60}){0,5}"
# Nothing that follows can begin inside a name, but a year can: "Roe2020".
_WHOLE_NAME = r"[A-ZÀ-Þ][\w'’]{0,60}+(?:[-‐][\w'’]{1,60}+){0,5}+"
_LISTED = rf"(?:[a-zß-ÿ]{{1,4}}\s++){{0,3}}+{_WHOLE_NAME}(?:\s++{_WHOLE_NAME}){{0,2}}+"
_YEAR = r"(?:19|20)\d\d[a-z]?"
_AUTHOR = rf"(?:{_LISTED}|(?:[a-zß-ÿ]{{1,4}}\s+){{0,3}}{_NAME}(?:\s+{_NAME}){{0,2}}(?={_YEAR}))"
_PAGES = r"(?:,?\s*(?:pp?|ch|chap|sec|Table|Fig|S)\.?\s*[\d–-]+)?"
_YEARS = rf"{_YEAR}(?:\s*[,;]\s*{_YEAR})*{_PAGES}"
_AUTHORS_YEARS = re.compile(
    rf"""\b(?P<names>{_AUTHOR}
        (?:(?:,\s+{_LISTED}){{0,12}},?\s+(?:and|&|\\&|und|y|et)\s+(?!al\b){_AUTHOR})?
        (?:(?:,\s+{_LISTED}){{0,5}},?\s+et\s+al\.?)?)
    (?:['’]s?)?(?P<own>['’]s)?,?\s*
    (?:\(\s*(?P<bracketed>{_YEARS})\s*\)|\[\s*(?P<squared>{_YEARS})\s*\]|(?P<open>{_YEARS})(?!\w))""",
    re.X,
)
_NUMBERS = r"\d{1,4}(?:\s*[-–,;]\s*\d{1,4})*"
_FOOTNOTE = re.compile(
    rf"""(?:(?<=[^\W\d_][^\W\d_][^\W\d_])|(?<=[.,;:!?)”"’\]]))
      (?:\^\{{?(?P<caret>{_NUMBERS})\}}?|\$\^\{{?(?P<maths>{_NUMBERS})\}}?\$|<sup>(?P<sup>{_NUMBERS})</sup>
         |(?P<raised>[{SUPERSCRIPTS}]+(?:[,⁻-][{SUPERSCRIPTS}]+)*))
    | \(\s*(?P<round>{_NUMBERS}){_PAGES}\s*\) | \[\s*(?P<square>{_NUMBERS}),?\s+pp?\.?\s*[\d–-]+\s*\]""",
    re.X,
)
_GLUE_WORDS = 6
_LONGEST_BRACKET = 600
_NARRATIVE_COMMANDS = ("textcite", "citet", "citeauthor", "citealt", "citealp")


@dataclass(frozen=True)
class Key:
    """A citation by key or identifier: the key as the index has it ("doi:10.1000/x"), and how it was written."""

    key: str
    written: str


@dataclass(frozen=True)
class AuthorsYear:
    """A citation by folded family names (et al. aside) and a year."""

    families: tuple[str, ...]
    year: int
    written: str


@dataclass(frozen=True)
class Number:
    """A citation by its number in the reference list or among the footnotes."""

    number: int
    written: str


Reference = Key | AuthorsYear | Number


@dataclass(frozen=True)
class Citation:
    """What `words[start:end]` cites; `narrative` if it is a word of the sentence, as in "Roe (2020) counted"."""

    start: int
    end: int
    references: tuple[Reference, ...]
    narrative: bool = False


def citations(words: str, numbered: Set[int], is_family: Callable[[str], bool]) -> list[Citation]:
    """Return the citations in a sentence, in order and apart.

    `numbered` are the numbers of the reference list: without it, "(1)" is no citation. `is_family` knows the folded
    family names of the library, which tell "While Roe" from "van Roe".
    """
    found: list[Citation] = []
    for kind in (
        _commands,
        _identifiers,
        partial(_by_year, is_family=is_family),
        partial(_by_number, numbered=numbered),
    ):
        for one in kind(words):
            if all(one.end <= other.start or other.end <= one.start for other in found):
                found.append(one)
    return _grouped(words, sorted(found, key=lambda one: one.start))


def _commands(words: str) -> Iterator[Citation]:
    for match in _COMMAND.finditer(words):
        if match["tex"] and "footnote" in match["name"]:
            inner = citations(match["tex"][1:-1], frozenset(), lambda _: False)
            yield Citation(match.start(), match.end(), tuple(r for one in inner for r in one.references))
        elif match["tex"]:
            keys = [key.strip() for key in match["tex"][1:-1].split(",")]
            narrative = match["name"].lower().startswith(_NARRATIVE_COMMANDS)
            yield Citation(match.start(), match.end(), tuple(Key(f"id:{k}", k) for k in keys if k), narrative)
        else:
            keys = [match["bare"]] if match["bare"] else _PANDOC_KEY.findall(match["pandoc"])
            narrative = bool(match["bare"])
            yield Citation(match.start(), match.end(), tuple(Key(f"id:{k}", k) for k in keys), narrative)


def _identifiers(words: str) -> Iterator[Citation]:
    for match in _IDENTIFIER.finditer(words):
        end = match.end()
        if match["doi"]:
            doi = _closed(match["doi"])
            end -= len(match["doi"]) - len(doi)
            key = f"doi:{normal_doi(doi)}"
        elif match["arxiv"]:
            key = f"arxiv:{normal_arxiv_id(match['arxiv'])}"
        else:
            key = f"pmid:{match['pmid']}"
        yield Citation(match.start(), end, (Key(key, words[match.start() : end]),))


def _closed(doi: str) -> str:
    """Return a DOI without the punctuation behind it; a bracket belongs to it if it was opened in it."""
    while doi and (doi[-1] in ".,;:'\"”’" or (doi[-1] == ")" and doi.count("(") < doi.count(")"))):
        doi = doi[:-1]
    return doi


def _by_year(words: str, is_family: Callable[[str], bool]) -> Iterator[Citation]:
    for match in _AUTHORS_YEARS.finditer(words):
        listed = re.split(
            r"(?:(?<!\s)\s+)?,\s+(?:(?:and|&|\\&)\s+)?|(?<!\s)\s+(?:and|&|\\&|und|y|et)\s+", match["names"]
        )
        names = [name for name in listed if name and not re.fullmatch(r"al\.?", name)]
        start = match.start()
        while len(names) > 1 and folded(names[0]) in STOP:
            start = match.start() + words[start : match.end()].index(names[1], len(names[0]))
            names = names[1:]
        first = _family(names[0], is_family)
        start += len(names[0]) - len(first)
        families = (first, *(_family(name, is_family) for name in names[1:]))
        years = match["bracketed"] or match["squared"] or match["open"]
        # "June 2020": no brackets, so that it is a citation only of somebody of the library, or with "et al." or "&".
        bare = bool(match["open"]) and not _in_brackets(words, match.start())
        if bare and not is_family(folded(first)):
            continue
        written = words[start : match.end()].strip("( )")
        references = tuple(
            AuthorsYear(tuple(map(folded, families)), int(year), written)
            for year in re.findall(r"(?<![\d.])(?:19|20)\d\d(?!\d)", years)
        )
        yield Citation(start, match.end(), references, narrative=not _in_brackets(words, match.start()))


def _family(name: str, is_family: Callable[[str], bool]) -> str:
    """Return the longest end of a name that is a family name of the library, or the name without small and stop words."""
    parts = name.split()
    for at in range(len(parts)):
        if is_family(folded(" ".join(parts[at:]))):
            return name[name.index(parts[at]) :] if at else name
    while len(parts) > 1 and (parts[0].islower() or folded(parts[0]) in STOP):
        parts = parts[1:]
    return name[-len(" ".join(parts)) :]


def _in_brackets(words: str, at: int) -> bool:
    before = words[max(0, at - _LONGEST_BRACKET) : at]
    return before.count("(") > before.count(")") or before.count("[") > before.count("]")


def _by_number(words: str, numbered: Set[int]) -> Iterator[Citation]:
    for mark in number_marks(words):
        yield Citation(mark.start, mark.end, tuple(Number(n, f"[{n}]") for n in mark.numbers))
    for match in _FOOTNOTE.finditer(words):
        given = next(group for group in match.groups() if group).translate(_PLAIN_DIGITS)
        numbers = tuple(_counted(given))
        if not set(numbers) <= numbered or (match["round"] and not _can_follow(words[: match.start()])):
            continue
        yield Citation(match.start(), match.end(), tuple(Number(n, f"[{n}]") for n in numbers))


def _counted(given: str) -> Iterator[int]:
    for item in re.split(r"[,;]", given):
        first, _, last = item.replace("–", "-").partition("-")
        yield from range(int(first), min(int(last or first), int(first) + 50) + 1)


def _can_follow(before: str) -> bool:
    """Whether a number in round brackets can be a citation here: "(1)" behind "are" or a colon counts something."""
    word = re.search(r"(?<!\w)(\w+)[”\"’.]?\s*$", before)
    return word is not None and folded(word[1]) not in STOP


def _grouped(words: str, found: list[Citation]) -> list[Citation]:
    """Widen citations to the brackets around them, where these hold nothing else than citations and a few words."""
    groups: list[Citation] = []
    brackets = [m.span() for m in re.finditer(r"\((?:[^()]|\([^()]*\)){1,600}\)|\[[^\[\]]{1,600}\]", words)]
    for start, end in brackets:
        inside = [one for one in found if start < one.start and one.end < end]
        rest = "".join(words[a:b] for a, b in _between(inside, start, end))
        if inside and not re.search(r"\d", rest) and len(rest.split()) <= _GLUE_WORDS:
            groups.append(Citation(start, end, tuple(r for one in inside for r in one.references)))
    free = [one for one in found if not any(g.start <= one.start and one.end <= g.end for g in groups)]
    # "(more than that of Roy, 2022)": a word of what stands in the brackets.
    free = [replace(one, narrative=one.narrative or _is_word(words, one)) for one in free]
    return sorted([*groups, *free], key=lambda one: one.start)


def _is_word(words: str, one: Citation) -> bool:
    before = re.search(r"(?<!\w)(\w+)\s+$", words[: one.start])
    return isinstance(one.references[0], AuthorsYear) and before is not None and folded(before[1]) in STOP


def _between(found: list[Citation], start: int, end: int) -> Iterator[tuple[int, int]]:
    for one in found:
        yield start, one.start
        start = one.end
    yield start, end


# A stand-in for a narrative citation while its frame is looked for: no text has this character.
_SLOT = "\ue000"
_S = rf"{_SLOT}(?:\s*(?:,|;|and|&)\s*{_SLOT})*"
# As many as a sentence may begin with: without an end, the time would grow with the square.
_FEW = rf"{_SLOT}(?:\s*(?:,|;|and|&)\s*{_SLOT}){{0,40}}"
_VERB = r"(?:(?:\w+ly|also|have|has|had|first|further|later)\s+)*\w+"
_FRAMES = re.compile(
    rf"""^\W{{0,400}}(?:(?:according\s+to|as|in|per|for|following|like)\s+)?(?:(?:the|a|an)\s+\w+\s+(?:by|of|in)\s+)?{_FEW}
        (?:['’]s?)?(?:\s+\w+){{0,3}}?,\s+
    | ^\W{{0,400}}(?:\w+,\s+)?(?:as\s+)?{_FEW}(?:\s*,)?\s+{_VERB}\s+that\s+
    | (?:,|(?<!\s))\s+(?:as\s+(?:{_VERB}\s+)?(?:by|in)|according\s+to)\s+{_FEW},?
    | ,\s+{_FEW}\s+{_VERB}(?=\s*+(?:[.]\s*)?$)
    | (?<!\s)\s+(?:by|in|from|see|cf\.|e\.g\.,?)\s+{_FEW}""",
    re.X | re.I,
)


def without(words: str, found: list[Citation]) -> str:
    """Return a sentence without its citations, as a statement that can be checked."""
    pieces, at = [], 0
    for one in found:
        pieces += [words[at : one.start], _SLOT if one.narrative else " "]
        at = one.end
    text = "".join([*pieces, words[at:]])
    framed = _FRAMES.sub(lambda match: " " if match.start() else "", text)
    if framed != text:
        framed = re.sub(r"^\W*[a-z]", lambda m: m.group().upper(), framed)
    framed = re.sub(rf"^(\W*){_S}", r"\1The authors", framed)
    framed = re.sub(_S, "the authors", framed)
    return re.sub(r",\s*+(?=[.;]?\s*$)", "", framed)
