"""Pages in which titles and abstracts alternate: Daily Papers, copied from a browser."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import groupby, takewhile
from typing import IO

from assistant.library.readers.pages.markdown import SHORTEST_ABSTRACT
from assistant.library.readers.problem import Located, Problem
from assistant.library.readers.record import clean, from_record

_LONGEST_HEADER_LINE = 3
_Paragraph = tuple[int, str]


def read(file: IO[str], source: str) -> Iterator[Located | Problem]:
    """Yield the papers of a page: a paragraph of 40 words or more is an abstract, the one before it its title.

    What breaks the turns is a Problem with its line. Lines of up to three words above the first title are the page's
    header, and so is all that stands above them. Yields nothing where there are not more papers than breaks: such a
    text is no page of titles and abstracts.
    """
    papers: list[tuple[_Paragraph, str]] = []
    breaks: list[Problem] = []
    waiting: list[_Paragraph] = []
    for line, text in _paragraphs(file):
        if not _is_abstract(text):
            waiting.append((line, text))
            continue
        if not papers and not breaks:
            waiting = _below_header(waiting)
        if waiting:
            breaks += [_break(part, "abstract", source) for part in waiting[:-1]]
            papers.append((waiting[-1], text))
        else:
            breaks.append(_break((line, text), "title", source))
        waiting = []
    breaks += [_break(part, "abstract", source) for part in waiting]
    if len(papers) > len(breaks):
        records = [record for title, abstract in papers for record in _paper(title, abstract, source)]
        yield from sorted([*records, *breaks], key=lambda record: record.line)


def _paper(title: _Paragraph, abstract: str, source: str) -> Iterator[Located | Problem]:
    line, text = title
    return from_record({"title": text, "abstract": abstract, "url": _first_link(abstract)}, source, line)


def _paragraphs(file: Iterable[str]) -> Iterator[_Paragraph]:
    """Yield (line from 1, text) of each paragraph. Lines between blank lines are one wrapped paragraph, unless one of
    them is long enough to be an abstract: then each line is a paragraph."""
    lines = ((number, clean(_without_heading_mark(raw))) for number, raw in enumerate(file, start=1))
    for filled, group in groupby(lines, key=lambda line: bool(line[1])):
        block = list(group)
        if filled and any(_is_abstract(text) for _, text in block):
            yield from block
        elif filled:
            yield block[0][0], " ".join(text for _, text in block)


def _without_heading_mark(line: str) -> str:
    marks, space, text = line.lstrip().partition(" ")
    return text if space and marks and not marks.strip("#") else line


def _is_abstract(text: str) -> bool:
    return len(text.split()) >= SHORTEST_ABSTRACT


def _below_header(above: list[_Paragraph]) -> list[_Paragraph]:
    """Return the paragraphs above the first abstract that may be titles: the last ones that are too long for a menu or
    a date. A paragraph alone is a title."""
    if len(above) == 1:
        return above
    long = takewhile(lambda part: len(part[1].split()) > _LONGEST_HEADER_LINE, reversed(above))
    return list(long)[::-1]


def _break(paragraph: _Paragraph, missing: str, source: str) -> Problem:
    line, text = paragraph
    excerpt = text[:60] + "…" * (len(text) > 60)
    place = "above" if missing == "title" else "below"
    return Problem(source, line, missing, f"“{excerpt}” has no {missing} {place} it; left out")


def _first_link(abstract: str) -> str:
    """Return the first web address in the text without TeX's escapes and the punctuation after it, or ""."""
    match = re.search(r"https?://(?:[^\s{}<>\"|^`\\]|\\[_#%&~])+", abstract)
    link = match[0].replace("\\", "") if match else ""
    while link.endswith((*".,;:!?'*$]”’。，",)) or (link.endswith(")") and link.count("(") < link.count(")")):
        link = link[:-1]
    return link
