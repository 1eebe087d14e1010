"""Run ONNX models: with ONNX Runtime, and with OpenVINO where that is installed.

OpenVINO runs the int8 MiniLM on several texts at once in less than half of ONNX Runtime's processor time, but a text of a
length that it has not met before takes longer: it is for adding papers, ONNX Runtime for questions.
"""

from __future__ import annotations

import os
import sys
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Protocol

import numpy.typing as npt

from assistant.library.embedding.vectors import Vectors

Feed = Mapping[str, npt.NDArray[Any]]
"""A batch: the inputs of the model by name, their first axis that of the texts."""

# Texts that OpenVINO works on at once, each with a thread of its own: more take memory, and leave nothing for others.
_MOST_STREAMS = 4


class Engine(Protocol):
    """What runs a model, fastest on batches of `texts` texts that are filled up to a multiple of `tokens` tokens."""

    texts: int
    tokens: int

    def run(self, feeds: Sequence[Feed]) -> Iterator[tuple[int, Vectors]]:
        """Yield (index of the batch, its token outputs of shape (texts, tokens, dimension)), in any order."""
        ...


class OnnxRuntime:
    """Runs a model with ONNX Runtime, one batch after the other."""

    # Small batches are the fastest on a CPU.
    texts, tokens = 4, 1

    def __init__(self, model: Path) -> None:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 2
        # A thread that waits in a loop takes the core from whoever else needs it: beside other work on two cores that
        # doubles the time of a question (51 against 26 ms), and alone it saves an eighth (10 against 11 ms).
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        self._session = onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])
        self._output = [next(o.name for o in self._session.get_outputs() if len(o.shape) == 3)]

    def run(self, feeds: Sequence[Feed]) -> Iterator[tuple[int, Vectors]]:
        """Yield the outputs of each batch."""
        for place, feed in enumerate(feeds):
            (outputs,) = self._session.run(self._output, feed)
            yield place, outputs


class OpenVino:
    """Runs a model with OpenVINO, a batch on each of some threads."""

    # It keeps what it prepares for each shape: of 16 shapes that is 120 MB, of 500 it would be 700.
    texts, tokens = 1, 32

    def __init__(self, model: Path) -> None:
        # At its import it would tell its maker; without this module it has nothing to do so with.
        sys.modules.setdefault("openvino_telemetry", None)  # type: ignore[arg-type]
        openvino = import_module("openvino")
        streams = min(os.cpu_count() or 1, _MOST_STREAMS)
        options = {"PERFORMANCE_HINT": "THROUGHPUT", "NUM_STREAMS": streams, "INFERENCE_NUM_THREADS": streams}
        self._model = openvino.Core().compile_model(str(model), "CPU", options)
        self._streams = streams

    def run(self, feeds: Sequence[Feed]) -> Iterator[tuple[int, Vectors]]:
        """Yield the outputs of each batch, in their order."""
        # One thread of Python's does it all: OpenVINO's threads and callbacks in Python can wait for each other.
        running: deque[Any] = deque()
        for place, feed in enumerate(feeds):
            free = place < self._streams
            request = self._model.create_infer_request() if free else running.popleft()
            if not free:
                yield place - self._streams, _finished(request)
            request.start_async(feed)
            running.append(request)
        first = len(feeds) - len(running)
        for place, request in enumerate(running, first):
            yield place, _finished(request)


def _finished(request: Any) -> Vectors:
    request.wait()
    # The next batch overwrites the outputs of this one.
    outputs: Vectors = request.get_output_tensor(0).data.copy()
    return outputs


def has_openvino() -> bool:
    """Return whether OpenVINO is installed."""
    return find_spec("openvino") is not None
