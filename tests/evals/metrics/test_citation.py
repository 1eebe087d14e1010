"""Citation scores against examples worked by hand."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.core.text.citation_marks import parse
from evals.metrics import citation
from evals.metrics.citation import FULL, NONE, OPEN, Claim

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
    assert (found.recall, found.precision) == (0.5, 0.5)


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


def test_a_mark_behind_the_full_stop_belongs_to_the_sentence_before() -> None:
    sentences = [
        Claim(s.text, tuple((A, B, C)[n - 1] for n in s.numbers)) for s in parse(f"{FIRST} [1] {SECOND} [2]")
    ]
    found = citation.score(sentences, supports)
    assert found is not None
    assert (found.recall, found.precision) == (1.0, 1.0)


def test_a_citation_of_nothing_is_counted_and_takes_no_other_down() -> None:
    answer = [Claim(FIRST, (A,), unknown=1)]
    found = citation.score(answer, supports)
    assert found is not None
    assert (found.recall, found.precision) == (1.0, 1.0)
    assert citation.invalid(answer) == 1 / 2
    alone = citation.score([Claim(SECOND, (), unknown=1)], supports)
    assert alone is not None
    assert (alone.recall, alone.precision) == (0.0, None)


def test_what_claims_nothing_has_no_score() -> None:
    mended = citation.score([Claim("In summary: this.", ()), Claim(FIRST, (A,))], supports)
    assert mended is not None
    assert mended.recall == 1.0
    assert citation.score([], supports) is None


def test_a_refuted_claim_is_neither_supported_nor_open() -> None:
    levels = {FIRST: FULL, SECOND: OPEN, JOINT: NONE}
    answer = [
        Claim(FIRST, (A,)),
        Claim(SECOND, (A,)),
        Claim(JOINT, (A,)),
        Claim("Nobody is cited for this.", ()),
    ]
    assert citation.refuted(answer, lambda _, text: levels[text]) == 1 / 3
    assert citation.refuted([Claim(FIRST, ())], lambda *_: NONE) is None
    # A refuted claim counts as 0, not as less.
    found = citation.score(answer[:3], lambda _, text: levels[text], partial=True)
    assert found is not None
    assert found.recall == 1 / 3
