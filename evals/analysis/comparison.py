"""Compare two runs: differences, chance, changed cases."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from evals.analysis.statistics import PairedDifference, compare, holm
from evals.analysis.summary import Scored, statistic
from evals.errors import EvaluationError
from evals.metrics.registry import METRICS, Metric

SIGNIFICANT = 0.05
# The scores whose change in one case is shown.
SHOWN = (
    "key_fact_recall",
    "right_paper",
    "cited_recall",
    "recall@5",
    "citation_f1",
    "refusal",
    "judged_correct",
)


@dataclass(frozen=True)
class MetricRow:
    """A metric in two runs, over the cases that have it in both."""

    metric: Metric
    difference: PairedDifference

    @property
    def verdict(self) -> str:
        """ "better" or "worse" if the difference is significant at 0.05 ("changed" if neither direction is good), else "".

        Always "" for times: all cases of a run share the load of the machine at that time.
        """
        if self.metric.timed or math.isnan(self.difference.p) or self.difference.p >= SIGNIFICANT:
            return ""
        if not self.difference.change:
            return ""
        if not self.metric.better:
            return "changed"
        return "better" if (self.difference.change > 0) == (self.metric.better == "more") else "worse"


@dataclass(frozen=True)
class Change:
    """A case that got better or worse, and each score that changed: (metric, before, after)."""

    case: str
    question: str
    better: bool
    scores: tuple[tuple[str, float, float], ...]


@dataclass(frozen=True)
class RunComparison:
    """All metrics of two runs, the cases that changed, and how the runs' manifests differ: (key, before, after)."""

    before: Scored
    after: Scored
    rows: tuple[MetricRow, ...]
    changes: tuple[Change, ...]
    made_with: tuple[tuple[str, str, str], ...]


def compared(before: Scored, after: Scored, metrics: Sequence[Metric] = METRICS) -> RunComparison:
    """Compare two runs over the cases that they share.

    Raises `EvaluationError` if they share no case, or have different verifiers.
    """
    one, two = before.run.manifest(), after.run.manifest()
    if one["verifier"] != two["verifier"]:
        raise EvaluationError(
            f"{before.run.name} and {after.run.name} were checked by {one['verifier']} and {two['verifier']}: their "
            "scores cannot be compared."
        )
    earlier = {case.id: case for case in before.cases}
    shared = [case for case in after.cases if earlier.get(case.id) == case]
    if not shared:
        raise EvaluationError(
            f"{before.run.name} and {after.run.name} share no case: compare runs of one suite."
        )
    rows = tuple(row for metric in metrics if (row := _row(before, after, metric)).difference.n)
    changes = (change for case in shared if (change := _change(before, after, case.id, case.question)))
    return RunComparison(before, after, rows, tuple(changes), _made_with(one, two))


def _row(before: Scored, after: Scored, metric: Metric) -> MetricRow:
    old, new = before.rows(metric.name), after.rows(metric.name)
    shared = [i for i in old if i in new]
    return MetricRow(
        metric, compare([old[i] for i in shared], [new[i] for i in shared], statistic(metric.name))
    )


def _change(before: Scored, after: Scored, case: str, question: str) -> Change | None:
    old, new = _readable(before, case), _readable(after, case)
    both = [(name, old[name], new[name]) for name in SHOWN if name in old and name in new]
    changed = tuple((name, a, b) for name, a, b in both if abs(a - b) > 1e-9)
    balance = sum(b - a for _, a, b in changed)
    return Change(case, question, balance > 0, changed) if changed else None


def _readable(run: Scored, case: str) -> dict[str, float]:
    """Return a case's scores; "refusal" is 1 if it was right to refuse or to answer."""
    values = {name: value for name, (value, weight) in run.scores.get(case, {}).items() if weight}
    if "answered" in values:
        values["refusal"] = values["answered"]
    elif "refusal_recall" in values:
        values["refusal"] = values["refusal_recall"]
    return values


def _made_with(one: dict[str, object], two: dict[str, object]) -> tuple[tuple[str, str, str], ...]:
    left, right = _flat(one), _flat(two)
    skipped = ("started", "finished", "cases", "suite_title")
    return tuple(
        (key, left.get(key, "-"), right.get(key, "-"))
        for key in dict.fromkeys([*left, *right])
        if left.get(key) != right.get(key) and key not in skipped
    )


def _flat(data: dict[str, object], prefix: str = "") -> dict[str, str]:
    texts: dict[str, str] = {}
    for key, value in data.items():
        name = f"{prefix}{key}"
        if isinstance(value, dict):
            texts |= _flat(value, "" if name == "settings" else f"{name}.")
        else:
            texts[name] = str(value)
    return texts


def worse(comparison: RunComparison, guard: Sequence[str]) -> list[MetricRow]:
    """Return the guarded metrics that are significantly worse, after Holm's correction for their number."""
    rows = [row for row in comparison.rows if row.metric.name in guard and row.metric.better]
    corrected = holm([row.difference.p for row in rows])
    return [row for row, p in zip(rows, corrected, strict=True) if row.verdict == "worse" and p < SIGNIFICANT]
