"""Commands `compare`, `report`, `gate`, `runs`."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from assistant.cli.progress import ProgressBar
from evals.cli.options import RUNS, All, Baseline, Page, Run, Runs, Yes, agreed, opened, option
from evals.errors import EvaluationError

if TYPE_CHECKING:
    from evals.analysis.gate import ThresholdCheck


def compare(before: Run, after: Run, everything: All = False, html: Page = None, runs: Runs = RUNS) -> int:
    """Compare two runs."""
    from evals.analysis.comparison import compared
    from evals.reports import markdown
    from evals.reports.html import write_comparison

    comparison = compared(opened(before, runs), opened(after, runs))
    print(markdown.comparison(comparison, whole=everything))
    if html:
        print(f"\nReport: {write_comparison(comparison, html)}")
    return 0


def report(
    run: Run,
    everything: All = False,
    table: Annotated[
        Path | None, option("FILE", "also write every score of every case, .csv or .parquet")
    ] = None,
    runs: Runs = RUNS,
) -> int:
    """Compute a run's figures again, and write its report.html, report.md and junit.xml."""
    from evals.analysis.gate import gate
    from evals.reports import files, markdown

    result = opened(run, runs)
    whole = {case.id for case in result.cases} >= {case.id for case in result.suite.chosen()}
    checks = gate(result, thresholds=whole)
    page = files.write(result, checks)
    print(markdown.report(result, checks, whole=everything), end="\n\n")
    print(f"Report with all figures and cases: {page}")
    if table:
        print(f"Table: {files.write_table(result, table)}")
    return 0


def check(run: Run, baseline: Baseline = "", runs: Runs = RUNS) -> int:
    """Exit with code 1 if a run misses a threshold or is worse than a baseline."""
    from evals.analysis.gate import gate
    from evals.reports import tables

    result = opened(run, runs)
    before = opened(baseline, runs) if baseline else None
    checks = gate(result, before)
    print(tables.markdown(tables.checks(checks)))
    return gate_code(checks)


def gate_code(checks: Sequence[ThresholdCheck]) -> int:
    """Return the exit code of a gate: 0 if every check passed, else 1. GitHub Actions notes each that did not."""
    missed = [item for item in checks if not item.passed]
    for item in missed if os.environ.get("GITHUB_ACTIONS") == "true" else ():
        print(f"::error title=Evaluation gate::{item.name}: {item.said}", flush=True)
    if missed:
        print(
            f"evals: {len(missed)} of {len(checks)} checks do not hold, so the exit code is 1.",
            file=sys.stderr,
        )
    return int(bool(missed))


def list_runs(
    chart: Annotated[
        Path | None, option("FILE", "also draw the primary metrics by commit, as an HTML page")
    ] = None,
    runs: Runs = RUNS,
) -> int:
    """List the runs."""
    from evals.analysis.history import history
    from evals.reports import tables
    from evals.reports.html import write_history
    from evals.runs.folder import all_runs

    found = all_runs(runs)
    print(tables.markdown(tables.runs(found)))
    if chart:
        lines, left_out = history(found)
        print("", *(f"Left out: {sentence}" for sentence in left_out), sep="\n")
        print(f"History: {write_history(lines, chart)}")
    return 0


def calibrate(
    run: Run,
    labels: Annotated[Path, option("FILE.jsonl", 'one {"case": ID, "grade": "correct"} per line')],
    runs: Runs = RUNS,
) -> int:
    """Compare a judge's grades of a run with people's."""
    from evals.reports import calibration
    from evals.runs.folder import open_run

    print(calibration.grades(open_run(run, runs), calibration.read_labels(labels)))
    return 0


def prefer(
    before: Run,
    after: Run,
    changes: Annotated[list[str], option("JUDGE.KEY=VALUE", "judge.model, judge.base_url ...", "--set")],
    judges: Annotated[list[str], option("MODEL", "ask this model, too", "--judge")] = [],  # noqa: B006
    yes: Yes = False,
    runs: Runs = RUNS,
) -> int:
    """Ask a judge which of two runs' answers it prefers, in both orders."""
    from assistant import Model, Settings
    from evals.analysis.preferences import agreement, preferences
    from evals.cases.settings import as_settings, judge_settings, parse

    judge, user = judge_settings(parse(changes)), Settings.load()
    if not judge.model:
        raise EvaluationError("No judge is set: --set judge.model=...")
    one, two = opened(before, runs), opened(after, runs)
    names = list(dict.fromkeys([judge.model, *judges]))
    calls = 2 * len(two.cases) * len(names)
    if not yes and not agreed(f"evals: up to {calls} calls of {' and '.join(names)}."):
        return 1
    found = []
    for name in names:
        model = Model.from_settings(as_settings(judge.model_copy(update={"model": name}), user), name)
        with ProgressBar(sys.stderr, name, "cases") as bar:
            found.append(preferences(one, two, model, lambda done, total: bar.show(done, total, "")))
        print(found[-1])
    if len(found) > 1:
        print(f"The judges agree on {agreement(found):.2f} of the cases.")
    return 0
