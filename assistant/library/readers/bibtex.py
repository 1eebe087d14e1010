"""BibTeX and BibLaTeX (Zotero, JabRef, EndNote, Scopus, Google Scholar, by hand): one record per entry. The only door to bibtexparser."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Mapping
from typing import IO, Any

from bibtexparser.entrypoint import parse_string
from bibtexparser.middlewares.names import (
    InvalidNameError,
    parse_single_name_into_parts,
    split_multiple_persons_names,
)
from bibtexparser.model import (
    DuplicateBlockKeyBlock,
    DuplicateFieldKeyBlock,
    Entry,
    ParsingFailedBlock,
    String,
)

from assistant.library.readers.problem import Located, Problem
from assistant.library.readers.record import from_record
from assistant.library.readers.text.csl import BIBTEX_FIELDS, BIBTEX_TYPES, date_parts, months, name_parts
from assistant.library.readers.text.latex import decode
from assistant.library.readers.text.names import listed, person

_ARXIV = re.compile(r"(arxiv:)?(\d{4}\.\d{4,5}(v\d+)?|[a-z-]+(\.[A-Z]{2})?/\d{7})", re.I)
# EndNote writes entries without a key, and its field names right after the brace; Cochrane numbers its entries.
_NO_KEY = re.compile(
    r"^([ \t]*@(?!string|comment|preamble)[A-Za-z]+[ \t]*\{)[ \t]*+(?=\r?\n?[ \t]*[A-Za-z][\w-]*[ \t]*=)",
    re.M | re.I,
)
_NUMBERED = re.compile(r"^Record #\d+ of \d+[ \t]*$", re.M)
_PART = re.compile(
    r'\s*(?:"(?P<quoted>(?:[^"{}]|\{(?:[^{}]|\{[^{}]*\})*\})*)"|\{(?P<braced>.*?)\}(?=\s*(?:#|$))|(?P<name>[^\s#"{}]+))\s*(?:#|$)',
    re.S,
)
_Fault = tuple[str, str]


def read(file: IO[str], source: str) -> Iterator[Located | Problem]:
    """Yield a paper per entry; an entry that is broken, or has no abstract, costs only itself."""
    # What it warns of becomes a Problem here.
    log = logging.getLogger("bibtexparser")
    if not log.handlers:
        log.addHandler(logging.NullHandler())
    text = _NUMBERED.sub("", _NO_KEY.sub(r"\1,", file.read().replace("\r\n", "\n").replace("\r", "\n")))
    strings = {month: month for month in months()}
    problems: list[Problem] = []
    for block in parse_string(text, parse_stack=[]).blocks:
        line = (block.start_line or 0) + 1
        if isinstance(block, DuplicateBlockKeyBlock | DuplicateFieldKeyBlock):
            block = block.ignore_error_block or block
        if isinstance(block, ParsingFailedBlock):
            excerpt = block.raw.strip().splitlines()[0][:60] if block.raw and block.raw.strip() else "it"
            problems.append(
                Problem(source, line, "entry", f"{excerpt!r} is not whole: check its braces and commas")
            )
        elif isinstance(block, String):
            strings[block.key.lower()] = _value(str(block.value), strings)
        elif isinstance(block, Entry):
            for result in from_record(_record(block, strings), source, line):
                yield _with_key(result, block.key.strip())
    yield from problems


def _with_key(result: Located | Problem, key: str) -> Located | Problem:
    """Add the entry's key to the message of a Problem; a paper stays as it is."""
    if isinstance(result, Located) or not key:
        return result
    return Problem(result.file, result.line, result.field, f"{result.message} (entry {key!r})")


def _value(raw: str, strings: Mapping[str, str]) -> str:
    """Return a field's value without its outer braces or quotes; parts joined by `#` are one, names of strings filled in."""
    raw = raw.strip()
    if raw.startswith("{") and raw.endswith("}") and "#" not in raw:
        return raw[1:-1]
    parts, at = [], 0
    while at < len(raw):
        part = _PART.match(raw, at)
        if not part:
            return raw.strip("{}") if raw.startswith("{") else raw.strip('"')
        name = part["name"]
        parts.append(strings.get(name.lower(), name) if name else part["quoted"] or part["braced"] or "")
        at = part.end()
    return "".join(parts)


