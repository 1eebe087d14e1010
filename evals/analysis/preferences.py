"""How often one of two runs is preferred by a judge, who sees answers in both orders, without the names of their runs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Literal

from assistant import Answer, AssistantError, Model
from assistant.core.text.sanitize import one_line
from evals.analysis.statistics import Interval, bootstrap
from evals.analysis.summary import Scored
from evals.errors import EvaluationError
from evals.structured import Form, filled
from evals.suites.suite import Case

Preferred = Literal["before", "after", "neither"]
_WORTH = {"after": 1.0, "neither": 0.5, "before": 0.0}


class _Reply(Form):
    better: Literal["first", "second", "neither"]


def preference(model: Model, case: Case, before: Answer, after: Answer) -> Preferred | None:
    """Ask a judge twice, with the answers in both orders: who changes its mind with the order prefers neither.

    None if it gives no verdict.
    """
    try:
        one, two = _better(model, case, before, after), _better(model, case, after, before)
    except AssistantError:
        return None
    if (one, two) == ("first", "second"):
        return "before"
    return "after" if (one, two) == ("second", "first") else "neither"


def _better(model: Model, case: Case, first: Answer, second: Answer) -> str:
    told = case.reference or "; ".join(fact.spellings[0] for fact in case.facts)
    unsaid = "(none)" if case.answerable else "(the papers do not say it)"
    return filled(
        model,
        _Reply,
        "prefer",
        question=one_line(case.question),
        reference=one_line(told) or unsaid,
        first=one_line(first.text),
        second=one_line(second.text),
    ).better


@dataclass(frozen=True)
class Preferences:
    """What a judge prefers of each case that both runs answered; None where it gave no verdict."""

    before: str
    after: str
    judge: str
    found: Mapping[str, Preferred | None]

    @property
    def win_rate(self) -> Interval:
        """The share of cases in which the second run is preferred, a tie counting one half, with its 95 % interval."""
        return bootstrap([(_WORTH[said], 1.0) for said in self.found.values() if said])

    def __str__(self) -> str:
        counts = Counter(self.found.values())
        unscored = f" {counts[None]} cases got no verdict." if counts[None] else ""
        return (
            f"{self.judge} prefers {self.after} in {counts['after']} cases and {self.before} in {counts['before']}; "
            f"neither, or each once, in {counts['neither']}. Win rate of {self.after}: {self.win_rate}.{unscored}"
        )


def preferences(
    before: Scored,
    after: Scored,
    model: Model,
    watch: Callable[[int, int], None] = lambda *_: None,
    workers: int = 8,
) -> Preferences:
    """Ask a judge about every case that both runs answered. Raises `EvaluationError` if there is none."""
    pairs = [
        (case, one.answer, two.answer)
        for case in after.cases
        if (one := before.records.get(case.id))
        and (two := after.records.get(case.id))
        and one.answer
        and two.answer
    ]
    if not pairs:
        raise EvaluationError(f"{before.run.name} and {after.run.name} have no case that both answered.")
    found: dict[str, Preferred | None] = {}
    with ThreadPoolExecutor(workers) as pool:
        for (case, *_), said in zip(
            pairs, pool.map(lambda pair: preference(model, *pair), pairs), strict=True
        ):
            found[case.id] = said
            watch(len(found), len(pairs))
    return Preferences(before.run.name, after.run.name, model.name, found)


def agreement(judges: Sequence[Preferences]) -> float:
    """Return the share of cases on which all judges that gave a verdict agree."""
    cases = {case for judge in judges for case, said in judge.found.items() if said}
    votes = [{judge.found[case] for judge in judges if judge.found.get(case)} for case in cases]
    return sum(len(said) == 1 for said in votes) / len(votes) if votes else 0.0
