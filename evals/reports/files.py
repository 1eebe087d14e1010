"""Write a run's report.html, report.md and junit.xml."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from evals.analysis.gate import ThresholdCheck
from evals.analysis.summary import Scored
from evals.reports import html, junit, markdown

HTML, MARKDOWN, JUNIT = "report.html", "report.md", "junit.xml"


def write(run: Scored, checks: Sequence[ThresholdCheck]) -> Path:
    """Write all three; return the path of the page."""
    folder = run.run.path
    (folder / MARKDOWN).write_text(markdown.report(run, checks) + "\n", encoding="utf-8")
    junit.write(run, checks, folder / JUNIT)
    return html.write_run(run, checks, folder / HTML)
