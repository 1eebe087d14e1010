"""Thresholds that a run must reach, and metrics that must not get worse."""

from __future__ import annotations

import math
from dataclasses import dataclass

from evals.analysis.comparison import RunComparison, compared
from evals.analysis.summary import Scored, metric_of
from evals.cases.support import RULES
from evals.errors import EvaluationError
from evals.suites.suite import Manifest


@dataclass(frozen=True)
class ThresholdCheck:
    """One requirement, whether it is met, and what the run has."""

    name: str
    passed: bool
    said: str


def required(manifest: Manifest) -> None:
    """Raise `EvaluationError` if a suite's gate names an unknown metric, or one that a judge decides."""
    for name in (*manifest.gate, *manifest.primary):
        if metric_of(name).group == "judge":
            raise EvaluationError(
                f"{name} is decided by a judge, which only advises: remove it from the suite's gate."
            )


def gate(run: Scored, baseline: Scored | None = None, *, thresholds: bool = True) -> list[ThresholdCheck]:
    """Return all checks of a run, with the suite's `thresholds` only if it ran as a whole. Raises as `required` does."""
    manifest = run.suite.manifest
    required(manifest)
    checks = [
        ThresholdCheck(
            "every case is finished",
            not run.unfinished and not run.errors,
            f"{run.unfinished} are not finished, {len(run.errors)} ended in an error",
        )
    ]
    written_by_rules = run.written and run.run.manifest()["verifier"] == RULES
    for name, limit in manifest.gate.items() if thresholds else ():
        value, metric = run.figure(name).value, metric_of(name)
        passed, said = limit.holds(value), f"it is {value:.3f}"
        if metric.group == "citation" and metric.verified and written_by_rules:
            passed = True
            said = "not asked: rules cannot tell a paraphrase from an invention; --verifier judge can"
        elif math.isnan(value):  # a threshold that no case has a score of is missed
            said = "no case has a score of it"
        checks.append(ThresholdCheck(f"{name} is {limit}", passed, said))
    return [*checks, *against(compared(baseline, run), manifest.margin)] if baseline else checks


def against(found: RunComparison, margin: float | None) -> list[ThresholdCheck]:
    """Return a check for each primary metric: not significantly worse, or with a `margin` surely not worse by more.

    The first can pass because there are few cases; the second cannot (non-inferiority: the interval lies above -margin).
    """
    checks = []
    for row in found.primary:
        d, sign = row.difference, -1 if row.metric.better == "less" else 1
        least = min(sign * d.low, sign * d.high)
        said = f"{d.before:.3f} before, {d.after:.3f} now"
        if margin is None:
            name = f"{row.metric.name} is not worse than in {found.before.run.name}"
            if row.smallest >= 1:
                said += "; these are too few cases to see any fall"
            elif row.smallest:
                said += f"; a fall below {row.smallest:.2f} would often go unseen"
            checks.append(ThresholdCheck(name, row.verdict != "worse", said))
        else:
            name = f"{row.metric.name} is at most {margin:g} worse than in {found.before.run.name}"
            checks.append(ThresholdCheck(name, least >= -margin, f"{said}; at worst {least:+.3f}"))
    return checks
