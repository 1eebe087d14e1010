"""Roles by a chain: background, objective, method, result or conclusion.

A linear chain (conditional random field, Lafferty et al. 2001): a logistic regression on the stored vector, the place, the form and the
function words of each sentence, and weights for which role follows which, so that its place counts less than what it says and what
stands around it. Fitted on abstracts of computer science, biomedicine and some thirty other fields, whole and cut short (`python -m
tests.studies fit`); `python -m tests.studies roles` measures it. In structured abstracts the labels of the sections decide instead.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from assistant.core.text.tokens import STOP
from assistant.library.embedding.vectors import Vectors
from assistant.retrieval.encoder import EncodedPaper, EncodedSentence
from assistant.retrieval.sentences.hearsay import hearsay

ROLES = ("background", "objective", "method", "result", "conclusion")
FORM_WORDS = tuple(sorted(STOP))
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
_FINDINGS = [ROLES.index(role) for role in ("result", "conclusion")]
# What is likelier background or an aim than this was not found by the paper: of abstracts cut short on the fitting halves, so are 0.78 of
# these and 0.03 of the findings.
_NO_FINDINGS = [ROLES.index(role) for role in ("background", "objective")]
_KNOWN_BEFORE = 0.4
# A longer sentence is as long.
_LONG = 40


@dataclass(frozen=True)
class RoleWeights:
    """`weights`: shape (features, roles); `intercepts`, `first`, `last` (of a sentence that begins or ends an abstract): shape (roles,);
    `follows`: shape (roles, roles), how well a role (column) stands behind another (row); `words`: whose presence is a feature."""

    weights: Vectors
    intercepts: Vectors
    first: Vectors
    last: Vectors
    follows: Vectors
    words: tuple[str, ...]


# Each sentence of a paper may be asked for its role. So few papers take little memory.
@lru_cache(maxsize=64)
def sentence_roles(paper: EncodedPaper) -> Vectors:
    """Return the probability of each of `ROLES` for each sentence, shape (sentences, 5); rows sum to 1.

    A section label that names one role sets it to 1, and what others say is background.
    """
    model = fitted_roles()
    logits = role_features(paper.vectors, paper.sentences, model.words) @ model.weights + model.intercepts
    for i, sentence in enumerate(paper.sentences):
        role = told_role(paper, sentence)
        if role is not None:
            logits[i] = [0.0 if name == role else -np.inf for name in ROLES]
    found = chain_probabilities(logits, model)
    found.setflags(write=False)
    return found


def chain_probabilities(logits: Vectors, model: RoleWeights) -> Vectors:
    """Return the probability of each role for each sentence, summed over all sequences of roles, shape (sentences, roles): the
    forward-backward algorithm (Rabiner 1989). `logits`: how well each role fits each sentence by itself, same shape."""
    count = len(logits)
    fits = np.exp(logits - logits.max(axis=1, keepdims=True)) if count else logits
    follows = np.exp(model.follows)
    before, after = np.empty_like(fits), np.empty_like(fits)
    for i in range(count):
        row = fits[i] * (before[i - 1] @ follows if i else np.exp(model.first))
        before[i] = row / row.sum()
    for i in reversed(range(count)):
        row = follows @ (fits[i + 1] * after[i + 1]) if i + 1 < count else np.exp(model.last)
        after[i] = row / row.sum()
    both = before * after
    probabilities: Vectors = both / both.sum(axis=1, keepdims=True)
    return probabilities


def findings(paper: EncodedPaper) -> Vectors:
    """Return the probability that each sentence tells a result or a conclusion, shape (sentences,)."""
    found: Vectors = sentence_roles(paper)[:, _FINDINGS].sum(axis=1)
    return found


def found_by(paper: EncodedPaper) -> list[int]:
    """Return the places of the sentences that may tell what a paper found: those that are no background and no aim."""
    known = sentence_roles(paper)[:, _NO_FINDINGS].sum(axis=1) > _KNOWN_BEFORE
    return [place for place, before in enumerate(known) if not before]


def told_role(paper: EncodedPaper, sentence: EncodedSentence) -> str | None:
    """Return the role of a sentence that its section label names or its form tells; None if neither does.

    Of the sentences of labelled abstracts, hearsay are 36 of 3,864 of background, 4 of 3,425 of results and none of 482 conclusions.
    """
    told = labelled_role(paper.paper.section_at(sentence.span.start))
    return told or ("background" if hearsay(sentence.text) else None)


def labelled_role(label: str) -> str | None:
    """Return the role that a section label names ("MATERIALS AND METHODS": method), or None if it names none or several."""
    words = "".join(ch if ch.isalpha() else " " for ch in label.upper()).split()
    named = {role for role, starts in _LABELS.items() if any(word.startswith(starts) for word in words)}
    return named.pop() if len(named) == 1 else None


def role_features(
    vectors: Vectors, sentences: Sequence[EncodedSentence], words: Sequence[str] = FORM_WORDS
) -> Vectors:
    """Return the features of an abstract's sentences: vector; place in 0..1, its square, first, last; what tells a sentence's form, and
    which of the words that only have form it has and begins with: these tell in any field what a sentence does ("we", "than", "should").

    `vectors`: shape (sentences, dimension). Result: shape (sentences, dimension + 11 + 2 * words).
    """
    count = len(vectors)
    forms = np.array([_form(sentence, words) for sentence in sentences]).reshape(count, -1)
    features: Vectors = np.hstack([vectors, place_features(count), forms.astype(np.float32)])
    return features


def place_features(count: int) -> Vectors:
    """Return of each of so many sentences its place in 0..1, its square, whether it is the first and the last, shape (sentences, 4)."""
    order = np.arange(count)
    place = order / max(count - 1, 1)
    places: Vectors = np.stack([place, place**2, order == 0, order == count - 1], axis=1).astype(np.float32)
    return places


def _form(sentence: EncodedSentence, words: Sequence[str]) -> list[float]:
    """Return how long a sentence is, how many of its content words end in "-ed" and in "-ing"; whether it has a figure, a percentage, a
    colon, a question mark at its end; which words it has, and with which it begins."""
    text = sentence.text
    marks = (any(map(str.isdigit, text)), "%" in text, ":" in text, text.rstrip().endswith("?"))
    ends = [sum(t.content and t.lower.endswith(end) for t in sentence.tokens) for end in ("ed", "ing")]
    has = {token.lower for token in sentence.tokens}
    begins = sentence.tokens[0].lower if sentence.tokens else ""
    length = min(len(text.split()), _LONG) / _LONG
    told = (*marks, *(word in has for word in words), *(word == begins for word in words))
    return [length, *(min(n, 2) / 2 for n in ends), *map(float, told)]


@cache
def fitted_roles() -> RoleWeights:
    """Return the fitted weights, read once."""
    return read_weights(json.loads(WEIGHTS_FILE.read_text(encoding="utf-8")))


def read_weights(fitted: Mapping[str, Any]) -> RoleWeights:
    """Return fitted weights: the "words" and, of each role, its intercept and its weights of the features ("fits"), of being first and
    last ("ends"), and of each role behind it in the order of `ROLES` ("follows")."""
    fits, ends, follows = (
        np.array([fitted[kind][role] for role in ROLES], dtype=np.float32)
        for kind in ("fits", "ends", "follows")
    )
    return RoleWeights(fits[:, 1:].T, fits[:, 0], ends[:, 0], ends[:, 1], follows, tuple(fitted["words"]))
