from __future__ import annotations

import pytest

from assistant.generation.listing.noun_phrases import NounPhrases

TEXTS = (
    "Wild bees in towns. The bees of a town sleep. A nap improves memory in adults; the nap of bees is short.",
    "State space models are fast. The state is kept in state space models. We measure the effect of histologic and "
    "clinical signs in space. Related to this, the models of memory are many. Sleep in rats improves with age.",
)


@pytest.mark.parametrize(
    ("phrase", "times"),
    [
        ("wild bees", 1),
        ("bees", 1),
        ("memory", 1),
        ("state space models", 2),
        ("town", 0),
        ("nap", 0),
        ("nap improves", 0),
        ("improves memory", 0),
        ("rats improves", 0),
        ("histologic", 0),
        ("related", 0),
        ("space", 0),
        ("nothing", 0),
    ],
)
def test_what_stands_bare_as_a_noun_phrase(phrase: str, times: int) -> None:
    assert NounPhrases(TEXTS).bare(phrase) == times
