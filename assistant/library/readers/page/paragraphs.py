"""A page's text -> its paragraphs, each with its line and what it looks like."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from assistant.library.readers.record import clean

Kind = Literal["header", "date", "counts", "long", "prose", "sentence", "tail", "name", "jumble"]
"""`long` can only be (part of) an abstract; `prose` speaks like one but is short; `sentence` ends like one;
`tail` tells where code or data are; `name` may be a title; `jumble` is several that cannot be told
apart; the
first three are furniture."""
FURNITURE: tuple[Kind, ...] = ("header", "date", "counts")

_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|"
    r"oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
_DAY = r"(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?,?\s+)?"
_ONE_DATE = (
    rf"{_DAY}(?:{_MONTH}\s+\d{{1,2}}(?:st|nd|rd|th)?|\d{{1,2}}(?:st|nd|rd|th|\.)?\s+{_MONTH}|{_MONTH}|"
    r"\d{4}[-/.]\d\d?[-/.]\d\d?|\d{1,2}[./-]\d{1,2}[./-]\d{2,4}|week\s+\d+|\d{4}年\d{1,2}月\d{1,2}日)"
    r"(?:,?\s+\d{4})?"
)
_DATE = re.compile(
    rf"(?:(?:published|submitted|posted|updated)\s+(?:on\s+)?)?{_ONE_DATE}(?:\s*[-–—]\s*{_ONE_DATE})?|"
    r"today|yesterday|(?:\d+|an?)\s+(?:hour|day|week|month|year)s?\s+ago",
    re.I,
)
_HEADER = re.compile(
    r"new|hot|(?:un)?subscribe(?: now)?|daily|weekly|monthly|trending|previous|next|back|log ?in|models|"
    r"sign (?:up|in)|(?:trending|daily|weekly|monthly) papers(?:\W.{0,40}| (?:for|of|on) .{0,40})?|datasets|"
    r"spaces|docs|pricing|enterprise|community|papers|search(?: papers)?|home|view all|company|tos|"
    r"website|(?:load|show|see|read) more|about(?: us)?|privacy(?: policy)?|jobs|careers|"
    r"terms(?: of (?:service|use))?|"
    r"contact(?: us)?|hugging ?face|menu|by ?ak and the research community|submit(?: a)? papers?|share|"
    r"get trending papers in your email inbox.{0,30}|(?:system|dark|light) theme|back to top|cookie settings|"
    r".{0,60}\b(?:we use|uses) cookies\b.{0,120}|.{0,60}\ball rights reserved\b.{0,60}|"
    r"(?:©|\(c\)|copyright\W).{0,60}|"
    r"(?:(?:tos|privacy|about|careers|models|datasets|spaces|pricing|docs)\W*){2,}",
    re.I,
)
_COUNTS = re.compile(
    r"\W*(?:(?:upvoted?s?|up ?votes?)\W*)?(?:\+?\d[\d.,]*\s?[km]?)?"
    r"(?:\W*(?:\+?\d[\d.,]*\s?[km]?\W*)?(?:up-?votes?|votes?|likes?|comments?|authors?|replies|views?|downloads?|stars?))*"
    r"(?:\W*\+?\d[\d.,]*\s?[km]?)?\W*|(?:submitted|published|posted|shared) by\b.{0,60}|"
    r"(?:view |read )?(?:pdf|arxiv(?: page)?|github(?: \d\S*)?|project page|html|abs)|page \d+(?: of \d+)?|"
    r"(?:\d+\W+){2,}(?:next)?",
    re.I,
)
_LINK = re.compile(r"https?://|www\.|\b(?:github|gitlab|huggingface)\.(?:com|io|co)\b", re.I)
_AVAILABLE = re.compile(
    r"(?=.*\b(?:code|models?|weights|checkpoints?|data ?sets?|data|benchmark|demos?|implementation|"
    r"software|toolkit|project|page|website|library|resources|materials?)\b)"
    r".*\b(?:available|released?|open[- ]sourced?|published|accessible|found (?:at|on|in|here)|downloaded)\b"
    r".*[.:!]$",
    re.I,
)
_SPEAKS = re.compile(r"\b(?:we|our|this (?:paper|work|study|article|survey|review|thesis|report))\b", re.I)
_STOP = re.compile(
    r"(?<!\bvs)(?<!\bal)(?<!\bcf)(?<!\bNo)(?<!\b[A-Z])(?<!\b[ei]\.[ge])[.!?。！？]+[\"'”’)\]]*(?=\s|$)"
)
_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_WIDEST_WRAP = 200
_MOST_IN_WRAPPED = 3
_LONG = 40


@dataclass(frozen=True)
class Paragraph:
    """A paragraph's first line (from 1), its text in one line, and its kind."""

    line: int
    text: str
    kind: Kind


