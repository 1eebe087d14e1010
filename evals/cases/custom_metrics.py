"""Metrics of users' own: a function of a case and its answer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from assistant import Answer
from evals.errors import EvaluationError
from evals.metrics.registry import BY_NAME, Better, Metric
from evals.suites.suite import Case
from evals.systems.user_code import imported

Function = Callable[[Case, Answer], float | None]
"""The score of one case; None where it cannot be scored."""


@dataclass(frozen=True)
class OwnMetric:
    """A metric with the function that computes it. `spec` is the "module:name" from which it is imported again."""

    metric: Metric
    function: Function
    spec: str

    def __call__(self, case: Case, answer: Answer) -> float | None:
        """Return the score of one case."""
        return self.function(case, answer)


def metric(name: str, *, better: Better = "more", about: str = "") -> Callable[[Function], OwnMetric]:
    """Make a function `(case, answer)` a metric: `@metric("has_figure", better="more")`.

    `about` says what it measures, by default the first line of the function's docstring. A metric must be a function of a
    module, so that a run's figures can be computed again. Raises `EvaluationError` if the name is taken.
    """
    if name in BY_NAME:
        raise EvaluationError(f"There is a metric {name!r} already: give yours another name.")

    def made(function: Function) -> OwnMetric:
        said = about or (function.__doc__ or name).strip().splitlines()[0]
        spec = f"{function.__module__}:{function.__qualname__}"
        return OwnMetric(Metric(name, "own", better, said, headline=True), function, spec)

    return made


def open_metric(spec: str) -> OwnMetric:
    """Import a metric, "module:name". Raises `EvaluationError`."""
    found = imported(spec, "metric")
    if not isinstance(found, OwnMetric):
        raise EvaluationError(f'{spec} is no metric: put @metric("name") above the function.')
    return found
