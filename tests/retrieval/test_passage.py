"""Passages as LlamaIndex nodes and back, from our retriever and from others."""

from __future__ import annotations

from collections.abc import Sequence

from llama_index.core.schema import NodeWithScore, TextNode
from support.papers import PAPERS

from assistant import Paper
from assistant.library.chunks import Chunk
from assistant.retrieval.passage import Channel, Passage, nodes, passages

DOT = PAPERS[0]


def library(ids: Sequence[str]) -> dict[str, Paper]:
    return {paper.id: paper for paper in PAPERS if paper.id in ids}


def nothing(ids: Sequence[str]) -> dict[str, Paper]:
    raise AssertionError("the nodes carry their papers")


def test_a_passage_survives_the_way_to_a_node_and_back() -> None:
    chunk = Chunk("dot", 2, 0, 26, DOT.abstract[:26])
    passage = Passage(chunk, DOT, 0.75, {"dense": Channel(1, 0.5)})
    assert passages(nodes([passage]), nothing) == [passage]


def test_a_node_of_another_make_is_looked_up_and_placed() -> None:
    text = "Dot finds cars in 5 ms on a phone."
    node = TextNode(id_="x7", text=text, metadata={"paper_id": "dot"})
    (passage,) = passages([NodeWithScore(node=node, score=0.25)], library)
    assert (passage.paper.id, passage.score, passage.channels, passage.cosine) == ("dot", 0.25, {}, None)
    start = DOT.abstract.index(text)
    assert passage.chunk == Chunk("dot", 0, start, start + len(text), text)


def test_a_text_that_is_not_in_the_abstract_stands_for_the_whole() -> None:
    (passage,) = passages([NodeWithScore(node=TextNode(id_="dot", text="elsewhere"))], library)
    assert (passage.chunk.text, passage.score) == (DOT.abstract, 0.0)


def test_several_nodes_of_a_paper_are_one_passage_and_unknown_papers_are_left_out() -> None:
    ids = ["line", "dot", "line", "unknown"]
    scored = [
        NodeWithScore(node=TextNode(id_=i, text=""), score=s)
        for i, s in zip(ids, (9.0, 4.0, 8.0, 1.0), strict=True)
    ]
    assert [(p.paper.id, p.score) for p in passages(scored, library)] == [("line", 1.0), ("dot", 3 / 8)]


def test_a_cosine_is_zero_if_only_words_found_the_paper() -> None:
    chunk = Chunk("dot", 0, 0, 1, "O")
    assert Passage(chunk, DOT, 1.0, {"lexical": Channel(1, 3.0)}).cosine == 0.0
    assert Passage(chunk, DOT, 1.0, {"dense": Channel(1, 0.4)}).cosine == 0.4
    assert Passage(chunk, DOT, 1.0, {"late": Channel(1, 0.4)}).cosine is None
