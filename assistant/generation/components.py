"""Build the parts of a library's query engine from the settings."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING

import httpx
from llama_index.core.postprocessor.types import BaseNodePostprocessor
from llama_index.core.retrievers import BaseRetriever

from assistant.conversation.rewrite import Message
from assistant.core.settings import Settings, cache_path
from assistant.core.stop import Stop
from assistant.generation.engine import AnswerEngine
from assistant.generation.extractive import Extractive
from assistant.generation.fallback import WithFallback
from assistant.generation.generative import Generative
from assistant.generation.run import Answerer
from assistant.library.embedder import MiniLMEmbedding, embedder_of
from assistant.library.opened import OpenedLibrary
from assistant.llm.cache import ReplyCache
from assistant.retrieval.encoder import Encoder
from assistant.retrieval.rerank import RERANKED, LateInteractionReranker, RerankedRetriever
from assistant.retrieval.retriever import EVERYTHING, HybridRetriever, Scope
from assistant.verification.checker import Checker
from assistant.verification.cross_encoder import CrossEncoder
from assistant.verification.judge import VerdictJudge

if TYPE_CHECKING:
    from assistant.llm.client import Endpoint, Model


class Components:
    """The parts that answer questions over one library. For the arguments see `Assistant`."""

    def __init__(
        self,
        settings: Settings,
        library: OpenedLibrary,
        rerankers: Sequence[BaseNodePostprocessor] | None,
        cross_encoder: CrossEncoder | None,
        transport: httpx.BaseTransport | None,
    ) -> None:
        minilm = MiniLMEmbedding()
        self._settings = settings
        self._files = library.files
        self._transport = transport
        self.embedder = embedder_of(settings, minilm, transport)
        self.encoder = Encoder(lambda: library.files().vectors, minilm)
        self.checker = Checker(self.encoder, cross_encoder)
        self.quotes = Extractive(settings.answer.words)
        default = [LateInteractionReranker(library.files, self.encoder)]
        self._rerankers = default if rerankers is None else list(rerankers)

    def retriever(
        self, k: int | None = None, scope: Scope = EVERYTHING, other: BaseRetriever | None = None
    ) -> RerankedRetriever:
        """Return a retriever of the k best papers (default: settings) of the scope. `other` replaces the hybrid one."""
        k = k or self._settings.retrieval.k
        hybrid = HybridRetriever(
            self._files,
            self.embedder,
            self.encoder,
            channels=self._settings.retrieval.channels,
            # The reranker orders more papers than are returned.
            k=max(k, RERANKED),
            scope=scope,
        )
        return RerankedRetriever(other or hybrid, self._rerankers, self._files, k=k, scope=scope)

    def answerer(self, stop: Stop | None = None) -> Answerer:
        """Return what answers: the settings' model, or quotes if they name none."""
        name = self._settings.llm.model
        if not name:
            return self.quotes
        return Generative(self._model(name, stop), self.checker, self.judge(stop), self._settings.verify)

    def judge(self, stop: Stop | None = None) -> VerdictJudge | None:
        """Return what decides the statements that the rules leave open: the settings' model, or None."""
        name = self._settings.verify.model or self._settings.llm.model
        if not name or name == "none":
            return None
        return VerdictJudge(self._model(name, stop), self._cache if self._transport is None else None)

    def engine(
        self,
        retriever: RerankedRetriever,
        answerer: Answerer,
        history: Sequence[Message] = (),
        *,
        fallback: bool = False,
    ) -> AnswerEngine:
        """Return the query engine of these parts. With `fallback` it does without a model that fails."""
        model = answerer.model if isinstance(answerer, Generative) else None
        if fallback and model:
            answerer = WithFallback(answerer, self.quotes)
        return AnswerEngine(
            self._files,
            self.encoder,
            retriever,
            answerer,
            rewriter=model,
            history=history,
            fallback=fallback,
        )

    def close(self) -> None:
        """Close the cache of verdicts and the connections to models. They are opened again when next needed."""
        for name in ("_cache", "_endpoint"):
            if opened := self.__dict__.pop(name, None):
                opened.close()

    def _model(self, name: str, stop: Stop | None) -> Model:
        # The SDK takes a second to import: only if a model is named.
        from assistant.llm.client import Model

        return Model.from_settings(self._settings, name, stop=stop, endpoint=self._endpoint)

    @cached_property
    def _endpoint(self) -> Endpoint:
        """The endpoint of the settings, kept for all questions: it knows its connections and what its models refuse."""
        from assistant.llm.client import Endpoint

        return Endpoint.from_settings(self._settings, self._transport)

    @cached_property
    def _cache(self) -> ReplyCache:
        return ReplyCache(cache_path() / "verdicts.sqlite")
