"""Run suites and compare runs from Python."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, astuple, dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from evals.analysis.comparison import RunComparison, compared, conclusion
from evals.analysis.gate import against
from evals.analysis.summary import Scored, scored
from evals.cases.custom_metrics import OwnMetric
from evals.cases.support import RULES
from evals.errors import EvaluationError
from evals.reports import files, markdown, tables
from evals.runs.folder import open_run
from evals.runs.plan import planned
from evals.runs.runner import run as run_plan
from evals.suites.suite import Suite, open_suite
from evals.systems.adapters import OURS

RUNS = Path("runs")


@dataclass(frozen=True)
class Results:
    """A run and its scores. `print(results)` shows the headline figures; `results.scored` has everything."""

    scored: Scored

    @property
    def name(self) -> str:
        """The name of the run, by which `compare` and the command line find it again."""
        return self.scored.run.name

    @property
    def path(self) -> Path:
        """The run's folder, with report.html."""
        return self.scored.run.path

    def frame(self) -> pd.DataFrame:
        """Return a row per case: id, question, tags, error, and every score (NaN where it has none)."""
        return files.frame(self.scored)

    def figures(self) -> pd.DataFrame:
        """Return a row per metric: value, low and high end of the 95 % interval, and the number of cases."""
        rows = [(metric.name, *astuple(found)) for metric, found in self.scored.figures()]
        return pd.DataFrame(rows, columns=["metric", "value", "low", "high", "n"]).set_index("metric")

    def __getitem__(self, name: str) -> float:
        """Return the value of a metric over all cases; NaN if no case has a score of it."""
        return self.scored.figure(name).value

    def __str__(self) -> str:
        return markdown.report(self.scored, whole=False)


@dataclass(frozen=True)
class Comparison:
    """Two runs compared, case by case. `print(comparison)` shows all of it."""

    found: RunComparison

    @property
    def conclusion(self) -> str:
        """One sentence: what is better or worse, and what cannot be told apart."""
        return conclusion(self.found)

    def frame(self) -> pd.DataFrame:
        """Return a row per metric: before, after, change, interval, corrected p (primary metrics only), cases, verdict."""
        rows = [
            {**asdict(row.difference), "change": row.difference.change, "metric": row.metric.name}
            | {"p": row.p if row.primary else None, "verdict": row.verdict}
            for row in self.found.rows
        ]
        names = ["before", "after", "change", "low", "high", "p", "n", "verdict"]
        return pd.DataFrame(rows).set_index("metric")[names]

    def __str__(self) -> str:
        return markdown.comparison(self.found)


def load(suite: str | Path) -> Suite:
    """Open a suite: a folder, or the name of a shipped one. Raises `EvaluationError` naming file, line and field."""
    return open_suite(suite)


def run(
    suite: str | Path | Suite,
    system: Any = OURS,
    *,
    settings: Mapping[str, Any] | None = None,
    verifier: str = RULES,
    metrics: Sequence[OwnMetric] = (),
    name: str = "",
    runs: Path = RUNS,
    **options: Any,
) -> Results:
    """Run a suite and return its results; an unfinished run of the same making is continued.

    `system` is what answers: nothing for this assistant, a function `(question, history)` that returns a `Reply` or a text, a
    LlamaIndex query engine, a `System`, or what `--system` takes. `settings` are those of `--set`: {"retrieval.k": 4}.
    `options` are `tags`, `held_out`, `limit`, `repeat`, `workers`, `offline`, `cap`, `cap_tokens`. A model that is set is asked
    without a question about money: give a cap. Raises `EvaluationError`, also if the run stops before its end.
    """
    opened = suite if isinstance(suite, Suite) else open_suite(suite)
    plan = planned(
        opened,
        dict(settings or {}),
        system=system,
        verifier=verifier,
        metrics=metrics,
        name=name,
        runs=Path(runs),
        **options,
    )
    outcome = run_plan(plan)
    if outcome.stopped:
        raise EvaluationError(
            f"The run {outcome.run.name} stopped: {outcome.stopped}. The same call continues it."
        )
    found = scored(outcome.run)
    files.write(found, ())
    return Results(found)


def compare(before: Results | str, after: Results | str, *, runs: Path = RUNS) -> Comparison:
    """Compare two runs, or runs of these names. Raises `EvaluationError` if they cannot be compared."""
    return Comparison(compared(_scored(before, runs), _scored(after, runs)))


def assert_not_worse(
    after: Results | str, before: Results | str, *, margin: float | None = None, runs: Path = RUNS
) -> None:
    """Raise `AssertionError` if a primary metric of the suite is worse than before, for use in pytest.

    Without a `margin` only a significant loss counts. With one, each metric must surely not have fallen by more than it, which
    needs enough cases.
    """
    found = compared(_scored(before, runs), _scored(after, runs))
    missed = [check for check in against(found, margin) if not check.passed]
    if missed:
        raise AssertionError(tables.markdown(tables.checks(missed)))


def _scored(run: Results | str, runs: Path) -> Scored:
    return run.scored if isinstance(run, Results) else scored(open_run(run, Path(runs)))
