"""Lines with tags: where records begin and end, and how values go on."""

from __future__ import annotations

import re

import pytest

from assistant.library.readers.tagged.lines import TagSyntax, doi_in, every, extras, first, pages, records

SYNTAX = TagSyntax(re.compile(r"([A-Za-z]{2})- "), frozenset(("TY",)), frozenset(("ER",)))
BLANK = TagSyntax(SYNTAX.tag, SYNTAX.first, blank_ends=True)


def read(text: str, syntax: TagSyntax = SYNTAX) -> list[tuple[int, dict[str, list[str]]]]:
    return list(records(text.splitlines(keepends=True), syntax))


def test_a_record_ends_with_its_last_tag_or_where_the_next_begins() -> None:
    one, two = (1, {"TY": ["a"], "TI": ["b"]}), (4, {"TY": ["c"]})
    assert read("TY- a\nTI- b\nER- \nTY- c\n") == [one, two]
    assert read("TY- a\nTI- b\n\nTY- c\nER- \nlost\n") == [one, two]
    assert read("\n\nTI- b\r\nTY- a\n") == [(3, {"TI": ["b"], "TY": ["a"]})]
    assert read("ER- \nER- \n") == []


def test_a_blank_line_ends_a_record_where_the_format_says_so() -> None:
    assert read("TY- a\n\nTI- b\n", BLANK) == [(1, {"TY": ["a"]}), (3, {"TI": ["b"]})]
    assert read("TY- a\n\nTI- b\n") == [(1, {"TY": ["a"], "TI": ["b"]})]


def test_values_go_on_and_come_again() -> None:
    assert read("lost\nti- a\n  on \nTI- b\nAB- \n") == [(2, {"TI": ["a\non", "b"], "AB": []})]
    assert read("\ufeffTI- a\n") == [(1, {"TI": ["a"]})]


def test_the_first_tag_that_has_a_value_counts() -> None:
    fields: dict[str, list[str]] = {"A": [], "B": ["x\n y", "z"], "C": ["c"]}
    assert (first(fields, "A", "B", "C"), first(fields, "A"), first(fields)) == ("x y", "", "")
    assert (every(fields, "A", "B", "C"), every(fields, "A")) == (["x\n y", "z"], [])
    assert extras(fields, {"volume": ("A", "C"), "issue": ("D",)}) == {"volume": "c", "issue": ""}


@pytest.mark.parametrize(
    ("begin", "end", "both"),
    [
        ("1", "9", "1-9"),
        ("1", "1", "1"),
        ("1", "", "1"),
        ("", "9", "9"),
        ("1 – 9", "9", "1-9"),
        ("1-9", "12", "1-9"),
        ("", "", ""),
    ],
)
def test_the_pages_of_a_paper(begin: str, end: str, both: str) -> None:
    assert pages(begin, end) == both


def test_the_first_doi_of_texts() -> None:
    assert doi_in("none", "see 10.1000/x(1).", "10.1000/y") == "10.1000/x(1"
    assert doi_in("10.1/x") == ""
