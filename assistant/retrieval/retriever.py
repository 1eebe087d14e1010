"""Question -> Passages: a dense and a lexical channel, fused; the best ordered again word by word; every score kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from llama_index.core.retrievers import BaseRetriever
from llama_index.core.schema import NodeWithScore, QueryBundle, TextNode

from assistant.core.paper import Paper
from assistant.library.bm25 import Lexical
from assistant.library.chunks import Chunk
from assistant.library.embedder import SpanEmbedding, Vectors
from assistant.library.store import Store
from assistant.retrieval.encoder import EncodedText, Encoder
from assistant.retrieval.fusion import WEIGHTS, fuse

CANDIDATES = 200
# This many of the fused list are compared with the question word by word, and how much that counts. Chosen on SciFact's
# fitting claims (nDCG@10 0.725 without, 0.737 with) and the questions suite.
COMPARED = 24
LATE_WEIGHT = 3.0


@dataclass(frozen=True)
class Channel:
    """Where a paper stood in one channel: rank from 1, and that channel's own score (cosine, or BM25)."""

    rank: int
    score: float


@dataclass(frozen=True)
class Passage:
    """A retrieved paper and the window of it that came nearest.

    `score` is the fused score in 0..1, comparable within one question only; `channels` has "dense" (cosine in
    -1..1) and "lexical" (BM25, > 0) where the paper was among that channel's 200 best, "late" (how near its words come
    to the question's, in -1..1) where it was among the 24 best of these, "title" (1.0) where the question is its title.
    """

    chunk: Chunk
    paper: Paper
    score: float
    channels: dict[str, Channel]

    @property
    def cosine(self) -> float:
        """The dense channel's score; 0 where the paper came by its words alone."""
        return self.channels["dense"].score if "dense" in self.channels else 0.0


@dataclass(frozen=True)
class Scope:
    """Which papers may be found, by id: `only` these (None: all), and none of those `without`."""

    only: frozenset[str] | None = None
    without: frozenset[str] = field(default_factory=frozenset)

    def holds(self, paper_id: str) -> bool:
        return paper_id not in self.without and (self.only is None or paper_id in self.only)

    @property
    def ids(self) -> list[str] | None:
        """The papers to look among, where they are counted out."""
        return None if self.only is None else sorted(self.only - self.without)


EVERYTHING = Scope()


@dataclass(frozen=True)
class Similar:
    """A paper and how near its whole text is to another's: cosine in -1..1."""

    paper: Paper
    cosine: float


@dataclass(frozen=True)
class RetrievalResult:
    """The passages of a question, best first, and the question as read (so that nobody embeds it again)."""

    asked: EncodedText
    passages: tuple[Passage, ...]


