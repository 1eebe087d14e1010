"""Find citations of every form.

Names with a year, numbers, keys and identifiers, in brackets or as words of the sentence.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Set
from dataclasses import replace
from functools import partial

from assistant.core.paper import normal_arxiv_id, normal_doi
from assistant.core.text.citation_marks import number_marks
from assistant.core.text.sanitize import folded
from assistant.core.text.tokens import STOP
from assistant.verification.citations.authors import IsFamily, by_year, years_apart
from assistant.verification.citations.citation import AuthorsYear, Citation, Key, Number

SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹"
_PLAIN_DIGITS = str.maketrans(SUPERSCRIPTS + "⁻", "0123456789-")
_BRACES = r"\{(?:[^{}]|\{[^{}]*\})*\}"
_COMMAND = re.compile(
    rf"""\\(?P<name>(?=[A-Za-z]*(?:cite|footnote))[A-Za-z]++)\*?(?:\[[^\]]*\]){{0,2}}(?P<tex>{_BRACES})
    | \^?\[(?P<pandoc>[^\[\]@]{{0,60}}-?@[\w][^\[\]]{{0,300}})\]
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
_NUMBERS = r"\d{1,4}(?:\s*[-–,;]\s*\d{1,4})*"
_FOOTNOTE = re.compile(
    rf"""(?:(?<=[^\W\d_][^\W\d_][^\W\d_])|(?<=[.,;:!?)”"’\]]))
      (?:\^\{{?(?P<caret>{_NUMBERS})(?:\}}|\^)?|\$\^\{{?(?P<maths>{_NUMBERS})\}}?\$
         |(?P<raised>[{SUPERSCRIPTS}]+(?:[,⁻-][{SUPERSCRIPTS}]+)*))
    | (?<=[^\d\s])(?:(?<!\s)\s+)?<sup>\s*(?P<sup>{_NUMBERS})\s*</sup>
    | \(\s*(?P<round>{_NUMBERS})(?:,?\s*(?:pp?|ch|chap|sec|Table|Fig|S)\.?\s*[\d–-]+)?\s*\) | \[\s*(?P<square>{_NUMBERS}),?\s+pp?\.?\s*[\d–-]+\s*\]""",
    re.X,
)
_BRACKETS = re.compile(r"\((?:[^()]|\([^()]*\)){1,600}\)|\[[^\[\]]{1,600}\]|(?<![\w\]}])\{[^{}]{1,600}\}")
_GLUE_WORDS = 6
_NARRATIVE_COMMANDS = ("textcite", "citet", "citeauthor", "citealt", "citealp")


def citations(words: str, numbered: Set[int], is_family: IsFamily) -> list[Citation]:
    """Return the citations in a sentence, in order and apart.

    `numbered` are the numbers of the reference list: without it, "(1)" is no citation. `is_family` knows the folded
    family names of the library, which tell "While Roe" from "van Roe".
    """
    found: list[Citation] = []
    for kind in (
        _commands,
        _identifiers,
        partial(by_year, is_family=is_family),
        partial(_by_number, numbered=numbered),
    ):
        for one in kind(words):
            if _is_free(one, found):
                found.append(one)
    for names, year in years_apart(words, is_family):
        if _is_free(names, found) and _is_free(year, found):
            found += [names, year]
    return _grouped(words, sorted(found, key=lambda one: one.start))


def _is_free(one: Citation, found: list[Citation]) -> bool:
    return all(one.end <= other.start or other.end <= one.start for other in found)


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


def _by_number(words: str, numbered: Set[int]) -> Iterator[Citation]:
    for mark in number_marks(words):
        yield Citation(mark.start, mark.end, tuple(Number(n, f"[{n}]") for n in mark.numbers))
    for match in _FOOTNOTE.finditer(words):
        given = next(group for group in match.groups() if group).translate(_PLAIN_DIGITS)
        numbers = tuple(_counted(given))
        if match["sup"]:
            # Behind a letter it may be a power: "m<sup>2</sup>"; else it is a mark, known or not.
            known = set(numbers) <= numbered or not re.search(r"(?:^|\W)\w{1,2}$", words[: match.start()])
        else:
            known = set(numbers) <= numbered
        if not known or (match["round"] and not _can_follow(words[: match.start()])):
            continue
        yield Citation(match.start(), match.end(), tuple(Number(n, f"[{n}]") for n in numbers))


def _counted(given: str) -> Iterator[int]:
    for item in re.split(r"[,;]", given):
        first, _, last = item.replace("–", "-").partition("-")
        yield from range(int(first), min(int(last or first), int(first) + 50) + 1)


def _can_follow(before: str) -> bool:
    """Return whether a number in round brackets can be a citation here: "(1)" behind "are" or a colon counts something."""
    word = re.search(r"(?<!\w)(\w+)[”\"’.]?\s*$", before)
    return word is not None and folded(word[1]) not in STOP


def _grouped(words: str, found: list[Citation]) -> list[Citation]:
    """Widen citations to the brackets around them, where these hold nothing else than citations and a few words."""
    groups: list[Citation] = []
    for start, end in (match.span() for match in _BRACKETS.finditer(words)):
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
    return (
        isinstance(next(iter(one.references), None), AuthorsYear)
        and before is not None
        and folded(before[1]) in STOP
    )


def _between(found: list[Citation], start: int, end: int) -> Iterator[tuple[int, int]]:
    for one in found:
        yield start, one.start
        start = one.end
    yield start, end
