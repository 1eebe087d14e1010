"""Combinations of settings, and their runs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

from evals.analysis.summary import Scored
from evals.cases.settings import parse
from evals.errors import EvaluationError
from evals.runs.folder import RunFolder, all_runs
from evals.runs.plan import INCIDENTAL, Plan, produced_by


@dataclass(frozen=True)
class Point:
    """One combination of settings, and its scored run."""

    changes: Mapping[str, Any]
    run: Scored

    @property
    def label(self) -> str:
        """Return the settings as "retrieval.k=3 answer.words=60"."""
        return " ".join(f"{key}={value}" for key, value in self.changes.items())


def grid(texts: Sequence[str]) -> list[dict[str, Any]]:
    """Return every combination of the values in texts like "key=a,b". Raises `EvaluationError`."""
    axes = []
    for text in texts:
        key, _, values = text.partition("=")
        chosen = [parse([f"{key}={value}"])[key] for value in values.split(",") if value.strip()]
        if not chosen:
            raise EvaluationError(f"--grid {text}: write SECTION.KEY=A,B,C, as in --grid retrieval.k=1,4,8.")
        axes.append([(key, value) for value in chosen])
    return [dict(combination) for combination in product(*axes)]


def finished(plan: Plan) -> RunFolder | None:
    """Return the last finished run of this plan, so that an interrupted sweep does not repeat it."""
    wanted = {key: value for key, value in produced_by(plan).items() if key not in INCIDENTAL}
    for folder in reversed(all_runs(plan.runs)):
        stored = folder.manifest()
        if "finished" in stored and all(stored.get(key) == value for key, value in wanted.items()):
            return folder
    return None
