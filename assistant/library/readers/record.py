"""Records to Papers. Fields are checked, and what cannot be used of a record becomes a Problem.

A record without a title is no paper; one without an abstract is a paper that can be found and listed, and never quoted. A
wrong optional field is a Problem, and the paper goes in without that field.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import Any

from assistant.core.paper import Paper, Section, bare_doi, normal_arxiv_id, paper_id
from assistant.core.text.sanitize import single_spaced
from assistant.library.readers.problem import Located, Problem
from assistant.library.readers.text.abstract import apart, is_no_value
from assistant.library.readers.text.extra_fields import extra_fields
from assistant.library.readers.text.latex_in_text import without_latex
from assistant.library.readers.text.markup import has_markup, headless, plain, sections
from assistant.library.readers.text.mojibake import is_spoilt, repaired
from assistant.library.readers.text.person_names import from_csl, listed
from assistant.library.readers.text.section_labels import labelled

MAX_ABSTRACT = 20_000
MAX_TITLE = 2_000
MAX_AUTHORS = 10_000
MAX_SECTIONS = 500
MAX_TEXT = 5_000
"""Characters of any other field."""
_TEXTS = ("id", "venue", "doi", "arxiv_id", "pmid", "url", "note")
YEARS = range(1500, 2101)
_Fault = tuple[str, str]
"""A field and what is wrong with it."""


def from_record(record: Any, source: str, line: int) -> Iterator[Located | Problem]:
    """Yield the paper of one record, after a Problem for each field of it that could not be used.

    `extra` of the record holds what else is known of the paper, by the names of CSL; `warnings` are faults that the
    format's reader met.
    """
    if not isinstance(record, dict):
        yield Problem(source, line, "record", f"a record is an object, and this is {_json_type(record)}")
        return
    parts, part_faults = _parts(record.get("sections"))
    given = record.get("abstract")
    given = headless(given) if isinstance(given, str) else given
    text, rights, keywords = _abstract(given)
    if not parts and isinstance(given, str):
        parts = [(clean(label), _prose(part)) for label, part in sections(given)]
        text = "" if parts else text
    if parts:
        # What stands behind an abstract stands behind its last section.
        label, last = parts[-1]
        end = apart(last)
        parts[-1] = (label, end.text)
        rights, keywords = rights or end.rights, keywords or end.keywords
    title = _prose(record.get("title"))
    abstract = text or " ".join(part for _, part in parts)
    fault = _text_fault("title", title, record.get("title")) or _text_fault("abstract", abstract, given)
    if fault:
        yield Problem(source, line, *fault)
        return
    fields, field_faults = _optional_fields(record)
    marked, lost = _located(abstract, parts) if text else (_consecutive(parts), [])
    for field, message in [*record.get("warnings", ()), *part_faults, *field_faults, *lost]:
        yield Problem(source, line, field, message)
    extra = extra_fields(record.get("extra"), rights, keywords)
    identity = paper_id(
        title,
        given=fields.pop("id", ""),
        doi=fields.get("doi", ""),
        arxiv_id=fields.get("arxiv_id", ""),
        pmid=fields.get("pmid", ""),
        year=fields.get("year"),
        first_author=next(iter(fields.get("authors", ())), ""),
    )
    parted = marked or labelled(abstract)
    yield Located(
        line, Paper(identity, title, abstract, sections=parted, source=source, extra=extra, **fields)
    )


def clean(value: Any) -> str:
    """Return text in one line: letters repaired, markup and entities decoded, NFC, no control characters, single spaces.

    "" for what is not text.
    """
    if not isinstance(value, str):
        return ""
    if value.isprintable() and not is_spoilt(value) and not has_markup(value):
        composed = unicodedata.normalize("NFC", value).strip()
        # Of white space, only the space is printable.
        return " ".join(composed.split()) if "  " in composed else composed
    text = _cleaned(value)
    # A control character hides what else is read as spoilt: with it gone, the text may have to be repaired again.
    return text if text == value or text.isascii() else _cleaned(text)


def _prose(value: Any) -> str:
    """Return a title or an abstract as `clean` does, without the LaTeX that all formats have in them."""
    text = clean(value)
    # What is longer by far is refused, and not worth the time.
    if len(text) > 2 * MAX_ABSTRACT:
        return text
    return single_spaced(plain_text) if (plain_text := without_latex(text)) != text else text


def _cleaned(text: str) -> str:
    # Composed first: the composed form of some signs is a mark of an entity (U+037E is a semicolon).
    return _one_line(plain(unicodedata.normalize("NFC", _displayed(repaired(text)))))


def _displayed(text: str) -> str:
    if text.isprintable():
        return text
    # A lone surrogate (JSON can hold one) could be stored nowhere.
    text = text.encode("utf-8", "replace").decode("utf-8")
    return re.sub(r"[\x00-\x1f\x7f-\x9f]", " ", text)


def _one_line(text: str) -> str:
    return single_spaced(unicodedata.normalize("NFC", _displayed(text)))


def _abstract(given: Any) -> tuple[str, str, str]:
    """Return the abstract's own text, the notices of rights that stood around it, and its keywords."""
    text = _prose(given)
    if is_no_value(text):
        return "", "", ""
    parts = apart(text)
    return parts.text, parts.rights, parts.keywords


