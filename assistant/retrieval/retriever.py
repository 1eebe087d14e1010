"""Find papers by vectors and BM25; a LlamaIndex retriever over a scope of papers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field

import numpy as np
from llama_index.core.retrievers import BaseRetriever
from llama_index.core.schema import NodeWithScore, QueryBundle

from assistant.core.paper import Paper
from assistant.core.text.sanitize import storable
from assistant.library.chunks import Chunk, chunk
from assistant.library.embedding.embedder import SpanEmbedding
from assistant.library.embedding.vectors import Vectors
from assistant.library.sync import LibraryFiles
from assistant.retrieval.encoder import Encoder
from assistant.retrieval.fusion import WEIGHTS, fuse, ranks
from assistant.retrieval.passage import Channel, Passage, nodes

# Papers that are taken from each channel.
CANDIDATES = 200
EXACT = 4000
"""In a scope of at most this number of papers every vector is compared; the index of all papers would find few of them."""


@dataclass(frozen=True)
class Scope:
    """Which papers may be found, by id: those in `only` (None: all), except those in `without`."""

    only: frozenset[str] | None = None
    without: frozenset[str] = field(default_factory=frozenset)

    @classmethod
    def of(cls, papers: Sequence[str] | None, without: Sequence[str] = ()) -> Scope:
        """Return the scope of these papers (ids; None: all) without others."""
        only = None if papers is None else frozenset(map(storable, papers))
        return cls(only, frozenset(map(storable, without)))

    def holds(self, paper_id: str) -> bool:
        """Return whether the paper may be found."""
        return paper_id not in self.without and (self.only is None or paper_id in self.only)

    def within(self, ids: Iterable[str]) -> Scope:
        """Return the part of the scope that is among these ids."""
        return Scope(frozenset(i for i in ids if self.holds(i)))

    @property
    def ids(self) -> list[str] | None:
        """The ids to search, or None for all."""
        return None if self.only is None else sorted(self.only - self.without)


EVERYTHING = Scope()


class HybridRetriever(BaseRetriever):
    """Finds the k best papers of a scope for a question: one node for each, with its best chunk as text.

    `files` gives the library's open files, `channels` is "both", "dense" or "lexical".
    """

    def __init__(
        self,
        files: Callable[[], LibraryFiles],
        embedder: SpanEmbedding,
        encoder: Encoder,
        *,
        channels: str = "both",
        k: int = 10,
        scope: Scope = EVERYTHING,
    ) -> None:
        super().__init__()
        self._names = tuple(WEIGHTS) if channels == "both" else (channels,)
        self._files = files
        self._embedder = embedder
        self._encoder = encoder
        self._k = k
        self._scope = scope

    def within(self, scope: Scope, k: int) -> HybridRetriever:
        """Return a retriever of the k best papers of another scope, the same in all else."""
        other = copy(self)
        other._scope, other._k = scope, k
        return other

    def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        question, scope, files = query_bundle.query_str, self._scope, self._files()
        dense, windows = self._dense(self._vector(question), files)
        matches = files.lexical.search(question, CANDIDATES + len(scope.without), scope.ids)
        every = {"dense": dense, "lexical": {i: score for i, score in matches.items() if scope.holds(i)}}
        channels = {name: every[name] for name in self._names}
        scores = fuse(channels)
        # A question that is a paper's title asks for that paper, however similar others are.
        channels["title"] = dict.fromkeys(filter(scope.holds, files.lexical.titled(question)), 1.0)
        scores |= channels["title"]
        order = sorted(scores, key=lambda i: (-scores[i], i not in channels["title"], i))[: self._k]
        # Without those that another process has removed since they were found.
        papers = files.records.get(order)
        rank = {name: ranks(found) for name, found in channels.items()}
        return nodes(
            [
                Passage(
                    _chunk(papers[i], windows.get(i)),
                    papers[i],
                    scores[i],
                    {
                        name: Channel(rank[name][i], found[i])
                        for name, found in channels.items()
                        if i in found
                    },
                )
                for i in order
                if i in papers
            ]
        )

    def _vector(self, question: str) -> Vectors:
        if self._embedder is self._encoder.model:
            return self._encoder.text(question).vector
        return self._embedder.embed_query(question)

    def _dense(self, vector: Vectors, files: LibraryFiles) -> tuple[dict[str, float], dict[str, str]]:
        """Return for each paper the higher cosine of its whole text and its best window, and that window's id."""
        scope, n = self._scope, CANDIDATES + len(self._scope.without)
        if (ids := scope.ids) is not None and len(ids) <= EXACT:
            return _compared(vector, files.records.search_vectors(ids))
        near = files.store.nearest_papers(vector, n, ids)
        scores = {paper_id: cosine for paper_id, cosine in near.items() if scope.holds(paper_id)}
        windows: dict[str, str] = {}
        for chunk_id, cosine in files.store.nearest_chunks(vector, 2 * n, ids).items():
            paper_id = chunk_id.rpartition("#")[0]
            if paper_id not in windows and scope.holds(paper_id):
                windows[paper_id] = chunk_id
                scores[paper_id] = max(cosine, scores.get(paper_id, -1.0))
        top = sorted(scores, key=lambda paper_id: -scores[paper_id])[:CANDIDATES]
        return {paper_id: scores[paper_id] for paper_id in top}, windows


def _compared(vector: Vectors, rows: Mapping[str, Vectors]) -> tuple[dict[str, float], dict[str, str]]:
    """Return what `_dense` returns, of few papers: their vectors are compared one by one, which no graph of neighbours does."""
    if not rows:
        return {}, {}
    starts = np.cumsum([0, *map(len, rows.values())])[:-1]
    cosines = np.concatenate(list(rows.values())) @ vector
    best = dict(zip(rows, np.maximum.reduceat(cosines, starts).tolist(), strict=True))
    top = sorted(best, key=lambda paper_id: -best[paper_id])[:CANDIDATES]
    first = dict(zip(rows, starts.tolist(), strict=True))
    windows = {
        i: f"{i}#{cosines[first[i] + 1 : first[i] + len(rows[i])].argmax()}" for i in top if len(rows[i]) > 1
    }
    return {i: best[i] for i in top}, windows


def _chunk(paper: Paper, chunk_id: str | None) -> Chunk:
    """Return the chunk of that id, or the whole abstract as one where there is none."""
    cut = chunk(paper)
    return next((one for one in cut.windows if one.id == chunk_id), cut.whole)
