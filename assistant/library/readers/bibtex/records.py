"""One record per entry. BibTeX and BibLaTeX of Zotero, JabRef, EndNote, Scopus, Google Scholar, and by hand."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache
from typing import IO, Any

from assistant.core.text.sanitize import single_spaced
from assistant.library.readers.bibtex.entries import Broken, Entry, entries, name_parts, split_names
from assistant.library.readers.problem import Located, Problem, left_out
from assistant.library.readers.record import from_record
from assistant.library.readers.text import csl
from assistant.library.readers.text.latex import decode, is_latex
from assistant.library.readers.text.person_names import listed, person

_ARXIV = re.compile(r"(arxiv:)?(\d{4}\.\d{4,5}(v\d+)?|[a-z-]+(\.[A-Z]{2})?/\d{7})", re.I)
_SIMPLE_NAME = re.compile(r"([^\W\d_][\w'’.-]*), ([^\W\d_][\w'’. -]*)")
# A letter with an accent, or one of another alphabet, in braces of its own.
_LETTER = re.compile(r"\{\\[^{}]{1,20}(?:\{[^{}]{0,10}\}[^{}]{0,5})?\}")
_CSL_NAME = {field: name for name, fields in csl.BIBTEX_FIELDS.items() for field in fields}
_READ = frozenset(
    """title abstract author editor year date month day journal journaltitle booktitle howpublished doi eprint archiveprefix eprinttype
    pmid pm url urldate origdate primaryclass""".split()
) | set(_CSL_NAME)
# What programs note for themselves, and nothing of the paper.
_OF_PROGRAMS = re.compile(
    r"file|owner|timestamp|groups|keyword-?list|creationdate|modificationdate|date-(?:added|modified)|bdsk-.*|mendeley-.*|local-url|ranking|"
    r"priority|readstatus|relevance|qualityassured|ids|uniqueid|unique-id|__markedentry|bibsource|biburl|opt.*"
)
_Fault = tuple[str, str]


def read(file: IO[str], source: str) -> Iterator[Located | Problem]:
    """Yield a paper per entry; an entry that is broken, or has no title, costs only itself."""
    broken: list[Problem] = []
    unread: Counter[str] = Counter()
    for entry in entries(file.read().replace("\r\n", "\n").replace("\r", "\n")):
        if isinstance(entry, Broken):
            message = f"a brace or a comma is missing in {entry.excerpt!r}"
            broken.append(Problem(source, entry.line, "entry", message))
            continue
        unread.update(name for name, value in entry.fields.items() if value.strip() and not _is_read(name))
        for result in from_record(_record(entry), source, entry.line):
            yield _with_key(result, entry.key)
    yield from broken
    yield from left_out("fields", unread, source)


def _is_read(name: str) -> bool:
    return name in _READ or bool(_OF_PROGRAMS.fullmatch(name))


def _with_key(result: Located | Problem, key: str) -> Located | Problem:
    """Add the entry's key to the message of a Problem; a paper stays as it is."""
    if isinstance(result, Located) or not key:
        return result
    return Problem(result.file, result.line, result.field, f"{result.message} (entry {key!r})")


class _Fields:
    """The fields of an entry, decoded when they are asked for: one that cannot be decoded costs itself alone."""

    def __init__(self, entry: Entry) -> None:
        self.raw = entry.fields
        self.faults: list[_Fault] = []

    def text(self, *names: str) -> str:
        """Return the first of these fields that is filled, as text in one line."""
        for name in names:
            raw = self.raw.get(name)
            if raw and (text := self._decoded(name, raw)):
                return text
        return ""

    def _decoded(self, name: str, raw: str) -> str:
        if not is_latex(raw):
            return single_spaced(raw)
        try:
            decoded = decode(raw)
        except RecursionError:
            self.faults.append((name, "its braces are nested too deep to be read; left out"))
            return ""
        if decoded.unknown and name in ("title", "abstract"):
            macros = ", ".join(f"\\{macro}" for macro in decoded.unknown[:5])
            self.faults.append((name, f"LaTeX that is not known: {macros}; its text is taken as it stands"))
        return decoded.text

    def names(self, field: str) -> tuple[list[str], bool]:
        """Return the names of a field, and whether it says that there are others; one in braces is one name, whatever is in it."""
        raw = single_spaced(self.raw.get(field, ""))
        if "{" in raw:
            raw = _LETTER.sub(lambda match: _letter(match[0]), raw)
        commas_only = " and " not in raw.lower() and raw.count(",") > 2
        if "{" not in raw and (commas_only or (", and " in raw and raw.count(" and ") == 1)):
            return listed(raw), False
        try:
            every = split_names(raw)
            return [name for one in every if not _is_others(one) and (name := _name(one))], any(
                map(_is_others, every)
            )
        except RecursionError:
            self.faults.append((field, "its braces are nested too deep to be read; left out"))
            return [], False


