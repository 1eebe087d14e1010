"""BibTeX (Zotero, JabRef, Google Scholar, by hand) -> one record an entry. The only door to bibtexparser and pylatexenc."""

from __future__ import annotations

import logging
import re
from collections import Counter
from collections.abc import Iterator
from typing import IO, Any

from bibtexparser.entrypoint import parse_string
from bibtexparser.library import Library
from bibtexparser.middlewares import RemoveEnclosingMiddleware, ResolveStringReferencesMiddleware
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
from pylatexenc.latex2text import LatexNodes2Text

from assistant.library.readers.problem import Located, Problem
from assistant.library.readers.record import from_record

# These begin a comment or a column in LaTeX; in the texts of references they are themselves.
_BARE = re.compile(r"(?<!\\)([%&#])")
_WEB = re.compile(r"https?://\S+", re.I)
# Between a key and the number of the entry that has it: no key holds this character.
_TWIN = "\n"
_ARXIV = re.compile(r"(arxiv:)?(\d{4}\.\d{4,5}(v\d+)?|[a-z-]+(\.[A-Z]{2})?/\d{7})", re.I)


def read_bibtex(file: IO[str], source: str) -> Iterator[Located | Problem]:
    """One paper an entry; an entry that is broken, or has no abstract, costs only itself."""
    # What it warns of becomes a Problem here.
    log = logging.getLogger("bibtexparser")
    if not log.handlers:
        log.addHandler(logging.NullHandler())
    decoder = LatexNodes2Text(math_mode="verbatim", keep_comments=True)
    library = Library()
    problems = list(_sorted_out(file.read().replace("\r\n", "\n"), library, source))
    for middleware in (ResolveStringReferencesMiddleware(), RemoveEnclosingMiddleware()):
        library = middleware.transform(library)
    for entry in library.entries:
        line = (entry.start_line or 0) + 1
        try:
            record = _record(entry, decoder)
        except RecursionError:
            yield _named(Problem(source, line, "entry", "its braces are nested too deep to be read"), entry)
            continue
        for made in from_record(record, source, line):
            yield _named(made, entry)
    yield from problems


def _sorted_out(text: str, library: Any, source: str) -> Iterator[Problem]:
    """Puts entries and strings into the library, each under a key of its own; yields what is broken."""
    keys = Counter[str]()
    for block in parse_string(text, parse_stack=[]).blocks:
        line = (block.start_line or 0) + 1
        if isinstance(block, DuplicateBlockKeyBlock | DuplicateFieldKeyBlock):
            block = block.ignore_error_block or block
        if isinstance(block, ParsingFailedBlock):
            said = block.raw.strip().splitlines()[0][:60] if block.raw and block.raw.strip() else "it"
            yield Problem(source, line, "entry", f"{said!r} is not whole: check its braces and commas")
        elif isinstance(block, Entry):
            # Our ids do not come from these keys, so two entries may share one.
            keys[block.key] += 1
            block.key = f"{block.key}{_TWIN}{keys[block.key]}"
            library.add(block)
        elif isinstance(block, String):
            library.add(block)


def _named(made: Located | Problem, entry: Any) -> Located | Problem:
    if isinstance(made, Located):
        return made
    return Problem(
        made.file, made.line, made.field, f"{made.message} (entry {entry.key.rpartition(_TWIN)[0]!r})"
    )


def _record(entry: Any, decoder: Any) -> dict[str, Any]:
    raw = {field.key.lower(): str(field.value) for field in entry.fields}
    said = {key: _text(value, decoder) for key, value in raw.items() if key not in ("author", "url", "doi")}
    where, shown = raw.get("url", "").replace("\\", ""), said.get("howpublished", "")
    eprint = said.get("eprint", "")
    kind = (said.get("archiveprefix") or said.get("eprinttype") or "").lower()
    arxiv = eprint if kind == "arxiv" or (not kind and _ARXIV.fullmatch(eprint)) else ""
    year = re.search(r"\d{4}", said.get("year") or said.get("date", ""))
    return {
        "title": said.get("title"),
        "abstract": said.get("abstract"),
        "authors": _authors(raw.get("author", ""), decoder),
        "year": year.group() if year else None,
        "venue": said.get("journal")
        or said.get("journaltitle")
        or said.get("booktitle")
        or ("" if _WEB.search(shown) else shown),
        "doi": re.sub(r"\\([_%&#])", r"\1", raw.get("doi", "")),
        "arxiv_id": arxiv,
        "pmid": said.get("pmid", ""),
        "url": found.group() if (found := _WEB.match(where)) else "",
    }


def _text(value: str, decoder: Any) -> str:
    # It does not know the first two, and takes the third for an accent.
    value = value.replace(r"{\textbraceleft}", r"\{").replace(r"{\textbraceright}", r"\}")
    value = value.replace(r"{\textasciicircum}", "^")
    return " ".join(decoder.latex_to_text(_BARE.sub(r"\\\1", value)).split())


def _authors(value: str, decoder: Any) -> list[str]:
    """Names as they are said, "Ludwig van Beethoven"; a name in braces is one name, whatever is in it."""
    found = []
    for name in split_multiple_persons_names(" ".join(value.split())):
        if name.lower() == "others":
            continue
        try:
            parts = parse_single_name_into_parts(name)
            said = " ".join([*parts.first, *parts.von, *parts.last, *parts.jr])
        except InvalidNameError:
            said = name
        found.append(_text(said, decoder))
    return [name for name in found if name]
