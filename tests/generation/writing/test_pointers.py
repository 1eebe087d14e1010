"""What citation marks point to, in the forms that models give them."""

from __future__ import annotations

import pytest

from assistant.generation.writing.pointers import NOWHERE, Pointer, rewritten, without_open_end


def read(text: str) -> list[tuple[tuple[int, int | None], ...]]:
    """The papers and sentences of each mark that is not of the plain form."""
    return [tuple((p.paper, p.sentence) for p in each) for each in rewritten(text)[1].values()]


@pytest.mark.parametrize(
    ("mark", "pointers"),
    [
        ("[2.4]", ((2, 4),)),
        ("[2:4]", ((2, 4),)),
        ("[2.0]", ((2, 0),)),
        ("[2.4, 2.6]", ((2, 4), (2, 6))),
        ("[2.4; 3.1]", ((2, 4), (3, 1))),
        ("[2.4, 2.4]", ((2, 4),)),
        ("[1.2 and 3]", ((1, 2), (3, None))),
        ("[Paper 1]", ((1, None),)),
        ("[Paper 1, sentence 2]", ((1, 2),)),
        ("[Paper 1, sentence 2, sentence 3]", ((1, 3),)),
        ("[sentence 2]", ((2, None),)),
        ("[Paper 1, source 2.3]", ((1, None), (2, 3))),
        ("[Paper 1, paper 2]", ((1, None), (2, None))),
        ("(Paper 1-3)", ((1, None), (2, None), (3, None))),
        ("[2.3-2.5]", ((2, 3), (2, 4), (2, 5))),
        ("[2.3-5]", ((2, 3), (2, 4), (2, 5))),
        ("[2.3-3.1]", ((2, 3), (3, 1))),
        ("[2.5-2.3]", ((2, 5),)),
        ("【2.4】", ((2, 4),)),
        ("[2.4†lines 3]", ((2, 4),)),
        ("¹²", ((1, None), (2, None))),
        ("(1)", ((1, None),)),
        ("(2.4)", ((2, 4),)),
        ("[none]", ((0, None),)),
        ("(None)", ((0, None),)),
    ],
)
def test_the_forms_of_a_mark(mark: str, pointers: tuple[tuple[int, int | None], ...]) -> None:
    assert read(f"Tea is good {mark}.") == [pointers]


@pytest.mark.parametrize(
    "text", ["Tea is good [2].", "Tea is good [2, 3].", "Tea is good [2-4].", "x_[2.4]", "f(2) is", "m²"]
)
def test_plain_marks_and_other_brackets_stay(text: str) -> None:
    assert rewritten(text) == (text, {})


def test_a_range_has_an_end() -> None:
    (wide,) = read("Tea [Paper 1-99].")
    assert len(wide) == 1 + 50
    (long,) = read("Tea [1.1-1.99].")
    assert len(long) == 1 + 50


def test_each_mark_has_a_number_of_its_own() -> None:
    text, pointers = rewritten("Tea [1.2]. Rain [none]. 茶[1.3]。")
    assert text == "Tea [100000]. Rain [100001]. 茶 [100002]。"
    assert pointers == {100000: (Pointer(1, 2),), 100001: (NOWHERE,), 100002: (Pointer(1, 3),)}


@pytest.mark.parametrize(
    ("text", "marks"),
    [
        ("The risk is 2.9 (95% CI [2.4, 3.1]", 0),
        ("The risk is 2.9 [2.4, 3.1]", 1),
        ("95% CI [2, 3.1]", 0),
        ("95% CI [2.4]", 1),
        ("95% CI [2.4, 3.1, 3.2]", 1),
    ],
)
def test_two_decimals_behind_the_name_of_an_interval_are_values(text: str, marks: int) -> None:
    assert len(read(text)) == marks


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Tea is [1.", "Tea is "),
        ("Tea «is", "Tea "),
        ("Tea <b", "Tea "),
        ("Tea [1] is", "Tea [1] is"),
        ("Tea (\nis", "Tea (\nis"),
    ],
)
def test_what_is_not_yet_closed_is_not_shown(text: str, shown: str) -> None:
    assert without_open_end(text) == shown
