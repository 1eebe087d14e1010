"""What is no part of an abstract is kept apart from it."""

from __future__ import annotations

import pytest

from assistant.library.readers.text.abstract import apart, is_no_value


@pytest.mark.parametrize(
    ("field", "text", "rights"),
    [
        ("Moles dig. They rest. (C) 2017 Press Ltd. All rights reserved.", "Moles dig. They rest.", "(C) 2017 Press Ltd. All rights reserved."),
        ("We count. © The Author(s) 2020. Published by A Press.", "We count.", "© The Author(s) 2020. Published by A Press."),
        ("It ends. (APA PsycInfo Database Record (c) 2021 APA, all rights reserved)", "It ends.", "(APA PsycInfo Database Record (c) 2021 APA, all rights reserved)"),
        ("It ends. [ABSTRACT FROM AUTHOR]", "It ends.", "[ABSTRACT FROM AUTHOR]"),
        ("Groups were (a), (b) and (c) 2019 was dry.", "Groups were (a), (b) and (c) 2019 was dry.", ""),
        ("Copyright law changed. Copyright of songs matters.", "Copyright law changed. Copyright of songs matters.", ""),
        ("The code is at https://example.org/x", "The code is at https://example.org/x", ""),
        ("© 2020 Press", "© 2020 Press", ""),
    ],
)  # fmt: skip
def test_notices_of_rights_and_databases(field: str, text: str, rights: str) -> None:
    parts = apart(field)
    assert (parts.text, parts.rights) == (text, rights)


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("Abstract: We count.", "We count."),
        ("ABSTRACT We count.", "We count."),
        ("Abstract - Background We", "Background We"),
        ("AbstractWe count.", "We count."),
        ("Abstract interpretation helps.", "Abstract interpretation helps."),
        ("Abstract reasoning improves.", "Abstract reasoning improves."),
        ("Abstract Data Types are used.", "Abstract Data Types are used."),
        ("Summary Statistics were computed.", "Summary Statistics were computed."),
        ("Summary statistics were computed.", "Summary statistics were computed."),
        ("Abstract Otters swim.", "Otters swim."),
        ("Abstract The otters swim.", "The otters swim."),
        ("Summary Otters swim.", "Otters swim."),
        ("Zusammenfassung: Otter schwimmen.", "Otter schwimmen."),
        ("Zusammenfassung Otter schwimmen.", "Otter schwimmen."),
        ("Zusammenfassungen sind kurz.", "Zusammenfassungen sind kurz."),
        ("Résumé : Les loutres nagent.", "Les loutres nagent."),
        ("摘要：水獭会游泳。", "水獭会游泳。"),
    ],
)
def test_a_heading_is_no_part_of_the_text(field: str, text: str) -> None:
    assert apart(field).text == text


def test_keywords_stand_apart() -> None:
    parts = apart("We count otters. Keywords: otter, river; fish.")
    assert (parts.text, parts.keywords) == ("We count otters.", "otter, river; fish")


@pytest.mark.parametrize("cell", ["NA", "n/a", "[No abstract available]", "None", "-", "#N/A", "nan"])
def test_cells_that_say_nothing(cell: str) -> None:
    assert is_no_value(cell)
    assert not is_no_value(f"{cell} otters")
