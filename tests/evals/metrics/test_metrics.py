"""Every measure against an example worked by hand; the retrieval figures against another's program."""

from __future__ import annotations

import math
from collections.abc import Sequence

import ir_measures
import pytest
from hypothesis import given
from hypothesis import strategies as st
from ir_measures import AP, RR, R, Success, nDCG

from evals.analysis.agreement import agree, auc, calibration_error, reliability
from evals.analysis.statistics import aurc, bootstrap, compare, holm, ratio
from evals.metrics import citation, retrieval
from evals.metrics.alce import AlceScore, alce
from evals.metrics.answer import fact_recall, foreign
from evals.metrics.citation import Claim
from evals.metrics.cost import money, percentile
from evals.metrics.refusal import area, risk_coverage
from evals.metrics.robustness import NoiseSensitivity, agreement, noise_sensitivity

GOLD = {"b": 1, "d": 1}


def test_retrieval_measures_agree_with_an_example_worked_by_hand() -> None:
    # Relevant: b and d. Found: a b c d, hits at ranks 2 and 4.
    ranked = ["a", "b", "c", "d"]
    assert retrieval.hit(ranked, GOLD, 1) == 0
    assert retrieval.hit(ranked, GOLD, 2) == 1
    assert retrieval.recall(ranked, GOLD, 3) == 1 / 2
    assert retrieval.reciprocal_rank(ranked, GOLD) == 1 / 2
    assert retrieval.average_precision(ranked, GOLD) == (1 / 2 + 2 / 4) / 2
    gained, ideal = 1 / math.log2(3) + 1 / math.log2(5), 1 + 1 / math.log2(3)
    assert retrieval.ndcg(ranked, GOLD) == pytest.approx(gained / ideal, abs=1e-12)


def test_grades_count_in_ndcg_as_gains() -> None:
    # Ideal order: grade 3, then 1. Found the other way round: 1/log2(2) + 3/log2(3) of 3/log2(2) + 1/log2(3).
    assert retrieval.ndcg(["low", "high"], {"high": 3, "low": 1}) == pytest.approx(
        (1 + 3 / math.log2(3)) / (3 + 1 / math.log2(3)), abs=1e-12
    )


def test_nothing_found_scores_nothing() -> None:
    assert retrieval.recall([], GOLD, 5) == retrieval.average_precision([], GOLD) == 0
    assert retrieval.reciprocal_rank(["x"], GOLD) == retrieval.ndcg(["x"], GOLD) == 0


ids = st.integers(0, 30).map(str)


@given(
    st.lists(ids, unique=True, max_size=20),
    st.dictionaries(ids, st.integers(1, 3), min_size=1, max_size=8),
)
def test_retrieval_measures_agree_with_trec_eval(ranked: list[str], gold: dict[str, int]) -> None:
    found = ranked or ["nothing"]
    run = {"q": {item: float(len(found) - place) for place, item in enumerate(found)}}
    measures = [nDCG @ 10, AP(rel=1), RR(rel=1), R(rel=1) @ 5, Success(rel=1) @ 5]
    theirs = ir_measures.calc_aggregate(measures, {"q": gold}, run)
    ours = [
        retrieval.ndcg(found, gold, 10),
        retrieval.average_precision(found, gold),
        retrieval.reciprocal_rank(found, gold),
        retrieval.recall(found, gold, 5),
        retrieval.hit(found, gold, 5),
    ]
    assert ours == pytest.approx([theirs[measure] for measure in measures], abs=1e-9)


A, B, C = "paper-a", "paper-b", "paper-c"
FIRST = "The model has three encoders."
SECOND = "It was tested on two data sets."
JOINT = "It has three encoders and two data sets."
TABLE = {
    (FIRST, (A,)): 1.0,
    (SECOND, (B,)): 1.0,
    (JOINT, (A, B)): 1.0,
    (JOINT, (A,)): 0.5,
    (JOINT, (B,)): 0.5,
}


def supports(papers: Sequence[str], text: str) -> float:
    """A table; what holds of some papers holds of more."""
    held = [level for (sentence, few), level in TABLE.items() if sentence == text and set(few) <= set(papers)]
    return max(held, default=0.0)