@lru_cache(1000)
def _letter(braced: str) -> str:
    """Return a letter in braces as the letter; anything longer as it stands, as it may hold what separates names."""
    shown = decode(braced).text
    return shown if shown.isalpha() else braced


def _is_others(name: str) -> bool:
    return name.strip("{} ").lower() == "others"


def _record(entry: Entry) -> dict[str, Any]:
    """Return the entry as the record that `from_record` takes."""
    fields = _Fields(entry)
    url = fields.raw.get("url", "").replace("\\", "").strip()
    published, eprint = fields.text("howpublished"), fields.text("eprint")
    kind = fields.text("archiveprefix", "eprinttype").lower()
    year = re.search(r"\d{4}", fields.text("year") or fields.text("date"))
    authors, others = fields.names("author")
    record = {
        "title": fields.text("title"),
        "abstract": fields.text("abstract"),
        "authors": authors,
        "year": year[0] if year else None,
        "venue": fields.text("journal", "journaltitle", "booktitle")
        or ("" if "://" in published else published),
        "doi": re.sub(r"\\([_%&#])|[{}]", r"\1", fields.raw.get("doi", "")),
        "arxiv_id": eprint if kind == "arxiv" or (not kind and _ARXIV.fullmatch(eprint)) else "",
        "pmid": fields.text("pmid") or _pubmed(fields.text("pm")),
        "url": url.split()[0] if url.lower().startswith(("http://", "https://")) else "",
        "extra": _extra(entry, fields, others),
    }
    doubled = [
        (name, "stands twice; the first is kept: give the other another name") for name in entry.doubled
    ]
    return {**record, "warnings": [*fields.faults, *doubled]}


def _pubmed(text: str) -> str:
    number = re.fullmatch(r"(?:PUBMED|PMID:?)\s*(\d{1,8})", text, re.I)
    return number[1] if number else ""


def _extra(entry: Entry, fields: _Fields, others: bool) -> dict[str, Any]:
    extra: dict[str, Any] = {
        name: fields.text(*csl.BIBTEX_FIELDS[name]) for name in filter(None, map(_CSL_NAME.get, fields.raw))
    }
    if "page" in extra:
        extra["page"] = re.sub(r"(?:(?<!\s)\s+)?(?:–|--+)\s*", "-", extra["page"])
    extra["citation-key"] = entry.key
    extra["type"] = csl.BIBTEX_TYPES.get(entry.kind, "") if entry.kind != "misc" else ""
    extra["issued"] = csl.date_parts(*(fields.text(name) for name in ("date", "year", "month", "day")))
    extra["accessed"] = csl.date_parts(fields.text("urldate"))
    extra["editor"] = [csl.name_parts(name) for name in fields.names("editor")[0]]
    extra["original-date"] = csl.year_or_date(fields.text("origdate"))
    custom = {"authors": "and others" if others else "", "arxiv-class": fields.text("primaryclass")}
    extra["custom"] = {name: value for name, value in custom.items() if value}
    return extra


def _name(name: str) -> str:
    """Return a name as it is spoken, "Ludwig van Beethoven"."""
    if simple := _SIMPLE_NAME.fullmatch(name):
        return person(simple[1], simple[2])
    if re.fullmatch(r"\{[^{}]*\}", name):
        return decode(name).text
    parts = name_parts(name)
    if parts is None:
        return decode(name).text
    if "," not in name:
        return decode(" ".join(filter(None, (parts.first, parts.von, parts.last, parts.jr)))).text
    family = decode(" ".join(filter(None, (parts.von, parts.last)))).text
    return person(family, decode(parts.first).text, decode(parts.jr).text)
