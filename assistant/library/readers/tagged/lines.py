"""Lines with tags: what RIS, MEDLINE, Web of Science and Refer have in common."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from assistant.core.text.sanitize import single_spaced

Fields = Mapping[str, list[str]]


@dataclass(frozen=True)
class TagSyntax:
    """How a format writes a field: `tag` matches a line's tag (group 1) and what is before its value.

    `first` are tags that begin a record, `last` those that end one. Lines without a tag belong to the field above them.
    """

    tag: re.Pattern[str]
    first: frozenset[str] = frozenset()
    last: frozenset[str] = frozenset()
    blank_ends: bool = False


@dataclass
class _Open:
    line: int = 0
    fields: dict[str, list[list[str]]] = field(default_factory=dict)


def records(file: Iterable[str], syntax: TagSyntax) -> Iterator[tuple[int, dict[str, list[str]]]]:
    """Yield (line, values by tag) of each record. A tag that comes again adds a value; lines that go on add to the last."""
    record = _Open()
    last: list[str] | None = None
    for number, raw in enumerate(file, start=1):
        line = raw.rstrip("\r\n").replace("\ufeff", "")
        match = syntax.tag.match(line)
        tag = match[1].upper() if match else ""
        ends = tag in syntax.last or (syntax.blank_ends and not line.strip())
        if record.fields and (ends or (tag in syntax.first and tag in record.fields)):
            yield record.line, _joined(record)
            record = _Open()
        if ends:
            last = None
        elif match:
            record.line = record.line or number
            last = [line[match.end() :].strip()]
            record.fields.setdefault(tag, []).append(last)
        elif last is not None and line.strip():
            last.append(line.strip())
    if record.fields:
        yield record.line, _joined(record)


def _joined(record: _Open) -> dict[str, list[str]]:
    return {
        tag: [text for parts in values if (text := "\n".join(parts).strip())]
        for tag, values in record.fields.items()
    }


def first(fields: Fields, *tags: str) -> str:
    """Return the first value of these tags, in one line."""
    return next((single_spaced(values[0]) for tag in tags if (values := fields.get(tag))), "")


def every(fields: Fields, *tags: str) -> list[str]:
    """Return all values of the first of these tags that has any."""
    return next((values for tag in tags if (values := fields.get(tag))), [])


def extras(fields: Fields, table: Mapping[str, tuple[str, ...]]) -> dict[str, Any]:
    """Return the first value of the tags of each CSL name."""
    return {name: first(fields, *tags) for name, tags in table.items()}


def pages(begin: str, end: str) -> str:
    """Return "101-109" of first and last page; the first may be both."""
    begin = re.sub(r"(?:(?<!\s)\s+)?[–—]\s*", "-", begin)
    return f"{begin}-{end}" if begin and end and end != begin and "-" not in begin else begin or end


def doi_in(*texts: str) -> str:
    """Return the first DOI that one of the texts has, or ""."""
    for text in texts:
        if match := re.search(r"\b10\.\d{4,9}/[^\s\"<>]+[^\s\"<>.,;:)\]}]", text):
            return match[0]
    return ""
