"""How often one of two runs is preferred."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from assistant import Model
from evals.analysis.statistics import Interval, bootstrap
from evals.analysis.summary import Scored
from evals.cases.preference import Preference, preference
from evals.errors import EvaluationError

_WORTH = {"after": 1.0, "neither": 0.5, "before": 0.0}


@dataclass(frozen=True)
class Preferences:
    """The preferences over all cases that both runs answered."""

    before: str
    after: str
    judge: str
    found: tuple[Preference, ...]

    @property
    def win_rate(self) -> Interval:
        """The share of cases in which the second run is preferred, a tie counting one half, with its 95 % interval."""
        return bootstrap([(_WORTH[p.preferred], 1.0) for p in self.found if p.preferred])

    def __str__(self) -> str:
        counts = Counter(p.preferred for p in self.found)
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
    found: list[Preference] = []
    with ThreadPoolExecutor(workers) as pool:
        for given in pool.map(lambda pair: preference(model, *pair), pairs):
            found.append(given)
            watch(len(found), len(pairs))
    return Preferences(before.run.name, after.run.name, model.name, tuple(found))


def agreement(judges: Sequence[Preferences]) -> float:
    """Return the share of cases on which all judges that gave a verdict agree."""
    by_case: dict[str, set[str]] = {}
    for judge in judges:
        for one in judge.found:
            if one.preferred:
                by_case.setdefault(one.case, set()).add(one.preferred)
    return sum(len(said) == 1 for said in by_case.values()) / len(by_case) if by_case else 0.0
