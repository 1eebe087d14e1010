"""Check given `Paper` values, as readers check what files give."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from assistant.core.paper import Paper, Section
from assistant.core.text.sanitize import storable
from assistant.library.readers import Problem
from assistant.library.readers.record import (
    MAX_ABSTRACT,
    MAX_AUTHORS,
    MAX_SECTIONS,
    MAX_TEXT,
    MAX_TITLE,
    YEARS,
)
from assistant.library.readers.text.section_labels import labelled

_TEXTS = ("venue", "doi", "arxiv_id", "pmid", "url", "source", "note")
# The readers leave these; each other control character becomes a space, so that sections stay where they are.
_CONTROLS = {n: " " for n in (*range(1, 0x20), *range(0x7F, 0xA0)) if chr(n) not in "\n\t"}
_MAX_ID = 1_000


def checked(paper: Paper) -> Paper | Problem:
    """Return the paper, with spaces for control characters and U+FFFD for what is no character, and with the sections that the labels in
    its abstract begin if it has none; or why it cannot be stored."""
    for field, message in _faults(paper):
        source = storable(paper.source) if isinstance(paper.source, str) else ""
        return Problem(source, 0, field, f"{message} ({_named(paper)})")
    given = {name: getattr(paper, name) for name in ("id", "title", "abstract", *_TEXTS, "authors", "extra")}
    if _printable(given) and all(one.label.isprintable() for one in paper.sections):
        return _sectioned(paper)
    clean = _clean(given)
    clean["authors"] = tuple(clean["authors"])
    sections = tuple(replace(one, label=_clean(one.label)) for one in paper.sections)
    made = replace(paper, **clean, sections=sections)
    return _sectioned(paper if made == paper else made)


def _sectioned(paper: Paper) -> Paper:
    """Return the paper with the sections of its abstract, as the readers find them in a file."""
    sections = () if paper.sections else labelled(paper.abstract)
    return replace(paper, sections=sections) if sections else paper


def _faults(paper: Paper) -> Iterator[tuple[str, str]]:
    """Yield each field that has the wrong type or size, and what is wrong with it."""
    most = {"id": _MAX_ID, "title": MAX_TITLE, "abstract": MAX_ABSTRACT} | dict.fromkeys(_TEXTS, MAX_TEXT)
    for field, longest in most.items():
        value = getattr(paper, field)
        if not isinstance(value, str):
            yield field, f"{type(value).__name__} instead of text"
        elif len(value) > longest:
            yield field, f"{len(value):,} characters, of at most {longest:,}"
        elif field in ("id", "title") and not any(character.isalnum() for character in value):
            yield field, "missing or empty: a paper needs one with a letter or digit"
    if paper.year is not None and (type(paper.year) is not int or paper.year not in YEARS):
        yield "year", f"{str(paper.year)[:40]!r} is not a whole number from 1500 to 2100"
    if len(paper.authors) > MAX_AUTHORS or not all(isinstance(one, str) for one in paper.authors):
        yield "authors", f"not a list of at most {MAX_AUTHORS:,} names"
    if len(paper.sections) > MAX_SECTIONS or not all(_is_section(one, paper) for one in paper.sections):
        yield "sections", f"not at most {MAX_SECTIONS} sections, each a part of the abstract"
    try:
        if paper.extra != {}:
            json.dumps(dict(paper.extra), allow_nan=False)
    except (TypeError, ValueError, RecursionError):
        yield "extra", "not a mapping of what JSON can hold"


def _is_section(one: Any, paper: Paper) -> bool:
    if not isinstance(one, Section) or not isinstance(one.label, str):
        return False
    whole = type(one.start) is int and type(one.end) is int
    return whole and 0 <= one.start < one.end <= len(paper.abstract)


def _printable(value: Any) -> bool:
    """Return whether a value has no text that can need cleaning: a quick look, right for nearly all papers."""
    if isinstance(value, str):
        return value.isprintable()
    if isinstance(value, dict):
        return all(map(_printable, value)) and all(map(_printable, value.values()))
    return not isinstance(value, list | tuple) or all(map(_printable, value))


def _clean(value: Any) -> Any:
    """Return texts, and lists and objects of them, without control characters; other values as they are."""
    if isinstance(value, str):
        return value if value.isprintable() else storable(value).translate(_CONTROLS)
    if isinstance(value, list | tuple):
        return [_clean(one) for one in value]
    if isinstance(value, dict):
        return {_clean(key): _clean(one) for key, one in value.items()}
    return value


def _named(paper: Paper) -> str:
    said = next((one for one in (paper.id, paper.title) if isinstance(one, str) and one.strip()), "a paper")
    return storable(said)[:80]
