"""Vectors of sentences and words: packed small, valid for one text of the paper."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from assistant.core.paper import Paper
from assistant.library.chunks import chunk
from assistant.library.vectors import (
    PaperVectors,
    VectorFile,
    _from_signs,
    _pack,
    _signs,
    _unpack,
    paper_vectors,
)

PAPER = Paper("p", "Title", "One is. Two is.")
SENTENCES = np.array([[0.6, 0.8], [1.0, 0.0]], dtype=np.float32)
WORDS = np.array([[0.5, -0.5], [-0.1, 0.9], [0.0, 1.0]], dtype=np.float32)


@pytest.fixture
def file(tmp_path: Path) -> Iterator[VectorFile]:
    opened = VectorFile(tmp_path / "vectors.sqlite")
    yield opened
    opened.close()


def test_sentences_are_packed_as_bytes_with_the_largest_at_127() -> None:
    assert np.frombuffer(_pack(SENTENCES), dtype=np.int8).tolist() == [95, 127, 127, 0]
    assert np.frombuffer(_pack(np.array([[0.0, -0.5]])), dtype=np.int8).tolist() == [0, -127]
    assert _pack(np.zeros((1, 2))) == b"\0\0"
    assert _unpack(_pack(SENTENCES), 2) == pytest.approx(SENTENCES, abs=0.005)
    assert np.linalg.norm(_unpack(b"\x03\x04", 2)) == pytest.approx(1)


def test_words_are_packed_as_one_bit_for_each_dimension() -> None:
    assert _signs(WORDS) == bytes([0b10000000, 0b01000000, 0b01000000])
    half = np.float32(1 / np.sqrt(2))
    assert _from_signs(_signs(WORDS), 2).tolist() == [[half, -half], [-half, half], [-half, half]]
    nine = np.array([[1.0] * 8 + [-1.0], [-1.0] * 9], dtype=np.float32)
    assert _signs(nine) == b"\xff\x00\x00\x00"
    assert _from_signs(_signs(nine), 9) == pytest.approx(nine / 3)


def test_vectors_are_valid_for_one_text_of_a_paper(file: VectorFile) -> None:
    other = Paper("q", "Other", "Another.")
    file.put([(PAPER, PaperVectors(SENTENCES, WORDS)), (other, PaperVectors(SENTENCES[:1], WORDS[:1]))])
    kept = file.get([PAPER, other, Paper("r", "Never stored", "x.")])
    assert {paper_id: (v.sentences.shape, v.words.shape) for paper_id, v in kept.items()} == {
        "p": ((2, 2), (3, 2)),
        "q": ((1, 2), (1, 2)),
    }
    assert kept["p"].sentences == pytest.approx(SENTENCES, abs=0.005)
    changed = replace(PAPER, abstract="Three is.")
    assert file.get([changed]) == {}
    file.put([(changed, PaperVectors(SENTENCES, WORDS))])
    assert list(file.get([changed])) == ["p"]
    assert file.get([PAPER]) == {}


def test_removed_vectors_are_gone_and_others_stay(file: VectorFile) -> None:
    other = Paper("q", "Other", "Another.")
    file.put([(paper, PaperVectors(SENTENCES, WORDS)) for paper in (PAPER, other)])
    file.remove("p")
    assert list(file.get([PAPER, other])) == ["q"]


def test_the_rows_of_a_pass_are_divided_into_sentences_and_words() -> None:
    cut = chunk(PAPER)
    rows = np.arange(1 + len(cut.spans), dtype=np.float32)[:, None]
    vectors = paper_vectors(cut, rows)
    # Row 0 is the whole text, row 1 the one window.
    assert vectors.sentences.ravel().tolist() == [2, 3]
    assert vectors.words.ravel().tolist() == list(range(4, 1 + len(cut.spans)))
    assert len(vectors.words) == len(cut.words)
