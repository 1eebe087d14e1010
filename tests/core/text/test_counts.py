"""Numbers with their nouns."""

from __future__ import annotations

import pytest

from assistant.core.text.counts import count_of


@pytest.mark.parametrize(
    ("number", "text"),
    [(0, "0 papers"), (1, "1 paper"), (2, "2 papers"), (1200, "1,200 papers")],
)
def test_only_one_is_singular(number: int, text: str) -> None:
    assert count_of(number, "paper") == text
