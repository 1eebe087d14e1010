"""`run` and `sweep`."""

from __future__ import annotations

import argparse
import sys

from assistant import Settings
from evals.analysis import sweep as sweeps
from evals.analysis.gate import gate, required
from evals.analysis.summary import scored
from evals.cases import settings as run_settings
from evals.cli.progress import RunBar
from evals.cli.view import verdict
from evals.errors import EvaluationError
from evals.reports import files, html, markdown, tables
from evals.runs.budget import Estimate, costs
from evals.runs.folder import open_run
from evals.runs.plan import Plan
from evals.runs.runner import RunOutcome, run
from evals.suites.suite import Suite, open_suite


def run_suites(arguments: argparse.Namespace) -> int:
    """Runs suites one after another; prints figures, writes reports, and gates."""
    plans = [_plan(arguments, open_suite(name), arguments.name) for name in arguments.suites]
    for plan in plans:
        required(plan.suite.manifest)
    # Read first: a baseline that is not there should not be found missing after an hour.
    baseline = scored(open_run(arguments.baseline, arguments.runs)) if arguments.baseline else None
    codes = []
    for plan in plans:
        outcome = _through(plan, yes=arguments.yes)
        if outcome.stopped:
            codes.append(1)
        if not outcome.run.path.exists():
            continue
        found = scored(outcome.run)
        # Thresholds are of the whole suite, and not of the cases that are held out.
        gated = not (arguments.tags or arguments.held_out)
        checks = gate(found, baseline, thresholds=gated) if gated or baseline else []
        written = files.write(found, checks)
        print(markdown.report(found, checks), end="\n\n")
        print(f"Report: {written}", end="\n\n", flush=True)
        codes.append(verdict(checks))
    return max(codes)


def sweep(arguments: argparse.Namespace) -> int:
    """Runs every combination of settings; prints what each costs and brings."""
    plan = _plan(arguments, open_suite(arguments.suite))
    points = []
    for changes in sweeps.grid(arguments.grid):
        settings = run_settings.overridden(plan.settings, changes)
        chosen = sweeps.with_settings(plan, settings)
        done = sweeps.finished(chosen)
        if done is None:
            outcome = _through(chosen, yes=arguments.yes)
            if outcome.stopped:
                return 1
            done = outcome.run
        points.append(sweeps.Point(changes, scored(done)))
    print(tables.markdown(tables.sweep(points)))
    if arguments.html:
        print(f"\nReport: {html.write_sweep(points, arguments.html)}")
    return 0


def _plan(arguments: argparse.Namespace, suite: Suite, name: str = "") -> Plan:
    changes = run_settings.parse(arguments.changes)
    judge = run_settings.judge_settings(changes)
    settings = run_settings.overridden(
        Settings.load(), suite.manifest.settings, run_settings.without_judge(changes)
    )
    prices = (settings.llm.input_price, settings.llm.output_price, judge.input_price, judge.output_price)
    if arguments.cap is not None and not any(prices):
        raise EvaluationError(
            "--cap needs prices: --set llm.input_price=... --set llm.output_price=... (of a million tokens); or give "
            "--cap-tokens."
        )
    if suite.unconfirmed:
        print(
            f"evals: {suite.unconfirmed} drafted cases of {suite.name} are not confirmed and do not run: "
            f"`python -m evals confirm {suite.folder}`.",
            file=sys.stderr,
        )
    return Plan(
        suite=suite,
        cases=suite.chosen(held_out=arguments.held_out, tags=arguments.tags),
        settings=settings,
        judge=judge,
        runs=arguments.runs,
        name=name,
        workers=arguments.workers,
        offline=arguments.offline,
        cap=arguments.cap,
        cap_tokens=arguments.cap_tokens,
    )


def _through(plan: Plan, *, yes: bool) -> RunOutcome:
    def confirm(expected: Estimate) -> bool:
        print(f"evals: {expected}", file=sys.stderr)
        if yes or not costs(plan.settings, plan.judge):
            return True
        if not sys.stdin.isatty():
            raise EvaluationError("This may cost money and nobody can be asked: give --yes to go on.")
        print("Go on? [y/N] ", end="", file=sys.stderr, flush=True)
        return sys.stdin.readline().strip().lower() in ("y", "yes")

    with RunBar(sys.stderr, plan.suite.name) as bar:
        outcome = run(plan, confirm, bar.show)
    if outcome.stopped:
        print(f"evals: stopped: {outcome.stopped}. The same command goes on.", file=sys.stderr)
    return outcome
