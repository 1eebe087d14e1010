"""What can be measured between a statement and an abstract, each with a meaning.

Two fitted probabilities rest on it: "supported" (the abstract supports the statement) and "about" (it speaks of it at
all, in support or against).
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from assistant.embedding import Vectors
from assistant.reading import ReadPaper, ReadSentence, ReadText
from assistant.support.alignment import Alignment
from assistant.support.lexicon import ANTONYMS, MODAL, NEGATION, POLAR
from assistant.words import Token


@dataclass(frozen=True)
class Measured:
    """Features by name, and the sentences of the abstract nearest to the statement, best first, as indices."""

    features: Mapping[str, float]
    nearest: tuple[int, ...]


def measure(
    statement: ReadText,
    paper: ReadPaper,
    alignment: Alignment,
    violations: int,
) -> Measured:
    """Features of one statement against one paper.

    `alignment` is the best there is with a sentence of the paper; `violations` counts what the number guard found.
    """
    said, said_stems, vector = statement.tokens, statement.stems, statement.vector
    cosines = paper.vectors @ vector if len(paper.sentences) else np.zeros(1, np.float32)
    shares = [_share(said_stems, sentence.stems) for sentence in paper.sentences] or [0.0]
    near = paper.nearest_words(statement)
    late = near[:, 1:].mean(axis=0) if near.shape[1] > 1 and len(near) else np.zeros(len(shares), np.float32)
    order = np.argsort([-(c + 0.5 * s + w) for c, s, w in zip(cosines, shares, late, strict=False)])
    nearest = np.sort(near.max(axis=1)) if len(near) else np.zeros(1, np.float32)
    inside = np.sort(near[:, 1 + int(order[0])]) if len(near) and paper.sentences else np.zeros(1, np.float32)
    top = sorted(cosines, reverse=True)
    pair = paper.sentences[int(order[0])].stems if paper.sentences else frozenset()
    if len(order) > 1 and paper.sentences:
        pair = pair | paper.sentences[int(order[1])].stems
    best = paper.sentences[int(order[0])] if paper.sentences else None
    missing = [t for t in said if t.content and t.stem not in paper.stems]
    features = {
        "cosine": float(top[0]),
        "cosine_2": float(top[1] if len(top) > 1 else top[0]),
        "cosine_mean": float(np.mean(cosines)),
        "cosine_whole": float(_unit(paper.vectors.mean(axis=0)) @ vector) if len(paper.sentences) else 0.0,
        "late": float(nearest.mean()),
        "late_least": float(nearest[0]),
        "late_less": float(nearest[:3].mean()),
        "late_sentence": float(late.max()),
        "late_sentence_least": float(inside[0]),
        "late_sentence_less": float(inside[:3].mean()),
        "share_sentence": max(shares),
        "share_pair": _share(said_stems, pair),
        "share_abstract": _share(said_stems, paper.stems),
        "missing": math.log1p(len(missing)),
        "missing_long": math.log1p(sum(len(t.lower) >= 7 for t in missing)),
        "missing_names": float(min(sum(t.name for t in missing), 2)),
        "names": float(min(sum(t.name for t in said), 3)),
        "bigrams": _bigrams(said, paper.sentences),
        "aligned": alignment.coverage,
        "aligned_same": float(alignment.same),
        "numbers_wrong": float(min(violations, 2)),
        "numbers": float(min(sum(t.text[0].isdigit() for t in said), 2)),
        "negation": float(_negations(said) != _negations(best.tokens)) if best else 0.0,
        "antonym": float(_antonyms(said, best)) if best else 0.0,
        "modal": float(any(t.lower in MODAL for t in said)),
        "polar": float(any(t.stem in POLAR for t in said)),
        "length": math.log1p(len(said)),
    }
    return Measured(features, tuple(int(i) for i in order[: len(paper.sentences)]))


def _share(said: frozenset[str], there: frozenset[str]) -> float:
    return len(said & there) / max(len(said), 1)


def _bigrams(said: Sequence[Token], sentences: Sequence[ReadSentence]) -> float:
    ours = {(a.stem, b.stem) for a, b in itertools.pairwise(said)}
    best = 0.0
    for sentence in sentences:
        there = {(a.stem, b.stem) for a, b in zip(sentence.tokens, sentence.tokens[1:], strict=False)}
        best = max(best, len(ours & there) / max(len(ours), 1))
    return best


def _negations(words: Sequence[Token]) -> int:
    return sum(t.lower in NEGATION for t in words) % 2


def _antonyms(said: Sequence[Token], sentence: ReadSentence) -> bool:
    there = {t.stem for t in sentence.tokens if t.stem in POLAR}
    ours = {t.stem for t in said if t.stem in POLAR}
    return any(frozenset((a, b)) in ANTONYMS for a in ours - there for b in there - ours)


def _unit(vector: Vectors) -> Vectors:
    length = float(np.linalg.norm(vector))
    return vector / length if length else vector
