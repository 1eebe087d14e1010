"""Conditional logistic regression (McFadden 1974): of several candidates, some are chosen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize

from assistant.library.embedding.vectors import Vectors


@dataclass(frozen=True)
class Choice:
    """Candidates with their features, shape (candidates, features), which of them are right, and how much the choice counts."""

    features: Vectors
    right: Vectors
    counts: float = 1.0


def fit(choices: Sequence[Choice], strength: float) -> Vectors:
    """Return the weights of the features; `strength` is that of a normal prior around 0."""
    start = np.zeros(choices[0].features.shape[1])
    best: Vectors = minimize(_loss, start, args=(choices, strength), jac=True, method="L-BFGS-B").x
    return best


def _loss(weights: Vectors, choices: Sequence[Choice], strength: float) -> tuple[float, Vectors]:
    """Return the loss and its gradient."""
    total = sum(choice.counts for choice in choices)
    loss, gradient = strength * float(weights @ weights), 2 * strength * weights
    for one in choices:
        fits = one.features @ weights
        shares = np.exp(fits - fits.max())
        shares /= shares.sum()
        right = shares * one.right
        part = one.counts / total
        loss -= part * float(np.log(right.sum() + 1e-12))
        gradient = gradient - part * (one.features.T @ (right / (right.sum() + 1e-12) - shares))
    return loss, gradient