class _Fields:
    """The fields of an entry, decoded when they are asked for: one that cannot be decoded costs itself alone."""

    def __init__(self, entry: Entry, strings: Mapping[str, str]) -> None:
        # The first of two fields of one name counts, as in BibTeX.
        self.raw = {field.key.lower(): _value(str(field.value), strings) for field in reversed(entry.fields)}
        self.faults: list[_Fault] = []

    def text(self, *names: str) -> str:
        """Return the first of these fields that is filled, as text in one line."""
        return next((text for name in names if (text := self._decoded(name))), "")

    def _decoded(self, name: str) -> str:
        raw = self.raw.get(name, "")
        if not raw:
            return ""
        try:
            decoded = decode(raw)
        except RecursionError:
            self.faults.append((name, "its braces are nested too deep to be read; left out"))
            return ""
        if decoded.unknown and name in ("title", "abstract"):
            macros = ", ".join(f"\\{macro}" for macro in decoded.unknown[:5])
            self.faults.append((name, f"LaTeX that is not known: {macros}; its text is taken as it stands"))
        return decoded.text

    def names(self, field: str) -> list[str]:
        """Return the names of a field; one in braces is one name, whatever is in it."""
        raw = " ".join(self.raw.get(field, "").split())
        commas_only = " and " not in raw.lower() and raw.count(",") > 2
        if "{" not in raw and (commas_only or (", and " in raw and raw.count(" and ") == 1)):
            return listed(raw)
        try:
            return [name for one in _split_names(raw) if one.lower() != "others" and (name := _name(one))]
        except RecursionError:
            self.faults.append((field, "its braces are nested too deep to be read; left out"))
            return []


def _record(entry: Entry, strings: Mapping[str, str]) -> dict[str, Any]:
    """Return the entry as the record that `from_record` takes."""
    fields = _Fields(entry, strings)
    url = fields.raw.get("url", "").replace("\\", "").strip()
    published, eprint = fields.text("howpublished"), fields.text("eprint")
    kind = fields.text("archiveprefix", "eprinttype").lower()
    year = re.search(r"\d{4}", fields.text("year") or fields.text("date"))
    record = {
        "title": fields.text("title"),
        "abstract": fields.text("abstract"),
        "authors": fields.names("author"),
        "year": year[0] if year else None,
        "venue": fields.text("journal", "journaltitle", "booktitle")
        or ("" if "://" in published else published),
        "doi": re.sub(r"\\([_%&#])|[{}]", r"\1", fields.raw.get("doi", "")),
        "arxiv_id": eprint if kind == "arxiv" or (not kind and _ARXIV.fullmatch(eprint)) else "",
        "pmid": fields.text("pmid") or _pubmed(fields.text("pm")),
        "url": url.split()[0] if url.lower().startswith(("http://", "https://")) else "",
        "extra": _extra(entry, fields),
    }
    return {**record, "warnings": fields.faults}


def _pubmed(text: str) -> str:
    number = re.fullmatch(r"(?:PUBMED|PMID:?)\s*(\d{1,8})", text, re.I)
    return number[1] if number else ""


def _extra(entry: Entry, fields: _Fields) -> dict[str, Any]:
    kind = entry.entry_type.lower()
    extra: dict[str, Any] = {
        name: fields.text(*names)
        for name, names in BIBTEX_FIELDS.items()
        if not fields.raw.keys().isdisjoint(names)
    }
    extra["page"] = re.sub(r"(?:(?<!\s)\s+)?(?:–|--+)\s*", "-", extra.get("page", ""))
    extra["citation-key"] = entry.key.strip()
    extra["type"] = BIBTEX_TYPES.get(kind, "") if kind != "misc" else ""
    extra["issued"] = date_parts(
        fields.text("date"), fields.text("year"), fields.text("month"), fields.text("day")
    )
    extra["accessed"] = date_parts(fields.text("urldate"))
    extra["editor"] = [name_parts(name) for name in fields.names("editor")]
    return extra


def _split_names(value: str) -> list[str]:
    if "{" not in value:
        return [name for name in re.split(r"(?<!\s)\s+and\s+", value, flags=re.I) if name]
    names: list[str] = split_multiple_persons_names(value)
    return names


def _name(name: str) -> str:
    """Return a name as it is spoken, "Ludwig van Beethoven"."""
    simple = re.fullmatch(r"([^\W\d_][\w'’.-]*), ([^\W\d_][\w'’. -]*)", name)
    if simple:
        return person(simple[1], simple[2])
    if re.fullmatch(r"\{[^{}]*\}", name):
        return decode(name).text
    try:
        parts = parse_single_name_into_parts(name)
    except InvalidNameError:
        return decode(name).text
    if "," not in name:
        return decode(" ".join([*parts.first, *parts.von, *parts.last, *parts.jr])).text
    family = decode(" ".join([*parts.von, *parts.last])).text
    return person(family, decode(" ".join(parts.first)).text, decode(" ".join(parts.jr)).text)
