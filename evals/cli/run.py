"""Choose cases and settings: commands `run` and `sweep`."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Any

import typer

from assistant.cli.progress import ProgressBar
from evals.cli.options import RUNS, All, Baseline, HeldOut, Page, Runs, Yes, agreed, argument, opened, option
from evals.errors import EvaluationError

if TYPE_CHECKING:
    from evals.analysis.summary import Scored
    from evals.runs.budget import Spent
    from evals.runs.plan import Plan
    from evals.runs.runner import RunOutcome
    from evals.suites.suite import Suite

Changes = Annotated[
    list[str], option("SECTION.KEY=VALUE", "change a setting, or judge.model, judge.base_url ...", "--set")
]
Tags = Annotated[list[str], option("TAG", "run only cases with this tag", "--tag")]
Workers = Annotated[int, option("N", "cases at the same time (2; 8 with a model)", min=0)]
Offline = Annotated[bool, typer.Option("--offline", help="ask no endpoint: use the stored replies")]
Cap = Annotated[float | None, option("MONEY", "start no case after this much is spent")]
System = Annotated[
    str,
    option(
        "SYSTEM",
        "what answers: module:function, http://..., answers.jsonl, llamaindex, closed-book (this assistant)",
    ),
]
Verifier = Annotated[
    str, option("NAME", "what decides support: rules, judge, module:object", show_default="rules")
]
Own = Annotated[list[str], option("MODULE:NAME", "also compute your own metric", "--metric")]
Prompts = Annotated[list[str], option("NAME=FILE", "use your own prompt, such as answer=mine.md", "--prompt")]
Limit = Annotated[int, option("N", "run only N cases, evenly chosen", min=0)]
Repeat = Annotated[int, option("N", "ask each case N times", min=1, max=100)]
CapTokens = Annotated[int | None, option("N", "start no case after so many tokens")]


def run_suites(
    suites: Annotated[
        list[str] | None, argument("SUITE", "names or folders of suites (daily-papers)")
    ] = None,
    changes: Changes = [],  # noqa: B006
    tags: Tags = [],  # noqa: B006
    held_out: HeldOut = False,
    limit: Limit = 0,
    repeat: Repeat = 1,
    system: System = "",
    verifier: Verifier = "rules",
    metrics: Own = [],  # noqa: B006
    prompts: Prompts = [],  # noqa: B006
    workers: Workers = 0,
    offline: Offline = False,
    yes: Yes = False,
    cap: Cap = None,
    cap_tokens: CapTokens = None,
    runs: Runs = RUNS,
    name: Annotated[str, option("NAME", "name of the run (suite and time)")] = "",
    baseline: Baseline = "",
    everything: All = False,
) -> int:
    """Run suites, or continue an interrupted run."""
    from evals.analysis.gate import required
    from evals.runs.budget import Spent
    from evals.runs.prompts import read_prompts
    from evals.suites.suite import open_suite

    chosen = [open_suite(suite) for suite in suites or ["daily-papers"]]
    if name and len(chosen) > 1:
        raise EvaluationError("--name is of one run: give one suite, or leave --name out.")
    choice: dict[str, Any] = {"tags": tags, "held_out": held_out, "limit": limit, "repeat": repeat}
    choice |= {"system": system, "verifier": verifier, "prompts": read_prompts(prompts)}
    choice |= {"workers": workers, "offline": offline, "cap": cap, "cap_tokens": cap_tokens, "runs": runs}
    plans = [_plan(suite, changes, metrics, name=name, **choice) for suite in chosen]
    for plan in plans:
        required(plan.suite.manifest)
    # Read first: a missing baseline should not be noticed after an hour.
    before = opened(baseline, runs) if baseline else None
    _agree(plans, yes=yes)
    spent = Spent(cap, cap_tokens)
    # Thresholds hold for the whole suite without its held-out cases.
    gated = not (tags or held_out or limit)
    return max(_run_one(plan, spent, before, gated=gated, everything=everything) for plan in plans)


def _run_one(plan: Plan, spent: Spent, before: Scored | None, *, gated: bool, everything: bool) -> int:
    """Run a plan, print and write its report, and return the exit code; `gated`: the suite's thresholds are checked."""
    from evals.analysis.gate import gate
    from evals.analysis.summary import scored
    from evals.cli.view import gate_code
    from evals.reports import files, markdown

    outcome = _execute(plan, spent)
    result = scored(outcome.run)
    checks = gate(result, before, thresholds=gated) if gated or before else []
    if result.suite.manifest.gate and not gated:
        print("evals: thresholds are for the whole suite and are not checked here.", file=sys.stderr)
    page = files.write(result, checks)
    print(markdown.report(result, checks, whole=everything), end="\n\n")
    print(f"Report with all figures and cases: {page}", end="\n\n", flush=True)
    files.tell_github(result, checks)
    return max(int(bool(outcome.stopped)), gate_code(checks))


