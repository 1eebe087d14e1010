"""Write a run's report.html, report.md and junit.xml."""

from __future__ import annotations

from collections.abc import Sequence
from os import environ
from pathlib import Path

import pandas as pd

from evals.analysis.gate import ThresholdCheck
from evals.analysis.summary import Scored
from evals.errors import EvaluationError
from evals.reports import html, markdown

HTML, MARKDOWN, JUNIT = "report.html", "report.md", "junit.xml"


def write(run: Scored, checks: Sequence[ThresholdCheck]) -> Path:
    """Write all three; return the path of the page."""
    folder = run.run.path
    (folder / MARKDOWN).write_text(markdown.report(run, checks) + "\n", encoding="utf-8")
    html.write(folder / JUNIT, "junit.xml", run=run, checks=checks)
    return html.write_run(run, checks, folder / HTML)


def frame(run: Scored) -> pd.DataFrame:
    """Return a row per case: id, question, tags, error, and every score (NaN where it has none)."""
    rows = []
    for case in run.cases:
        record = run.records.get(case.id)
        scores = {n: value for n, (value, weight) in run.scores.get(case.id, {}).items() if weight}
        error = record.error if record else "not finished"
        about = {"case": case.id, "question": case.question, "tags": " ".join(case.tags), "error": error}
        rows.append(about | scores)
    return pd.DataFrame(rows)


def write_table(run: Scored, path: Path) -> Path:
    """Write the scores of all cases as .csv or .parquet; return the path. Raises `EvaluationError`."""
    if path.suffix == ".csv":
        frame(run).to_csv(path, index=False)
    elif path.suffix == ".parquet":
        try:
            frame(run).to_parquet(path, index=False)
        except ImportError as exc:
            raise EvaluationError(
                "Parquet needs pyarrow: pip install pyarrow, or write a .csv file."
            ) from exc
    else:
        raise EvaluationError(f"{path}: a table ends in .csv or .parquet.")
    return path


def tell_github(run: Scored, checks: Sequence[ThresholdCheck]) -> None:
    """Append the figures to the summary of a step in GitHub Actions, if there is one."""
    summary = environ.get("GITHUB_STEP_SUMMARY")
    if not summary:
        return
    with Path(summary).open("a", encoding="utf-8") as file:
        file.write(markdown.report(run, checks, whole=False) + "\n\n")
