from __future__ import annotations

from statistics import fmean

from tests.studies.answers.written import cases, measure


def test_a_written_answer_takes_two_calls_and_few_tokens() -> None:
    costs = measure(10)
    assert max(costs.calls) == 2
    # 2,180 over the sample library; over the longer abstracts of the Daily Papers page 3,530.
    assert fmean(costs.sent) <= 2_450
    assert fmean(costs.received) <= 100
    assert "prompt tokens: mean" in costs.render()


def test_one_question_in_five_is_unanswerable() -> None:
    chosen = cases(40)
    assert (len(chosen), sum(not case.answerable for case in chosen)) == (40, 8)
    assert not any("report" in case.tags for case in chosen)
