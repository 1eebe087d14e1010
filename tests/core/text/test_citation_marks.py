"""Which numbers a sentence cites, and which brackets are no citations."""

from __future__ import annotations

import pytest

from assistant.core.text.citation_marks import CitedSentence, parse


def numbers(text: str) -> tuple[int, ...]:
    (sentence,) = parse(text)
    return sentence.numbers


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It works [1-51].", tuple(range(1, 52))),
        ("It works [1-52].", (1, 52)),
        ("It works [3-3].", (3,)),
        ("It works [3-1].", (3, 1)),
        ("It works [2; 1, 2].", (2, 1)),
        ("It works [1, 3–5].", (1, 3, 4, 5)),
        ("It works [2][1][2].", (2, 1)),
        ("It works【2†a】 and【1†b】.", (2, 1)),
        ("It works[7].", (7,)),
        ("Take ab[7].", ()),
        ("Take \\(x [7]\\) and `y [8]`.", ()),
    ],
)
def test_numbers_are_in_order_and_each_once(text: str, expected: tuple[int, ...]) -> None:
    assert numbers(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It is scaled [0, 1].", ()),
        ("It lies in [2, 5].", ()),
        ("It lies (in [2, 5]).", ()),
        ("The range [2, 5] holds.", ()),
        ("It is shown [2, 5].", (2, 5)),
        ("It is shown in [2, 5, 6].", (2, 5, 6)),
        ("It is shown in [2-5].", (2, 3, 4, 5)),
        ("It is shown in [2].", (2,)),
    ],
)
def test_two_numbers_are_an_interval_from_zero_or_after_its_word(
    text: str, expected: tuple[int, ...]
) -> None:
    assert numbers(text) == expected


def test_offsets_span_the_sentence_with_its_marks() -> None:
    text = "One works [1]. Two [2, 3].\n[4]"
    assert parse(text) == [
        CitedSentence("One works.", (1,), 0, 14),
        CitedSentence("Two.", (2, 3, 4), 15, 30),
    ]


def test_a_mark_before_any_sentence_is_dropped() -> None:
    assert parse("[1]") == []
    assert parse("[1]\n\nIt works.") == [CitedSentence("It works.", (), 5, 14)]


def test_a_sentence_without_letters_is_none() -> None:
    assert parse("It works. 42 % [1].") == [CitedSentence("It works.", (1,), 0, 19)]


def test_code_headings_and_rules_are_no_sentences() -> None:
    text = "# Title [1]\n---\n~~~\nx [2]\n~~~\n> It *works* in snake_case_names [3].\n\nReferences\n- [1] A\n2. B\n"
    assert [(s.text, s.numbers) for s in parse(text)] == [("It works in snake_case_names.", (3,))]
