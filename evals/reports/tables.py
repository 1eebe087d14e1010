"""Tables of figures."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.core.markup import markdown_cell
from evals.analysis.comparison import RunComparison
from evals.analysis.gate import ThresholdCheck
from evals.analysis.statistics import Interval
from evals.analysis.summary import Scored
from evals.analysis.sweep import Point
from evals.metrics.registry import Metric
from evals.runs.folder import RunFolder

# By tag and on the way: what a reader looks at first.
MAIN = (
    "right_paper",
    "key_fact_recall",
    "recall@5",
    "ndcg@10",
    "citation_recall",
    "citation_precision",
    "answered",
    "refusal_recall",
    "judged_correct",
    "seconds",
)
COSTS = ("first_statement", "tokens_sent", "money")


@dataclass(frozen=True)
class Table:
    """A table: header, rows, and which columns hold numbers."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    right: tuple[bool, ...]


def markdown(table: Table) -> str:
    """Return a table in Markdown, columns aligned; marks of Markdown in cells are escaped."""
    rows = [tuple(markdown_cell(cell) for cell in row) for row in (table.header, *table.rows)]
    widths = [max(len(row[i]) for row in rows) for i in range(len(table.header))]
    lines = [_line(row, widths, table.right) for row in rows]
    rule = [("-" * (w - 1) + ":") if r else "-" * w for w, r in zip(widths, table.right, strict=True)]
    return "\n".join([lines[0], f"| {' | '.join(rule)} |", *lines[1:]])


def _line(row: Sequence[str], widths: Sequence[int], right: Sequence[bool]) -> str:
    cells = [c.rjust(w) if r else c.ljust(w) for c, w, r in zip(row, widths, right, strict=True)]
    return f"| {' | '.join(cells)} |"


def figures(run: Scored) -> Table:
    """Return every metric of a run with its interval and the number of cases that have a score."""
    rows = []
    for metric in run.measured():
        rows.append((metric.group, metric.name, *_interval(run.figure(metric.name), metric), metric.about))
    header = ("group", "metric", "value", "95 % interval", "cases", "what it is")
    return Table(header, tuple(rows), (False, False, True, True, True, False))


def _interval(found: Interval, metric: Metric) -> tuple[str, str, str]:
    return (
        number(found.value, metric.name),
        f"{number(found.low, metric.name)} to {number(found.high, metric.name)}",
        str(found.n),
    )


def tags(run: Scored) -> Table:
    """Return the main metrics by tag, without tags of less than 1 % of the cases."""
    shown = [metric for metric in run.measured() if metric.name in MAIN]
    shown.sort(key=lambda metric: MAIN.index(metric.name))
    everything = [case.id for case in run.cases]
    rows = []
    for tag, ids in {"all": everything, **run.common_tags()}.items():
        found = [run.value(metric.name, ids) for metric in shown]
        cells = ["" if math.isnan(f) else number(f, m.name) for f, m in zip(found, shown, strict=True)]
        rows.append((tag, str(len(ids)), *cells))
    header = ("tag", "cases", *(metric.name for metric in shown))
    return Table(header, tuple(rows), (False, *(True for _ in header[1:])))


def checks(found: Sequence[ThresholdCheck]) -> Table:
    """Return the checks of a gate."""
    rows = tuple(("yes" if check.passed else "NO", check.name, check.said) for check in found)
    return Table(("holds", "what is asked", "what was found"), rows, (False, False, False))


def differences(comparison: RunComparison) -> Table:
    """Return a row per metric: before, after, the difference with its interval, p, and the verdict."""
    rows = []
    for row in comparison.rows:
        d, name = row.difference, row.metric.name
        rows.append(
            (
                name,
                number(d.before, name),
                number(d.after, name),
                signed(d.change, name),
                f"{signed(d.low, name)} to {signed(d.high, name)}",
                "-" if row.metric.timed else p_value(d.p),
                str(d.n),
                row.verdict,
            )
        )
    header = ("metric", "before", "after", "change", "95 % interval", "p", "cases", "")
    return Table(header, tuple(rows), (False, *(True,) * 6, False))


def runs(found: Sequence[RunFolder]) -> Table:
    """Return a row per run, oldest first."""
    rows = []
    for run in found:
        made = run.manifest()
        answerer = made["settings"]["llm"]["model"] or "quotes"
        state = "finished" if "finished" in made else "unfinished"
        rows.append((run.name, made["started"], made["suite"], answerer, made["git_commit"], state))
    header = ("run", "started", "suite", "answered by", "commit", "")
    return Table(header, tuple(rows), (False,) * len(header))


def sweep(points: Sequence[Point]) -> Table:
    """Return a row per combination of settings, numbered as in the charts: main figures, then costs."""
    there = {metric.name for metric in points[0].run.measured()}
    names = [name for name in dict.fromkeys((*MAIN, *COSTS)) if name in there]
    rows = []
    for place, point in enumerate(points, start=1):
        found = [(name, point.run.figure(name)) for name in names]
        rows.append((str(place), point.label, *(_spread(interval, name) for name, interval in found)))
    return Table(("", "settings", *names), tuple(rows), (True, False, *(True for _ in names)))


def _spread(found: Interval, name: str) -> str:
    return f"{number(found.value, name)} ±{number((found.high - found.low) / 2, name)}" if found.n else "-"


def number(value: float, metric: str) -> str:
    """Return a figure with as many digits as its metric needs; "-" for none."""
    if math.isnan(value):
        return "-"
    if metric.startswith("tokens") or metric == "words":
        return f"{value:.0f}"
    return f"{value:.5f}" if metric == "money" else f"{value:.3f}"


def signed(value: float, metric: str) -> str:
    """Return a figure with its sign."""
    return "-" if math.isnan(value) else f"{'+' if value >= 0 else '-'}{number(abs(value), metric)}"


def p_value(p: float) -> str:
    """Return a p-value with three digits, "<0.001" below that."""
    return "-" if math.isnan(p) else "<0.001" if p < 0.001 else f"{p:.3f}"
