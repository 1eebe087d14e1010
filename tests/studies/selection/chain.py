"""Fit a linear chain: a conditional random field (Lafferty et al. 2001), by the likelihood of labelled sequences."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize

from assistant.library.embedding.vectors import Vectors

Floats = npt.NDArray[np.float64]
Places = npt.NDArray[np.int64]
_ITERATIONS = 120
# Intercepts are held back by so much as the weights of so much strength would be.
_INTERCEPTS = 100.0


@dataclass(frozen=True)
class Labelled:
    """A sequence: `features` of shape (places, features), the number of the label of each place, -1 where none is known, and how much
    the sequence counts."""

    features: Vectors
    labels: Places
    counts: float = 1.0


@dataclass(frozen=True)
class Weights:
    """`weights`: shape (features, labels); `intercepts`, `first`, `last`: (labels,); `follows`: (labels, labels), row before column."""

    weights: Floats
    intercepts: Floats
    follows: Floats
    first: Floats
    last: Floats


def fit(sequences: Sequence[Labelled], labels: int, strength: float, strength_of_chain: float) -> Weights:
    """Return the weights that make the known labels likeliest, held back by their squares over twice the strength."""
    rows = np.concatenate([one.features for one in sequences]).astype(np.float32)
    known = np.concatenate([one.labels for one in sequences])
    allowed = np.where(known[:, None] < 0, 1.0, np.arange(labels) == known[:, None])
    chains = _Chains([len(one.features) for one in sequences], np.array([one.counts for one in sequences]))
    sizes = np.cumsum([rows.shape[1] * labels, labels, labels * labels, labels])
    held = np.repeat(
        [1 / strength, 1 / _INTERCEPTS, *(1 / strength_of_chain,) * 3],
        [rows.shape[1] * labels, labels, labels * labels, labels, labels],
    )

    def unpacked(vector: Floats) -> Weights:
        weights, intercepts, follows, first, last = np.split(vector, sizes)
        return Weights(weights.reshape(-1, labels), intercepts, follows.reshape(labels, labels), first, last)

    def loss(vector: Floats) -> tuple[float, Floats]:
        model = unpacked(vector)
        fits = (rows @ model.weights.astype(np.float32)).astype(np.float64) + model.intercepts
        every, among = chains.sums(fits, model, np.ones_like(allowed)), chains.sums(fits, model, allowed)
        off = every.places - among.places
        slopes = (
            (rows.T @ off.astype(np.float32)).astype(np.float64).ravel(),
            off.sum(axis=0),
            (every.pairs - among.pairs).ravel(),
            off[chains.firsts].sum(axis=0),
            off[chains.lasts].sum(axis=0),
        )
        return (
            every.logarithm - among.logarithm + 0.5 * float(held @ vector**2),
            np.concatenate(slopes) + held * vector,
        )

    start = np.zeros(len(held))
    found = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": _ITERATIONS})
    return unpacked(found.x)


@dataclass(frozen=True)
class _Sums:
    """Over all ways to label the sequences: the logarithm of the sum of their weights, the expected labels of places, shape (places,
    labels), and of pairs, shape (labels, labels), each sequence as often as it counts."""

    logarithm: float
    places: Floats
    pairs: Floats


class _Chains:
    """Sequences that stand one after another in rows, worked through place by place, the longest first."""

    def __init__(self, lengths: Sequence[int], counts: Floats) -> None:
        sizes = np.array(lengths)
        order = np.argsort(-sizes, kind="stable")
        starts = np.cumsum([0, *lengths])[:-1]
        self.firsts, self.lasts = starts, starts + sizes - 1
        self._counts = counts[order]
        self._rows = [
            starts[order][: int((sizes > place).sum())] + place for place in range(int(sizes.max()))
        ]

    def sums(self, fits: Floats, model: Weights, allowed: Floats) -> _Sums:
        """Run forward and backward (Rabiner 1989) through all sequences, each row scaled to a sum of 1."""
        follows, last = np.exp(model.follows), np.exp(model.last)
        most = fits.max(axis=1, keepdims=True)
        fits = np.exp(fits - most) * allowed
        logarithm, before = 0.0, list[Floats]()
        for rows in self._rows:
            count = len(rows)
            row = fits[rows] * (before[-1][:count] @ follows if before else np.exp(model.first))
            total = row.sum(axis=1, keepdims=True)
            logarithm += float(self._counts[:count] @ (np.log(total) + most[rows])[:, 0])
            before.append(row / total)
        places, pairs = np.empty_like(fits), np.zeros_like(follows)
        behind: Floats = np.zeros((0, len(last)))
        for place in reversed(range(len(self._rows))):
            rows, more = self._rows[place], len(behind)
            after = np.tile(last, (len(rows), 1))
            if more:
                told = fits[self._rows[place + 1]] * behind
                after[:more] = told @ follows.T
                share = self._counts[:more] / (before[place][:more] * after[:more]).sum(axis=1)
                pairs += follows * ((before[place][:more] * share[:, None]).T @ told)
            ending = self._counts[more : len(rows)]
            logarithm += float(ending @ np.log(before[place][more:] @ last))
            both = before[place] * after
            places[rows] = both / both.sum(axis=1, keepdims=True) * self._counts[: len(rows), None]
            behind = after / after.max(axis=1, keepdims=True)
        return _Sums(logarithm, places, pairs)
