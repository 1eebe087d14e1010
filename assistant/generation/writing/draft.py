"""Read a reply's sentences, and what they cite."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from assistant.core.text.citation_marks import CitedSentence, parse
from assistant.generation.writing.pointers import NOWHERE, Pointer, rewritten, without_open_end
from assistant.generation.writing.visible import visible

# A quotation that stands by itself behind a sentence or a mark. What goes on in lower case is part of a sentence.
_QUOTATION = re.compile(
    r"""(?<=[.!?。\]】)»”">])\s*+(?:>\s*+)?(?:<<([^>]{3,})>>|«([^»]{3,})»|“([^”]{3,})”|"([^"]{3,})")[ \t]*+[.]?(?=[^\S\n]*+(?:\n|\Z|[^\sa-z]))"""
)
_LINK = re.compile(r"!?\[([^\]]*+)\]\(([^)]*+)\)|<[^<>]{1,200}>|https?://\S+")
_RULE = re.compile(r"[\s|:=-]+")
_PAIRS = {"«": "»", "“": "”", '"': '"', "„": "“"}
_CLAIMS = 200_000
"""Quotations become marks with numbers from here on: they belong to sentences as citations do."""


@dataclass(frozen=True)
class Drafted:
    """A sentence of a draft.

    `pointers` are what its own marks point to, `nearby` what the mark at the end of its paragraph points to if it has
    none of its own. `claimed` are words it says it rests on, not yet looked for. `paragraph` counts from 0.
    """

    text: str
    pointers: tuple[Pointer, ...]
    nearby: tuple[Pointer, ...] = ()
    claimed: tuple[str, ...] = ()
    paragraph: int = 0

    @property
    def states_nothing(self) -> bool:
        """Whether the model marked it as saying what the papers do not state."""
        return NOWHERE in self.pointers


@dataclass(frozen=True)
class Draft:
    """The finished sentences of a reply, and the text of the one that is being written ("" if there is none)."""

    sentences: tuple[Drafted, ...]
    unfinished: str = ""


def draft(reply: str, *, final: bool, names: Sequence[str] = ()) -> Draft:
    """Read a reply. A sentence is finished when the next one begins, or if the reply is `final`.

    `names` are those of the papers, "" where one has none.
    """
    text = _rows(visible(reply, final=final))
    if not final:
        text = without_open_end(text)
    quoted, claims = _marked_quotations(text)
    marked, pointers = rewritten(quoted, names)
    drafts = [_drafted(sentence, pointers, claims, marked) for sentence in parse(marked)]
    drafts = [one for one in drafts if one.text]
    if final:
        return Draft(tuple(_with_nearby(drafts)))
    return Draft(tuple(drafts[:-1]), drafts[-1].text if drafts else "")


def _marked_quotations(text: str) -> tuple[str, list[str]]:
    """Return a text with a mark in place of each quotation that stands behind its sentence, and those quotations."""
    claims: list[str] = []

    def mark(match: re.Match[str]) -> str:
        claims.append(next(filter(None, match.groups())).strip())
        return f" [{_CLAIMS + len(claims) - 1}]"

    return _QUOTATION.sub(mark, text), claims


def _drafted(
    sentence: CitedSentence, pointers: dict[int, tuple[Pointer, ...]], claims: list[str], text: str
) -> Drafted:
    cited = [pointers.get(n, (Pointer(n),)) for n in sentence.numbers if n < _CLAIMS]
    return Drafted(
        _harmless(sentence.text),
        tuple(dict.fromkeys(one for each in cited for one in each)),
        claimed=tuple(claims[n - _CLAIMS] for n in sentence.numbers if 0 <= n - _CLAIMS < len(claims)),
        paragraph=text.count("\n", 0, sentence.start),
    )


def _with_nearby(drafts: list[Drafted]) -> list[Drafted]:
    """Let the mark at the end of a paragraph stand for all its sentences before it, if it is the only one."""
    marks: dict[int, list[Drafted]] = {}
    for one in drafts:
        marks.setdefault(one.paragraph, []).append(one)
    lone = {
        paragraph: group[-1].pointers
        for paragraph, group in marks.items()
        if group[-1].pointers and not any(one.pointers for one in group[:-1])
    }
    return [
        one if one.pointers else replace(one, nearby=tuple(p for p in lone.get(one.paragraph, ()) if p.paper))
        for one in drafts
    ]


def _rows(text: str) -> str:
    """Write the rows of a table as sentences; its head and its rules are none."""
    lines = text.split("\n")
    rows = []
    for line, following in zip(lines, [*lines[1:], ""], strict=True):
        row = line.lstrip(" \t")
        if not row.startswith("|") or row == "|":
            rows.append(line)
        elif not _RULE.fullmatch(line) and not ("-" in following and _RULE.fullmatch(following)):
            rows.append(", ".join(cell.strip() for cell in row.split("|") if cell.strip()) + ".\n")
    return "\n".join(rows)


def _harmless(text: str) -> str:
    """Return a sentence without links, images and markup; a link keeps its words."""
    text = _LINK.sub(lambda m: "" if m.group().startswith("!") else m.group(1) or "", text)
    text = re.sub(r"\s+", " ", text).strip()
    closing = _PAIRS.get(text[:1])
    if closing and text.rstrip(".").endswith(closing) and closing not in text[1:].rstrip(".")[:-1]:
        return text[1:].rstrip(".")[:-1].strip()
    return text
