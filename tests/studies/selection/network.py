"""Answer sentence selection as a network that can be trained: MiniLM's layers, and one number for each token of the last one's output.

Torch and onnx are needed for training alone: `pip install torch onnx`.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import numpy_helper
from torch import Tensor, nn
from torch.nn import functional

LAYERS, HEADS, WIDTH, INNER = 6, 12, 384, 1536
WORDS, PLACES = 30_522, 512
_DROPPED = 0.1
# The names of a layer's parts here, and in MiniLM's file.
_PARTS = {
    "query": "attention.self.query",
    "key": "attention.self.key",
    "value": "attention.self.value",
    "joined": "attention.output.dense",
    "norm_joined": "attention.output.LayerNorm",
    "wide": "intermediate.dense",
    "narrow": "output.dense",
    "norm": "output.LayerNorm",
}
_PRODUCTS = ("query", "key", "value", "joined", "wide", "narrow")


class Layer(nn.Module):
    """A transformer's layer (Vaswani et al. 2017, arXiv:1706.03762), normalised behind each of its halves."""

    def __init__(self) -> None:
        super().__init__()
        self.query, self.key, self.value, self.joined = (nn.Linear(WIDTH, WIDTH) for _ in range(4))
        self.wide, self.narrow = nn.Linear(WIDTH, INNER), nn.Linear(INNER, WIDTH)
        self.norm_joined, self.norm = (nn.LayerNorm(WIDTH, eps=1e-12) for _ in range(2))

    def forward(self, x: Tensor, seen: Tensor) -> Tensor:
        """Return the outputs, shape (texts, tokens, width); `seen` (texts, 1, 1, tokens): which tokens are no filling."""
        texts, tokens, _ = x.shape
        heads = [
            part(x).view(texts, tokens, HEADS, WIDTH // HEADS).transpose(1, 2)
            for part in (self.query, self.key, self.value)
        ]
        attended = functional.scaled_dot_product_attention(*heads, attn_mask=seen)
        attended = self.joined(attended.transpose(1, 2).reshape(texts, tokens, WIDTH))
        x = self.norm_joined(x + functional.dropout(attended, _DROPPED, self.training))
        inner = self.narrow(functional.gelu(self.wide(x)))
        out: Tensor = self.norm(x + functional.dropout(inner, _DROPPED, self.training))
        return out


class Network(nn.Module):
    """MiniLM with a head that says of a sentence whether it answers. The vectors of words stay as they are."""

    def __init__(self, minilm: Path) -> None:
        super().__init__()
        self.words, self.places = nn.Embedding(WORDS, WIDTH), nn.Embedding(PLACES, WIDTH)
        self.types, self.norm = nn.Embedding(2, WIDTH), nn.LayerNorm(WIDTH, eps=1e-12)
        self.layers = nn.ModuleList(Layer() for _ in range(LAYERS))
        self.head = nn.Linear(WIDTH, 1)
        self.load_state_dict(_of_file(minilm), strict=False)
        self.words.weight.requires_grad = False

    def forward(self, ids: Tensor, types: Tensor, filling: Tensor, means: Tensor) -> Tensor:
        """Return the log odds of sentences, shape (texts, sentences).

        `ids`, `types` and `filling` have the shape (texts, tokens); the rows of `means` (texts, sentences, tokens) take the mean
        over a sentence's tokens.
        """
        places = torch.arange(ids.shape[1], device=ids.device)[None]
        x = self.norm(self.words(ids) + self.places(places) + self.types(types))
        x = functional.dropout(x, _DROPPED, self.training)
        seen = ~filling[:, None, None, :]
        for layer in self.layers:
            x = layer(x, seen)
        odds: Tensor = self.head(torch.bmm(means, x.float())).squeeze(-1)
        return odds


def _of_file(file: Path) -> dict[str, Tensor]:
    """Return MiniLM's weights, which the file holds as bytes with a scale for each column."""
    model = onnx.load(file)
    stored = {one.name: numpy_helper.to_array(one) for one in model.graph.initializer}

    def scaled(name: str) -> np.ndarray:
        return stored[f"{name}_q"].astype(np.float32) * stored[f"{name}_scale"]

    def plain(name: str) -> np.ndarray:
        return stored[f"inner.{name}"].astype(np.float32)

    found: dict[str, np.ndarray] = {
        "words.weight": scaled("inner.embeddings.word_embeddings.weight"),
        "places.weight": scaled("inner.embeddings.position_embeddings.weight"),
        "types.weight": plain("embeddings.token_type_embeddings.weight"),
        "norm.weight": plain("embeddings.LayerNorm.weight"),
        "norm.bias": plain("embeddings.LayerNorm.bias"),
    }
    # Products have numbers for names, in the order in which they are taken.
    products = [n.input[1] for n in model.graph.node if n.op_type == "MatMul" and f"{n.input[1]}_q" in stored]
    for layer in range(LAYERS):
        for part, named in _PARTS.items():
            key, name = f"layers.{layer}.{part}", f"encoder.layer.{layer}.{named}"
            found[f"{key}.bias"] = plain(f"{name}.bias")
            if part in _PRODUCTS:
                product = products[layer * len(_PRODUCTS) + _PRODUCTS.index(part)]
                found[f"{key}.weight"] = scaled(product).T.copy()
            else:
                found[f"{key}.weight"] = plain(f"{name}.weight")
    return {key: torch.from_numpy(value.copy()) for key, value in found.items()}


def weights_of(network: Network) -> Mapping[str, np.ndarray]:
    """Return the weights of a network by name."""
    return {key: value.detach().float().cpu().numpy() for key, value in network.state_dict().items()}
