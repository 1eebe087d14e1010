"""Names of persons in the forms that files give them."""

from __future__ import annotations

import time
from typing import Any

import pytest

from assistant.library.readers.text.person_names import from_csl, listed, person, written


@pytest.mark.parametrize(
    ("parts", "name"),
    [
        (("Byron", "Ada"), "Ada Byron"),
        (("Byron", "Ada", "Jr"), "Ada Byron Jr"),
        (("van  Beethoven", "Ludwig"), "Ludwig van Beethoven"),
        (("Garcia Lopez", "Ana"), "Garcia Lopez, Ana"),
        (("Plato",), "Plato"),
        (("Garcia Lopez", "Ana", "Jr."), "Garcia Lopez, Ana, Jr."),
        (("Byron", "Ada", "MSc"), "Byron, Ada, MSc"),
        (("王", "小明"), "王 小明"),
        (("The Tea Group",), "The Tea Group"),
        (("", ""), ""),
    ],
)
def test_a_name_is_written_as_it_is_spoken(parts: tuple[str, ...], name: str) -> None:
    assert person(*parts) == name


@pytest.mark.parametrize(
    ("text", "initials_last", "name"),
    [
        ("Byron, Ada", False, "Ada Byron"),
        ("Byron, Ada, Jr.", False, "Ada Byron Jr."),
        ("Byron, Jr., Ada", False, "Ada Byron Jr."),
        ("Byron, Ada K Jr", False, "Ada K Byron Jr"),
        ("Byron Jr., Ada", False, "Ada Byron Jr."),
        ("Rowan R.", False, "R. Rowan"),
        ("Rowan R.L.", False, "R.L. Rowan"),
        ("Ada Byron", False, "Ada Byron"),
        ("Byron AK", False, "Byron AK"),
        ("Byron AK", True, "AK Byron"),
        ("Byron AK Jr", True, "AK Byron Jr"),
        ("Byron A.", True, "Byron A."),
        (" Byron, Ada;", False, "Ada Byron"),
        ("et al.", False, ""),
        ("Others", False, ""),
    ],
)
def test_the_forms_of_one_name(text: str, initials_last: bool, name: str) -> None:
    assert written(text, initials_last=initials_last) == name


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Doe, Jane; Roe, Rick", ["Jane Doe", "Rick Roe"]),
        ("Doe, Jane|Roe, R", ["Jane Doe", "R Roe"]),
        ("Jane Doe // Rick Roe", ["Jane Doe", "Rick Roe"]),
        ("Doe J., Roe R.", ["J. Doe", "R. Roe"]),
        ("Doe J, Roe RL", ["J Doe", "RL Roe"]),
        ("Jane Doe and Rick Roe", ["Jane Doe", "Rick Roe"]),
        ("Jane Doe, Rick Roe and Ada Byron", ["Jane Doe", "Rick Roe", "Ada Byron"]),
        ("Jane Doe, Rick Roe, and Ada Byron", ["Jane Doe", "Rick Roe", "Ada Byron"]),
        ("Doe, Jane and Roe", ["Jane Doe", "Roe"]),
        ("Doe, Jane", ["Jane Doe"]),
        ("Doe, Jane K.", ["Jane K. Doe"]),
        ("Doe, Jane, Jr.", ["Jane Doe Jr."]),
        ("Jane Doe, Jr., Rick Roe", ["Jane Doe Jr.", "Rick Roe"]),
        ("Jane Doe, Rick Roe, Sr", ["Jane Doe", "Rick Roe Sr"]),
        ("Doe, J. K.", ["J. K. Doe"]),
        ("Jane Doe, Rick Roe", ["Jane Doe", "Rick Roe"]),
        ("Doe, Jane, Roe, Rick", ["Doe", "Jane", "Roe", "Rick"]),
        ("Roe, RL, Doe, JH", ["RL Roe", "JH Doe"]),
        ("Roe, RL, Doe", ["Roe", "RL", "Doe"]),
        ("Jane Doe (12345), Rick Roe", ["Jane Doe", "Rick Roe"]),
        ("Jane Doe 57190000000", ["Jane Doe"]),
        ("Jane Doe; et al.", ["Jane Doe"]),
        ("", []),
    ],
)
def test_the_names_in_one_cell(text: str, names: list[str]) -> None:
    assert listed(text) == names


@pytest.mark.parametrize(
    ("names", "read"),
    [
        ([{"family": "Byron", "given": "Ada"}, "x", {"given": 3}], ["Ada Byron"]),
        ([{"literal": "The  Group", "family": "X"}], ["The Group"]),
        ([{"name": "The Group"}], ["The Group"]),
        ([{"family": "Linde", "non-dropping-particle": "van der", "given": "Anna"}], ["Anna van der Linde"]),
        ([{"family": "Linde", "dropping-particle": "von", "given": "Anna"}], ["Anna von Linde"]),
        ([{"family": "King", "given": "Ada", "suffix": "Jr"}], ["Ada King Jr"]),
        ("Ada Byron", []),
        (None, []),
    ],
)
def test_the_names_of_csl(names: Any, read: list[str]) -> None:
    assert from_csl(names) == read


def test_a_name_that_is_far_too_long_costs_no_time() -> None:
    before = time.process_time()
    assert written("9" * 40_000) == "9" * 40_000
    assert listed("x" * 40_000 + "; Roe, Rick") == ["x" * 40_000, "Rick Roe"]
    assert time.process_time() - before < 2
