"""Key facts and foreign papers of an answer."""

from __future__ import annotations

import pytest

from evals.metrics.answer import Fact, all_vital, fact_recall, foreign, stated

FACTS = (Fact(("22%", "22 percent")), Fact(("seven",)), Fact(("GQA",), vital=False))


def test_facts_are_found_in_any_of_their_spellings_and_across_sentences() -> None:
    assert stated(FACTS, ["It gains 22  Percent.", "On seven sets."], lambda _: True) == [True, True, False]
    assert stated((Fact(("sets. It",)),), ["On seven sets.", "It gains."], lambda _: True) == [True]
    assert stated(FACTS, [], lambda _: True) == [False, False, False]


def test_a_fact_in_a_refuted_sentence_is_not_stated() -> None:
    sentences = ["It loses 22% there.", "It has seven parts.", "It gains 22%."]
    assert stated(FACTS[:2], sentences, lambda place: place != 0) == [True, True]
    assert stated(FACTS[:2], sentences[:2], lambda place: place != 0) == [False, True]
    # A spelling over two sentences needs both.
    assert stated((Fact(("there. It",)),), sentences, lambda place: place != 0) == [False]


def test_a_fact_that_is_only_okay_weighs_half() -> None:
    assert fact_recall(FACTS, [True, False, True]) == pytest.approx(1.5 / 2.5)
    assert fact_recall(FACTS, [True, True, False]) == pytest.approx(2 / 2.5)
    assert fact_recall((), []) is None
    assert all_vital(FACTS, [True, True, False])
    assert not all_vital(FACTS, [True, False, True])
    assert not all_vital(FACTS[2:], [False])


def test_a_related_paper_is_not_foreign() -> None:
    assert foreign(["a", "b", "c"], relevant=["a"], related=["b"]) == 1 / 3
    assert foreign([], ["a"], []) is None
