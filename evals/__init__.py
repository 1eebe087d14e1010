"""The evaluation, over the public names of the program: `from evals import load, run, compare`."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from evals.errors import EvaluationError

if TYPE_CHECKING:
    from evals.api import Comparison, Results, assert_not_worse, compare, load, run
    from evals.cases.custom_metrics import metric
    from evals.systems.reply import Answered, Reply, System

_HOMES = {
    "metric": "cases.custom_metrics",
    "Answered": "systems.reply",
    "Reply": "systems.reply",
    "System": "systems.reply",
}
__all__ = [
    "Answered",
    "Comparison",
    "EvaluationError",
    "Reply",
    "Results",
    "System",
    "assert_not_worse",
    "compare",
    "load",
    "metric",
    "run",
]


def __getattr__(name: str) -> Any:
    # Imported when first named: `python -m evals --help` need not load scikit-learn and pandas.
    if name in __all__:
        return getattr(import_module(f"evals.{_HOMES.get(name, 'api')}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
