"""Build the engine's parts from the settings."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

import httpx
from llama_index.core.base.embeddings.base import BaseEmbedding
from llama_index.core.llms.llm import LLM
from llama_index.core.postprocessor.types import BaseNodePostprocessor
from llama_index.core.retrievers import BaseRetriever

from assistant.conversation.rewrite import Message
from assistant.conversation.suggestions import Ask, suggested_by
from assistant.core.answers.answer import Answer
from assistant.core.answers.comparison import Comparison
from assistant.core.answers.statement import Statement
from assistant.core.answers.usage import Usage
from assistant.core.errors import ModelError, QuestionError
from assistant.core.length import LENGTHS, Length
from assistant.core.paper import Paper
from assistant.core.settings import Settings, cache_path
from assistant.core.stop import Stop
from assistant.generation.comparison.written import written
from assistant.generation.engine import AnswerEngine
from assistant.generation.listing.records import LibraryRecords
from assistant.generation.quotes.choice import Extent
from assistant.generation.quotes.extractive import Extractive
from assistant.generation.refusals import calibration
from assistant.generation.refusals.calibration import Calibration
from assistant.generation.run import Answerer
from assistant.generation.writing.fallback import WithFallback, WithinContext
from assistant.generation.writing.generative import Generative
from assistant.generation.writing.refusal_detection import RefusalDetector
from assistant.library.embedding.embedder import MiniLMEmbedding, adapted, embedder_of
from assistant.library.opened import OpenedLibrary
from assistant.library.sync import LibraryFiles
from assistant.llm import adapter
from assistant.llm.cache import ReplyCache
from assistant.llm.costs import Spending
from assistant.retrieval.encoder import EncodedPaper, Encoder
from assistant.retrieval.rerank import RERANKED, LateInteractionReranker, RerankedRetriever
from assistant.retrieval.retriever import EVERYTHING, HybridRetriever, Scope
from assistant.verification.checker import Checker
from assistant.verification.cross_encoder import CrossEncoder
from assistant.verification.judge import VerdictJudge

if TYPE_CHECKING:
    from assistant.llm.client import Model
    from assistant.llm.endpoint.protocol import Endpoint


class Components:
    """The parts that answer questions over one library. For the arguments see `Assistant`."""

    def __init__(
        self,
        settings: Settings,
        library: OpenedLibrary,
        *,
        llm: LLM | None = None,
        embed_model: BaseEmbedding | None = None,
        rerankers: Sequence[BaseNodePostprocessor] | None = None,
        cross_encoder: CrossEncoder | None = None,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        minilm = MiniLMEmbedding()
        self._settings = settings
        self._library, self._files = library, library.files
        self._transport = transport
        self._llm = llm
        self._kept: dict[str, LLM] = {}
        self.spending = Spending.from_settings(settings.llm)
        self.embedder = adapted(embed_model) if embed_model else embedder_of(settings, minilm, transport)
        self.encoder = Encoder(lambda: library.files().records, minilm)
        self.checker = Checker(self.encoder, cross_encoder)
        self._declining = RefusalDetector(self.encoder.texts)
        default = [LateInteractionReranker(library.files, self.encoder)]
        self._rerankers = default if rerankers is None else list(rerankers)

    def retriever(
        self,
        k: int | None = None,
        scope: Scope = EVERYTHING,
        other: BaseRetriever | None = None,
        *,
        quotable: bool = True,
    ) -> RerankedRetriever:
        """Return a retriever of the k best papers (default: settings) of the scope. `other` replaces the hybrid one; `quotable`
        leaves out papers without an abstract. Raises `QuestionError` for a k below 1."""
        if k is not None and k < 1:
            raise QuestionError(f"k is the number of papers to read, at least 1, and not {k}.")
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
        return RerankedRetriever(
            other or hybrid, self._rerankers, self._files, k=k, scope=scope, quotable=quotable
        )

    def answerer(
        self, stop: Stop | None = None, *, name: str | None = None, length: Length | None = None
    ) -> Answerer:
        """Return what answers: the model of this name (default: the settings'), or quotes where there is none."""
        model = self._writing(stop, name)
        if model is None:
            return self.quotes(length)
        length = self._length(length)
        judge = self.judge(stop, name)
        return Generative(model, self.checker, judge, self._settings.verify, self._declining, length)

    def quotes(self, length: Length | None = None) -> Extractive:
        """Return what answers without a model."""
        return Extractive(Extent.of(self._length(length), self._settings.answer.words))

    def _length(self, wanted: Length | None) -> Length:
        """Return the length that is wanted, by default that of the settings. Raises `QuestionError` for a word that names none."""
        if wanted is not None and wanted not in LENGTHS:
            raise QuestionError(f"The length of an answer is {', '.join(LENGTHS)}, and not {wanted!r}.")
        return wanted or self._settings.answer.length

    def judge(self, stop: Stop | None = None, writer: str | None = None) -> VerdictJudge | None:
        """Return what decides the statements that the rules leave open: the settings' model, or None. Where they name none, it is
        the `writer`."""
        name = self._settings.verify.model
        if name == "none":
            return None
        model = self._model(name, stop) if name else self._writing(stop, writer)
        return VerdictJudge(model, self._cache if self._transport is None else None) if model else None

    def check(self, claims: Sequence[tuple[str, Sequence[EncodedPaper]]], *, judged: bool) -> list[Statement]:
        """Check sentences against the papers given with each; with `judged`, those on the same papers in one call."""
        statements = self.checker.check([text for text, _ in claims], [papers for _, papers in claims])
        judge = self.judge() if judged else None
        if judge is None:
            return statements
        by_papers: dict[tuple[str, ...], list[int]] = {}
        for i, (_, papers) in enumerate(claims):
            by_papers.setdefault(tuple(p.paper.id for p in papers), []).append(i)
        for places in by_papers.values():
            settled = judge.settle([statements[i] for i in places], claims[places[0]][1], Usage())
            for i, statement in zip(places, settled, strict=True):
                statements[i] = statement
        return statements

    def rewritten(
        self, table: Comparison, papers: Sequence[EncodedPaper], name: str | None = None
    ) -> Comparison:
        """Return a comparison of quotes in the words of the model of this name (default: the settings'); as it is, with a warning, if
        the model fails."""
        model = self._writing(None, name)
        if model is None:
            return table
        try:
            return written(table, papers, model, self.checker, self.judge(writer=name))
        except ModelError as exc:
            return replace(table, warnings=(f"The table has quotes because the model failed. {exc}",))

    def suggested(self, answer: Answer, ask: Ask, usage: Usage) -> tuple[str, ...]:
        """Return questions that the settings' model suggests after an answer of its own; () if it fails or is none."""
        model = self._writing(None)
        if model is None or answer.model != model.name:
            return ()
        try:
            return suggested_by(model, answer, ask, usage)
        except ModelError:
            return ()

    def engine(
        self,
        retriever: RerankedRetriever,
        answerer: Answerer,
        history: Sequence[Message] = (),
        *,
        fallback: bool = False,
    ) -> AnswerEngine:
        """Return the query engine of these parts. With `fallback` it does without a model that fails."""
        model = None
        if isinstance(answerer, Generative):
            model, length = answerer.model, answerer.length
            answerer = WithinContext(answerer, model)
            if fallback:
                answerer = WithFallback(answerer, self.quotes(length))
        return AnswerEngine(
            self._files,
            self.encoder,
            retriever,
            answerer,
            self.checker,
            rewriter=model,
            history=history,
            fallback=fallback,
            records=LibraryRecords(self._library, retriever.scope),
            calibration=lambda: self._library.derived(self._stored_calibration),
        )

    def calibrate(self, files: LibraryFiles) -> None:
        """Calibrate the library if it is large enough and has grown. The caller holds the write lock."""
        if calibration.due(calibration.read(self._library.path), len(files.records)):
            dense = self.embedder is self.encoder.model
            calibration.calibrated(files, self.encoder, dense=dense).write(self._library.path)

    def _stored_calibration(self, _: Iterable[Paper]) -> Calibration | None:
        return calibration.read(self._library.path)

    def close(self) -> None:
        """Close the cache of verdicts and the connections to models. They are opened again when next needed."""
        # The cache is let go: a question that is being answered still uses it.
        self.__dict__.pop("_cache", None)
        if endpoint := self.__dict__.pop("_endpoint", None):
            endpoint.close()
        for llm in self._kept.values():
            adapter.close(llm)
        self._kept.clear()

    def _writing(self, stop: Stop | None, name: str | None = None) -> Model | None:
        """Return the model that writes: the one of this name, else the LLM that was given, else the settings', None if there is none."""
        if name is None and self._llm is not None:
            return self._model("", stop)
        name = self._settings.llm.model if name is None else name
        return self._model(name, stop) if name else None

    def _model(self, name: str, stop: Stop | None) -> Model:
        """Return the model of a name, "" for the LLM that was given. LLMs are kept: they hold the connections."""
        # The SDK takes a second to import: only if a model is named.
        from assistant.llm.client import Model
        from assistant.llm.providers import llm_of

        llm = self._llm if not name else self._kept.get(name)
        if llm is None:
            llm = self._kept[name] = llm_of(self._settings, name, endpoint=self._endpoint)
        return Model.of(llm, self._settings, stop, self.spending)

    @cached_property
    def _endpoint(self) -> Endpoint:
        """The endpoint of the settings, kept for all questions: it knows its connections and what its models refuse."""
        from assistant.llm.endpoint.protocol import Endpoint

        return Endpoint.from_settings(self._settings, self._transport)

    @cached_property
    def _cache(self) -> ReplyCache:
        return ReplyCache(cache_path() / "verdicts.sqlite")
