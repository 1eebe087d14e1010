"""Pages of a run, a comparison, a sweep, and what CI reads. They need no script, style or picture of another place.

All text of cases, papers and models goes through the template's escaping; the page's own script is named by its hash
in a content security policy, so that nothing else can run.
"""

from __future__ import annotations

import base64
import hashlib
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from markupsafe import Markup

from assistant.core.answers.refusal import REFUSALS
from assistant.core.answers.statement import VERDICTS
from assistant.core.markup import environment
from evals.analysis.comparison import RunComparison, conclusion
from evals.analysis.failures import failures
from evals.analysis.gate import ThresholdCheck
from evals.analysis.history import Line
from evals.analysis.statistics import Interval
from evals.analysis.summary import Scored
from evals.analysis.sweep import Point
from evals.metrics.registry import METRICS, Metric
from evals.reports import charts, markdown, tables

HERE = Path(__file__).resolve().parent
# XML has no place for these, however escaped.
_NO_TEXT = {0xFFFE: "?", 0xFFFF: "?"}


def write_run(run: Scored, checks: Sequence[ThresholdCheck], path: Path) -> Path:
    """Write the page of a run; return its path."""
    groups: dict[str, list[tuple[Metric, Interval]]] = {"headline": []}
    for metric, found in run.figures():
        groups.setdefault("headline" if metric.headline else metric.group, []).append((metric, found))
    return write(
        path,
        "run.html",
        title=f"{run.run.manifest()['suite_title']}: {run.run.name}",
        run=run,
        made=run.run.manifest(),
        papers=run.run.papers(),
        sentence=markdown.made_with(run),
        caveats=markdown.caveats(run),
        checks=checks,
        groups=groups,
        tags=tables.tags(run),
        charts=_charts(run),
    )


def write_comparison(found: RunComparison, path: Path) -> Path:
    """Write the page of two runs; return its path."""
    return write(
        path,
        "comparison.html",
        title=f"{found.before.run.name} → {found.after.run.name}",
        found=found,
        conclusion=conclusion(found),
        decided=markdown.decided(found),
        table=tables.differences(found),
        tags=tables.tag_differences(found),
    )


def write_sweep(points: Sequence[Point], path: Path) -> Path:
    """Write the page of a sweep; return its path."""
    qualities = ("key_fact_recall", "recall@5", "citation_recall", "refusal_f1", "judged_correct")
    drawn = [
        (f"{quality} against {cost}", Markup(svg))
        for quality in qualities
        for cost in ("seconds", "money")
        if (svg := charts.trade_off(points, quality, cost))
    ]
    return write(path, "sweep.html", title="Sweep", table=tables.sweep(points), charts=drawn)


def write_history(lines: Sequence[Line], path: Path) -> Path:
    """Write the page of the primary metrics over the commits; return its path."""
    drawn = [
        (f"{line.suite}, {line.title}: {line.measured_by(metric)}", Markup(charts.history(line, metric)))
        for line in lines
        for metric in line.metrics()
    ]
    return write(path, "sweep.html", title="History", table=tables.history(lines), charts=drawn)


def write(path: Path, template: str, **values: Any) -> Path:
    """Write what a template of the folder pages makes of some values; return the path."""
    script, style = ((HERE / "pages" / name).read_text(encoding="utf-8") for name in ("page.js", "page.css"))
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    pages = environment(
        HERE / "pages",
        verdicts=VERDICTS,
        refusals=REFUSALS,
        metrics=METRICS,
        failures=failures,
        number=tables.number,
    )
    page = pages.get_template(template).render(
        script=Markup(script), style=Markup(style), digest=digest, **values
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(page.translate(_NO_TEXT), encoding="utf-8", errors="replace")
    return path


def _charts(run: Scored) -> list[tuple[str, Markup]]:
    by_tag = {
        "Key facts in answers, by tag": "key_fact_recall",
        "Unanswerable questions refused, by tag": "refusal_recall",
    }
    drawn = {title: charts.bars(_by_tag(run, name), name) for title, name in by_tag.items()} | {
        "Risk and coverage": charts.risk(run),
        "Calibration of the answerability score": charts.calibration(run),
        "Latency": charts.latency(run),
        "Retrieval scores": charts.retrieval_scores(run),
    }
    return [(name, Markup(svg)) for name, svg in drawn.items() if svg]


def _by_tag(run: Scored, metric: str) -> dict[str, float]:
    found = {tag: run.value(metric, ids)[0] for tag, ids in run.common_tags().items()}
    return {tag: value for tag, value in found.items() if not math.isnan(value)}
