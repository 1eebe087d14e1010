"""`compare`, `report`, `gate`, `runs`: what is said of runs that are there."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from evals.analysis import gate as gates
from evals.analysis.comparison import compared
from evals.analysis.gate import ThresholdCheck
from evals.analysis.summary import scored
from evals.reports import files, html, markdown, tables
from evals.runs.folder import all_runs, open_run


def compare(arguments: argparse.Namespace) -> int:
    """Prints two runs beside each other."""
    before, after = (scored(open_run(name, arguments.runs)) for name in (arguments.before, arguments.after))
    found = compared(before, after)
    print(markdown.comparison(found))
    if arguments.html:
        print(f"\nReport: {html.write_comparison(found, arguments.html)}")
    return 0


def report(arguments: argparse.Namespace) -> int:
    """Computes a run's figures again, prints them, and writes its reports."""
    found = scored(open_run(arguments.run, arguments.runs))
    whole = {case.id for case in found.cases} >= {case.id for case in found.suite.chosen()}
    checks = gates.gate(found, thresholds=whole)
    written = files.write(found, checks)
    print(markdown.report(found, checks), end="\n\n")
    print(f"Report: {written}")
    return 0


def gate(arguments: argparse.Namespace) -> int:
    """Exit code 1 where a run is not good enough."""
    found = scored(open_run(arguments.run, arguments.runs))
    baseline = scored(open_run(arguments.baseline, arguments.runs)) if arguments.baseline else None
    checks = gates.gate(found, baseline)
    print(tables.markdown(tables.checks(checks)))
    return verdict(checks)


def verdict(checks: Sequence[ThresholdCheck]) -> int:
    """The exit code of a gate."""
    return int(not all(check.passed for check in checks))


def runs(arguments: argparse.Namespace) -> int:
    """A line a run."""
    print(tables.markdown(tables.runs(all_runs(arguments.runs))))
    return 0
