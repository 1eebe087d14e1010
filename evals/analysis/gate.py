"""Whether a run is good enough: its suite's thresholds, and no guarded metric worse than in a baseline run."""

from __future__ import annotations

import math
from dataclasses import dataclass

from evals.analysis.comparison import compared, worse
from evals.analysis.summary import Scored, metric_of
from evals.errors import EvaluationError
from evals.suites.suite import Manifest


@dataclass(frozen=True)
class ThresholdCheck:
    """One thing that was asked for, and whether it holds."""

    name: str
    passed: bool
    said: str


def required(manifest: Manifest) -> None:
    """Raises `EvaluationError` where a suite gates on a metric that there is not, or that a judge decides."""
    for name in (*manifest.gate, *manifest.guard):
        if metric_of(name).group == "judge":
            raise EvaluationError(
                f"{name} is a judge's, and a judge advises: take it out of the suite's gate."
            )


def gate(run: Scored, baseline: Scored | None = None, *, thresholds: bool = True) -> list[ThresholdCheck]:
    """All checks of a run; those of `thresholds` are meant for the whole suite. Raises as `required` does."""
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
        # What no case has a score of is not reached.
        said = "no case has a score of it" if math.isnan(value) else f"it is {value:.3f}"
        checks.append(ThresholdCheck(f"{name} is {' and '.join(wanted)}", low <= value <= high, said))
    if baseline:
        lost = {row.metric.name: row.difference for row in worse(compared(baseline, run), manifest.guard)}
        for name in manifest.guard:
            said = (
                f"{lost[name].before:.3f} before, {lost[name].after:.3f} now" if name in lost else "it is not"
            )
            checks.append(
                ThresholdCheck(f"{name} is not worse than in {baseline.run.name}", name not in lost, said)
            )
    return checks
