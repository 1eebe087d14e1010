"""An answer's text -> its sentences with the numbers they cite. Nothing is dropped silently: unknown numbers stay."""

from __future__ import annotations

import re
from dataclasses import dataclass

from assistant.core.text.sentences import split

WIDEST = 50
_ITEM = r"\^?\d{1,6}(?:\s*[-–—]\s*\d{1,6})?"
_LIST = rf"{_ITEM}(?:\s*[,;]\s*{_ITEM})*"
# Not behind a letter or a bracket that belongs to a formula: a[1] is an index, x_{{[1]}} is maths.
_MARK = re.compile(
    rf"(?<![\w\\{{^_])\[\s*(?P<square>{_LIST})\s*\](?P<link>\([^)\s]*\))?|【\s*(?P<round>{_LIST})[^】]{{0,80}}】"
)
_GLUED = re.compile(rf"(?<=[a-z]{{3}})\[(?P<square>{_LIST})\](?!\s*=)")
_FORMULA = re.compile(r"\$[^$\n]{1,300}\$|\\\(.{1,300}?\\\)|`[^`\n]{1,300}`")
_FENCE = re.compile(r"^(```|~~~).*?(^\1|\Z)", re.M | re.S)
_HEADING = re.compile(r"^\s{0,3}#{1,6}\s.*$", re.M)
_SOURCES = re.compile(
    r"^\W*(sources?|references?|citations?|bibliography)\W*$\n?(?:^\s*(?:[-*•]\s*)?\[?\d+\]?[.):]?\s.*$\n?)*",
    re.I | re.M,
)
_RULE = re.compile(r"^[\s|:\-=+*_]+$", re.M)
_INTERVAL = re.compile(r"\b(interval|range|in|between|within|from|∈|values?)\s*$", re.I)
_LIST_MARK = re.compile(r"^\s*(?:[-*•‣+]|\d{1,3}[.)])\s+|^\s*>\s*|^\s*\|")
_EMPHASIS = re.compile(r"(\*\*|__)(?=\S)(.+?)(?<=\S)\1|(?<!\w)([*_])(?=\S)(.+?)(?<=\S)\3(?!\w)")


@dataclass(frozen=True)
class CitedSentence:
    """A sentence without its marks and Markdown, and the numbers it cites in order of appearance.

    `start` and `end` are the character offsets of the whole sentence, marks included, in the text.
    """

    text: str
    numbers: tuple[int, ...]
    start: int
    end: int


@dataclass(frozen=True)
class _Mark:
    start: int
    end: int
    numbers: tuple[int, ...]


def parse(text: str) -> list[CitedSentence]:
    """The sentences of an answer with their citations.

    Understood: `[1]`, `[1, 2]`, `[1-3]`, `[1][2]`, `[^1]`, 【1】, before or after the full stop, also alone on the next
    line. Not citations: indices (`a[1]`), intervals (`in [0, 1]`), anything in formulas or code. Headings, code, rules
    and a closing list of sources are no statements. A range wider than 50 keeps its ends only.
    """
    blank = _blanked(text)
    marks = _marks(blank)
    found: list[CitedSentence] = []
    for span in split(blank):
        inside = [m for m in marks if span.start <= m.start and m.end <= span.end]
        words = _tidy(_without(text, span.start, span.end, inside))
        numbers = tuple(dict.fromkeys(n for m in inside for n in m.numbers))
        if any(ch.isalpha() for ch in words):
            found.append(CitedSentence(words, numbers, span.start, span.end))
        elif numbers and found:
            # Marks that stand alone belong to the sentence before.
            last = found[-1]
            joined = tuple(dict.fromkeys((*last.numbers, *numbers)))
            found[-1] = CitedSentence(last.text, joined, last.start, span.end)
    return found


def _blanked(text: str) -> str:
    """The text with all that is no prose blanked out, so that offsets stay."""
    for pattern in (_FENCE, _HEADING, _SOURCES, _RULE):
        text = pattern.sub(lambda m: re.sub(r"[^\n]", " ", m.group()), text)
    return text


def _marks(text: str) -> list[_Mark]:
    formulas = [m.span() for m in _FORMULA.finditer(text)]
    marks = []
    for match in sorted([*_MARK.finditer(text), *_GLUED.finditer(text)], key=lambda m: m.start()):
        if any(start <= match.start() < end for start, end in formulas) or _interval(text, match):
            continue
        groups = match.groupdict()
        marks.append(
            _Mark(match.start(), match.end(), _numbers(groups["square"] or groups.get("round") or ""))
        )
    return marks


def _interval(text: str, match: re.Match[str]) -> bool:
    """Whether the brackets are an interval: two numbers, the first 0 or behind a word that asks for one."""
    inner = match.groupdict()["square"]
    if not inner or not re.fullmatch(r"\d+\s*,\s*\d+", inner):
        return False
    return inner.lstrip().startswith("0") or bool(
        _INTERVAL.search(text[max(0, match.start() - 20) : match.start()])
    )


def _numbers(inner: str) -> tuple[int, ...]:
    out: list[int] = []
    for item in re.split(r"[,;]", inner):
        ends = [int(n) for n in re.findall(r"\d+", item)]
        if len(ends) == 2 and 0 <= ends[1] - ends[0] <= WIDEST:
            out += range(ends[0], ends[1] + 1)
        else:
            out += ends
    return tuple(dict.fromkeys(out))


def _without(text: str, start: int, end: int, marks: list[_Mark]) -> str:
    out, at = "", start
    for mark in marks:
        out += text[at : mark.start] + " "
        at = mark.end
    return out + text[at:end]


def _tidy(text: str) -> str:
    text = _LIST_MARK.sub("", text)
    text = _EMPHASIS.sub(lambda m: m.group(2) or m.group(4) or "", text)
    text = re.sub(r"\s+", " ", text)
    return re.sub(r"\s+([.,;:!?。])", r"\1", re.sub(r"([.!?])\s*\.$", r"\1", text)).strip()
