"""The role of each sentence: background, objective, method, result or conclusion.

A multinomial logistic regression on the stored sentence vectors and the position, fitted on computer-science and biomedical
abstracts (`python -m tests.studies fit`). In structured abstracts the labels of the sections decide instead.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from assistant.library.embedding.vectors import Vectors
from assistant.retrieval.encoder import EncodedPaper

ROLES = ("background", "objective", "method", "result", "conclusion")
WEIGHTS_FILE = Path(__file__).with_suffix(".json")
# The beginnings of words in section labels. "MAIN OUTCOME MEASURES" are methods, so "OUTCOME" alone decides nothing.
_LABELS = {
    "background": ("BACKGROUND", "INTRO", "CONTEXT", "RATIONALE", "IMPORTANCE"),
    "objective": ("OBJECT", "AIM", "PURPOSE", "GOAL", "HYPOTHES", "QUESTION"),
    "method": (
        *("METHOD", "DESIGN", "INTERVENTION", "APPROACH", "PROCEDURE", "EXPOSURE", "MATERIAL", "MEASURE"),
        *("PARTICIPANT", "PATIENT", "SETTING", "SUBJECT", "SAMPLE", "POPULATION", "DATA"),
    ),
    "result": ("RESULT", "FINDING"),
    "conclusion": ("CONCLUSION", "INTERPRETATION", "DISCUSSION", "SIGNIFICANCE", "IMPLICATION"),
}
# What is rather background or an aim than anything else was not found by the paper.
_NO_FINDINGS = [ROLES.index(role) for role in ("background", "objective")]
_KNOWN_BEFORE = 0.5


@dataclass(frozen=True)
class RoleWeights:
    """`weights`: shape (features, roles); `intercepts`: shape (roles,)."""

    weights: Vectors
    intercepts: Vectors


def sentence_roles(paper: EncodedPaper) -> Vectors:
    """Return the probability of each of `ROLES` for each sentence, shape (sentences, 5); rows sum to 1.

    A section label that names one role sets it to 1.
    """
    model = _fitted()
    logits = role_features(paper.vectors) @ model.weights + model.intercepts
    exponents = np.exp(logits - logits.max(axis=1, keepdims=True))
    probabilities: Vectors = exponents / exponents.sum(axis=1, keepdims=True)
    for i, sentence in enumerate(paper.sentences):
        role = labelled_role(paper.paper.section_at(sentence.span.start))
        if role is not None:
            probabilities[i] = [name == role for name in ROLES]
    return probabilities


def found_by(paper: EncodedPaper) -> list[int]:
    """Return the places of the sentences that may tell what a paper found: those that are not rather background or an aim."""
    known = sentence_roles(paper)[:, _NO_FINDINGS].sum(axis=1) > _KNOWN_BEFORE
    return [place for place, before in enumerate(known) if not before]


def labelled_role(label: str) -> str | None:
    """Return the role that a section label names ("MATERIALS AND METHODS": method), or None if it names none or several."""
    words = "".join(ch if ch.isalpha() else " " for ch in label.upper()).split()
    named = {role for role, starts in _LABELS.items() if any(word.startswith(starts) for word in words)}
    return named.pop() if len(named) == 1 else None


def role_features(vectors: Vectors) -> Vectors:
    """Return the features of an abstract's sentences: vector, place in 0..1, its square, first, last.

    `vectors`: shape (sentences, dimension). Result: shape (sentences, dimension + 4).
    """
    count = len(vectors)
    order = np.arange(count)
    place = order / max(count - 1, 1)
    position = np.stack([place, place**2, order == 0, order == count - 1], axis=1)
    features: Vectors = np.hstack([vectors, position.astype(np.float32)])
    return features


@cache
def _fitted() -> RoleWeights:
    rows = json.loads(WEIGHTS_FILE.read_text(encoding="utf-8"))
    table = np.array([rows[role] for role in ROLES], dtype=np.float32)
    return RoleWeights(table[:, 1:].T, table[:, 0])
