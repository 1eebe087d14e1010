"""Reranking by late interaction, with exact values."""

from __future__ import annotations

import pytest

from assistant import Assistant, Paper
from assistant.library.chunks import Chunk
from assistant.retrieval.passage import Channel, Passage
from assistant.retrieval.rerank import LateInteractionReranker, combined, reranked


def passage(paper_id: str, score: float, *channels: str) -> Passage:
    paper = Paper(paper_id, paper_id, "Text.")
    return Passage(Chunk(paper_id, 0, 0, 5, "Text."), paper, score, {c: Channel(1, score) for c in channels})


def test_late_interaction_weighs_three_times_the_score_before() -> None:
    assert combined(1.0, 0.0) == 0.25
    assert combined(0.0, 1.0) == 0.75
    assert combined(0.4, -0.5) == pytest.approx(0.1)


def test_papers_are_ordered_by_both_scores() -> None:
    first, second = reranked([passage("a", 1.0), passage("b", 0.5)], {"a": 0.2, "b": 0.6})
    assert (first.paper.id, first.score) == ("b", pytest.approx(0.575))
    assert (second.paper.id, second.score) == ("a", pytest.approx(0.4))
    assert (first.channels["late"], second.channels["late"]) == (Channel(1, 0.6), Channel(2, 0.2))


def test_a_paper_without_a_late_score_keeps_a_quarter() -> None:
    (only,) = reranked([passage("a", 1.0, "dense")], {})
    assert (only.score, set(only.channels)) == (0.25, {"dense"})


def test_the_paper_whose_title_is_the_question_comes_first() -> None:
    order = reranked([passage("a", 1.0), passage("b", 0.1, "title")], {"a": 1.0, "b": 0.0})
    assert [(p.paper.id, p.score) for p in order] == [("b", 1.0), ("a", 1.0)]


def test_equal_scores_are_ordered_by_id() -> None:
    assert [p.paper.id for p in reranked([passage("b", 0.5), passage("a", 0.5)], {})] == ["a", "b"]


def test_reranking_needs_a_question(library: Assistant) -> None:
    engine = library.query_engine()
    reranker = LateInteractionReranker(library._library.files, engine.encoder)
    with pytest.raises(ValueError, match="query_bundle"):
        reranker.postprocess_nodes([])
    found = reranker.postprocess_nodes(
        library.query_engine(k=3).retriever.retrieve("rain radar"), query_str="rain radar"
    )
    assert found[0].node.metadata["paper_id"] == "wave"
