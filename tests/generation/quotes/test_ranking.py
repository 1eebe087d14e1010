"""The likeliest answer stands first."""

from __future__ import annotations

import numpy as np
import pytest
from support.encoded import OneHot

from assistant.generation.quotes.ranking import _of_the_named
from assistant.retrieval.question import parse

WORDS = OneHot()


@pytest.mark.parametrize(
    ("question", "abstract", "first"),
    [
        ("How much does Loki improve CLIP?", "Loki beats SimCLR by 29.7%. It improves CLIP by 10.5%.", 1),
        ("How many days did ABCD delay DWV?", "Death came 30 days later. It delayed DWV by nine days.", 1),
        ("By how much did IL6 fall?", "Swelling fell by 12% in a week. IL6 fell by 40%.", 1),
        # The likeliest has a name, too
        ("How much does Loki improve SimCLR on CLIP?", "Loki beats SimCLR by 29.7%. It improves CLIP by 10.5%.", 0),
        # No figure stands beside the name
        ("How much does Loki improve CLIP?", "Loki beats SimCLR by 29.7%. It improves CLIP.", 0),
        # No figure is asked for, and no name
        ("Does Loki improve CLIP?", "Loki beats SimCLR by 29.7%. It improves CLIP by 10.5%.", 0),
        ("How much does it improve?", "Loki beats SimCLR by 29.7%. It improves CLIP by 10.5%.", 0),
        # The likeliest says more of what is counted, of what was named before it
        ("How many trams ran late in Lund?", "A third of trams ran late. We asked 40 people in Lund.", 0),
        ("How many eggs did hens lay at Skara?", "Hens laid 9 eggs. We kept 20 birds at Skara.", 0),
        # Two sentences have the name
        ("How much does Loki improve CLIP?", "SimCLR gains 29.7%. CLIP gains 10.5%. CLIP takes 8 hours.", 0),
    ],
)  # fmt: skip
def test_a_figure_is_taken_from_the_sentence_on_what_is_named(
    question: str, abstract: str, first: int
) -> None:
    paper = WORDS.paper(abstract, "Loki, a rule")
    fit = np.array([0.9, 0.5, 0.1][: len(paper.sentences)], dtype=np.float32)
    asked = parse(WORDS.text(question), lambda stem: 1.0)
    changed = _of_the_named(fit, asked, paper)
    assert int(changed.argmax()) == first
    assert sorted(changed) == sorted(fit)