def test_citation_recall_and_precision_agree_with_an_example_worked_by_hand() -> None:
    # 1: cites a, supported; 2: cites a, not supported; recall 1/2. Citations: a needed, a not: precision 1/2.
    found = citation.score([Claim(FIRST, (A,)), Claim(SECOND, (A,))], supports)
    assert found is not None
    assert (found.recall, found.precision, found.f1) == (0.5, 0.5, 0.5)


def test_a_citation_that_adds_nothing_costs_precision() -> None:
    # b says nothing of the first sentence, and a alone does: 1 of 2 citations is needed.
    found = citation.score([Claim(FIRST, (A, B))], supports)
    assert found is not None
    assert (found.recall, found.precision) == (1.0, 0.5)


def test_citations_that_only_support_together_are_all_needed() -> None:
    found = citation.score([Claim(JOINT, (A, B))], supports)
    assert found is not None
    assert (found.recall, found.precision) == (1.0, 1.0)


def test_support_in_part_counts_a_half_where_asked_for() -> None:
    strict = citation.score([Claim(JOINT, (A,))], supports)
    partial = citation.score([Claim(JOINT, (A,))], supports, partial=True)
    assert strict is not None
    assert partial is not None
    assert (strict.recall, partial.recall, partial.precision) == (0.0, 0.5, 0.5)


def test_a_refusal_has_no_citation_score_instead_of_zero() -> None:
    assert citation.score([], supports) is None
    assert citation.uncited([]) is None
    assert citation.invalid([]) is None


def test_uncited_invalid_and_misattributed_are_shares_of_what_they_count() -> None:
    answer = [Claim(FIRST, (B,)), Claim(SECOND, ()), Claim(SECOND, (B,), unknown=1)]
    assert citation.uncited(answer) == 1 / 3
    # Three citations, one of which names no paper.
    assert citation.invalid(answer) == 1 / 3
    # Of the two cited claims the first is supported by a, which it does not cite.
    assert citation.misattributed(answer, [A, B], supports) == 1 / 2


def test_quotes_are_compared_without_case_and_white_space() -> None:
    text = "We study  Tiny\nDetectors here."
    quotes = [("study tiny detectors", text), ("study huge detectors", text), ("too short", text)]
    assert citation.verbatim(quotes) == 1 / 2
    assert citation.verbatim([("two words", text)]) is None


def entails(places: Sequence[int], claim: str) -> bool:
    """Documents a, b, c at places 0, 1, 2."""
    return supports([(A, B, C)[place] for place in places], claim.strip()) >= 1


def test_alce_agrees_with_an_example_worked_by_hand() -> None:
    # Sentence 1 cites a and b, b is not needed: precision 1/2 of its two. Sentence 2 cites nothing. Recall 1/2.
    output = f"{FIRST[:-1]} [1][2]. {SECOND}"
    assert alce(output, 3, entails) == AlceScore(recall=0.5, precision=0.5)


def test_alce_fault_sentences_that_claim_nothing_count() -> None:
    output = f"In summary: this. {FIRST[:-1]} [1]."
    strict = alce(output, 3, entails)
    mended = citation.score([Claim("In summary: this.", ()), Claim(FIRST, (A,))], supports)
    assert strict is not None
    assert mended is not None
    assert (strict.recall, mended.recall) == (0.5, 1.0)


def test_alce_fault_a_citation_behind_the_full_stop_goes_to_the_next_sentence() -> None:
    from assistant.core.text.citation_marks import parse

    output = f"{FIRST} [1] {SECOND} [2]"
    assert alce(output, 3, entails) == AlceScore(recall=0.0, precision=0.0)
    mended = [Claim(s.text, tuple((A, B, C)[n - 1] for n in s.numbers)) for s in parse(output)]
    found = citation.score(mended, supports)
    assert found is not None
    assert (found.recall, found.precision) == (1.0, 1.0)


def test_alce_fault_of_a_list_only_the_first_is_read() -> None:
    from assistant.core.text.citation_marks import parse

    output = f"{JOINT[:-1]} [1, 2]."
    assert alce(output, 3, entails) == AlceScore(recall=0.0, precision=0.0)
    assert parse(output)[0].numbers == (1, 2)
    found = citation.score([Claim(JOINT, (A, B))], supports)
    assert found is not None
    assert found.recall == 1.0


