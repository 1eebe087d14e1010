"""Rerank papers by late interaction, as a LlamaIndex postprocessor, also for what another retriever finds."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Any

from llama_index.core.postprocessor.types import BaseNodePostprocessor
from llama_index.core.retrievers import BaseRetriever
from llama_index.core.schema import NodeWithScore, QueryBundle
from pydantic import PrivateAttr

from assistant.library.sync import LibraryFiles
from assistant.retrieval.encoder import Encoder
from assistant.retrieval.fusion import ranks
from assistant.retrieval.passage import Channel, Passage, passages
from assistant.retrieval.passage import nodes as as_nodes
from assistant.retrieval.retriever import EVERYTHING, HybridRetriever, Scope

# How many of the first papers are reranked, and the weight of late interaction against the score before. Chosen on
# SciFact's fitting claims (nDCG@10 0.725 without, 0.737 with) and the questions suite.
RERANKED = 24
LATE_WEIGHT = 3.0


class LateInteractionReranker(BaseNodePostprocessor):
    """Reranks papers by late interaction: how near their words come to each word of the question.

    `files` gives the library's open files, which hold the words' vectors and weights.
    """

    _files: Callable[[], LibraryFiles] = PrivateAttr()
    _encoder: Encoder = PrivateAttr()

    def __init__(self, files: Callable[[], LibraryFiles], encoder: Encoder, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._files, self._encoder = files, encoder

    @classmethod
    def class_name(cls) -> str:
        """Return the name under which LlamaIndex lists the postprocessor."""
        return "LateInteractionReranker"

    def _postprocess_nodes(
        self, nodes: list[NodeWithScore], query_bundle: QueryBundle | None = None
    ) -> list[NodeWithScore]:
        if query_bundle is None:
            raise ValueError("Reranking needs the question: pass query_bundle or query_str.")
        files = self._files()
        found = passages(nodes, files.records.get)
        text, papers = self._encoder.text(query_bundle.query_str), [p.paper for p in found[:RERANKED]]
        if text.other:
            late = self._encoder.across(text, papers)
        else:
            late = self._encoder.late_interaction(text, papers, files.lexical.weight)
        return as_nodes(reranked(found, late))


def reranked(found: Sequence[Passage], late: dict[str, float]) -> list[Passage]:
    """Return the passages ordered by the weighted mean of their score and their paper's score in `late` (-1..1).

    A paper whose title is the question keeps the score 1; a paper without a late score counts as 0.
    """
    channels = {i: {"late": Channel(rank, late[i])} for i, rank in ranks(late).items()}
    rescored = [
        replace(
            p,
            score=1.0 if "title" in p.channels else combined(p.score, late.get(p.paper.id, 0.0)),
            channels=p.channels | channels.get(p.paper.id, {}),
        )
        for p in found
    ]
    return sorted(rescored, key=lambda p: (-p.score, "title" not in p.channels, p.paper.id))


def combined(score: float, late: float) -> float:
    """Return the weighted mean of a score in 0..1 and a late-interaction score; a negative one counts as 0."""
    return (score + LATE_WEIGHT * max(late, 0.0)) / (1 + LATE_WEIGHT)


class RerankedRetriever(BaseRetriever):
    """A retriever followed by postprocessors: the k best papers of the scope, one node for each.

    `quotable` leaves out papers without an abstract. Any LlamaIndex retriever and postprocessors will do, see
    `assistant.retrieval.passage.passages`.
    """

    def __init__(
        self,
        retriever: BaseRetriever,
        postprocessors: Sequence[BaseNodePostprocessor],
        files: Callable[[], LibraryFiles],
        *,
        k: int,
        scope: Scope = EVERYTHING,
        quotable: bool = True,
    ) -> None:
        super().__init__()
        self._quotable = quotable
        self._retriever = retriever
        self._postprocessors = tuple(postprocessors)
        self._files = files
        self._k = k
        self._scope = scope

    @property
    def scope(self) -> Scope:
        """The papers that may be returned."""
        return self._scope

    def within(self, ids: Iterable[str] | None, k: int | None = None) -> RerankedRetriever:
        """Return the same retriever for those papers of its scope that are among these ids (None: all), k at most (default:
        its own k)."""
        scope, k = self._scope if ids is None else self._scope.within(ids), k or self._k
        inner = self._retriever
        if isinstance(inner, HybridRetriever):
            inner = inner.within(scope, max(k, RERANKED))
        return RerankedRetriever(
            inner, self._postprocessors, self._files, k=k, scope=scope, quotable=self._quotable
        )

    def passages(self, question: str, k: int | None = None) -> tuple[Passage, ...]:
        """Return the k best papers (default: the retriever's own k), best first."""
        query = QueryBundle(question)
        found = self._retriever.retrieve(query)
        for postprocessor in self._postprocessors:
            found = postprocessor.postprocess_nodes(found, query_bundle=query)
        held = [p for p in passages(found, self._files().records.get) if self._scope.holds(p.paper.id)]
        if self._quotable:
            held = [p for p in held if p.paper.abstract]
        return tuple(held[: k or self._k])

    def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        return as_nodes(self.passages(query_bundle.query_str))
