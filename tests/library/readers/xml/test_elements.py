"""Elements of XML: which are found, and what ends the reading."""

from __future__ import annotations

import io

import pytest

from assistant.library.readers.xml.elements import XmlFault, ended, is_whole, local_name


def test_elements_of_some_names_come_where_they_end_whatever_their_namespace() -> None:
    file = io.StringIO('<a xmlns="http://x.test"><b>1<c/></b><d/><b>2</b></a>')
    assert [(local_name(one), one.text) for one in ended(file, ("b",))] == [("b", "1"), ("b", "2")]


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("<a><b/>\n</c>", 2, "not XML: mismatched tag"),
        ("<a><b/>", 1, "not XML: no element found"),
        ("<a>" * 201 + "</a>" * 201, 0, "elements are nested more than 200 deep"),
        (
            '<!DOCTYPE x [<!ENTITY a "b">]><b>&a;</b>',
            0,
            r"XML that is not safe to read \(EntitiesForbidden\)",
        ),
    ],
)
def test_a_fault_ends_the_reading_and_names_its_line(text: str, line: int, message: str) -> None:
    with pytest.raises(XmlFault, match=message) as fault:
        list(ended(io.StringIO(text), ("b",)))
    assert fault.value.line == line


def test_what_comes_before_a_fault_is_found() -> None:
    elements = ended(io.StringIO("<a><b/></c>"), ("b",))
    assert local_name(next(elements)) == "b"
    with pytest.raises(XmlFault):
        next(elements)


def test_elements_may_be_nested_200_deep() -> None:
    assert len(list(ended(io.StringIO("<a>" * 200 + "</a>" * 200)))) == 200


@pytest.mark.parametrize(
    ("text", "whole"),
    [("<feed><entry/></feed>", True), ("<feed><entry/>", False), ("<html/>", False), ("", False)],
)
def test_a_reply_is_whole_if_its_root_ends(text: str, whole: bool) -> None:
    assert is_whole(io.StringIO(text), "feed") is whole
