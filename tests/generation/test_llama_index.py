"""The engine's parts are LlamaIndex's kinds: each can be used alone, and replaced by anybody's."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from llama_index.core.base.embeddings.base import BaseEmbedding
from llama_index.core.postprocessor.types import BaseNodePostprocessor
from llama_index.core.retrievers import BaseRetriever
from llama_index.core.schema import NodeWithScore, QueryBundle, TextNode
from support.papers import PAPERS

from assistant import Assistant, Settings
from assistant.core.errors import EmbedderMismatch, LibraryEmpty

QUESTION = "How fast does Dot find cars on a phone?"


class Fixed(BaseRetriever):
    """A retriever of another make: every paper, the one about music first, with scores of its own scale."""

    def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        return [
            NodeWithScore(node=TextNode(text=p.title, metadata={"paper_id": p.id}), score=score)
            for p, score in zip([PAPERS[1], PAPERS[0], PAPERS[2]], (30.0, 29.0, 2.0), strict=True)
        ]


class OnlyWave(BaseNodePostprocessor):
    """A postprocessor that leaves one paper."""

    def _postprocess_nodes(
        self, nodes: list[NodeWithScore], query_bundle: QueryBundle | None = None
    ) -> list[NodeWithScore]:
        return [node for node in nodes if node.node.metadata["paper_id"] == "wave"]


class Words(BaseEmbedding):
    """An embedding model of another make: each word adds one to a place that its letters choose."""

    def _get_text_embedding(self, text: str) -> list[float]:
        row = [0.0] * 64
        for word in text.casefold().split():
            row[sum(map(ord, word.strip(".,?"))) % 64] += 1.0
        return row

    def _get_query_embedding(self, query: str) -> list[float]:
        return self._get_text_embedding(query)

    async def _aget_query_embedding(self, query: str) -> list[float]:
        return self._get_text_embedding(query)


def test_an_embedding_model_of_another_make_takes_the_place_of_ours(tmp_path: Path) -> None:
    with Assistant(tmp_path, settings=Settings(), embed_model=Words(model_name="words")) as library:
        library.add(PAPERS)
        dense = library.search("rain radar")[0].channels["dense"]
        assert "5 ms" in library.ask(QUESTION).text
    assert dense.rank == 1
    with Assistant(tmp_path, settings=Settings()) as other, pytest.raises(EmbedderMismatch, match="words"):
        other.search("rain radar")


def test_a_retriever_of_another_make_takes_the_place_of_ours(library: Assistant) -> None:
    answer = library.query_engine(retriever=Fixed()).answer(QUESTION)
    assert "Dot finds cars in 5 ms on a phone [1]." in answer.text
    assert {p.paper_id for p in answer.passages} == {"dot", "line", "wave"}
    assert all(0 <= p.score <= 1 for p in answer.passages)


def test_a_scope_holds_for_a_retriever_of_another_make(library: Assistant) -> None:
    engine = library.query_engine(retriever=Fixed(), without=["dot"])
    assert "dot" not in {p.paper_id for p in engine.answer(QUESTION).passages}


def test_a_postprocessor_of_another_make_takes_the_place_of_the_reranker(tmp_path: Path) -> None:
    with Assistant(tmp_path, settings=Settings(), rerankers=[OnlyWave()]) as library:
        library.add(PAPERS)
        assert [p.paper.id for p in library.search("neural network")] == ["wave"]
        assert library.ask("What does Wave halve?").sources[0].paper.id == "wave"


def test_retrieving_and_synthesising_are_stages_of_their_own(library: Assistant) -> None:
    engine, query = library.query_engine(k=2), QueryBundle(QUESTION)
    nodes = engine.retrieve(query)
    assert (len(nodes), nodes[0].node.metadata["paper_id"]) == (2, "dot")
    extra = NodeWithScore(node=TextNode(text="more"))
    response = engine.synthesize(query, nodes, [extra])
    assert response.metadata is not None
    assert response.metadata["answer"].text == engine.answer(QUESTION).text == str(response)
    assert [n.node.metadata.get("paper_id") for n in response.source_nodes] == ["dot", None]


def test_the_asynchronous_ways_give_the_same(library: Assistant) -> None:
    engine, query = library.query_engine(), QueryBundle(QUESTION)

    async def both() -> tuple[str, str]:
        nodes = await engine.aretrieve(query)
        return str(await engine.aquery(QUESTION)), str(await engine.asynthesize(query, nodes))

    assert asyncio.run(both()) == (str(engine.query(QUESTION)),) * 2


def test_an_engine_outlives_closing_and_changes_of_its_library(library: Assistant) -> None:
    engine = library.query_engine()
    library.close()
    assert "5 ms" in engine.answer(QUESTION).text
    library.remove("dot")
    assert "dot" not in engine.answer(QUESTION).numbers


def test_an_engine_over_nothing_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(LibraryEmpty, match="assistant add"):
        Assistant(tmp_path / "none", settings=Settings()).query_engine()
