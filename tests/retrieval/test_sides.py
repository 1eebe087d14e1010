from __future__ import annotations

import numpy as np
import pytest

from assistant.core.text.tokens import tokens
from assistant.retrieval.encoder import EncodedText
from assistant.retrieval.names import MOST_SIDES, sides
from assistant.retrieval.question import parse


def found_in(question: str) -> tuple[str, ...]:
    words = tokens(question)
    rows = np.zeros((sum(t.content for t in words), 4), dtype=np.float32)
    return sides(parse(EncodedText(question, words, np.zeros(4, dtype=np.float32), rows), lambda stem: 1.0))


@pytest.mark.parametrize(
    ("question", "found"),
    [
        ("Compare naps with caffeine", ("naps", "caffeine")),
        ("Compare naps and night sleep with caffeine", ("naps night sleep", "caffeine")),
        ("How do otters and beavers differ in diet?", ("otters", "beavers diet")),
        ("What is the difference between kelp and eelgrass?", ("kelp", "eelgrass")),
        ("lime vs. hemp mortar", ("lime", "hemp mortar")),
        ("What sets lutes apart from guitars?", ("lutes", "guitars")),
        (
            "Compare the effects of aspirin, ibuprofen and paracetamol on fever",
            ("effects aspirin", "ibuprofen", "paracetamol fever"),
        ),
        ("How is ultrasound different from MRI for knees?", ("ultrasound", "MRI knees")),
        ("Compare the two papers", ()),
        ("Do naps and caffeine help nurses?", ()),
    ],
)
def test_the_sides_of_a_comparison_are_searched_for_one_by_one(question: str, found: tuple[str, ...]) -> None:
    assert found_in(question) == found


def test_there_are_at_most_four_sides() -> None:
    assert len(found_in("Compare ash, birch, cedar, elm, fir, oak and yew")) == MOST_SIDES
