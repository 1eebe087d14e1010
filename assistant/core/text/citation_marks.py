"""Parse sentences and the `[n]` that they cite. Unknown numbers stay in."""

from __future__ import annotations

import re
from dataclasses import dataclass

from assistant.core.text.sentences import split

WIDEST = 50
_ITEM = r"\^?\d{1,6}(?:\s*[-–—]\s*\d{1,6})?"
_LIST = rf"{_ITEM}(?:\s*[,;]\s*{_ITEM})*"
_MARK = re.compile(
    rf"""
    (?P<formula> \$[^$\n]{{1,300}}\$ | \\\(.{{1,300}}?\\\) | `[^`\n]{{1,300}}` )        # $x_{{[1]}}$: no citation in it
    | \[\[\s*(?P<linked>{_LIST})\s*\]\] (?:\([^)\s]{{0,300}}\))?                        # [[1]](#ref1)
    | (?<![\w\\{{^_]) \[\s*(?P<square>{_LIST})\s*\] (?:\([^)\s]*\))?                    # [1], [2, 3], [4](link); not a[1]
    | (?<=[a-z]{{3}}) \[(?P<glued>{_LIST})\] (?!\s*=)                                   # word[1]; not array[1] = 2
    | 【\s*(?P<round>{_LIST})[^】]{{0,80}}】                                             # 【1†source】
    """,
    re.VERBOSE,
)
_HOW = ("linked", "square", "glued", "round")
_NOT_PROSE = re.compile(
    r"""
    ^(?P<fence>```|~~~) (?s:.*?) (?:^(?P=fence)|\Z)                                     # ```code```
    | ^\s{0,3}\#{1,6}\s.*$                                                              # # Heading
    | ^\W*(?i:sources?|references?|citations?|bibliography)\W*$\n?                      # Sources:
      (?:^\s*(?:[-*•]\s*)?\[?\d+\]?[.):]?\s.*$\n?)*                                     # [1] An entry
    | ^[\s|:\-=+*_]+$                                                                   # ---
    """,
    re.VERBOSE | re.MULTILINE,
)
_MARKDOWN = re.compile(
    r"""
    ^\s*(?:[-*•‣+]|\d{1,3}[.)])\s+ | ^\s*>\s* | ^\s*\|                                  # "- ", "2. ", "> ", "|"
    | (?P<strong>\*\*|__)(?=\S)(?P<bold>.+?)(?<=\S)(?P=strong)                          # **bold**
    | (?<!\w)(?P<emphasis>[*_])(?=\S)(?P<italic>.+?)(?<=\S)(?P=emphasis)(?!\w)          # *italic*, not snake_case
    """,
    re.VERBOSE,
)
_BEFORE_INTERVAL = frozenset("interval range in between within from value values ci cri iqr ∈".split())


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
class NumberMark:
    """Numbers that `text[start:end]` cites."""

    start: int
    end: int
    numbers: tuple[int, ...]


def parse(text: str) -> list[CitedSentence]:
    """Return the sentences of an answer with their citations.

    Understood: `[1]`, `[1, 2]`, `[1-3]`, `[1][2]`, `[^1]`, 【1】, before or after the full stop, also alone on the next
    line. Not citations: indices (`a[1]`), intervals (`in [0, 1]`), anything in formulas or code. Headings, code, rules
    and a closing list of sources are no statements. Of a range wider than 50 only the two ends count.
    """
    prose = _NOT_PROSE.sub(lambda m: "".join("\n" if ch == "\n" else " " for ch in m.group()), text)
    marks = number_marks(prose)
    sentences: list[CitedSentence] = []
    for span in split(prose):
        inside = [m for m in marks if span.start <= m.start and m.end <= span.end]
        words = tidied(_without(text, span.start, span.end, inside))
        numbers = tuple(dict.fromkeys(n for m in inside for n in m.numbers))
        if any(ch.isalpha() for ch in words):
            sentences.append(CitedSentence(words, numbers, span.start, span.end))
        elif numbers and sentences:
            # Marks that stand alone belong to the sentence before.
            last = sentences[-1]
            joined = tuple(dict.fromkeys((*last.numbers, *numbers)))
            sentences[-1] = CitedSentence(last.text, joined, last.start, span.end)
    return sentences


def number_marks(prose: str) -> list[NumberMark]:
    """Return the marks in a text without headings and code, in order."""
    return [
        NumberMark(match.start(), match.end(), _numbers(next(filter(None, match.group(*_HOW)))))
        for match in _MARK.finditer(prose)
        if not match["formula"]
        and not _is_interval(match["square"] or match["glued"] or "", prose[: match.start()])
    ]


def _is_interval(inner: str, before: str) -> bool:
    """Return whether brackets hold an interval: two numbers, of which the first is 0 or follows a word such as "in"."""
    ends = inner.split(",")
    if len(ends) != 2 or not all(end.strip().isdecimal() for end in ends):
        return False
    return ends[0].strip().startswith("0") or before_interval(before)


def before_interval(text: str) -> bool:
    """Return whether a text ends with a word that a range of values follows ("in", "CI")."""
    words = text[-20:].lower().split()
    return bool(words) and words[-1].strip("(|,:") in _BEFORE_INTERVAL


def _numbers(inner: str) -> tuple[int, ...]:
    numbers: list[int] = []
    for item in inner.replace(";", ",").split(","):
        ends = [int(n) for n in re.findall(r"\d+", item)]
        if len(ends) == 2 and 0 <= ends[1] - ends[0] <= WIDEST:
            numbers += range(ends[0], ends[1] + 1)
        else:
            numbers += ends
    return tuple(dict.fromkeys(numbers))


def _without(text: str, start: int, end: int, marks: list[NumberMark]) -> str:
    pieces = []
    for mark in marks:
        pieces.append(text[start : mark.start])
        start = mark.end
    return " ".join([*pieces, text[start:end]])


def tidied(text: str) -> str:
    """Return a sentence without Markdown, in one line, and without the gaps that marks leave before punctuation."""
    text = _MARKDOWN.sub(lambda m: m["bold"] or m["italic"] or "", text)
    text = " ".join(text.split())
    # "word ." where a mark stood before the stop, and "word. ." where it stood after.
    return re.sub(r" ([.,;:!?。])", r"\1", re.sub(r"([.!?])\s*\.$", r"\1", text))