def _text_fault(field: str, text: str, given: Any) -> _Fault | None:
    """Return why the text cannot be a title or an abstract, or None where it can."""
    needed = f"a paper needs {'a title' if field == 'title' else 'an abstract'}"
    if field == "abstract" and not text and isinstance(given, (str, type(None))):
        return None
    if given is not None and not isinstance(given, str):
        return field, f"{_json_type(given)} instead of text: {needed}"
    if not text:
        return field, f"missing or empty: {needed}"
    if not any(character.isalnum() for character in text):
        return field, f"no letter or digit in {text[:40]!r}: {needed}"
    named, most = ("an abstract", MAX_ABSTRACT) if field == "abstract" else ("a title", MAX_TITLE)
    if len(text) > most:
        return field, f"{len(text):,} characters; {named} has at most {most:,}: shorten it"
    return None


def _optional_fields(record: dict[str, Any]) -> tuple[dict[str, Any], list[_Fault]]:
    """Return the values of all fields but title, abstract and sections, and the faults of those that are left out."""
    fields: dict[str, Any] = {}
    faults: list[_Fault] = []
    for name in _TEXTS:
        value = record.get(name)
        if value is None or value == "":
            continue
        if isinstance(value, bool) or not isinstance(value, (str, int)):
            faults.append((name, f"{_json_type(value)} instead of text; left out"))
            continue
        text = clean(str(value))
        if is_no_value(text):
            continue
        if len(text) > MAX_TEXT:
            faults.append((name, f"{len(text):,} characters, of at most {MAX_TEXT:,}; left out"))
        elif text and (kind := _missing_kind(name, text)):
            faults.append((name, f"{text[:60]!r} is not {kind}; left out"))
        elif text:
            fields[name] = bare_doi(text) if name == "doi" else text
    authors, author_faults = _authors(record.get("authors"))
    faults += author_faults
    if authors is not None:
        fields["authors"] = authors
    year = record.get("year")
    if year is not None and not (isinstance(year, str) and (not year.strip() or is_no_value(year))):
        number = _year(year)
        if number is None:
            faults.append(("year", f"{str(year)[:40]!r} is not a whole number from 1500 to 2100; left out"))
        else:
            fields["year"] = number
    return fields, faults


