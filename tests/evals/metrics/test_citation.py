"""Citation scores against examples worked by hand; ALCE's own score with its faults beside ours."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.core.text.citation_marks import parse
from evals.metrics import citation
from evals.metrics.alce import AlceScore, alce
from evals.metrics.citation import Claim

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
    output = f"{FIRST} [1] {SECOND} [2]"
    assert alce(output, 3, entails) == AlceScore(recall=0.0, precision=0.0)
    mended = [Claim(s.text, tuple((A, B, C)[n - 1] for n in s.numbers)) for s in parse(output)]
    found = citation.score(mended, supports)
    assert found is not None
    assert (found.recall, found.precision) == (1.0, 1.0)


def test_alce_fault_of_a_list_only_the_first_is_read() -> None:
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
