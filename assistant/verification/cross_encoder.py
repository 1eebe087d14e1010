"""Score open statements: a cross-encoder decides what the rules leave open. One method, any model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

from assistant.core.answers.statement import Statement
from assistant.retrieval.encoder import EncodedPaper

SUPPORTS = 0.9
REFUTES = 0.1


class CrossEncoder(Protocol):
    """MiniCheck, an NLI model, or anything else that judges pairs of texts. `name` is shown as how a verdict came."""

    name: str

    def score(self, pairs: Sequence[tuple[str, str]]) -> Sequence[float]:
        """Return for each (abstract, statement) the probability in 0..1 that the abstract supports the statement."""


def apply_cross_encoder(
    encoder: CrossEncoder, statements: Sequence[Statement], cited: Sequence[Sequence[EncodedPaper]]
) -> list[Statement]:
    """Return the statements with the cross-encoder's score where they are *unconfirmed*; certain verdicts stay.

    From 0.9 on it makes them *supported*, up to 0.1 *unsupported*; of several cited papers the best counts.
    """
    pairs = [
        (i, (paper.text, statements[i].text))
        for i, papers in enumerate(cited)
        if statements[i].verdict == "unconfirmed"
        for paper in papers
    ]
    best: dict[int, float] = {}
    for (i, _), score in zip(pairs, encoder.score([pair for _, pair in pairs]) if pairs else (), strict=True):
        best[i] = max(best.get(i, 0.0), min(1.0, max(0.0, float(score))))
    return [_scored(s, best[i], encoder.name) if i in best else s for i, s in enumerate(statements)]


def _scored(statement: Statement, score: float, name: str) -> Statement:
    if score >= SUPPORTS:
        return replace(statement, verdict="supported", how=name, score=score)
    if score <= REFUTES:
        reason = f"{name} finds no support in the abstract"
        return replace(statement, verdict="unsupported", how=name, score=score, problems=(reason,))
    return replace(statement, score=score)
