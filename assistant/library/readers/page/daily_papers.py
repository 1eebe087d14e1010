"""The Daily Papers page: furniture, then papers as alternating title and abstract paragraphs.

A title belongs to the abstract that follows it. Where a title or an abstract seems to be missing, or a
short paragraph can be either, a Problem names the line: no title ever gets another paper's abstract.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator

from assistant.core.paper import Paper, paper_id
from assistant.library.readers.page.pairing import Finding, PageEntry, paired
from assistant.library.readers.page.paragraphs import FURNITURE, Paragraph, paragraphs
from assistant.library.readers.problem import Located, Problem
from assistant.library.readers.record import too_long
from assistant.library.readers.structure import labelled

_LINK = re.compile(r"https?://[^\s{}<>\"|^`]+")
_REPEATED = 3


def read_page(text: str, source: str) -> Iterator[Located | Problem]:
    """Yields the papers of a page in its order, and a Problem for what has no certain place."""
    for entry in paired(_content(paragraphs(text))):
        if entry.title and not entry.doubt:
            yield _paper(entry.title, entry, source)
        for found in filter(None, [entry.doubt, *entry.beside]):
            yield _problem(found, source)


def _problem(found: Finding, source: str) -> Problem:
    excerpt = found.paragraph.text[:60] + ("…" if len(found.paragraph.text) > 60 else "")
    return Problem(source, found.paragraph.line, found.field, f"“{excerpt}” {found.message}")


def _paper(title: Paragraph, entry: PageEntry, source: str) -> Located | Problem:
    abstract = entry.abstract
    if too_long(abstract):
        return Problem(source, entry.body[0].line, "abstract", too_long(abstract))
    if not any(character.isalnum() for character in title.text):
        return Problem(source, title.line, "title", f"no letter or digit in {title.text[:40]!r}")
    paper = Paper(
        id=paper_id(title.text),
        title=title.text,
        abstract=abstract,
        url=_first_link(abstract),
        sections=labelled(abstract),
        source=source,
    )
    return Located(title.line, paper)


def _first_link(abstract: str) -> str:
    """The first web address of the text without LaTeX escapes and the punctuation around it, or ""."""
    found = _LINK.search(abstract)
    if not found:
        return ""
    link = re.sub(r"\\([_#%&~])", r"\1", found.group()).split("\\")[0]
    while link and (
        link[-1] in ".,;:!?'*$]”’。，" or (link[-1] == ")" and link.count("(") < link.count(")"))
    ):
        link = link[:-1]
    return link


def _content(page: list[Paragraph]) -> list[Paragraph]:
    """The paragraphs without furniture: header, dates, counts, and short lines that stand again and again."""
    first = next((i for i, part in enumerate(page) if part.kind in ("long", "prose")), len(page))
    begin, dated = 0, False
    for i, part in enumerate(page[:first]):
        # A date alone may also stand between the first title and its abstract.
        titled = any(other.kind not in FURNITURE for other in page[i + 1 : first])
        # Only the first one dates the page: what stands above a later one is a title that lacks its abstract.
        if part.kind == "header" or (part.kind == "date" and titled and not dated):
            begin, dated = i + 1, part.kind == "date"
    content = [part for part in page[begin:] if part.kind not in FURNITURE]
    repeated = _repeated(content)
    return [part for part in content if part.text not in repeated]


def _repeated(content: list[Paragraph]) -> set[str]:
    """Short lines that stand three times and more, each time before another abstract: buttons, not titles."""
    before: dict[str, list[str]] = defaultdict(list)
    for i, part in enumerate(content):
        if part.kind == "name":
            before[part.text].append(next((p.text for p in content[i + 1 :] if p.kind == "long"), ""))
    return {text for text, bodies in before.items() if len(bodies) >= _REPEATED <= len(set(bodies))}
