"""Write a trained network as an ONNX model that multiplies bytes: a quarter of the size, and in two thirds of the time."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from onnxruntime.quantization import QuantType, quantize_dynamic

from tests.studies.selection.network import HEADS, LAYERS, WIDTH

_EPSILON = 1e-12


def export(weights: Mapping[str, np.ndarray], file: Path) -> None:
    """Write the model: "words" (texts, tokens, width), "places" and "types" (texts, tokens) -> "answers" (texts, tokens, 1)."""
    graph = _Graph(weights)
    x = graph.node("Add", "words", graph.node("Gather", graph.constant(weights["places.weight"]), "places"))
    x = graph.node("Add", x, graph.node("Gather", graph.constant(weights["types.weight"]), "types"))
    x = graph.norm(x, "norm")
    for layer in range(LAYERS):
        x = graph.layer(x, f"layers.{layer}")
    graph.linear(x, "head", out="answers")
    made = helper.make_graph(
        graph.nodes,
        "answer_selection",
        [
            helper.make_tensor_value_info("words", TensorProto.FLOAT, ["texts", "tokens", WIDTH]),
            helper.make_tensor_value_info("places", TensorProto.INT64, ["texts", "tokens"]),
            helper.make_tensor_value_info("types", TensorProto.INT64, ["texts", "tokens"]),
        ],
        [helper.make_tensor_value_info("answers", TensorProto.FLOAT, ["texts", "tokens", 1])],
        graph.stored,
    )
    model = helper.make_model(made, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.checker.check_model(model)
    with tempfile.TemporaryDirectory() as folder:
        exact = Path(folder, file.name)
        onnx.save(model, exact)
        # Seven bits, so that processors of every kind compute the same: with eight, sums of products overflow on some.
        quantize_dynamic(
            exact,
            file,
            op_types_to_quantize=["MatMul"],
            weight_type=QuantType.QInt8,
            per_channel=True,
            reduce_range=True,
        )


class _Graph:
    """The nodes and stored values of a model while it is put together; values have the number of their node as name."""

    def __init__(self, weights: Mapping[str, np.ndarray]) -> None:
        self.weights, self.nodes, self.stored = weights, list[onnx.NodeProto](), list[onnx.TensorProto]()
        self._shape = self.constant(np.array([0, 0, HEADS, WIDTH // HEADS]))
        self._flat = self.constant(np.array([0, 0, WIDTH]))
        self._scale, self._half, self._one, self._root = (
            self.constant(np.array(value, np.float32))
            for value in ((WIDTH // HEADS) ** -0.5, 0.5, 1.0, 2.0**0.5)
        )

    def node(self, kind: str, *inputs: str, out: str = "", **options: int | float | Sequence[int]) -> str:
        name = out or f"n{len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, inputs, [name], **options))
        return name

    def constant(self, value: np.ndarray) -> str:
        name = f"c{len(self.stored)}"
        self.stored.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def linear(self, x: str, key: str, out: str = "") -> str:
        product = self.node("MatMul", x, self.constant(self.weights[f"{key}.weight"].T))
        return self.node("Add", product, self.constant(self.weights[f"{key}.bias"]), out=out)

    def norm(self, x: str, key: str) -> str:
        scale, shift = (self.constant(self.weights[f"{key}.{part}"]) for part in ("weight", "bias"))
        return self.node("LayerNormalization", x, scale, shift, axis=-1, epsilon=_EPSILON)

    def layer(self, x: str, key: str) -> str:
        query, value = (self._heads(x, f"{key}.{part}", [0, 2, 1, 3]) for part in ("query", "value"))
        shares = self.node(
            "Mul", self.node("MatMul", query, self._heads(x, f"{key}.key", [0, 2, 3, 1])), self._scale
        )
        attended = self.node("MatMul", self.node("Softmax", shares, axis=-1), value)
        flat = self.node("Reshape", self.node("Transpose", attended, perm=[0, 2, 1, 3]), self._flat)
        x = self.norm(self.node("Add", x, self.linear(flat, f"{key}.joined")), f"{key}.norm_joined")
        inner = self.linear(self._gelu(self.linear(x, f"{key}.wide")), f"{key}.narrow")
        return self.norm(self.node("Add", x, inner), f"{key}.norm")

    def _heads(self, x: str, key: str, order: Sequence[int]) -> str:
        return self.node("Transpose", self.node("Reshape", self.linear(x, key), self._shape), perm=order)

    def _gelu(self, x: str) -> str:
        gate = self.node("Add", self.node("Erf", self.node("Div", x, self._root)), self._one)
        return self.node("Mul", self.node("Mul", x, self._half), gate)
