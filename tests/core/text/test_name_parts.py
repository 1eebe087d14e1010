"""Names of persons and organisations in parts."""

from __future__ import annotations

import pytest

from assistant.core.text.name_parts import author_name, person_name


@pytest.mark.parametrize(
    ("author", "name"),
    [
        ("Ada Byron", ("Byron", "Ada")),
        ("Byron, Ada", ("Byron", "Ada")),
        ("Byron ,  Ada  King", ("Byron", "Ada King")),
        ("Ludwig van Beethoven", ("van Beethoven", "Ludwig")),
        ("Maria de la Cruz", ("de la Cruz", "Maria")),
        ("ada byron", ("byron", "ada")),
        ("Plato", ("Plato", "")),
        ("", ("", "")),
        ("World Health Organization", ("World Health Organization", "")),
        ("Universität Wien", ("Universität Wien", "")),
        ("Università di Pisa", ("Università di Pisa", "")),
        ("Smith & Sons", ("Smith & Sons", "")),
        ("Google, Inc.", ("Google, Inc.", "")),
        ("Ada Teamster", ("Teamster", "Ada")),
        ("van Gogh", ("van Gogh", "")),
        ("bell hooks", ("hooks", "bell")),
        ("王 小明", ("王", "小明")),
        ("김 철수", ("김", "철수")),
    ],
)
def test_a_name_is_split_into_family_and_given(author: str, name: tuple[str, str]) -> None:
    assert author_name(author) == name


@pytest.mark.parametrize(
    ("author", "name"),
    [
        ("Ada Stone Jr.", ("Stone", "Ada", "Jr.")),
        ("Stone, Jr., Ada", ("Stone", "Ada", "Jr.")),
        ("Stone, Ada, Jr.", ("Stone", "Ada", "Jr.")),
        ("Stone Jr., Ada", ("Stone", "Ada", "Jr.")),
        ("Stone, Ada K Jr", ("Stone", "Ada K", "Jr")),
        ("Ada Stone, Sr.", ("Stone", "Ada", "Sr.")),
        ("Ada K van der Stone III", ("van der Stone", "Ada K", "III")),
        ("Stone Reed, Ada, 2nd", ("Stone Reed", "Ada", "2nd")),
        ("Stone, Ada, PhD", ("Stone", "Ada", "PhD")),
        ("Stone, IV", ("Stone", "IV", "")),
        ("Stone Jr", ("Stone", "", "Jr")),
        ("Jr.", ("Jr.", "", "")),
        ("Stone, A, B, C", ("Stone", "A, B, C", "")),
    ],
)
def test_a_suffix_is_no_part_of_the_family_name(author: str, name: tuple[str, str, str]) -> None:
    assert person_name(author) == name