def test_alce_fault_zero_stands_for_the_last_document() -> None:
    # With a and b only, [0] becomes b, which supports the second sentence.
    assert alce(f"{SECOND[:-1]} [0].", 2, entails) == AlceScore(recall=1.0, precision=1.0)
    found = citation.score([Claim(SECOND, (), unknown=1)], supports)
    assert found is not None
    assert (found.recall, found.precision) == (0.0, None)


def test_alce_fault_one_number_too_high_takes_the_sentence_down() -> None:
    assert alce(f"{FIRST[:-1]} [1][9].", 3, entails) == AlceScore(recall=0.0, precision=0.0)
    answer = [Claim(FIRST, (A,), unknown=1)]
    found = citation.score(answer, supports)
    assert found is not None
    assert (found.recall, found.precision) == (1.0, 1.0)
    assert citation.invalid(answer) == 1 / 2


def test_alce_fault_only_the_first_line_and_three_citations_count() -> None:
    assert alce(f"{FIRST[:-1]} [1].\n\n{SECOND}", 3, entails) == AlceScore(recall=1.0, precision=1.0)
    # The fourth citation would support it.
    assert alce(f"{SECOND[:-1]} [1][1][1][2].", 3, entails) == AlceScore(recall=0.0, precision=0.0)
    found = citation.score([Claim(SECOND, (A, C, "paper-d", B))], supports)
    assert found is not None
    assert found.recall == 1.0


def test_alce_fault_a_refusal_scores_zero() -> None:
    assert alce("The abstracts do not say.", 3, entails) == AlceScore(recall=0.0, precision=0.0)
    assert citation.score([], supports) is None


def test_facts_are_found_in_any_of_their_spellings() -> None:
    facts = [["22%", "22 percent"], ["seven"]]
    assert fact_recall("It gains 22  Percent.", facts) == 1 / 2
    assert fact_recall("", facts) == 0
    assert fact_recall("anything", []) is None


def test_a_related_paper_is_not_foreign() -> None:
    assert foreign(["a", "b", "c"], relevant=["a"], related=["b"]) == 1 / 3
    assert foreign([], ["a"], []) is None


def test_risk_and_coverage_agree_with_an_example_worked_by_hand() -> None:
    # By falling score: right, wrong, right. Risk 0/1, 1/2, 1/3; mean 5/18.
    scores, right = [0.9, 0.7, 0.5], [True, False, True]
    assert risk_coverage(scores, right) == [(1 / 3, 0.0), (2 / 3, 1 / 2), (1.0, 1 / 3)]
    assert area(scores, right) == pytest.approx((0 + 1 / 2 + 1 / 3) / 3)


def test_cases_of_equal_score_are_answered_together() -> None:
    assert risk_coverage([0.5, 0.5], [True, False]) == [(1.0, 1 / 2)]


@given(st.lists(st.tuples(st.sampled_from([0.1, 0.4, 0.4, 0.9]), st.booleans()), min_size=1, max_size=30))
def test_the_area_is_the_same_for_one_run_and_for_many_resamples_at_once(
    cases: list[tuple[float, bool]],
) -> None:
    import numpy as np

    rows = np.array([[score, float(right)] for score, right in cases])
    expected = area([score for score, _ in cases], [right for _, right in cases])
    assert aurc(rows[None])[0] == pytest.approx(expected)
    assert aurc(np.stack([rows, rows])) == pytest.approx([expected, expected])


def test_noise_sensitivity_agrees_with_an_example_worked_by_hand() -> None:
    # Papers: one relevant, one not. Statements: 1 from the relevant one and right; 2 from it and wrong; 3 from the other
    # and wrong; 4 from both and wrong, which is laid to the relevant one. Relevant 2/4, irrelevant 1/4.
    found = noise_sensitivity(
        relevant=[True, False],
        entailed=[[True, False], [True, False], [False, True], [True, True]],
        correct=[True, False, False, False],
    )
    assert found == NoiseSensitivity(relevant=0.5, irrelevant=0.25)
    assert noise_sensitivity([True], [], []) is None