def _authors(given: Any) -> tuple[tuple[str, ...] | None, list[_Fault]]:
    """Return the names of authors, given as a text, a list of texts or of CSL's names (None if they are none), and their faults."""
    faults: list[_Fault] = []
    if isinstance(given, str) and len(given) > MAX_AUTHORS * 50:
        message = f"{len(given):,} characters, of at most {MAX_AUTHORS * 50:,}; left out"
        return None, [("authors", message)]
    if isinstance(given, list) and len(given) > MAX_AUTHORS:
        faults.append(("authors", f"{len(given):,} names; the first {MAX_AUTHORS:,} are kept"))
        given = given[:MAX_AUTHORS]
    if isinstance(given, str):
        given = listed(clean(given))
    if isinstance(given, list) and given and all(isinstance(author, dict) for author in given):
        given = from_csl(given)
    if isinstance(given, list) and all(isinstance(author, str) for author in given):
        return tuple(filter(None, map(clean, given))), faults
    if given is not None:
        faults.append(("authors", "not a list of names; left out"))
    return None, faults


def _year(value: Any) -> int | None:
    # A table with an empty cell in the column comes out of pandas with 2024.0 for 2024.
    if isinstance(value, str) and re.fullmatch(r"\s*\d{4}(\.0+)?\s*", value):
        value = float(value)
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return value if type(value) is int and value in YEARS else None


def _missing_kind(name: str, text: str) -> str:
    """Return what the text should be and is not, or "". (An empty DOI would make one paper of all that have it.)"""
    if name == "url" and re.match(r"(?!https?:)[a-z][a-z0-9+.-]*:|.*\s", text, re.I):
        return "an http or https address"
    if name == "doi" and not re.match(r"10\.\d[\d.]*/\S", bare_doi(text)):
        return "a DOI"
    if name == "arxiv_id" and not normal_arxiv_id(text):
        return "an arXiv id"
    return ""


def _parts(sections: Any) -> tuple[list[tuple[str, str]], list[_Fault]]:
    """Return (label, text) of the sections that can be used, and the faults of the others."""
    if sections is None:
        return [], []
    if not isinstance(sections, list):
        return [], [("sections", f"{_json_type(sections)} instead of a list; left out")]
    if len(sections) > MAX_SECTIONS:
        return [], [("sections", f"{len(sections):,} sections, of at most {MAX_SECTIONS}; left out")]
    parts: list[tuple[str, str]] = []
    faults: list[_Fault] = []
    for item in sections:
        text = _prose(item.get("text")) if isinstance(item, dict) else ""
        label = item.get("label") if isinstance(item, dict) else None
        if not text:
            faults.append(("sections", "a section without text; left out"))
        elif label is not None and not isinstance(label, str):
            faults.append(("sections", f"{_json_type(label)} instead of text as a label; section left out"))
        else:
            parts.append((clean(label), text))
    return parts, faults


def _consecutive(parts: list[tuple[str, str]]) -> tuple[Section, ...]:
    """Return the sections of an abstract that is their texts, joined by one space."""
    sections: list[Section] = []
    start = 0
    for label, text in parts:
        sections.append(Section(label, start, start + len(text)))
        start += len(text) + 1
    return tuple(sections)


def _located(abstract: str, parts: list[tuple[str, str]]) -> tuple[tuple[Section, ...], list[_Fault]]:
    """Return each section at its text's place in the abstract: after the one before, else at any free place."""
    sections: list[Section] = []
    faults: list[_Fault] = []
    after = 0
    for label, text in parts:
        start = _free_place(abstract, text, after, sections)
        if start < 0:
            start = _free_place(abstract, text, 0, sections)
        if start < 0:
            faults.append(("sections", f"{label or text[:40]!r} is not part of the abstract; left out"))
            continue
        after = start + len(text)
        sections.append(Section(label, start, after))
    return tuple(sorted(sections, key=lambda section: section.start)), faults


def _free_place(abstract: str, text: str, after: int, taken: list[Section]) -> int:
    """Return the first place of the text from `after` on that does not overlap a taken section, or -1."""
    start = abstract.find(text, after)
    while start >= 0 and any(start < part.end and part.start < start + len(text) for part in taken):
        start = abstract.find(text, start + 1)
    return start


def _json_type(value: Any) -> str:
    names = {dict: "an object", list: "a list", str: "text", bool: "true or false", type(None): "null"}
    return names.get(type(value), "a number")
