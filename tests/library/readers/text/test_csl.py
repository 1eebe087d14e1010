"""Names and dates as CSL has them."""

from __future__ import annotations

from typing import Any

import pytest

from assistant.library.readers.text.csl import date_parts, months, name_parts


@pytest.mark.parametrize(
    ("texts", "parts"),
    [
        (("2020-03-01",), [2020, 3, 1]),
        (("2020/3",), [2020, 3]),
        (("2020-12-31",), [2020, 12, 31]),
        (("2020-12-32",), [2020, 12]),
        (("2020-01-00",), [2020, 1]),
        (("2020-01-01",), [2020, 1, 1]),
        (("2020-13-01",), None),
        (("2020-00-01",), None),
        (("2020",), None),
        (("2020", "May", "6"), [2020, 5, 6]),
        (("2020", "", "6"), [2020, 6]),
        (("2020", "5", "6"), [2020, 5, 6]),
        (("May 2020",), [2020, 5]),
        (("6 January 2020",), [2020, 1, 6]),
        (("December 6-9, 2020",), [2020, 12, 6]),
        (("2020 Dec",), [2020, 12]),
        (("12345 May",), None),
        (("in 20",), None),
        (("",), None),
        ((), None),
    ],
)
def test_a_date_has_at_least_a_month(texts: tuple[str, ...], parts: list[int] | None) -> None:
    expected: dict[str, Any] = {"date-parts": [parts]} if parts else {}
    assert date_parts(*texts) == expected


def test_a_name_of_one_part_is_literal() -> None:
    assert name_parts("Ada Byron") == {"family": "Byron", "given": "Ada"}
    assert name_parts("Plato") == {"literal": "Plato"}


def test_there_are_twelve_months() -> None:
    assert (len(months()), months()[0], months()[11]) == (12, "jan", "dec")
