"""What of a reply is meant for the reader."""

from __future__ import annotations

import pytest

from assistant.generation.writing.visible import visible


@pytest.mark.parametrize(
    ("reply", "text"),
    [
        ("Tea is good [1].", "Tea is good [1]."),
        ("**Answer:** Tea is good.", "Tea is good."),
        ('"Tea is good" is said.', '"Tea is good" is said.'),
        ('{"answer": "Tea is good"}', "Tea is good"),
        ('{"answer": "Tea good"}', ""),
        ('[{"text": "Tea is good.", "source": 1}, "Mice like tea."]', "Tea is good. [1]\n\nMice like tea."),
        ('{"text": "Tea is good [2].", "source": [1]}', "Tea is good [2]."),
        ('{"text": "Tea is good.", "sources": ["[1.2]", "x", 3]}', "Tea is good. [1.2][3]"),
        ('{"text": "Tea is good."', ""),
    ],
)
def test_the_sentences_of_a_reply(reply: str, text: str) -> None:
    assert visible(reply, final=True) == text


def test_json_is_shown_when_it_is_complete() -> None:
    assert visible('{"answer": "Tea is good"}', final=False) == ""
    assert visible("Tea is", final=False) == "Tea is"
