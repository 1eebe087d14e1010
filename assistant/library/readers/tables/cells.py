"""Cells of fields that CSL has names for (dates, editors, keywords), and Zotero's "Extra"."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from assistant.core.text.sanitize import single_spaced
from assistant.library.readers.problem import Problem, left_out
from assistant.library.readers.tables.columns import EXTRA
from assistant.library.readers.tagged.lines import pages
from assistant.library.readers.text.csl import date_parts, name_parts
from assistant.library.readers.text.person_names import listed

# Which month "03/05/2020" is in depends on the country.
_CLEAR_DATE = re.compile(r"\s*\d{4}|.*[^\W\d_]{3}", re.S)
_LINE = re.compile(r"\s*([A-Za-z][A-Za-z -]{1,30}?)\s*:\s*(\S.*)")
# Names of lines in Zotero's Extra (https://www.zotero.org/support/kb/item_types_and_fields): field of a record, or CSL name.
_FIELDS = {"pmid": "pmid", "doi": "doi", "arxiv": "arxiv_id", "arxivid": "arxiv_id"}
_CSL = {"pmcid": "PMCID", "citationkey": "citation-key", "originaldate": "original-date", "eventplace": "event-place", "status": "status"}  # fmt: skip


def taken_apart(values: dict[str, Any]) -> dict[str, Any]:
    """Take what has a CSL name out of a row's values (field -> cell), and return it; fields in "Extra" are added to the values."""
    extra: dict[str, Any] = {name: str(values.pop(name)) for name in EXTRA if name in values}
    extra.setdefault("page", pages(extra.pop("page-first", ""), extra.pop("page-last", "")))
    date, month, day = (extra.pop(name, "") for name in ("issued", "month", "day"))
    year = str(values.get("year", ""))
    extra["issued"] = (
        date_parts(date) if _CLEAR_DATE.match(date) else date_parts(year, month, day) if month else {}
    )
    extra["editor"] = [name_parts(name) for name in listed(extra.get("editor", ""))]
    words = (extra.get("keyword", ""), extra.pop("keyword-more", ""))
    extra["keyword"] = "; ".join(filter(None, map(str.strip, words)))
    extra_lines(extra.pop("extra", ""), values, extra)
    return extra


def extra_lines(text: str, values: dict[str, Any], extra: dict[str, Any]) -> None:
    """Add what the lines of Zotero's Extra name; other lines are a note. A column of the table goes before them."""
    notes: list[str] = []
    for line in text.splitlines():
        match = _LINE.fullmatch(line)
        name = re.sub(r"[ -]", "", match[1]).lower() if match else ""
        if match and name in _FIELDS:
            values.setdefault(_FIELDS[name], match[2].split()[0])
        elif match and name in _CSL:
            extra.setdefault(_CSL[name], match[2].strip())
        elif line.strip():
            notes.append(single_spaced(line))
    if notes:
        extra["note"] = " ".join(notes)


class Unread:
    """The columns of a table that are not kept, counted while its rows are read."""

    def __init__(self, names: Sequence[str], columns: Mapping[str, str]) -> None:
        self._names = [name for name in dict.fromkeys(names) if name and name not in columns.values()]
        self._counts: Counter[str] = Counter()

    def note(self, row: Mapping[str, Any]) -> None:
        """Count the columns that a row fills."""
        self._counts.update(name for name in self._names if str(row.get(name) or "").strip())

    def problems(self, source: str, line: int) -> Iterator[Problem]:
        """Yield a Problem that names them; nothing where all that is filled is kept."""
        counts = {name: self._counts[name] for name in self._names if self._counts[name]}
        yield from left_out("columns", counts, source, line)
