"""Compare two runs: differences, chance, changed cases."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from evals.analysis.statistics import PairedDifference, compare, holm, smallest_difference
from evals.analysis.summary import AURC, Scored, statistic
from evals.errors import EvaluationError
from evals.metrics.registry import METRICS, Metric
from evals.runs.plan import changed

SIGNIFICANT = 0.05
# In what two runs of one making differ.
OCCASION = ("started", "finished", "cases", "suite_title")
# The scores whose change in one case is shown.
SHOWN = (
    "key_fact_recall",
    "right_paper",
    "cited_recall",
    "recall@5",
    "citation_recall",
    "refuted",
    "refusal",
    "judged_correct",
)
_LESS = frozenset(metric.name for metric in METRICS if metric.better == "less")


@dataclass(frozen=True)
class MetricRow:
    """A metric in two runs, over the cases that have it in both.

    Only the suite's `primary` metrics have a verdict, by `p`, which is corrected after Holm for their number; what the
    others show is worth a run of its own. `smallest` is the smallest difference that so many cases would reveal in four of
    five comparisons, 0 of others.
    """

    metric: Metric
    difference: PairedDifference
    primary: bool = False
    p: float = math.nan
    smallest: float = 0.0

    @property
    def verdict(self) -> str:
        """ "better", "worse" or "changed" (if neither direction is good) of a primary metric if p < 0.05, else ""."""
        if not self.primary or not self.p < SIGNIFICANT or not self.difference.change:
            return ""
        if not self.metric.better:
            return "changed"
        return "better" if (self.difference.change > 0) == (self.metric.better == "more") else "worse"


@dataclass(frozen=True)
class TagRow:
    """A primary metric over the cases of one tag, with p corrected after Holm for all tags and metrics."""

    tag: str
    row: MetricRow


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
    tags: tuple[TagRow, ...]
    changes: tuple[Change, ...]
    made_with: tuple[tuple[str, str, str], ...]

    @property
    def primary(self) -> list[MetricRow]:
        """The rows of the suite's primary metrics."""
        return [row for row in self.rows if row.primary]


def compared(before: Scored, after: Scored) -> RunComparison:
    """Compare two runs over the cases that they share. The suite's `primary` metrics are tested, times never.

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
    primary = after.suite.manifest.primary
    ids = [case.id for case in shared if not case.repeats]
    known = {metric.name: metric for metric in (*METRICS, *(own.metric for own in after.own))}
    rows = [
        row for metric in known.values() if (row := _row(before, after, metric, ids, primary)).difference.n
    ]
    rows = _corrected(rows)
    tags = [
        TagRow(tag, row)
        for tag, tagged in after.common_tags().items()
        for metric in (known[name] for name in primary if name in known)
        if (row := _row(before, after, metric, [i for i in tagged if i in set(ids)], primary)).difference.n
    ]
    corrected = _corrected([tag.row for tag in tags])
    by_tag = tuple(TagRow(tag.tag, row) for tag, row in zip(tags, corrected, strict=True))
    changes = (change for case in shared if (change := _change(before, after, case.id, case.question)))
    return RunComparison(
        before, after, tuple(rows), by_tag, tuple(changes), tuple(changed(one, two, OCCASION))
    )


def _row(
    before: Scored, after: Scored, metric: Metric, cases: Sequence[str], primary: Sequence[str]
) -> MetricRow:
    old, new = before.rows(metric.name), after.rows(metric.name)
    shared = [i for i in cases if i in old and i in new]
    one, two = [old[i] for i in shared], [new[i] for i in shared]
    groups = [run.clustered(metric.name, shared, rows) for run, rows in ((before, one), (after, two))]
    found = compare(groups[0], groups[1], statistic(metric.name))
    counted = sum(a[1] > 0 or b[1] > 0 for a, b in zip(one, two, strict=True))
    tested = metric.name in primary and not metric.timed
    smallest = 0.0
    if tested and found.n and metric.name != AURC:
        smallest = smallest_difference(groups[0], groups[1], tests=len(primary))
    return MetricRow(metric, replace(found, n=counted), tested, found.p, smallest)


def _corrected(rows: Sequence[MetricRow]) -> list[MetricRow]:
    """Return the rows with the p-values of the primary ones corrected for their number."""
    values = iter(holm([row.p for row in rows if row.primary]))
    return [replace(row, p=next(values)) if row.primary else row for row in rows]


def conclusion(found: RunComparison) -> str:
    """Return in one sentence what can be said of the primary metrics."""
    rows = found.primary
    if not rows:
        return "The suite names no primary metrics (suite.yaml: primary), so nothing was tested."
    told = [row for row in rows if row.verdict]
    parts = [
        f"{row.metric.name} is {row.verdict} by {abs(row.difference.change):.3f} ({_p(row.p)})"
        for row in told
    ]
    others = [row for row in rows if not row.verdict]
    least = _unseen([row.smallest for row in others])
    counts = sorted({row.difference.n for row in rows})
    n = f"n = {counts[0]}" if len(counts) == 1 else f"n = {counts[0]} to {counts[-1]}"
    if told:
        rest = [f"nothing else can be told apart at {n}", least] if others else []
        return f"{found.after.run.name}: {'; '.join([*parts, *rest])}."
    return f"{found.before.run.name} and {found.after.run.name} cannot be told apart at {n}: {least}."


def _unseen(smallest: Sequence[float]) -> str:
    worst = max(smallest, default=0.0)
    if worst >= 1:
        return "these are too few cases to see any difference"
    return f"a difference below {worst:.2f} would often go unseen"


def _change(before: Scored, after: Scored, case: str, question: str) -> Change | None:
    old, new = _readable(before, case), _readable(after, case)
    both = [(name, old[name], new[name]) for name in SHOWN if name in old and name in new]
    changed = tuple((name, a, b) for name, a, b in both if abs(a - b) > 1e-9)
    balance = sum((a - b if name in _LESS else b - a) for name, a, b in changed)
    return Change(case, question, balance > 0, changed) if changed else None


def _readable(run: Scored, case: str) -> dict[str, float]:
    """Return a case's scores; "refusal" is 1 if it was right to refuse or to answer."""
    values = {name: value for name, (value, weight) in run.scores.get(case, {}).items() if weight}
    if "answered" in values:
        values["refusal"] = values["answered"]
    elif "refusal_recall" in values:
        values["refusal"] = values["refusal_recall"]
    return values


def _p(p: float) -> str:
    return "p < 0.001" if p < 0.001 else f"p = {p:.3f}"


def worse(comparison: RunComparison) -> list[MetricRow]:
    """Return the primary metrics that are significantly worse."""
    return [row for row in comparison.primary if row.verdict == "worse"]
