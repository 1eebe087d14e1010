"""The Daily Papers page: furniture, then papers as alternating title and abstract paragraphs.

Paragraphs are sorted by what they look like (furniture, title, abstract); a title belongs to the abstract that
follows it. What does not fit that pattern is a Problem, so that no title ever gets another paper's abstract.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from assistant.papers import Paper, paper_id
from assistant.readers.problem import Problem
from assistant.readers.records import MAX_ABSTRACT, clean
from assistant.readers.structure import labelled

_MONTH = r"(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"
_DATE = re.compile(
    rf"^((mon|tue|wed|thu|fri|sat|sun)[a-z]*,?\s+)?({_MONTH}\s+\d{{1,2}}(st|nd|rd|th)?|\d{{1,2}}\.?\s+{_MONTH}|"
    rf"\d{{4}}-\d\d-\d\d|\d{{1,2}}/\d{{1,2}}/\d{{2,4}})(,?\s+\d{{4}})?$",
    re.I,
)
_HEADER = re.compile(
    r"^(new|subscribe|daily papers|previous|next|login|log in|sign up|models|datasets|spaces|docs|pricing|enterprise|"
    r"community|trending|papers?|search|home|view all|load more|company|about|privacy|terms|jobs|website|tos|"
    r"by\s?ak and the research community|get trending papers in your email inbox!?|© .*)$",
    re.I,
)
_COUNTS = re.compile(
    r"^([↑▲△⬆·•\-\s]*\d[\d.,]*k?|upvotes?:?\s*\d*|[·•\s]*\d+\s+(authors?|comments?|upvotes?|votes?|likes?)|"
    r"(submitted|published|posted) (by|on)\b.{0,60}|[·•]\s*.{0,60}|\W*)$",
    re.I,
)
_LINK = re.compile(r"https?://[^\s{}<>\"]+")
_WORDS_OF_ABSTRACT = 40
_CONTINUES = re.compile(
    r"^[a-z(,;]|https?://|github\.com|^([Tt]he )?([Cc]ode|[Pp]roject page|[Dd]emo|[Dd]ata ?set|[Mm]odel)s?\b.*[.:]"
)

Kind = Literal["header", "counts", "title", "abstract", "tail"]
_FURNITURE = ("header", "counts")


@dataclass(frozen=True)
class _Paragraph:
    line: int
    text: str
    kind: Kind


def read_page(text: str, source: str) -> Iterator[Paper | Problem]:
    """Yields the papers of a page in its order, and a Problem for each title or abstract that has no partner."""
    title: _Paragraph | None = None
    body: list[_Paragraph] = []
    for paragraph in _content(_paragraphs(text)):
        if paragraph.kind == "title":
            yield from _finished(title, body, source)
            title, body = paragraph, []
        elif paragraph.kind == "abstract" or body:
            body.append(paragraph)
        else:
            yield Problem(source, paragraph.line, "title", f"not a paper: {paragraph.text[:60]!r}")
    yield from _finished(title, body, source)


def _finished(title: _Paragraph | None, body: list[_Paragraph], source: str) -> Iterator[Paper | Problem]:
    if title is None:
        if body:
            yield Problem(source, body[0].line, "title", f"an abstract without a title: {body[0].text[:60]!r}")
        return
    if not body:
        yield Problem(source, title.line, "abstract", f"{title.text[:80]!r} has no abstract")
        return
    if _foreign(title, body):
        yield Problem(
            source,
            body[1].line,
            "title",
            f"after {title.text[:60]!r} come {len(body)} long paragraphs: a title seems to be missing, none is taken",
        )
        return
    abstract = " ".join(part.text for part in body)
    if len(abstract) > MAX_ABSTRACT:
        yield Problem(source, body[0].line, "abstract", f"{len(abstract):,} characters; at most {MAX_ABSTRACT:,}")
        return
    link = _LINK.search(abstract)
    yield Paper(
        id=paper_id(title.text),
        title=title.text,
        abstract=abstract,
        url=link.group().rstrip(".,;:)]'") if link else "",
        sections=labelled(abstract),
        source=source,
    )


def _foreign(title: _Paragraph, body: list[_Paragraph]) -> bool:
    """Whether the paragraphs are rather two papers' abstracts: each as long as a whole one."""
    whole = [part for part in body if len(part.text.split()) >= 120]
    return len(whole) >= 2 and sum(len(part.text.split()) for part in body) > 350


def _paragraphs(text: str) -> list[tuple[int, str]]:
    """(line, text) of the paragraphs: split at blank lines, or at every line where there are none."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    found: list[tuple[int, str]] = []
    start, held = 0, []
    for number, line in enumerate([*lines, ""], start=1):
        if line.strip():
            start = start or number
            held.append(line.strip())
        elif held:
            found += _block(start, held)
            start, held = 0, []
    return [(number, clean(part)) for number, part in found if clean(part)]


def _block(start: int, lines: list[str]) -> list[tuple[int, str]]:
    """Lines without a blank one between: a hard-wrapped paragraph, or several of one line each."""
    longest = max(len(line) for line in lines)
    if len(lines) > 1 and (longest > 250 or all(_kind(line) in _FURNITURE for line in lines)):
        return [(start + i, line) for i, line in enumerate(lines)]
    return [(start, " ".join(lines))]


def _content(paragraphs: list[tuple[int, str]]) -> list[_Paragraph]:
    """The paragraphs without furniture, each with its kind; what stands above the page's header is furniture too."""
    kinds = [_kind(text) for _, text in paragraphs]
    first = next((i for i, kind in enumerate(kinds) if kind == "abstract"), None)
    if first is None:
        return []
    begin = max((i + 1 for i in range(first) if kinds[i] == "header"), default=0)
    out: list[_Paragraph] = []
    for i in range(begin, len(paragraphs)):
        line, text = paragraphs[i]
        kind = kinds[i]
        if kind in _FURNITURE:
            continue
        following = next((k for k in kinds[i + 1 :] if k not in _FURNITURE), None)
        before = out[-1].kind if out else None
        if kind == "title" and before in ("abstract", "tail") and _tail(text, following):
            kind = "tail"
        out.append(_Paragraph(line, text, kind))
    return out


def _kind(text: str) -> Kind:
    if _HEADER.match(text) or _DATE.match(text):
        return "header"
    if _COUNTS.match(text):
        return "counts"
    words = text.split()
    sentences = len(re.findall(r"[a-z)\]][.!?](\s|$)", text))
    if len(words) >= _WORDS_OF_ABSTRACT or (len(words) >= 12 and sentences >= 2):
        return "abstract"
    return "title"


def _tail(text: str, following: Kind | None) -> bool:
    """Whether a short paragraph after an abstract is its end ("Code is at https://...") rather than a title."""
    if _CONTINUES.search(text) and (following != "abstract" or _LINK.search(text)):
        return True
    return text.endswith(".") and following != "abstract"
