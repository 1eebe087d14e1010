"""The two or more sides of a question that asks to compare things ("diffusion models and GANs"), each to be searched for."""

from __future__ import annotations

import re
from collections.abc import Iterator

from assistant.retrieval.question import Question, comparison_topic

MOST_PARTS = 4
_CONNECTORS = (
    re.compile(r"\s(?:versus|vs\.?)\s", re.I),
    re.compile(r"\s(?:compared? |different |distinct |apart )?(?:with|to|from|against)\s", re.I),
    re.compile(r",?\s(?:and|or)\s|,\s", re.I),
)
"""What stands between the sides, the surest first: "and" may also join words within one."""


def parts(question: Question) -> tuple[str, ...]:
    """Return what a question sets side by side, at most four texts of which each has words of its own; else ()."""
    if question.kind != "comparison":
        return ()
    for connector in _CONNECTORS:
        found = tuple(dict.fromkeys(_sides(connector.split(question.text))))
        if len(found) > 1:
            return found[:MOST_PARTS]
    return ()


def _sides(pieces: list[str]) -> Iterator[str]:
    for piece in pieces:
        if topic := comparison_topic(piece, frozenset()):
            yield topic
