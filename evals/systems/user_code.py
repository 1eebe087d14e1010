"""Import objects of the user's own code by name: systems, verifiers, metrics."""

from __future__ import annotations

import importlib
from typing import Any

from evals.errors import EvaluationError


def imported(spec: str, kind: str) -> Any:
    """Return the object that "module:name" names. Raises `EvaluationError`, which says what `kind` of thing is missing."""
    module, _, name = spec.partition(":")
    try:
        return getattr(importlib.import_module(module), name)
    except (ImportError, AttributeError, ValueError) as exc:
        raise EvaluationError(f"The {kind} {spec} cannot be imported: {exc}.") from exc
