"""Filters of papers: years that are none are named."""

from __future__ import annotations

from typing import Any

import pytest

from assistant.core.errors import QuestionError
from assistant.library.identity.where import Where


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"since": "2020"}, "since is a year as a whole number, and not '2020'"),
        ({"until": True}, "until is a year as a whole number"),
        ({"since": 2023, "until": 2020}, r"The first year \(2023\) is after the last \(2020\)"),
    ],
)
def test_years_that_are_none_are_named(fields: dict[str, Any], said: str) -> None:
    with pytest.raises(QuestionError, match=said):
        Where(**fields)


def test_a_filter_says_what_it_is() -> None:
    assert str(Where(since=2020, until=2020, author="Hansen")) == "year 2020 to 2020, author Hansen"
    assert str(Where(until=2020)) == "year until 2020"
    assert not Where()
