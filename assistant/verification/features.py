"""Measure a statement against an abstract, each feature with a meaning.

Two fitted probabilities rest on it: "supported" (the abstract supports the statement) and "about" (it speaks of it at
all, in support or against). Of 40 features tried, these carry over from one collection to another.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from assistant.core.text.tokens import Token
from assistant.library.embedding.vectors import Vectors
from assistant.retrieval.encoder import EncodedPaper, EncodedText
from assistant.verification.alignment.align import Alignment
from assistant.verification.lexicon import ANTONYMS, NEGATION, POLAR, turn

LONG = 7


@dataclass(frozen=True)
class Measured:
    """Features by name, and the sentences of the abstract nearest to the statement, best first, as indices."""

    features: Mapping[str, float]
    nearest: tuple[int, ...]


def measure(said: EncodedText, paper: EncodedPaper, alignment: Alignment, violations: int) -> Measured:
    """Return the features of one statement against one paper.

    `alignment` is the best there is with a sentence of the paper; `violations` counts the figures that the number
    guard found wrong. Words are compared by late interaction: each of the statement's with the nearest of the paper's.
    """
    near = paper.nearest_words(said) if said.content else np.zeros((1, 1 + len(paper.sentences)), np.float32)
    cosines = paper.vectors @ said.vector
    inside = near[:, 1:].mean(axis=0)
    order = np.argsort(-(cosines + inside))
    best = int(order[0]) if len(order) else None
    anywhere = np.sort(near.max(axis=1))
    missing = [t for t in said.content if t.stem not in paper.stems]
    pair = frozenset().union(*(paper.sentences[i].stems for i in order[:2]))
    features = {
        "cosine": float(cosines.max(initial=0.0)),
        "cosine_mean": float(cosines.mean()) if len(cosines) else 0.0,
        "late": float(anywhere.mean()),
        "late_median": float(np.median(anywhere)),
        "late_least": float(anywhere[:3].mean()),
        "late_spread": float(anywhere.std()),
        "late_sentence": float(inside.max(initial=0.0)),
        "aligned": alignment.coverage,
        "share_pair": len(said.stems & pair) / max(len(said.stems), 1),
        "share_abstract": len(said.stems & paper.stems) / max(len(said.stems), 1),
        "long_missing": math.log1p(sum(len(t.lower) >= LONG for t in missing)),
        "names_missing": float(min(sum(t.name for t in missing), 2)),
        "polar": float(any(t.stem in POLAR for t in said.tokens)),
        # What differs tells the more, the more of the rest is the same.
        "numbers": min(violations, 2) * alignment.coverage,
        "negation": 0.0 if best is None else _negation(said, paper, best) * alignment.coverage,
        "antonym": 0.0 if best is None else _antonym(said, paper, best) * alignment.coverage,
        "direction": 0.0 if best is None else _direction(said, paper, best),
    }
    return Measured(features, tuple(int(i) for i in order))


def _negation(said: EncodedText, paper: EncodedPaper, sentence: int) -> bool:
    """Return whether one of the two is negated and the other is not."""
    return _negations(said.tokens) != _negations(paper.sentences[sentence].tokens)


def _negations(words: Sequence[Token]) -> int:
    return sum(t.lower in NEGATION for t in words) % 2


def _antonym(said: EncodedText, paper: EncodedPaper, sentence: int) -> float:
    """Return how near an opposite of one of the statement's words comes to the sentence's nearest word; 0..1."""
    there = paper.sentences[sentence].content
    stems = {t.stem for t in there}
    words = _words(paper, sentence)
    found = 0.0
    for vector, token in zip(said.words, said.content, strict=True):
        if token.stem not in POLAR or token.stem in stems:
            continue
        opposite = [i for i, other in enumerate(there) if frozenset((token.stem, other.stem)) in ANTONYMS]
        if opposite:
            near = words @ vector
            found = max(found, float(near[opposite].max() / max(near.max(), 1e-6)))
    return found


def _direction(said: EncodedText, paper: EncodedPaper, sentence: int) -> float:
    """Return how many words of rising and falling agree with the nearest such word of the sentence, less those that do
    not; in -2..2."""
    turns = [turn(token) for token in paper.sentences[sentence].content]
    columns = [i for i, there in enumerate(turns) if there]
    if not columns:
        return 0.0
    words = _words(paper, sentence)[columns]
    balance = 0
    for vector, token in zip(said.words, said.content, strict=True):
        if said_turn := turn(token):
            nearest = columns[int(np.argmax(words @ vector))]
            balance += 1 if turns[nearest] == said_turn else -1
    return float(max(-2, min(2, balance)))


def _words(paper: EncodedPaper, sentence: int) -> Vectors:
    rows: Vectors = paper.words[paper.places == sentence]
    return rows
