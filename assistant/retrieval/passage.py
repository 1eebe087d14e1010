"""Retrieved papers with scores; to LlamaIndex nodes and back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from llama_index.core.schema import BaseNode, MetadataMode, NodeWithScore, TextNode
from pydantic import Field

from assistant.core.paper import Paper
from assistant.library.chunks import Chunk
from assistant.retrieval.fusion import WEIGHTS, scaled

PapersById = Callable[[Sequence[str]], dict[str, Paper]]
"""Looks up papers by id; ids that the library does not hold are left out."""


@dataclass(frozen=True)
class Channel:
    """Rank (from 1) and score of a paper in one channel: a cosine, a BM25 score ..."""

    rank: int
    score: float


@dataclass(frozen=True)
class Passage:
    """A retrieved paper and its best chunk.

    `score` is in 0..1 and compares papers of one question only. `channels` has "dense" (cosine in -1..1) and "lexical"
    (BM25, > 0) if the paper was among that channel's 200 best, "late" (late interaction, in -1..1) if it was reranked,
    "title" (1.0) if the question is its title. A retriever of another make gives no channels.
    """

    chunk: Chunk
    paper: Paper
    score: float
    channels: dict[str, Channel]

    @property
    def cosine(self) -> float | None:
        """The dense channel's score; 0 if only other channels found the paper, None if no channel was asked."""
        if "dense" in self.channels:
            return self.channels["dense"].score
        return 0.0 if self.channels.keys() & WEIGHTS.keys() else None


@dataclass(frozen=True)
class Similar:
    """A paper and the cosine (-1..1) of its vector with that of another paper."""

    paper: Paper
    cosine: float


class PassageNode(TextNode):
    """A chunk as a LlamaIndex node. Its metadata names the paper; the paper itself is not serialised."""

    paper: Paper | None = Field(default=None, exclude=True, repr=False)

    @classmethod
    def class_name(cls) -> str:
        """Return the name under which LlamaIndex serialises the node."""
        return "PassageNode"


def nodes(passages: Sequence[Passage]) -> list[NodeWithScore]:
    """Return passages as LlamaIndex nodes: text of the chunk; paper, offsets and channels in the metadata."""
    return [NodeWithScore(node=_node(passage), score=passage.score) for passage in passages]


def _node(passage: Passage) -> PassageNode:
    chunk, paper = passage.chunk, passage.paper
    channels = {name: [channel.rank, channel.score] for name, channel in passage.channels.items()}
    place = {"start": chunk.start, "end": chunk.end}
    return PassageNode(
        id_=chunk.id,
        text=chunk.text,
        paper=paper,
        metadata={"paper_id": paper.id, "title": paper.title, **place, "channels": channels},
        excluded_llm_metadata_keys=["paper_id", "channels", *place],
        excluded_embed_metadata_keys=["paper_id", "channels", *place],
    )


def passages(found: Sequence[NodeWithScore], papers: PapersById) -> list[Passage]:
    """Return the passages of nodes from any retriever, one for each paper, in the order of the nodes.

    A node names its paper by `metadata["paper_id"]`, else by its source document's id, else by its own id. Nodes of
    papers that `papers` does not know are left out. Scores beyond 0..1 are min-max-scaled.
    """
    ids = [paper_id_of(one.node) for one in found]
    carried = {
        i: one.node.paper for i, one in zip(ids, found, strict=True) if isinstance(one.node, PassageNode)
    }
    known = {i: paper for i, paper in carried.items() if paper is not None}
    missing = [i for i in dict.fromkeys(ids) if i not in known]
    known |= papers(missing) if missing else {}
    scores = _unit_scores([one.score or 0.0 for one in found])
    by_paper: dict[str, Passage] = {}
    for paper_id, one, score in zip(ids, found, scores, strict=True):
        if paper_id in known and paper_id not in by_paper:
            by_paper[paper_id] = _passage(one.node, known[paper_id], score)
    return list(by_paper.values())


def paper_id_of(node: BaseNode) -> str:
    """Return the id of the paper that a node belongs to."""
    return str(node.metadata.get("paper_id") or node.ref_doc_id or node.node_id)


def _passage(node: BaseNode, paper: Paper, score: float) -> Passage:
    start, end = node.metadata.get("start"), node.metadata.get("end")
    if not (isinstance(start, int) and isinstance(end, int) and 0 <= start < end <= len(paper.abstract)):
        text = node.get_content(MetadataMode.NONE)
        start = max(paper.abstract.find(text), 0)
        end = start + len(text) if text and paper.abstract.startswith(text, start) else len(paper.abstract)
    channels = {name: Channel(*values) for name, values in node.metadata.get("channels", {}).items()}
    ordinal = node.node_id.removeprefix(f"{paper.id}#")
    chunk = Chunk(paper.id, int(ordinal) if ordinal.isdecimal() else 0, start, end, paper.abstract[start:end])
    return Passage(chunk, paper, score, channels)


def _unit_scores(scores: Sequence[float]) -> list[float]:
    if all(0 <= score <= 1 for score in scores):
        return list(scores)
    return list(scaled(dict(enumerate(scores))).values())
