"""A cross-encoder decides what the rules leave open, at exact borders."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from support.encoded import OneHot

from assistant import Statement
from assistant.verification.cross_encoder import apply_cross_encoder

WORDS = OneHot()
FIRST, SECOND = WORDS.paper("Tea helps.", "On tea", "a"), WORDS.paper("Tea harms.", "On tea", "b")


class Scores:
    """Gives the scores it was made with, in turn, and keeps the pairs it was asked about."""

    name = "scores"

    def __init__(self, *scores: float) -> None:
        self.scores = scores
        self.pairs: list[tuple[str, str]] = []

    def score(self, pairs: Sequence[tuple[str, str]]) -> Sequence[float]:
        self.pairs += pairs
        return self.scores


@pytest.mark.parametrize(
    ("score", "verdict", "how"),
    [
        (0.9, "supported", "scores"),
        (0.89, "unconfirmed", "rules"),
        (0.11, "unconfirmed", "rules"),
        (0.1, "unsupported", "scores"),
    ],
)
def test_the_borders_of_a_decision(score: float, verdict: str, how: str) -> None:
    (settled,) = apply_cross_encoder(Scores(score), [Statement("Tea helps us.", ("a",))], [[FIRST]])
    assert (settled.verdict, settled.how, settled.score) == (verdict, how, score)
    assert settled.problems == (
        ("scores finds no support in the abstract",) if verdict == "unsupported" else ()
    )


@pytest.mark.parametrize(("given", "kept"), [(1.5, 1.0), (-0.5, 0.0)])
def test_a_score_is_held_between_0_and_1(given: float, kept: float) -> None:
    (settled,) = apply_cross_encoder(Scores(given), [Statement("Tea helps us.")], [[FIRST]])
    assert settled.score == kept


def test_of_several_papers_the_best_counts_and_certain_verdicts_are_not_asked_about() -> None:
    sure = Statement("Tea helps.", ("a",), "supported", "verbatim", 1.0)
    encoder = Scores(0.95, 0.2)
    kept, settled = apply_cross_encoder(
        encoder, [sure, Statement("Tea aids.", ("a", "b"))], [[FIRST], [FIRST, SECOND]]
    )
    assert kept is sure
    assert (settled.verdict, settled.score) == ("supported", 0.95)
    assert encoder.pairs == [(FIRST.text, "Tea aids."), (SECOND.text, "Tea aids.")]


def test_where_nothing_is_open_nothing_is_scored() -> None:
    encoder = Scores(1.0)
    sure = Statement("Tea helps.", ("a",), "supported", "verbatim", 1.0)
    assert apply_cross_encoder(encoder, [sure], [[FIRST]]) == [sure]
    assert encoder.pairs == []
