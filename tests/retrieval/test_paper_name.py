"""What a paper calls its own subject."""

from __future__ import annotations

import pytest

from assistant import Paper
from assistant.retrieval.paper_name import name_of


def name(title: str, abstract: str = "") -> str:
    return name_of(Paper("p", title, abstract))


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Dot: tiny detectors", "Dot"),
        ("Mamba-360: state spaces", "Mamba-360"),
        ("S4D Survey: state spaces", "S4D Survey"),
        ("A survey: state spaces", ""),
        ("Big Fast LXMERT Net: cross-modal", "Big Fast LXMERT Net"),
        ("A Big Fast LXMERT Net: cross-modal", ""),
        (f"{'D' * 32}: long", "D" * 32),
        (f"{'D' * 33}: long", ""),
        ("Dotté: accents", ""),
        ("Dot/Jot: slashes", ""),
        ("Tiny detectors", ""),
    ],
)
def test_a_short_name_before_the_colon_of_a_title(title: str, expected: str) -> None:
    assert name(title) == expected


@pytest.mark.parametrize(
    ("abstract", "expected"),
    [
        ("We present Dot. Dot is fast.", "Dot"),
        ("We present Dot. It is fast.", ""),
        ("This paper introduces the Dot. Dot is fast.", "Dot"),
        ("We present Dot Big. Dot is fast.", ""),
        ("GRAIN is a new pretraining strategy. GRAIN is fast.", "GRAIN"),
        ("GRAIN is a cat. GRAIN is fast.", ""),
        ("The authors propose structured convolution (SGConv). SGConv is fast.", "SGConv"),
        ("Others saw structured convolution (SGConv). SGConv is fast.", ""),
    ],
)
def test_a_name_that_the_abstract_introduces_and_uses(abstract: str, expected: str) -> None:
    assert name("Tiny detectors", abstract) == expected
