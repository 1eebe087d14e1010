"""Embedders by name, each a LlamaIndex `BaseEmbedding` that can also embed spans of a text.

The built-in one is MiniLM: a text goes through the model once, and the vector of a span is the mean of the token outputs over that
span, so that it knows its context ("late chunking", Günther et al. 2024, arXiv:2409.04701).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import httpx
import numpy as np
import numpy.typing as npt
from llama_index.core.base.embeddings.base import BaseEmbedding
from pydantic import PrivateAttr

from assistant.core.errors import SettingsError
from assistant.core.settings import Settings
from assistant.library.embedding.language import is_other
from assistant.library.embedding.minilm import DIMENSION, MiniLM, minilm
from assistant.library.embedding.multilingual import multilingual
from assistant.library.embedding.vectors import Vectors, unit

if TYPE_CHECKING:
    from assistant.llm.endpoint.protocol import EmbeddingEndpoint

MINILM = "minilm"


@dataclass(frozen=True)
class SpanText:
    """A text and the spans of it to embed, as (start, end) character offsets."""

    text: str
    spans: tuple[tuple[int, int], ...]


def _pieces(text: SpanText) -> tuple[str, ...]:
    return (text.text, *(text.text[start:end] for start, end in text.spans))


class SpanEmbedding(BaseEmbedding):
    """A `BaseEmbedding` that embeds spans of texts; the base embeds each span as a text of its own.

    Vectors are float32 rows of length 1, so that a dot product is a cosine.
    """

    def embed_spans(self, texts: Sequence[SpanText]) -> list[Vectors]:
        """Return for each text an array of shape (1 + number of spans, dimension): the whole text, then each span."""
        pieces = [piece for text in texts for piece in _pieces(text)]
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
    """all-MiniLM-L6-v2, 384 dimensions, texts of up to 512 tokens at once and longer ones in pieces."""

    dimension: ClassVar[int] = DIMENSION
    _model: MiniLM = PrivateAttr()

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(model_name=MINILM, **kwargs)
        self._model = minilm()

    def embed_spans(self, texts: Sequence[SpanText]) -> list[Vectors]:
        """Embed each text in one pass; one in another language than English, and its spans, by the model of other languages."""
        rows: list[Vectors] = [np.empty(0, dtype=np.float32)] * len(texts)
        english = [i for i, text in enumerate(texts) if not is_other(text.text)]
        for at, tokens, offsets in self._model.run([texts[i].text for i in english]):
            rows[english[at]] = _span_means(tokens, offsets, texts[english[at]].spans)
        for i in set(range(len(texts))).difference(english):
            rows[i] = multilingual().mapped(_pieces(texts[i]))
        return rows

    def _get_text_embeddings(self, texts: list[str]) -> list[list[float]]:
        rows = self.embed_spans([SpanText(text, ()) for text in texts])
        return [row[0].tolist() for row in rows]


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
