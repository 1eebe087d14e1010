"""Notes in Markdown, each about one paper, as Obsidian, Zotero's plugins and static sites have them.

Its title is that of the front matter, else the first heading. Its abstract is that of the front matter, else what stands
below the heading "Abstract", else the first paragraph below the title. Front matter may also have what a table may have,
under the names that its columns may have: authors, year or date, journal, doi, and so on.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO, Any

import yaml

from assistant.library.readers.pages.markdown import FRONT_MATTER, abstract_part, parts_of
from assistant.library.readers.problem import Located, Problem
from assistant.library.readers.record import from_record
from assistant.library.readers.tables.columns import chosen
from assistant.library.readers.tables.table import record_of

_LONGEST = 200_000
_LONGEST_FRONT, _MOST_BRACKETS = 50_000, 1_000
# That in C takes a tenth of the time; an installation may lack it.
_LOADER = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
_Fault = tuple[str, str]


def read(file: IO[str], source: str) -> Iterator[Located | Problem]:
    """Yield the paper of a note; what of its front matter cannot be read is a Problem, and the note is read without it."""
    text = file.read(_LONGEST).replace("\r\n", "\n").replace("\r", "\n")
    front = FRONT_MATTER.match(text)
    fields, fault = _front_matter(front[1]) if front else ({}, "")
    if fault:
        yield Problem(source, 1, "front matter", fault)
    parts = parts_of(text[front.end() :] if front else text)
    headed = [part for part in parts if part.level]
    title = fields.get("title") or (headed[0].heading if headed else "")
    below = abstract_part(headed)
    first = next((p for part in parts for p in part.paragraphs), "")
    abstract = fields.get("abstract") or ("\n".join(below.paragraphs) if below else first)
    yield from from_record({**fields, "title": title, "abstract": abstract or None}, source, 1)


def _front_matter(text: str) -> tuple[dict[str, Any], str]:
    """Return the record of front matter, and what is wrong with it. Its values are text: YAML's other types are not made."""
    # The time that brackets take grows with the square of their number.
    if len(text) > _LONGEST_FRONT or text.count("[") + text.count("{") > _MOST_BRACKETS:
        return {}, "longer, or with more brackets, than front matter is; left out"
    try:
        values = yaml.load(text, _LOADER)
    except (yaml.YAMLError, RecursionError, ValueError) as exc:
        place = getattr(exc, "problem_mark", None)
        where = f" (line {place.line + 2})" if place else ""
        return {}, f"not YAML{where}: {getattr(exc, 'problem', None) or type(exc).__name__}; left out"
    if not isinstance(values, dict):
        return {}, "" if not text.strip() else "no names with values in it; left out"
    row = {str(name): _text(value) for name, value in values.items()}
    return record_of(row, chosen(list(row))), ""


def _text(value: Any) -> str:
    """Return a text, or a list of texts or names as one text. Lists in lists are left out: aliases make them endless."""
    if isinstance(value, list):
        parts = (part.get("name") if isinstance(part, dict) else part for part in value[:1000])
        return "; ".join(part for part in parts if isinstance(part, str) and part)
    return value if isinstance(value, str) else ""
