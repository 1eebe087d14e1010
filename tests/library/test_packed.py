"""Vectors take little space, and come back as near as was measured."""

from __future__ import annotations

import numpy as np
import pytest

from assistant.library.embedding.packed import PaperVectors, from_signs, pack_rows, signs, unpack_rows
from assistant.library.embedding.vectors import unit

SENTENCES = np.array([[0.6, 0.8], [1.0, 0.0]], dtype=np.float32)
WORDS = np.array([[0.5, -0.5], [-0.1, 0.9], [0.0, 1.0]], dtype=np.float32)


def test_sentences_are_packed_two_components_to_a_byte_with_the_largest_at_7() -> None:
    assert pack_rows(SENTENCES) == b"\xdf\xf8"
    assert pack_rows(np.array([[0.0, -0.5]], dtype=np.float32)) == b"\x81"
    assert pack_rows(np.zeros((1, 2), dtype=np.float32)) == b"\x88"
    assert unpack_rows(pack_rows(SENTENCES), 2) == pytest.approx(SENTENCES, abs=0.03)
    odd = np.array([[2, 3, 6], [-6, 0, 0]], dtype=np.float32)
    assert unpack_rows(pack_rows(odd), 3) == pytest.approx(unit(odd), abs=0.06)
    # A record without an abstract has no sentence.
    assert unpack_rows(pack_rows(np.zeros((0, 4), dtype=np.float32)), 4).shape == (0, 4)
    rng = np.random.default_rng(1)
    once = pack_rows(unit(rng.standard_normal((20, 384)).astype(np.float32)))
    assert pack_rows(unpack_rows(once, 384)) == once


def test_words_are_packed_as_one_bit_for_each_dimension() -> None:
    assert signs(WORDS).tolist() == [[0b10000000], [0b01000000], [0b01000000]]
    half = np.float32(1 / np.sqrt(2))
    assert from_signs(signs(WORDS), 2).tolist() == [[half, -half], [-half, half], [-half, half]]
    nine = np.array([[1.0] * 8 + [-1.0], [-1.0] * 9], dtype=np.float32)
    assert signs(nine).tolist() == [[255, 0], [0, 0]]
    assert from_signs(signs(nine), 9) == pytest.approx(nine / 3)


def test_vectors_as_stored_are_rounded_once_and_for_all() -> None:
    stored = PaperVectors(SENTENCES, signs(WORDS)).as_stored()
    assert stored.sentences.tolist() != SENTENCES.tolist()
    assert stored.as_stored().sentences == pytest.approx(stored.sentences, abs=1e-7)
    assert stored.words.tolist() == signs(WORDS).tolist()
