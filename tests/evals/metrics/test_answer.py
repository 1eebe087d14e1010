"""Key facts and foreign papers of an answer."""

from __future__ import annotations

from evals.metrics.answer import fact_recall, foreign


def test_facts_are_found_in_any_of_their_spellings() -> None:
    facts = [["22%", "22 percent"], ["seven"]]
    assert fact_recall("It gains 22  Percent.", facts) == 1 / 2
    assert fact_recall("", facts) == 0
    assert fact_recall("anything", []) is None


def test_a_related_paper_is_not_foreign() -> None:
    assert foreign(["a", "b", "c"], relevant=["a"], related=["b"]) == 1 / 3
    assert foreign([], ["a"], []) is None
