"""Compare two runs: differences, chance, changed cases."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from evals.analysis.statistics import ROUNDS, PairedDifference, compare, holm, smallest_difference
from evals.analysis.summary import AURC, Scored, statistic
from evals.errors import EvaluationError
from evals.metrics.registry import METRICS, Metric
from evals.runs.plan import changed

SIGNIFICANT = 0.05
# In what two runs of one making differ.
OCCASION = ("started", "finished", "cases", "suite_title")
# The scores whose change in one case is shown.
SHOWN = tuple(
    metric
    for metric in METRICS
    if metric.better and metric.group != "cost" and (metric.headline or metric.name == "cited_recall")
)


@dataclass(frozen=True)
class MetricRow:
    """A metric in two runs, over the cases that have it in both.

    Only the suite's `primary` metrics have a verdict, by `p`, which is corrected after Holm for their number; what the
    others show is worth a run of its own. With a `tag` it is over its cases, and p corrected for all tags, too. `smallest` is the smallest difference that so many cases would reveal in four of
    five comparisons, 0 of others.
    """

    metric: Metric
    difference: PairedDifference
    primary: bool = False
    p: float = math.nan
    smallest: float = 0.0
    tag: str = ""

    @property
    def verdict(self) -> str:
        """ "better", "worse" or "changed" (if neither direction is good) of a primary metric if p < 0.05, else ""."""
        if not self.primary or not self.p < SIGNIFICANT or not self.difference.change:
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
    tags: tuple[MetricRow, ...]
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
    rows = [_row(before, after, metric, ids, primary) for metric in known.values()]
    by_tag = after.common_tags()
    # With p = 1 / (rounds + 1) at the least, so many tests need more rounds, or none could ever be significant.
    rounds = max(ROUNDS, 60 * len(by_tag) * len(primary))
    tags = [
        replace(_row(before, after, known[name], sorted(set(ids) & set(tagged)), primary, rounds), tag=tag)
        for tag, tagged in by_tag.items()
        for name in primary
        if name in known
    ]
    changes = (change for case in shared if (change := _change(before, after, case.id, case.question)))
    return RunComparison(
        before, after, _corrected(rows), _corrected(tags), tuple(changes), tuple(changed(one, two, OCCASION))
    )


def _row(
    before: Scored,
    after: Scored,
    metric: Metric,
    cases: Sequence[str],
    primary: Sequence[str],
    rounds: int = ROUNDS,
) -> MetricRow:
    old, new = before.rows(metric.name), after.rows(metric.name)
    shared = [i for i in cases if i in old and i in new]
    one, two = [old[i] for i in shared], [new[i] for i in shared]
    groups = [run.clustered(metric.name, shared, rows) for run, rows in ((before, one), (after, two))]
    found = compare(groups[0], groups[1], statistic(metric.name), rounds=rounds)
    counted = sum(a[1] > 0 or b[1] > 0 for a, b in zip(one, two, strict=True))
    tested = metric.name in primary and not metric.timed
    smallest = 0.0
    if tested and found.n and metric.name != AURC:
        smallest = smallest_difference(groups[0], groups[1], tests=len(primary))
    return MetricRow(metric, replace(found, n=counted), tested, found.p, smallest)


def _corrected(rows: Sequence[MetricRow]) -> tuple[MetricRow, ...]:
    """Return the rows that have a case, with the p-values of the primary ones corrected for their number."""
    rows = [row for row in rows if row.difference.n]
    values = iter(holm([row.p for row in rows if row.primary]))
    return tuple(replace(row, p=next(values)) if row.primary else row for row in rows)


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
    found, balance = [], 0.0
    for metric in SHOWN:
        (old, counts), (new, counts_now) = (
            run.scores.get(case, {}).get(metric.name, (0.0, 0.0)) for run in (before, after)
        )
        if counts and counts_now and abs(new - old) > 1e-9:
            found.append((metric.name, old, new))
            balance += old - new if metric.better == "less" else new - old
    return Change(case, question, balance > 0, tuple(found)) if found else None


def _p(p: float) -> str:
    return "p < 0.001" if p < 0.001 else f"p = {p:.3f}"
