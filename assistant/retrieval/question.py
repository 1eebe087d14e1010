"""Analyse a question: names, number asked for, and how well sentences fit it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.core.text.quantities import extract
from assistant.core.text.tokens import Token
from assistant.retrieval.encoder import EncodedPaper, EncodedText, IdfWeight

_ASKS = re.compile(r"\b(how (many|much|large|fast|well|often|far|long|little|big)|which|what)\b", re.I)


_ASKS_NUMBER = re.compile(
    r"\bhow (many|much|large|fast|often|far|long|little|big)\b|\bby how\b|\bwhat (accuracy|map|score|speed|fvd|"
    r"percentage|number|rate|auc|auroc|f1|bleu|precision|recall|size)\b",
    re.I,
)


@dataclass(frozen=True)
class Question:
    """What a question asks for: its names, the words behind its question word.

    `opening` is "who", "why" or ""; `number` is true where a figure is asked for.
    """

    read: EncodedText
    names: tuple[Token, ...]
    head: tuple[Token, ...]
    number: bool
    opening: str


def parse(read: EncodedText) -> Question:
    """The parts of a question."""
    question, words = read.text, read.tokens
    names = tuple(t for t in words[1:] if t.content and (t.name or t.text[0].isupper()))
    asked = _ASKS.search(question)
    head = tuple(t for t in words if t.content and asked and t.start >= asked.end())[:3]
    opening = words[0].lower if words and words[0].lower in ("who", "why") else ""
    return Question(read, names, head, bool(_ASKS_NUMBER.search(question)), opening)


def _share(asked: Sequence[Token], there: frozenset[str], weigh: IdfWeight) -> float:
    """Weighted share of the question's words found there, in 0..1."""
    total = sum(weigh(t.stem) for t in asked)
    return sum(weigh(t.stem) for t in asked if t.stem in there) / total if total else 0.0


def sentence_scores(asked: Question, paper: EncodedPaper, weigh: IdfWeight) -> list[float]:
    """For each sentence of a paper how well it fits the question: cosine, weighted share of its words, and a little
    for having a figure where one is asked for."""
    cosines = paper.vectors @ asked.read.vector
    return [
        float(cosine)
        + 0.2 * _share(asked.read.content, sentence.stems, weigh)
        + (0.05 if asked.number and extract(sentence.text) else 0.0)
        for cosine, sentence in zip(cosines, paper.sentences, strict=True)
    ]