def sweep(
    suite: Annotated[str, argument("SUITE", "name or folder of a suite")],
    grid: Annotated[list[str], option("SECTION.KEY=A,B,...", "values to try; several --grid are combined")],
    changes: Changes = [],  # noqa: B006
    tags: Tags = [],  # noqa: B006
    held_out: HeldOut = False,
    limit: Limit = 0,
    verifier: Verifier = "rules",
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
    from evals.runs.budget import Spent
    from evals.runs.runner import RunOutcome
    from evals.suites.suite import open_suite

    choice: dict[str, Any] = {"tags": tags, "held_out": held_out, "limit": limit, "verifier": verifier}
    choice |= {"workers": workers, "offline": offline, "cap": cap, "cap_tokens": cap_tokens, "runs": runs}
    plan = _plan(open_suite(suite), changes, **choice)
    points = []
    combinations = sweeps.grid(grid)
    variants = [replace(plan, settings=overridden(plan.settings, changed)) for changed in combinations]
    finished = [sweeps.finished(variant) for variant in variants]
    _agree([variant for variant, run in zip(variants, finished, strict=True) if run is None], yes=yes)
    # One cap for all combinations, those of an earlier call included.
    spent = Spent(cap, cap_tokens)
    for earlier in filter(None, finished):
        spent.earlier(scored(earlier).spent())
    for combination, variant, done in zip(combinations, variants, finished, strict=True):
        outcome = RunOutcome(done, "") if done else _execute(variant, spent)
        if outcome.stopped:
            return 1
        points.append(sweeps.Point(combination, scored(outcome.run)))
    print(tables.markdown(tables.sweep(points)))
    if html:
        print(f"\nReport: {write_sweep(points, html)}")
    return 0


def _plan(suite: Suite, changes: list[str], metrics: Sequence[str] = (), **options: Any) -> Plan:
    from evals.cases.custom_metrics import open_metric
    from evals.cases.settings import parse
    from evals.runs.plan import planned

    if suite.unconfirmed:
        print(
            f"evals: {suite.unconfirmed} drafted cases of {suite.name} are not confirmed and are left out: "
            f"`python -m evals confirm {suite.folder}`.",
            file=sys.stderr,
        )
    return planned(suite, parse(changes), metrics=[open_metric(spec) for spec in metrics], **options)


def _agree(plans: Sequence[Plan], *, yes: bool) -> None:
    """Tell what all plans together will cost, and ask the user if that may be money. Raises `EvaluationError`."""
    from evals.runs.runner import expected

    estimates = [estimate for plan in plans if (estimate := expected(plan))]
    if not estimates:
        return
    total = sum(estimates[1:], estimates[0])
    if yes or not total.costly:
        print(f"evals: {total}", file=sys.stderr)
    elif not agreed(f"evals: {total}"):
        raise EvaluationError("Nothing was run.")


def _execute(plan: Plan, spent: Spent) -> RunOutcome:
    """Run a plan with a progress bar."""
    from evals.runs.runner import run

    with ProgressBar(sys.stderr, plan.suite.name, "cases") as bar:

        def show(done: int, total: int, means: Mapping[str, float]) -> None:
            bar.show(done, total, "  ".join(f"{name} {value:.2f}" for name, value in means.items()))

        outcome = run(plan, watch=show, spent=spent)
    if outcome.stopped:
        print(f"evals: stopped: {outcome.stopped}. The same command continues.", file=sys.stderr)
    return outcome
