"""The evaluation, over the public names of the program: `from evals import load, run, compare`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from evals.errors import EvaluationError

if TYPE_CHECKING:
    from evals.api import (
        Answered,
        Comparison,
        Reply,
        Results,
        System,
        assert_not_worse,
        compare,
        load,
        metric,
        run,
    )

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
        from evals import api

        return getattr(api, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
