"""Tables of figures."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from assistant.core.markup import markdown_cell
from evals.analysis.comparison import MetricRow, RunComparison
from evals.analysis.gate import ThresholdCheck
from evals.analysis.history import Line
from evals.analysis.statistics import Interval
from evals.analysis.summary import Scored
from evals.analysis.sweep import Point
from evals.metrics.registry import METRICS, Metric
from evals.runs.folder import RunFolder
from evals.runs.plan import changed

# By tag and in sweeps: what a reader looks at first.
MAIN = tuple(metric.name for metric in METRICS if metric.headline and metric.name != "words")
COSTS = ("first_statement", "tokens_sent")
# The least number of dashes that make a column in Markdown.
_NARROWEST = 3


@dataclass(frozen=True)
class Table:
    """A table: header, rows, and which columns hold numbers."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    right: tuple[bool, ...]


def markdown(table: Table) -> str:
    """Return a table in Markdown, columns aligned; marks of Markdown in cells are escaped."""
    rows = [tuple(markdown_cell(cell) for cell in row) for row in (table.header, *table.rows)]
    widths = [max(_NARROWEST, *(len(row[i]) for row in rows)) for i in range(len(table.header))]
    lines = [_line(row, widths, table.right) for row in rows]
    rule = [("-" * (w - 1) + ":") if r else "-" * w for w, r in zip(widths, table.right, strict=True)]
    return "\n".join([lines[0], f"| {' | '.join(rule)} |", *lines[1:]])


def _line(row: Sequence[str], widths: Sequence[int], right: Sequence[bool]) -> str:
    cells = [c.rjust(w) if r else c.ljust(w) for c, w, r in zip(row, widths, right, strict=True)]
    return f"| {' | '.join(cells)} |"


def figures(run: Scored, *, whole: bool = True) -> Table:
    """Return every metric of a run, or if not `whole` the headline figures, with interval and number of cases."""
    rows = []
    verifier = run.run.manifest()["verifier"]
    for metric in run.measured():
        if whole or metric.headline:
            found = _interval(run.figure(metric.name), metric.name)
            rows.append((metric.group, metric.decided_by(verifier), *found, metric.about))
    header = ("group", "metric", "value", "95 % interval", "cases", "what it is")
    return Table(header, tuple(rows), (False, False, True, True, True, False))


def _interval(found: Interval, metric: str) -> tuple[str, str, str]:
    return (
        number(found.value, metric),
        f"{number(found.low, metric)} to {number(found.high, metric)}",
        str(found.n),
    )


def tags(run: Scored) -> Table:
    """Return the main metrics by tag, without tags of less than 1 % of the cases.

    A cell has the number of cases with a score where it is not that of all cases of the tag.
    """
    shown = [metric for metric in run.measured() if metric.name in MAIN]
    shown.sort(key=lambda metric: MAIN.index(metric.name))
    everything = [case.id for case in run.cases if not case.repeats]
    rows = []
    for tag, ids in {"all": everything, **run.common_tags()}.items():
        rows.append((tag, str(len(ids)), *(_cell(run, metric, ids) for metric in shown)))
    header = ("tag", "cases", *(metric.name for metric in shown))
    return Table(header, tuple(rows), (False, *(True for _ in header[1:])))


def _cell(run: Scored, metric: Metric, ids: Sequence[str]) -> str:
    value, n = run.value(metric.name, ids)
    if math.isnan(value):
        return ""
    return number(value, metric.name) + (f" (n={n})" if n != len(ids) else "")


def checks(found: Sequence[ThresholdCheck]) -> Table:
    """Return the checks of a gate."""
    rows = tuple(("yes" if check.passed else "NO", check.name, check.said) for check in found)
    return Table(("passed", "check", "found"), rows, (False, False, False))


def differences(comparison: RunComparison, *, whole: bool = True) -> Table:
    """Return a row per metric: before, after, the difference with its interval, corrected p, and the verdict.

    The primary metrics come first; the others, if not `whole` only the headline figures among them, were not tested.
    """
    others = [row for row in comparison.rows if not row.primary and (whole or row.metric.headline)]
    ordered = [*comparison.primary, *others]
    header = ("metric", "before", "after", "change", "95 % interval", "p", "cases", "verdict")
    return Table(header, tuple(_difference(row, comparison) for row in ordered), (False, *(True,) * 6, False))


def tag_differences(comparison: RunComparison) -> Table:
    """Return a row for each primary metric and tag that differ, p corrected for all of them."""
    rows = tuple((row.tag, *_difference(row, comparison)) for row in comparison.tags if row.verdict)
    header = ("tag", "metric", "before", "after", "change", "95 % interval", "p", "cases", "verdict")
    return Table(header, rows, (False, False, *(True,) * 6, False))


def _difference(row: MetricRow, comparison: RunComparison) -> tuple[str, ...]:
    d, name = row.difference, row.metric.name
    return (
        row.metric.decided_by(comparison.after.run.manifest()["verifier"]),
        number(d.before, name),
        number(d.after, name),
        signed(d.change, name),
        "-" if math.isnan(d.low) else f"{signed(d.low, name)} to {signed(d.high, name)}",
        p_value(row.p) if row.primary else "-",
        str(d.n),
        (row.verdict or "cannot tell") if row.primary else "exploratory",
    )


def runs(found: Sequence[RunFolder]) -> Table:
    """Return a row per run, oldest first, with the settings in which it differs from the first run of its suite."""
    rows = []
    first: dict[str, Any] = {}
    for run in found:
        made = run.manifest()
        settings = first.setdefault(made["suite"], made["settings"])
        differing = " ".join(f"{name}={now}" for name, _, now in changed(settings, made["settings"]))
        state = "finished" if "finished" in made else "unfinished"
        began = (run.name, made["started"][:19], made["suite"], run.answered_by())
        rows.append((*began, differing, made["git_commit"], state))
    header = ("run", "started", "suite", "answered by", "changed settings", "commit", "state")
    return Table(header, tuple(rows), (False,) * len(header))


def history(lines: Sequence[Line]) -> Table:
    """Return a row per run of each line and metric, oldest first."""
    rows = [
        (
            *(line.suite, line.title, line.measured_by(metric), run.run.name),
            str(run.run.manifest()["git_commit"]),
            *_interval(run.figure(metric), metric),
        )
        for line in lines
        for metric in line.metrics()
        for run in line.runs
    ]
    header = ("suite", "line", "metric", "run", "commit", "value", "95 % interval", "cases")
    return Table(header, tuple(rows), (False,) * 5 + (True,) * 3)


def sweep(points: Sequence[Point]) -> Table:
    """Return a row per combination of settings, numbered as in the charts: main figures, then costs."""
    there = {metric.name for metric in points[0].run.measured()}
    names = [name for name in dict.fromkeys((*MAIN, *COSTS)) if name in there]
    rows = []
    for place, point in enumerate(points, start=1):
        found = [(name, point.run.figure(name)) for name in names]
        rows.append((str(place), point.label, *(_spread(interval, name) for name, interval in found)))
    return Table(("#", "settings", *names), tuple(rows), (True, False, *(True for _ in names)))


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
    """Return a difference with its sign; of what is counted with one digit, since one word less is no -0."""
    digits = 5 if metric == "money" else 1 if metric.startswith("tokens") or metric == "words" else 3
    return "-" if math.isnan(value) else f"{value:+.{digits}f}"


def p_value(p: float) -> str:
    """Return a p-value with three digits, "<0.001" below that."""
    return "-" if math.isnan(p) else "<0.001" if p < 0.001 else f"{p:.3f}"
