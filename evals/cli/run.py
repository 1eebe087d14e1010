"""Choose cases and settings: commands `run` and `sweep`."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from assistant.cli.progress import ProgressBar
from evals.cli.options import RUNS, Baseline, HeldOut, Page, Runs
from evals.errors import EvaluationError

if TYPE_CHECKING:
    from evals.runs.budget import Estimate
    from evals.runs.plan import Plan
    from evals.runs.runner import RunOutcome, Step
    from evals.suites.suite import Suite

Changes = Annotated[
    list[str],
    typer.Option(
        "--set",
        metavar="SECTION.KEY=VALUE",
        help="change a setting, or judge.model, judge.base_url ...",
        show_default=False,
    ),
]
Tags = Annotated[
    list[str],
    typer.Option("--tag", metavar="TAG", help="run only cases with this tag", show_default=False),
]
Workers = Annotated[
    int,
    typer.Option(metavar="N", help="cases at the same time (2; 8 with a model)", min=0, show_default=False),
]
Offline = Annotated[bool, typer.Option("--offline", help="ask no endpoint: use the stored replies")]
Yes = Annotated[bool, typer.Option("--yes", help="do not ask before money is spent")]
Cap = Annotated[
    float | None,
    typer.Option(metavar="MONEY", help="start no case after this much is spent", show_default=False),
]
CapTokens = Annotated[
    int | None,
    typer.Option(metavar="N", help="start no case after so many tokens", show_default=False),
]


def run_suites(
    suites: Annotated[
        list[str] | None,
        typer.Argument(metavar="SUITE", help="names or folders of suites (daily-papers)", show_default=False),
    ] = None,
    changes: Changes = [],  # noqa: B006
    tags: Tags = [],  # noqa: B006
    held_out: HeldOut = False,
    workers: Workers = 0,
    offline: Offline = False,
    yes: Yes = False,
    cap: Cap = None,
    cap_tokens: CapTokens = None,
    runs: Runs = RUNS,
    name: Annotated[
        str, typer.Option(metavar="NAME", help="name of the run (suite and time)", show_default=False)
    ] = "",
    baseline: Baseline = "",
) -> int:
    """Run suites, or continue an interrupted run."""
    from evals.analysis.gate import gate, required
    from evals.analysis.summary import scored
    from evals.cli.view import gate_code
    from evals.reports import files, markdown
    from evals.runs.folder import open_run
    from evals.suites.suite import open_suite

    choice: dict[str, Any] = {"changes": changes, "tags": tags, "held_out": held_out}
    way: dict[str, Any] = {"workers": workers, "offline": offline, "cap": cap, "cap_tokens": cap_tokens}
    plans = [
        _plan(open_suite(suite), **choice, **way, runs=runs, name=name)
        for suite in suites or ["daily-papers"]
    ]
    for plan in plans:
        required(plan.suite.manifest)
    # Read first: a missing baseline should not be noticed after an hour.
    before = scored(open_run(baseline, runs)) if baseline else None
    codes = []
    for plan in plans:
        outcome = _execute(plan, yes=yes)
        if outcome.stopped:
            codes.append(1)
        if not outcome.run.path.exists():
            continue
        result = scored(outcome.run)
        # Thresholds hold for the whole suite without its held-out cases.
        gated = not (tags or held_out)
        checks = gate(result, before, thresholds=gated) if gated or before else []
        page = files.write(result, checks)
        print(markdown.report(result, checks), end="\n\n")
        print(f"Report: {page}", end="\n\n", flush=True)
        codes.append(gate_code(checks))
    return max(codes)


def sweep(
    suite: Annotated[str, typer.Argument(metavar="SUITE", help="name or folder of a suite")],
    grid: Annotated[
        list[str],
        typer.Option(metavar="SECTION.KEY=A,B,...", help="values to try; several --grid are combined"),
    ],
    changes: Changes = [],  # noqa: B006
    tags: Tags = [],  # noqa: B006
    held_out: HeldOut = False,
    workers: Workers = 0,
    offline: Offline = False,
    yes: Yes = False,
    cap: Cap = None,
    cap_tokens: CapTokens = None,
    runs: Runs = RUNS,
    html: Page = None,
) -> int:
    """Run a suite under every combination of some settings."""
    from evals.analysis import sweep as sweeps
    from evals.analysis.summary import scored
    from evals.cases.settings import overridden
    from evals.reports import tables
    from evals.reports.html import write_sweep
    from evals.suites.suite import open_suite

    choice: dict[str, Any] = {"changes": changes, "tags": tags, "held_out": held_out}
    way: dict[str, Any] = {"workers": workers, "offline": offline, "cap": cap, "cap_tokens": cap_tokens}
    plan = _plan(open_suite(suite), **choice, **way, runs=runs)
    points = []
    for combination in sweeps.grid(grid):
        variant = sweeps.with_settings(plan, overridden(plan.settings, combination))
        run = sweeps.finished(variant)
        if run is None:
            outcome = _execute(variant, yes=yes)
            if outcome.stopped:
                return 1
            run = outcome.run
        points.append(sweeps.Point(combination, scored(run)))
    print(tables.markdown(tables.sweep(points)))
    if html:
        print(f"\nReport: {write_sweep(points, html)}")
    return 0


def _plan(suite: Suite, *, changes: list[str], tags: list[str], held_out: bool, **options: Any) -> Plan:
    from assistant import Settings
    from evals.cases.settings import judge_settings, overridden, parse, without_judge
    from evals.runs.plan import Plan

    values = parse(changes)
    judge = judge_settings(values)
    settings = overridden(Settings.load(), suite.manifest.settings, without_judge(values))
    prices = (settings.llm.input_price, settings.llm.output_price, judge.input_price, judge.output_price)
    if options["cap"] is not None and not any(prices):
        raise EvaluationError(
            "--cap needs prices: --set llm.input_price=... --set llm.output_price=... (for a million tokens); or use "
            "--cap-tokens."
        )
    if suite.unconfirmed:
        print(
            f"evals: {suite.unconfirmed} drafted cases of {suite.name} are not confirmed and are left out: "
            f"`python -m evals confirm {suite.folder}`.",
            file=sys.stderr,
        )
    cases = suite.chosen(held_out=held_out, tags=tags)
    return Plan(suite=suite, cases=cases, settings=settings, judge=judge, **options)


def _execute(plan: Plan, *, yes: bool) -> RunOutcome:
    """Run a plan with a progress bar, after asking the user where it may cost money."""
    from evals.runs.budget import costs
    from evals.runs.runner import run

    def confirm(estimate: Estimate) -> bool:
        print(f"evals: {estimate}", file=sys.stderr)
        if yes or not costs(plan.settings, plan.judge):
            return True
        if not sys.stdin.isatty():
            raise EvaluationError("This may cost money and nobody can be asked: give --yes to continue.")
        print("Continue? [y/N] ", end="", file=sys.stderr, flush=True)
        return sys.stdin.readline().strip().lower() in ("y", "yes")

    with ProgressBar(sys.stderr, plan.suite.name, "cases") as bar:

        def show(step: Step) -> None:
            means = "  ".join(f"{name} {value:.2f}" for name, value in step.means.items())
            bar.show(step.done, step.total, means)

        outcome = run(plan, confirm, show)
    if outcome.stopped:
        print(f"evals: stopped: {outcome.stopped}. The same command continues.", file=sys.stderr)
    return outcome
