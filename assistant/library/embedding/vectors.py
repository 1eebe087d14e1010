"""Unit vectors."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Vectors = npt.NDArray[np.float32]


def unit(rows: Vectors) -> Vectors:
    """Scale rows to length 1; a row of zeros stays so."""
    length = np.sqrt(np.einsum("ij,ij->i", rows, rows))[:, None]
    scaled: Vectors = (rows / np.maximum(length, 1e-12)).astype(np.float32, copy=False)
    return scaled


def as_kept(rows: Vectors) -> Vectors:
    """Round to half precision, in which records keep vectors: what is rounded stays the same on its way through a store that scales it."""
    rounded: Vectors = rows.astype(np.float16).astype(np.float32)
    return rounded
