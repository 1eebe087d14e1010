"""What is kept of the further fields of a record, and how much of it."""

from __future__ import annotations

from typing import Any

import pytest

from assistant.library.readers.text.extra_fields import extra_fields


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        ("a  b\n", "a b"),
        ("caf\u00e9\u0007", "caf\u00e9"),
        ("<i>a</i> &amp; b", "a & b"),
        ("x" * 20_001, "x" * 20_000),
        ("\u00e9" * 20_001, "\u00e9" * 20_000),
        (3, 3),
        (True, True),
        (1.5, 1.5),
        (10**15 - 1, 10**15 - 1),
        (10**15, None),
        (1e15, None),
        (float("inf"), None),
        ({1, 2}, None),
        (["a", {"b": 2}], ["a", {"b": 2}]),
        (("a",), ["a"]),
        ([[[["a"]]]], [[[["a"]]]]),
        ([[[[["a"]]]]], [[[[None]]]]),
        ({"a": {"b": {"c": {"d": {"e": 1}}}}}, {"a": {"b": {"c": {"d": None}}}}),
        ({"k" * 101: 1}, {"k" * 100: 1}),
        (list(range(5001)), list(range(5000))),
        ({str(i): 1 for i in range(61)}, {str(i): 1 for i in range(60)}),
        ("", None),
        ("\u0007", None),
        ([], None),
        (0, None),
        (None, None),
    ],
)
def test_which_values_are_kept(value: Any, kept: Any) -> None:
    assert extra_fields({"volume": value}) == ({} if kept is None else {"volume": kept})


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("a", True),
        ("container-title", True),
        ("x" * 41, True),
        ("x" * 42, False),
        ("1a", False),
        ("a b", False),
        ("", False),
    ],
)
def test_which_names_are_kept(name: str, kept: bool) -> None:
    assert (name in extra_fields({name: "v"})) is kept


def test_at_most_sixty_fields_are_kept() -> None:
    fields = {"".join(chr(97 + int(d)) for d in f"{i:02}"): "v" for i in range(61)}
    assert len(extra_fields(fields)) == 60
    assert extra_fields(["volume"]) == {}


def test_rights_and_keywords_have_their_places() -> None:
    assert extra_fields({}, "(c) us", "tea") == {"keyword": "tea", "custom": {"rights": "(c) us"}}
    given = {"keyword": "milk", "custom": {"a": 1}}
    assert extra_fields(given, "(c) us", "tea") == {"keyword": "milk", "custom": {"a": 1, "rights": "(c) us"}}
    assert extra_fields({"custom": "x"}, "(c) us") == {"custom": {"rights": "(c) us"}}