def paragraphs(text: str) -> list[Paragraph]:
    """The paragraphs of a page: split at blank lines, and at lines that no wrapping explains."""
    blocks: list[list[tuple[int, str]]] = [[]]
    for number, raw in enumerate(re.split(r"\r\n|\n|\r", text), start=1):
        line = clean(re.sub(r"^\s*#{1,6}\s+", "", raw))
        if line:
            blocks[-1].append((number, line))
        elif blocks[-1]:
            blocks.append([])
    width = max((_width(block) for block in blocks), default=0)
    return [part for block in blocks for part in _unwrapped(block, width)]


def length(text: str) -> int:
    """Words; two characters of a script that writes no spaces count as one."""
    return len(text.split()) + len(_CJK.findall(text)) // 2


def kind_of(text: str) -> Kind:
    """What a paragraph looks like by itself."""
    if _HEADER.fullmatch(text):
        return "header"
    if _DATE.fullmatch(text):
        return "date"
    if _COUNTS.fullmatch(text):
        return "counts"
    words, stops = length(text), len(_STOP.findall(text))
    if words >= _LONG or (words >= 25 and stops >= 2 and ended(text)):
        return "long"
    if _LINK.search(text) or _AVAILABLE.match(text):
        return "tail"
    dotted = ended(text) and not text.endswith(("?", "？"))
    if dotted and words >= 4 and (_SPEAKS.search(text) or (stops >= 2 and words >= 12)):
        return "prose"
    return "sentence" if dotted and words >= 4 else "name"


def ended(text: str) -> bool:
    """Whether the text ends as a sentence does, or in a link."""
    return bool(re.search(r"[.!?。！？][\"'”’)\]}$]*$|https?://\S+$", text))


def _width(block: list[tuple[int, str]]) -> int:
    """The width to which most of the block's lines are wrapped, or 0 where they are not."""
    lines = [line for _, line in block]
    width = max(map(len, lines), default=0)
    soft = sum(_soft(line, following, width) for line, following in pairwise(lines))
    return width if len(lines) >= 3 and width <= _WIDEST_WRAP and 2 * soft > len(lines) - 1 else 0


def _unwrapped(block: list[tuple[int, str]], page_width: int) -> list[Paragraph]:
    """Lines without a blank one between: a wrapped paragraph, several of one line each, or a title above one.

    Two lines alone do not show a width: they are judged by the page's. In a wrapped block of many
    paragraphs the end of one cannot be seen where its last line is full; such a block comes as one
    `jumble`.
    """
    if block and all(length(line) >= _LONG for _, line in block):
        return [_paragraph(block[0][0], " ".join(line for _, line in block))]
    width = _width(block) or (page_width if len(block) == 2 else 0)
    out = block[:1]
    for (_, line), (number, following) in pairwise(block):
        if (width and _soft(line, following, width)) or _goes_on(line, following):
            glue = "" if re.search(r"\w-$", line) and re.match(r"(?!(?:and|or|to)\s)\w", following) else " "
            out[-1] = (out[-1][0], f"{out[-1][1]}{glue}{following}")
        else:
            out.append((number, following))
    found = [_paragraph(number, line) for number, line in out]
    if width and sum(part.kind not in FURNITURE for part in found) > _MOST_IN_WRAPPED:
        return [Paragraph(block[0][0], block[0][1], "jumble")]
    return found


def _paragraph(line: int, text: str) -> Paragraph:
    return Paragraph(line, text, kind_of(text))


def _soft(line: str, following: str, width: int) -> bool:
    """Whether the next line's first word would not have fitted, so that the break is the wrapping's."""
    return len(line) + 1 + len(following.split()[0]) > width


def _goes_on(line: str, following: str) -> bool:
    """Whether the next line is the same sentence, whatever the width."""
    narrow = len(line) <= _WIDEST_WRAP
    return narrow and following[0].islower() and not ended(line) and kind_of(following) not in FURNITURE
