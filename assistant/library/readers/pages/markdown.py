"""Parts of a Markdown file: its front matter, its headings and what stands below them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from assistant.core.text.sanitize import single_spaced

SHORTEST_ABSTRACT = 40
"""Words from which on a paragraph of a page is an abstract."""
FRONT_MATTER = re.compile(r"\s*---[ \t]*\r?\n(.*?)^(?:---|\.\.\.)[ \t]*(?:\r?\n|\Z)", re.S | re.M)
_HEADING = re.compile(r"^ {0,3}(#{1,6})[ \t]++(.*)$", re.M)


@dataclass(frozen=True)
class Part:
    """A heading and the paragraphs below it, up to the next one. `level` is 0 for what stands before the first heading."""

    level: int
    heading: str
    paragraphs: tuple[str, ...]


def is_note(head: str) -> bool:
    """Return whether a text begins as a note: with front matter that has a title, or with the only heading of its level.

    A heading with another right below it is the name of a page, unless it has an abstract.
    """
    front = FRONT_MATTER.match(head)
    if front:
        return bool(
            re.search(r"^[ \t]*+[\"']?title[\"']?[ \t]*+:", front[1], re.M | re.I)
            or parts_of(head[front.end() :])[1:]
        )
    parts = parts_of(head)
    if len(parts) < 2 or parts[0].paragraphs:
        return False
    title, *others = parts[1:]
    if any(part.level <= title.level for part in others):
        return False
    if abstract_part(others):
        return True
    below = " ".join(title.paragraphs[:1]).split()
    long = [part for part in others if any(len(p.split()) >= SHORTEST_ABSTRACT for p in part.paragraphs)]
    return bool(below) and (len(below) >= SHORTEST_ABSTRACT or not long)


def parts_of(text: str) -> list[Part]:
    """Return the parts of a text, that before the first heading first; code is no heading."""
    if "```" in text or "~~~" in text:
        text = re.sub(r"^(```|~~~).*?(?:^\1[ \t]*$|\Z)", "", text, flags=re.M | re.S)
    headings = list(_HEADING.finditer(text))
    starts = [0, *(heading.end() for heading in headings)]
    ends = [*(heading.start() for heading in headings), len(text)]
    levels = [(0, ""), *((len(heading[1]), plain_words(heading[2].rstrip(" \t\r#"))) for heading in headings)]
    return [
        Part(level, heading, tuple(_paragraphs(text[start:end])))
        for (level, heading), start, end in zip(levels, starts, ends, strict=True)
    ]


def _paragraphs(text: str) -> Iterator[str]:
    for block in re.split(r"\n[ \t]*\n", text):
        # The marks of a quote or a callout ("> [!abstract]") are none of the text.
        if ">" in block:
            block = re.sub(r"^[ \t]*>[ \t]?(?:\[!\w+\][+-]?[ \t]*)?", "", block, flags=re.M)
        if paragraph := plain_words(block.replace("\n", " ")):
            yield paragraph


def abstract_part(parts: Sequence[Part]) -> Part | None:
    """Return the part with the heading "Abstract", if it has a text."""
    return next(
        (part for part in parts if part.heading.strip(" :").lower() == "abstract" and part.paragraphs), None
    )


def plain_words(text: str) -> str:
    """Return a line of Markdown without the marks of emphasis, code and links: the words that a reader sees."""
    if "[" in text:
        text = re.sub(r"!?\[\[(?:[^\[\]|]{1,300}\|)?([^\[\]|]{1,300})\]\]", r"\1", text)
        text = re.sub(r"!?\[([^\[\]]{0,2000})\]\([^()\s]{0,2000}\)", r"\1", text)
    if "**" in text or "__" in text or "`" in text:
        text = re.sub(r"(\*\*|__|`)(?=\S)(.{1,2000}?)(?<=\S)\1", r"\2", text)
    return single_spaced(text)
