"""Ranking metrics against examples worked by hand and against trec_eval."""

from __future__ import annotations

import math

import ir_measures
import pytest
from hypothesis import given
from hypothesis import strategies as st
from ir_measures import RR, R, Success, nDCG

from evals.metrics import retrieval

GOLD = {"b": 1, "d": 1}


def test_retrieval_measures_agree_with_an_example_worked_by_hand() -> None:
    # Relevant: b and d. Found: a b c d, hits at ranks 2 and 4.
    ranked = ["a", "b", "c", "d"]
    assert retrieval.hit(ranked, GOLD, 1) == 0
    assert retrieval.hit(ranked, GOLD, 2) == 1
    assert retrieval.recall(ranked, GOLD, 3) == 1 / 2
    assert retrieval.reciprocal_rank(ranked, GOLD) == 1 / 2
    gained, ideal = 1 / math.log2(3) + 1 / math.log2(5), 1 + 1 / math.log2(3)
    assert retrieval.ndcg(ranked, GOLD) == pytest.approx(gained / ideal, abs=1e-12)


def test_grades_count_in_ndcg_as_gains() -> None:
    # Ideal order: grade 3, then 1. Found the other way round: 1/log2(2) + 3/log2(3) of 3/log2(2) + 1/log2(3).
    assert retrieval.ndcg(["low", "high"], {"high": 3, "low": 1}) == pytest.approx(
        (1 + 3 / math.log2(3)) / (3 + 1 / math.log2(3)), abs=1e-12
    )


def test_nothing_found_scores_nothing() -> None:
    assert retrieval.recall([], GOLD, 5) == 0
    assert retrieval.reciprocal_rank(["x"], GOLD) == retrieval.ndcg(["x"], GOLD) == 0


ids = st.integers(0, 30).map(str)


@given(
    st.lists(ids, unique=True, max_size=20),
    st.dictionaries(ids, st.integers(1, 3), min_size=1, max_size=8),
)
def test_retrieval_measures_agree_with_trec_eval(ranked: list[str], gold: dict[str, int]) -> None:
    found = ranked or ["nothing"]
    run = {"q": {item: float(len(found) - place) for place, item in enumerate(found)}}
    measures = [nDCG @ 10, RR(rel=1), R(rel=1) @ 5, Success(rel=1) @ 5]
    theirs = ir_measures.calc_aggregate(measures, {"q": gold}, run)
    ours = [
        retrieval.ndcg(found, gold, 10),
        retrieval.reciprocal_rank(found, gold),
        retrieval.recall(found, gold, 5),
        retrieval.hit(found, gold, 5),
    ]
    assert ours == pytest.approx([theirs[measure] for measure in measures], abs=1e-9)