class Retriever:
    """Finds papers for a question in one library."""

    def __init__(
        self, store: Store, lexical: Lexical, embedder: SpanEmbedding, reader: Encoder, channels: str = "both"
    ) -> None:
        self._names = tuple(WEIGHTS) if channels == "both" else (channels,)
        self._store = store
        self._lexical = lexical
        self._embedder = embedder
        self._reader = reader

    def find(self, question: str, k: int, scope: Scope = EVERYTHING) -> RetrievalResult:
        """The k best papers of the scope for the question.

        Fusion: each channel's 200 best, scores scaled to 0..1 (min-max), absent means 0, weighted mean (measured
        against reciprocal rank fusion and z-scores in the README); the best 24 are ordered again by that and by late
        interaction.
        """
        (asked,) = self._reader.texts([question])
        same = self._embedder is self._reader.model
        best, windows = self._dense(asked.vector if same else self._embedder.embed_query(question), scope)
        more = len(scope.without)
        worded = self._lexical.search(question, CANDIDATES + more, scope.ids)
        every = {"dense": best, "lexical": {i: score for i, score in worded.items() if scope.holds(i)}}
        channels = {name: every[name] for name in self._names}
        scores = fuse(channels)
        # Whoever pastes a title wants that paper, however alike others are.
        channels["title"] = dict.fromkeys(filter(scope.holds, self._lexical.titled(question)), 1.0)
        scores |= channels["title"]
        order = _best(scores, channels["title"])[: max(k, COMPARED)]
        # Without those that another process has removed since they were found.
        papers = self._store.get(order)
        compared = [papers[i] for i in order[:COMPARED] if i in papers]
        channels["late"] = self._reader.late_interaction(asked, compared, self._lexical.weight)
        scores = {i: _compared(scores[i], channels["late"].get(i, 0.0)) for i in papers}
        scores |= {i: 1.0 for i in channels["title"] if i in papers}
        ranks = {name: _ranks(found) for name, found in channels.items()}
        best_k = _best(scores, channels["title"])[:k]
        chunks = self._store.chunks({windows[i]: papers[i] for i in best_k if i in windows})
        passages = []
        for paper_id in best_k:
            places = {
                name: Channel(ranks[name][paper_id], found[paper_id])
                for name, found in channels.items()
                if paper_id in found
            }
            chunk = chunks.get(paper_id) or _whole(papers[paper_id])
            passages.append(Passage(chunk, papers[paper_id], scores[paper_id], places))
        return RetrievalResult(asked, tuple(passages))

    def _dense(self, vector: Vectors, scope: Scope) -> tuple[dict[str, float], dict[str, str]]:
        """Each paper's better of whole text and best window, and that window's id."""
        more = len(scope.without)
        near = self._store.nearest_papers(vector, CANDIDATES + more, scope.ids)
        scores = {paper_id: cosine for paper_id, cosine in near.items() if scope.holds(paper_id)}
        windows: dict[str, str] = {}
        for chunk_id, cosine in self._store.nearest_chunks(
            vector, 2 * (CANDIDATES + more), scope.ids
        ).items():
            paper_id = chunk_id.rpartition("#")[0]
            if paper_id not in windows and scope.holds(paper_id):
                windows[paper_id] = chunk_id
                scores[paper_id] = max(cosine, scores.get(paper_id, -1.0))
        top = sorted(scores, key=lambda paper_id: -scores[paper_id])[:CANDIDATES]
        return {paper_id: scores[paper_id] for paper_id in top}, windows


def _whole(paper: Paper) -> Chunk:
    return Chunk(paper.id, 0, 0, len(paper.abstract), paper.abstract)


def _best(scores: dict[str, float], titled: dict[str, float]) -> list[str]:
    return sorted(scores, key=lambda i: (-scores[i], i not in titled, i))


def _compared(fused: float, late: float) -> float:
    return (fused + LATE_WEIGHT * max(late, 0.0)) / (1 + LATE_WEIGHT)


def _ranks(scores: dict[str, float]) -> dict[str, int]:
    order = sorted(scores, key=lambda paper_id: -scores[paper_id])
    return {paper_id: rank for rank, paper_id in enumerate(order, start=1)}


class PassageRetriever(BaseRetriever):
    """The same as a LlamaIndex `BaseRetriever`: nodes carry the window's text, and paper, offsets and every score."""

    def __init__(self, retriever: Retriever, k: int) -> None:
        super().__init__()
        self._retriever = retriever
        self._k = k

    def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        return nodes(self._retriever.find(query_bundle.query_str, self._k).passages)


def nodes(passages: Sequence[Passage]) -> list[NodeWithScore]:
    """Passages as LlamaIndex nodes."""
    return [
        NodeWithScore(
            node=TextNode(
                id_=p.chunk.id,
                text=p.chunk.text,
                metadata={
                    "paper_id": p.paper.id,
                    "title": p.paper.title,
                    "start": p.chunk.start,
                    "end": p.chunk.end,
                    "channels": {n: [c.rank, c.score] for n, c in p.channels.items()},
                },
            ),
            score=p.score,
        )
        for p in passages
    ]
