"""BibTeX (Zotero, JabRef, Google Scholar, by hand): one record per entry. The only door to bibtexparser and pylatexenc."""

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

# Between a key and the number of the entry that has it: no key holds this character.
_TWIN = "\n"
_ARXIV = re.compile(r"(arxiv:)?(\d{4}\.\d{4,5}(v\d+)?|[a-z-]+(\.[A-Z]{2})?/\d{7})", re.I)


def read(file: IO[str], source: str) -> Iterator[Located | Problem]:
    """Yield a paper per entry; an entry that is broken, or has no abstract, costs only itself."""
    # What it warns of becomes a Problem here.
    log = logging.getLogger("bibtexparser")
    if not log.handlers:
        log.addHandler(logging.NullHandler())
    decoder = LatexNodes2Text(math_mode="verbatim", keep_comments=True)
    library = Library()
    problems = list(_fill(library, file.read().replace("\r\n", "\n"), source))
    for middleware in (ResolveStringReferencesMiddleware(), RemoveEnclosingMiddleware()):
        library = middleware.transform(library)
    for entry in library.entries:
        line = (entry.start_line or 0) + 1
        try:
            record = _record(entry, decoder)
        except RecursionError:
            yield _with_key(
                Problem(source, line, "entry", "its braces are nested too deep to be read"), entry
            )
            continue
        for result in from_record(record, source, line):
            yield _with_key(result, entry)
    yield from problems


def _fill(library: Any, text: str, source: str) -> Iterator[Problem]:
    """Put the text's entries and strings into the library, each under a key of its own; yield a Problem per broken one."""
    keys = Counter[str]()
    for block in parse_string(text, parse_stack=[]).blocks:
        line = (block.start_line or 0) + 1
        if isinstance(block, DuplicateBlockKeyBlock | DuplicateFieldKeyBlock):
            block = block.ignore_error_block or block
        if isinstance(block, ParsingFailedBlock):
            excerpt = block.raw.strip().splitlines()[0][:60] if block.raw and block.raw.strip() else "it"
            yield Problem(source, line, "entry", f"{excerpt!r} is not whole: check its braces and commas")
        elif isinstance(block, Entry):
            # Our ids do not come from these keys, so two entries may share one.
            keys[block.key] += 1
            block.key = f"{block.key}{_TWIN}{keys[block.key]}"
            library.add(block)
        elif isinstance(block, String):
            library.add(block)


def _with_key(result: Located | Problem, entry: Any) -> Located | Problem:
    """Add the entry's key to the message of a Problem; a paper stays as it is."""
    if isinstance(result, Located):
        return result
    key = entry.key.rpartition(_TWIN)[0]
    return Problem(result.file, result.line, result.field, f"{result.message} (entry {key!r})")


def _record(entry: Any, decoder: Any) -> dict[str, Any]:
    """Return the entry as the record that `from_record` takes, LaTeX decoded."""
    raw = {field.key.lower(): str(field.value) for field in entry.fields}
    texts = {key: _text(value, decoder) for key, value in raw.items() if key not in ("author", "url", "doi")}
    url = raw.get("url", "").replace("\\", "").strip()
    published = texts.get("howpublished", "")
    eprint = texts.get("eprint", "")
    kind = (texts.get("archiveprefix") or texts.get("eprinttype") or "").lower()
    year = re.search(r"\d{4}", texts.get("year") or texts.get("date", ""))
    return {
        "title": texts.get("title"),
        "abstract": texts.get("abstract"),
        "authors": _authors(raw.get("author", ""), decoder),
        "year": year[0] if year else None,
        "venue": texts.get("journal")
        or texts.get("journaltitle")
        or texts.get("booktitle")
        or ("" if "://" in published else published),
        "doi": re.sub(r"\\([_%&#])", r"\1", raw.get("doi", "")),
        "arxiv_id": eprint if kind == "arxiv" or (not kind and _ARXIV.fullmatch(eprint)) else "",
        "pmid": texts.get("pmid", ""),
        "url": url.split()[0] if url.lower().startswith(("http://", "https://")) else "",
    }


def _text(value: str, decoder: Any) -> str:
    """Decode LaTeX to text in one line."""
    # The decoder does not know the first two, and takes the third for an accent.
    value = value.replace(r"{\textbraceleft}", r"\{").replace(r"{\textbraceright}", r"\}")
    value = value.replace(r"{\textasciicircum}", "^")
    # These begin a comment or a column in LaTeX; in the texts of references they are themselves.
    value = re.sub(r"(?<!\\)([%&#])", r"\\\1", value)
    return " ".join(decoder.latex_to_text(value).split())


def _authors(value: str, decoder: Any) -> list[str]:
    """Return names as they are spoken, "Ludwig van Beethoven"; a name in braces is one name, whatever is in it."""
    authors = []
    for name in split_multiple_persons_names(" ".join(value.split())):
        if name.lower() == "others":
            continue
        try:
            parts = parse_single_name_into_parts(name)
            spoken = " ".join([*parts.first, *parts.von, *parts.last, *parts.jr])
        except InvalidNameError:
            spoken = name
        authors.append(_text(spoken, decoder))
    return [name for name in authors if name]
