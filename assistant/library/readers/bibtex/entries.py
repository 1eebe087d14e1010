"""Raw entries. The only door to bibtexparser.

What is written as BibTeX is defined is split here, a tenth of the work; whatever else stands in a file, bibtexparser
splits, which tells what is wrong with it.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from bibtexparser.entrypoint import parse_string
from bibtexparser.middlewares.names import (
    InvalidNameError,
    parse_single_name_into_parts,
    split_multiple_persons_names,
)
from bibtexparser.model import (
    DuplicateBlockKeyBlock,
    DuplicateFieldKeyBlock,
    ParsingFailedBlock,
    String,
)
from bibtexparser.model import Entry as ParsedEntry

from assistant.library.readers.text.csl import months

_BLOCK = re.compile(r"@[A-Za-z]+[ \t]*[{(]")
_HEAD = re.compile(r"[ \t]*@([A-Za-z]+)[ \t]*\{\s*(?:([^\s,{}()=\"#%]*)\s*,|(?=[A-Za-z][\w-]*[ \t]*=))")
_NAME = r"[A-Za-z][\w:.+-]*"
_FIELD = re.compile(rf"\s*({_NAME})\s*=\s*(?:([{{\"])|(\d+|{_NAME})(?=\s*[,}}]|\s+{_NAME}\s*=\s*[{{\"\w]))")
# Of a field that no comma stands before.
_NEXT = re.compile(rf"(?=\s*{_NAME}\s*=\s*[{{\"\w])")
# A field without braces or macros in its value, as most are, up to the next one or to the end of the entry.
_SIMPLE = re.compile(r"\s*([A-Za-z][\w:.+-]*)\s*=\s*\{([^{}\\]*+)\}\s*,\s*(?=[A-Za-z])")
_AFTER = re.compile(r"\s*(?:,\s*)?(\})?")
# EndNote writes entries without a key, and its field names right after the brace.
_NO_KEY = re.compile(
    r"^([ \t]*@(?!string|comment|preamble)[A-Za-z]+[ \t]*\{)[ \t]*+(?=\r?\n?[ \t]*[A-Za-z][\w-]*[ \t]*=)",
    re.M | re.I,
)
_PART = re.compile(
    r'\s*(?:"(?P<quoted>(?:[^"{}]|\{(?:[^{}]|\{[^{}]*\})*\})*)"|\{(?P<braced>.*?)\}(?=\s*(?:#|$))|(?P<name>[^\s#"{}]+))\s*(?:#|$)',
    re.S,
)
_NOT_ENTRIES = frozenset(("string", "comment", "preamble"))


@dataclass(frozen=True)
class Entry:
    """An entry: its type in lower case, its key, its fields by their names in lower case, and its line (from 1).

    Of a field's value the outer braces or quotes are gone; the rest is LaTeX. `doubled` are fields that stand in it again,
    with another value.
    """

    line: int
    kind: str
    key: str
    fields: Mapping[str, str]
    doubled: tuple[str, ...] = ()


@dataclass(frozen=True)
class Broken:
    """A block that is no whole entry, and how it begins."""

    line: int
    excerpt: str


def entries(text: str) -> Iterator[Entry | Broken]:
    """Yield the entries of a file, and what is broken in it. The text has line feeds alone as line ends."""
    # What it warns of becomes a Broken.
    log = logging.getLogger("bibtexparser")
    if not log.handlers:
        log.addHandler(logging.NullHandler())
    strings = {month: month for month in months()}
    # Without a block, all of the text is one that is broken, or a comment.
    starts = list(_starts(text)) or [0]
    line, counted = 1, 0
    for start, end in zip(starts, [*starts[1:], len(text)], strict=True):
        line += text.count("\n", counted, start)
        counted = start
        entry = _plain_entry(text, start, end, line, strings)
        if entry:
            yield entry
        else:
            yield from _parsed(text[start:end], line, strings)


def _starts(text: str) -> Iterator[int]:
    """Yield where lines begin that a block begins, as this or after blanks."""
    at = text.find("@")
    while at >= 0:
        start = at
        while start and text[start - 1] in " \t":
            start -= 1
        if (not start or text[start - 1] == "\n") and _BLOCK.match(text, at):
            yield start
        at = text.find("@", at + 1)


def _plain_entry(text: str, start: int, end: int, line: int, strings: Mapping[str, str]) -> Entry | None:
    """Return the entry between two places, or None where it is not of the plain form: `name = {...},` and so on."""
    head = _HEAD.match(text, start, end)
    if not head or head[1].lower() in _NOT_ENTRIES:
        return None
    pairs: list[tuple[str, str]] = []
    at = head.end()
    while True:
        while simple := _SIMPLE.match(text, at, end):
            pairs.append((simple[1].lower(), simple[2]))
            at = simple.end()
        field = _FIELD.match(text, at, end)
        if not field:
            return None
        if field[3]:
            value, at = strings.get(field[3].lower(), field[3]), field.end()
        else:
            close = (_closing if field[2] == "{" else _closing_quote)(text, field.end(), end)
            if close < 0:
                return None
            value, at = text[field.end() : close], close + 1
        pairs.append((field[1].lower(), value))
        after = _AFTER.match(text, at, end)
        if after and after[1]:
            # Another entry on the same line is not of the plain form.
            if "@" in text[after.end() : end]:
                return None
            return _entry(line, head[1], head[2] or "", pairs)
        if not after or ("," not in after[0] and not _NEXT.match(text, at, end)):
            return None
        at = after.end()


def _entry(line: int, kind: str, key: str, pairs: Iterable[tuple[str, str]]) -> Entry:
    """Return the entry of these fields; the first of two of one name counts, as in BibTeX."""
    fields: dict[str, str] = {}
    again = [name for name, value in pairs if fields.setdefault(name, value).strip() != value.strip()]
    return Entry(line, kind.lower(), key.strip(), fields, tuple(dict.fromkeys(again)))


def _closing_quote(text: str, start: int, end: int) -> int:
    """Return the place of the quote that closes the one before `start`, outside of braces, or -1."""
    quote, depth, counted = text.find('"', start, end), 0, start
    while quote >= 0:
        depth += text.count("{", counted, quote) - text.count("}", counted, quote)
        if depth <= 0:
            return quote if not depth else -1
        counted, quote = quote, text.find('"', quote + 1, end)
    return -1


def _closing(text: str, start: int, end: int) -> int:
    """Return the place of the brace that closes the one before `start`, or -1."""
    depth = 1
    opened, close = text.find("{", start, end), text.find("}", start, end)
    # To find either brace by itself takes a tenth of the time of a pattern.
    while close >= 0:
        at = opened if 0 <= opened < close else close
        if text[at - 1] != "\\":
            depth += 1 if at == opened else -1
            if not depth:
                return at
        if at == opened:
            opened = text.find("{", at + 1, end)
        else:
            close = text.find("}", at + 1, end)
    return -1


def _parsed(text: str, line: int, strings: dict[str, str]) -> Iterator[Entry | Broken]:
    """Yield what bibtexparser finds in a part of a file that begins at a line; note its strings."""
    for block in parse_string(_NO_KEY.sub(r"\1,", text), parse_stack=[]).blocks:
        at = (block.start_line or 0) + line
        if isinstance(block, DuplicateBlockKeyBlock | DuplicateFieldKeyBlock):
            block = block.ignore_error_block or block
        if isinstance(block, ParsingFailedBlock):
            shown = block.raw.strip().splitlines()[0][:60] if block.raw and block.raw.strip() else "it"
            yield Broken(at, shown)
        elif isinstance(block, String):
            strings[block.key.lower()] = _value(str(block.value), strings)
        elif isinstance(block, ParsedEntry):
            pairs = ((field.key.lower(), _value(str(field.value), strings)) for field in block.fields)
            yield _entry(at, block.entry_type, block.key, pairs)


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


def split_names(value: str) -> list[str]:
    """Return the names of a field that "and" separates, outside of braces. Raises `RecursionError` where these are too deep."""
    if "{" not in value:
        return [name for name in re.split(r"(?<!\s)\s+and\s+", value, flags=re.I) if name]
    names: list[str] = split_multiple_persons_names(value)
    return names


@dataclass(frozen=True)
class NameParts:
    """The parts of a name, as LaTeX."""

    first: str
    von: str
    last: str
    jr: str


def name_parts(name: str) -> NameParts | None:
    """Return the parts of a name as BibTeX tells them apart, or None where its braces or commas are wrong."""
    try:
        parts = parse_single_name_into_parts(name)
    except InvalidNameError:
        return None
    return NameParts(*(" ".join(part) for part in (parts.first, parts.von, parts.last, parts.jr)))
