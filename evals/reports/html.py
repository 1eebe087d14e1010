"""Pages of a run, a comparison, a sweep. They need nothing else: no script, style or picture of another place.

All text of cases, papers and models goes through the template's escaping; the page's own script is named by its hash
in a content security policy, so that nothing else can run.
"""

from __future__ import annotations

import base64
import hashlib
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from markupsafe import Markup

from assistant import Answer, Paper
from assistant.core.answer import REFUSALS, VERDICTS
from assistant.core.markup import environment
from evals.analysis.comparison import RunComparison, conclusion
from evals.analysis.failures import failures
from evals.analysis.gate import ThresholdCheck
from evals.analysis.history import Line
from evals.analysis.statistics import Interval
from evals.analysis.summary import Scored
from evals.analysis.sweep import Point
from evals.cases.judge import Judgement
from evals.cases.record import Record
from evals.metrics.registry import METRICS, Metric
from evals.reports import charts, markdown, tables
from evals.suites.suite import Case

HERE = Path(__file__).resolve().parent


@dataclass(frozen=True)
class Shown:
    """A figure as the page shows it: its text, and where its interval lies on a scale of 0..100 (None: no such scale)."""

    metric: Metric
    name: str
    value: str
    interval: str
    n: int
    left: float | None
    width: float
    dot: float


@dataclass(frozen=True)
class ShownCase:
    """A case with all that the page shows of it. `wrong` says in words what is not as it should be."""

    case: Case
    record: Record | None
    answer: Answer | None
    scores: tuple[tuple[str, str], ...]
    wrong: tuple[str, ...]
    judgement: Judgement | None
    papers: dict[str, Paper]


def write_run(run: Scored, checks: Sequence[ThresholdCheck], path: Path) -> Path:
    """Write the page of a run; return its path."""
    papers = run.run.papers()
    return _write(
        path,
        "run.html",
        title=f"{run.run.manifest()['suite_title']}: {run.run.name}",
        made=run.run.manifest(),
        sentence=markdown.made_with(run),
        caveats=markdown.caveats(run),
        checks=checks,
        groups=_groups(run),
        tags=tables.tags(run),
        charts=_charts(run),
        cases=[_case(run, case, papers) for case in run.cases],
        all_tags=list(run.by_tag()),
    )


def write_comparison(found: RunComparison, path: Path) -> Path:
    """Write the page of two runs; return its path."""
    answers = {
        change.case: [
            (run.run.name, record.answer)
            for run in (found.before, found.after)
            if (record := run.records.get(change.case))
        ]
        for change in found.changes
    }
    title = f"{found.before.run.name} → {found.after.run.name}"
    table = tables.differences(found)
    return _write(
        path,
        "comparison.html",
        title=title,
        found=found,
        conclusion=conclusion(found),
        decided=markdown.decided(found),
        table=table,
        tags=tables.tag_differences(found),
        answers=answers,
    )


def write_sweep(points: Sequence[Point], path: Path) -> Path:
    """Write the page of a sweep; return its path."""
    qualities = [
        n for n in ("key_fact_recall", "recall@5", "citation_recall", "refusal_f1", "judged_correct")
    ]
    drawn = [
        (f"{quality} against {cost}", Markup(svg))
        for quality in qualities
        for cost in ("seconds", "money")
        if (svg := charts.trade_off(points, quality, cost))
    ]
    return _write(path, "sweep.html", title="Sweep", table=tables.sweep(points), charts=drawn)


def write_history(lines: Sequence[Line], path: Path) -> Path:
    """Write the page of the primary metrics over the commits; return its path."""
    drawn = [
        (
            f"{line.suite}, {tables.line_of(line)}: {tables.measured_by(line, metric)}",
            Markup(charts.history(line, metric)),
        )
        for line in lines
        for metric in line.metrics()
    ]
    return _write(path, "sweep.html", title="History", table=tables.history(lines), charts=drawn)


def _write(path: Path, template: str, **values: Any) -> Path:
    pages = environment(HERE / "pages", verdicts=VERDICTS, refusals=REFUSALS)
    script = (HERE / "pages" / "page.js").read_text(encoding="utf-8")
    style = (HERE / "pages" / "page.css").read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    page = pages.get_template(template).render(
        script=Markup(script), style=Markup(style), digest=digest, **values
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(page, encoding="utf-8")
    return path


def _groups(run: Scored) -> list[tuple[str, list[Shown]]]:
    """Return the headline figures, then all others by group."""
    found: dict[str, list[Shown]] = {"headline": []}
    verifier = run.run.manifest()["verifier"]
    for metric in run.measured():
        group = "headline" if metric.headline else metric.group
        found.setdefault(group, []).append(_shown(metric, run.figure(metric.name), verifier))
    return list(found.items())


def _shown(metric: Metric, found: Interval, verifier: str) -> Shown:
    share = (
        metric.group != "cost" and metric.name not in ("citations", "words") and not math.isnan(found.value)
    )
    interval = f"{tables.number(found.low, metric.name)} – {tables.number(found.high, metric.name)}"
    return Shown(
        metric,
        tables.decided_by(metric, verifier),
        tables.number(found.value, metric.name),
        interval,
        found.n,
        100 * found.low if share else None,
        100 * (found.high - found.low) if share else 0,
        100 * found.value if share else 0,
    )


def _charts(run: Scored) -> list[tuple[str, Markup]]:
    recall, refusal = (_by_tag(run, name) for name in ("key_fact_recall", "refusal_recall"))
    drawn = (
        ("Key facts in answers, by tag", charts.bars(recall, "key_fact_recall") if recall else ""),
        ("Unanswerable questions refused, by tag", charts.bars(refusal, "refusal_recall") if refusal else ""),
        ("Risk and coverage", charts.risk(run)),
        ("Calibration of the answerability score", charts.calibration(run)),
        ("Latency", charts.latency(run)),
        ("Retrieval scores", charts.retrieval_scores(run)),
    )
    return [(name, Markup(svg)) for name, svg in drawn if svg]


def _by_tag(run: Scored, metric: str) -> dict[str, float]:
    found = {tag: run.value(metric, ids) for tag, ids in run.common_tags().items()}
    return {tag: value for tag, value in found.items() if not math.isnan(value)}


def _case(run: Scored, case: Case, papers: dict[str, Paper]) -> ShownCase:
    record = run.records.get(case.id)
    scores = run.scores.get(case.id, {})
    shown = tuple(
        (m.name, tables.number(scores[m.name][0], m.name)) for m in METRICS if scores.get(m.name, (0, 0))[1]
    )
    judgement = run.judgements.get(case.id)
    return ShownCase(
        case, record, record.answer if record else None, shown, failures(record, scores), judgement, papers
    )
