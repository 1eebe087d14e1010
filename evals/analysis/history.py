"""Runs of the same cases by the same system under the same settings, over the commits."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from evals.analysis.summary import Scored, scored
from evals.errors import EvaluationError
from evals.metrics.registry import BY_NAME, METRICS
from evals.runs.folder import RunFolder

# What a reader changes on purpose. The code, its version and its commit may differ within a line.
CHOSEN = ("suite", "suite_digest", "cases", "settings", "judge", "system", "verifier", "metrics")


@dataclass(frozen=True)
class Line:
    """Two or more finished runs that differ in nothing but the code, oldest first."""

    runs: tuple[Scored, ...]

    @property
    def suite(self) -> str:
        """The name of the suite."""
        return str(self.runs[0].run.manifest()["suite"])

    @property
    def title(self) -> str:
        """What answered in the runs, and the first and the last of them: "quotes, base to new"."""
        first, last = self.runs[0].run, self.runs[-1].run
        return f"{first.answered_by()}, {first.name} to {last.name}"

    def measured_by(self, metric: str) -> str:
        """Return a metric's name, with that of the verifier if its figure depends on it."""
        known = BY_NAME.get(metric)
        return known.decided_by(self.runs[0].run.manifest()["verifier"]) if known else metric

    def metrics(self) -> list[str]:
        """Return the suite's primary metrics, or the headline ones if it names none, of which every run has a score."""
        primary = self.runs[0].suite.manifest.primary
        names = primary or [metric.name for metric in METRICS if metric.headline]
        return [name for name in names if all(run.figure(name).n for run in self.runs)]


def history(found: Sequence[RunFolder]) -> tuple[list[Line], list[str]]:
    """Return the lines that the runs (oldest first) form, and a sentence for each run that can be scored no more.

    Raises `EvaluationError` if no two finished runs form a line.
    """
    alike: dict[str, list[Scored]] = defaultdict(list)
    left_out = []
    for folder in found:
        made = folder.manifest()
        if "finished" not in made:
            continue
        try:
            run = scored(folder)
        except EvaluationError as exc:
            left_out.append(str(exc))
            continue
        alike[json.dumps([made.get(key) for key in CHOSEN], sort_keys=True)].append(run)
    lines = [Line(tuple(runs)) for runs in alike.values() if len(runs) > 1]
    if not lines:
        raise EvaluationError(
            "There is no history yet: it needs two finished runs of the same cases with the same settings. Run the suite again."
        )
    return lines, left_out
