"""Pack vectors of sentences and words for storage.

Vectors of sentences are kept in 4 bits a dimension (up to format 4: 8). Words that carry meaning are kept as one bit a dimension,
each stem where it first stands: a question's words are compared with them one by one (late interaction, as in ColBERT, Khattab and
Zaharia 2020, arXiv:2004.12832), where the bits order papers as well as the whole vectors do, in a thirtieth of the space.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from assistant.library.embedding.vectors import Vectors, unit

Bits = npt.NDArray[np.uint8]
"""Signs of vectors, eight to a byte: shape (rows, dimension / 8), 1 where a component is above 0."""

BITS = 4
"""Of a component of a sentence's vector: cosines with questions are off by 0.007, with 8 bits by 0.0004, and with 2 by 0.018."""
_SCALE, _ZERO = 7.0, 8


@dataclass(frozen=True, eq=False)
class PaperVectors:
    """`sentences`: unit rows, shape (sentences, dimension); `words`: bits, shape (words, dimension / 8)."""

    sentences: Vectors
    words: Bits

    def as_stored(self) -> PaperVectors:
        """Return them as they come back from the file: the first reading of a paper equals every later one."""
        return PaperVectors(unpack_rows(pack_rows(self.sentences), self.sentences.shape[1]), self.words)


def pack_rows(vectors: Vectors) -> bytes:
    """Return unit rows in 4 bits a component, two to a byte, each row with a scale of its own: its largest component becomes 7."""
    peak = np.maximum(np.abs(vectors).max(axis=1, keepdims=True), 1e-12)
    levels = np.full((len(vectors), vectors.shape[1] + vectors.shape[1] % 2), _ZERO, dtype=np.uint8)
    levels[:, : vectors.shape[1]] += np.rint(vectors / peak * _SCALE).astype(np.int8).view(np.uint8)
    packed: bytes = (levels[:, ::2] << BITS | levels[:, 1::2]).tobytes()
    return packed


def unpack_rows(data: bytes, dimension: int, bits: int = BITS) -> Vectors:
    """Return the unit rows of `pack_rows`, or of the whole bytes that libraries of format 4 hold."""
    if bits != BITS:
        return unit(np.frombuffer(data, dtype=np.int8).astype(np.float32).reshape(-1, dimension))
    pairs = np.frombuffer(data, dtype=np.uint8).reshape(-1, -(-dimension // 2))
    levels = np.stack([pairs >> BITS, pairs & 15], axis=2).reshape(len(pairs), 2 * pairs.shape[1])[
        :, :dimension
    ]
    return unit(levels.astype(np.float32) - _ZERO)


def signs(vectors: Vectors) -> Bits:
    """Return the signs of rows as bits."""
    return np.packbits(vectors > 0, axis=1)


def from_signs(bits: Bits, dimension: int) -> Vectors:
    """Return rows of +-1 / sqrt(dimension), shape (rows, dimension): unit vectors in the direction of the signs."""
    rows = np.unpackbits(bits, axis=1, count=dimension).astype(np.float32)
    rows *= 2
    rows -= 1
    rows /= np.float32(np.sqrt(dimension))
    return rows
