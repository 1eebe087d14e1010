"""Thresholds that a run must reach, and metrics that must not get worse."""

from __future__ import annotations

import math
from dataclasses import dataclass

from evals.analysis.comparison import compared, worse
from evals.analysis.summary import Scored, metric_of
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
    for name in (*manifest.gate, *manifest.guard):
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
    for name, limit in manifest.gate.items() if thresholds else ():
        value = run.figure(name).value
        wanted = [f"at least {limit.at_least:g}"] if limit.at_least is not None else []
        wanted += [f"at most {limit.at_most:g}"] if limit.at_most is not None else []
        low = -math.inf if limit.at_least is None else limit.at_least
        high = math.inf if limit.at_most is None else limit.at_most
        # A threshold that no case has a score of is missed.
        result = "no case has a score of it" if math.isnan(value) else f"it is {value:.3f}"
        checks.append(ThresholdCheck(f"{name} is {' and '.join(wanted)}", low <= value <= high, result))
    if baseline:
        lost = {row.metric.name: row.difference for row in worse(compared(baseline, run), manifest.guard)}
        for name in manifest.guard:
            result = (
                f"{lost[name].before:.3f} before, {lost[name].after:.3f} now" if name in lost else "it is not"
            )
            checks.append(
                ThresholdCheck(f"{name} is not worse than in {baseline.run.name}", name not in lost, result)
            )
    return checks
