"""When a case has failed, and why."""

from __future__ import annotations

from evals.cases.record import Record
from evals.cases.score import Scores


def failures(record: Record | None, scores: Scores) -> tuple[str, ...]:
    """Return what is wrong with an answered case, one sentence each; () if nothing is.

    `record` is None if the case has not been run. `scores` are those of the case, as `Scored.scores` has them.
    """
    if record is None:
        return ("not finished",)
    if record.answer is None:
        return (record.error,)
    value = {name: score for name, (score, weight) in scores.items() if weight}
    sentences = {
        "refused, and there is an answer": value.get("answered") == 0,
        "answered, and the abstracts do not say": value.get("refusal_recall") == 0,
        "a key fact is missing": value.get("key_fact_recall", 1) < 1,
        "no relevant paper is cited": value.get("right_paper", 1) == 0,
        "a paper is cited that has nothing to do with it": value.get("foreign", 0) > 0,
        "a claim is refuted by what it cites": value.get("refuted", 0) > 0,
        "the judge finds it incorrect": value.get("judged_correct", 1) == 0,
    }
    return tuple(sentence for sentence, holds in sentences.items() if holds)
