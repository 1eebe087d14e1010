"""Files of BibTeX to entries: what is split here is split as bibtexparser does it."""

from __future__ import annotations

import pytest
from bibtexparser.entrypoint import parse_string
from bibtexparser.model import Entry as ParsedEntry
from hypothesis import given
from hypothesis import strategies as st

from assistant.library.readers.bibtex.entries import Broken, Entry, entries, name_parts

PLAIN = "@article{key,\n title = {Otters {at} night},\n year = 2020, month = mar,\n note = {a, b = {c}}\n}\n"


def test_an_entry_has_its_line_kind_key_and_fields() -> None:
    (entry,) = entries("% a comment\n" + PLAIN)
    fields = {"title": "Otters {at} night", "year": "2020", "month": "mar", "note": "a, b = {c}"}
    assert entry == Entry(2, "article", "key", fields)


@pytest.mark.parametrize(
    ("text", "fields"),
    [
        ("@misc{a, title = {A}, title = {B}}", {"title": "A"}),
        ("@misc{a, TITLE={A},}", {"title": "A"}),
        ('@misc{a, title = "A {"} b"}', {"title": 'A {"} b'}),
        ("@string{j = {Otters}}\n@misc{a, journal = j # { B}}", {"journal": "Otters B"}),
        ("@string{j = {Otters}}\n@misc{a, journal = J}", {"journal": "Otters"}),
        ("@misc(a, title = {A})", {"title": "A"}),
        ("@misc{\n title = {A}}", {"title": "A"}),
        ("@misc{a, title = {No comma} author = {A, B}\n year = 2020 month = mar}", {"title": "No comma", "author": "A, B", "year": "2020", "month": "mar"}),
        ('@misc{a, title = "No comma" author = "A, {"}B"\n}', {"title": "No comma", "author": 'A, {"}B'}),
        ("@misc{a, title = {100\\% \\{A\\}}}", {"title": "100\\% \\{A\\}"}),
    ],
)  # fmt: skip
def test_values_are_whole(text: str, fields: dict[str, str]) -> None:
    *_, entry = entries(text)
    assert isinstance(entry, Entry)
    assert dict(entry.fields) == fields


@given(
    st.lists(
        st.tuples(st.sampled_from("abcdef"), st.sampled_from(["{A b}", '"A b"', "2020", "{A {b = c}}"])),
        min_size=1,
        max_size=5,
        unique_by=lambda pair: pair[0],
    ),
    st.data(),
)
def test_a_comma_that_is_missing_costs_nothing(pairs: list[tuple[str, str]], data: st.DataObject) -> None:
    marks = [data.draw(st.sampled_from([",", "", ",\n", "\n"])) for _ in pairs]
    text = (
        "@misc{k, "
        + " ".join(f"{name} = {value}{mark}" for (name, value), mark in zip(pairs, marks, strict=True))
        + "}"
    )
    (entry,) = entries(text)
    assert isinstance(entry, Entry)
    assert dict(entry.fields) == {
        name: value.strip('"') if value[0] == '"' else value[1:-1] if value[0] == "{" else value
        for name, value in pairs
    }


def test_a_field_that_stands_twice_is_named_where_its_values_differ() -> None:
    plain, parsed = entries(
        "@misc{a, note = {A}, note = {B}, year = 1, year = 1}\n@misc{b, note = {A} # {C}, note = {B}}"
    )
    assert isinstance(plain, Entry)
    assert isinstance(parsed, Entry)
    assert plain.doubled == parsed.doubled == ("note",)


def test_an_entry_that_is_not_closed_costs_itself_alone() -> None:
    broken, entry = entries("@article{a, title = {Not closed\n\n" + PLAIN)
    assert broken == Broken(1, "@article{a, title = {Not closed")
    assert isinstance(entry, Entry)
    assert (entry.line, entry.key) == (3, "key")


def test_two_entries_on_a_line_are_two() -> None:
    found = list(entries("@misc{a, title={A}} @misc{b, title={B}}"))
    assert [entry.key for entry in found if isinstance(entry, Entry)] in (["a", "b"], ["a"])
    assert len(found) == 2 or isinstance(found[0], Entry)


VALUES = st.recursive(
    st.text("ab ,=\n#%", max_size=8), lambda inner: inner.map(lambda text: f"{{{text}}}"), max_leaves=3
)


@given(st.lists(st.tuples(st.text("abc", min_size=1, max_size=4), VALUES), min_size=1, max_size=4))
def test_entries_are_split_as_bibtexparser_splits_them(pairs: list[tuple[str, str]]) -> None:
    text = "@misc{key,\n" + ",\n".join(f" {name} = {{{value}}}" for name, value in pairs) + "\n}\n"
    (parsed,) = [
        getattr(block, "ignore_error_block", None) or block
        for block in parse_string(text, parse_stack=[]).blocks
    ]
    (entry,) = entries(text)
    assert isinstance(parsed, ParsedEntry)
    assert isinstance(entry, Entry)
    assert dict(entry.fields) == {field.key: field.value[1:-1] for field in reversed(parsed.fields)}


def test_the_parts_of_a_name() -> None:
    parts = name_parts("van der Berg, Jr, Anna")
    assert parts is not None
    assert (parts.first, parts.von, parts.last, parts.jr) == ("Anna", "van der", "Berg", "Jr")
    assert name_parts("{Not closed") is None