def test_agreement_is_the_mean_jaccard_index_of_all_pairs() -> None:
    # {a} {a b}: 1/2; {a} {}: 0; {a b} {}: 0.
    assert agreement([frozenset("a"), frozenset("ab"), frozenset()]) == pytest.approx(1 / 6)
    assert agreement([frozenset(), frozenset()]) == 1.0
    assert agreement([frozenset("a")]) is None


def test_kappa_agrees_with_an_example_worked_by_hand() -> None:
    # 50 cases; both yes 20, both no 15, yes/no 5, no/yes 10: accuracy 0.7, chance 0.5, kappa 0.4.
    truth = ["yes"] * 25 + ["no"] * 25
    said = ["yes"] * 20 + ["no"] * 5 + ["yes"] * 10 + ["no"] * 15
    found = agree(truth, said)
    assert found is not None
    assert found.accuracy == pytest.approx(0.7)
    assert found.kappa == pytest.approx(0.4)
    assert found.table["no", "yes"] == 10
    assert agree([], []) is None


def test_ranking_by_score_is_measured_as_the_chance_to_be_ahead() -> None:
    assert auc([3.0, 1.0], [2.0, 0.0]) == 0.75
    assert auc([1.0], [1.0]) == 0.5


def test_calibration_is_the_distance_from_the_diagonal() -> None:
    # Scores .95 .95 .05: the upper tenth is true half the time (distance .45, 2 of 3), the lower never (.05, 1 of 3).
    scores, truth = [0.95, 0.95, 0.05], [True, False, False]
    assert reliability(scores, truth) == [(0.05, 0.0, 1), (0.95, 0.5, 2)]
    assert calibration_error(scores, truth) == pytest.approx((2 * 0.45 + 0.05) / 3)


def test_money_is_of_a_million_tokens() -> None:
    assert money(2_000_000, 500_000, input_price=0.15, output_price=0.6) == pytest.approx(0.6)
    assert percentile([1.0, 2.0, 3.0, 4.0], 0.95) == 4.0


def test_a_ratio_is_of_sums() -> None:
    import numpy as np

    # Refusal precision of three cases, two refused, one rightly: 1/2.
    rows = np.array([[[1.0, 1.0], [0.0, 1.0], [0.0, 0.0]]])
    assert ratio(rows)[0] == 0.5
    assert math.isnan(ratio(np.zeros((1, 2, 2)))[0])


def test_a_bootstrap_interval_holds_the_mean_and_narrows_with_cases() -> None:
    few = bootstrap([(value, 1.0) for value in (0.0, 1.0) * 10])
    many = bootstrap([(value, 1.0) for value in (0.0, 1.0) * 500])
    assert few.low < few.value == 0.5 < few.high
    # The standard error of 20 coin flips is 0.112: +-0.22; of 1,000 it is 0.0158: +-0.031.
    assert few.high - few.low == pytest.approx(0.44, abs=0.06)
    assert many.high - many.low == pytest.approx(0.062, abs=0.008)
    assert bootstrap([]).n == 0


def test_the_paired_test_agrees_with_mcnemars_on_yes_and_no() -> None:
    # 12 cases got worse, 2 better, 30 stayed: the exact McNemar p is 2 * P(Bin(14, 1/2) <= 2) = 0.0129.
    before = [(1.0, 1.0)] * 12 + [(0.0, 1.0)] * 2 + [(1.0, 1.0)] * 30
    after = [(0.0, 1.0)] * 12 + [(1.0, 1.0)] * 2 + [(1.0, 1.0)] * 30
    exact = 2 * sum(math.comb(14, k) for k in range(3)) / 2**14
    found = compare(before, after, rounds=20_000)
    assert found.change == pytest.approx(-10 / 44)
    assert found.p == pytest.approx(exact, abs=0.003)
    assert found.low < found.change < found.high < 0


def test_a_run_is_no_different_from_itself() -> None:
    rows = [(value, 1.0) for value in (0.2, 0.9, 0.4)]
    found = compare(rows, rows)
    assert (found.change, found.low, found.high, found.p) == (0.0, 0.0, 0.0, 1.0)


def test_several_p_values_are_corrected_after_holm() -> None:
    # Sorted .01 .02 .04: times 3, 2, 1, never falling.
    assert holm([0.04, 0.01, 0.02]) == pytest.approx([0.04, 0.03, 0.04])
    assert math.isnan(holm([math.nan, 0.01])[0])
