"""Roles by sentence, for what leads an answer.

A multinomial logistic regression on the stored sentence vector and the place in the abstract, fitted on whole abstracts of computer
science and biomedicine (`python -m tests.studies fit`). The chain of `roles` tells roles better, of short abstracts far better; but with
it first sentences answer less often: 0.55 instead of 0.60 of SciFact's claims (fitting half), and with weights that are fitted to it 0.87
instead of 0.92 of PubMedQA's questions.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import numpy as np

from assistant.library.embedding.vectors import Vectors
from assistant.retrieval.encoder import EncodedPaper
from assistant.retrieval.sentences.roles import ROLES, place_features, told_role

WEIGHTS_FILE = Path(__file__).with_suffix(".json")


def lead_roles(paper: EncodedPaper) -> Vectors:
    """Return the probability of each of `ROLES` for each sentence, shape (sentences, 5); rows sum to 1.

    A section label that names one role sets it to 1, and what others say is background.
    """
    weights = fitted_lead_roles()
    logits = lead_role_features(paper.vectors) @ weights[:, 1:].T + weights[:, 0]
    exponents = np.exp(logits - logits.max(axis=1, keepdims=True))
    probabilities: Vectors = exponents / exponents.sum(axis=1, keepdims=True)
    for i, sentence in enumerate(paper.sentences):
        role = told_role(paper, sentence)
        if role is not None:
            probabilities[i] = [name == role for name in ROLES]
    return probabilities


def lead_role_features(vectors: Vectors) -> Vectors:
    """Return the features of an abstract's sentences: vector and place. `vectors`: shape (sentences, dimension); result: (sentences,
    dimension + 4)."""
    features: Vectors = np.hstack([vectors, place_features(len(vectors))])
    return features


@cache
def fitted_lead_roles() -> Vectors:
    """Return the weights, read once, shape (roles, 1 + features): the intercept of each role, then its weights of the features."""
    rows = json.loads(WEIGHTS_FILE.read_text(encoding="utf-8"))
    weights: Vectors = np.array([rows[role] for role in ROLES], dtype=np.float32)
    return weights
