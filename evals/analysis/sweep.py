"""A grid of settings -> runs -> what each brings and what it costs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import Any

from assistant import Settings
from evals.analysis.summary import Scored
from evals.cases.settings import parse
from evals.errors import EvaluationError
from evals.runs.folder import RunFolder, all_runs
from evals.runs.plan import Plan, produced


@dataclass(frozen=True)
class Point:
    """One combination of settings, and its run."""

    changes: Mapping[str, Any]
    run: Scored

    @property
    def label(self) -> str:
        """ "retrieval.k=3 answer.words=60"."""
        return " ".join(f"{key}={value}" for key, value in self.changes.items())


def grid(texts: Sequence[str]) -> list[dict[str, Any]]:
    """ "key=a,b" texts -> every combination of their values. Raises `EvaluationError`."""
    axes = []
    for text in texts:
        key, _, values = text.partition("=")
        chosen = [parse([f"{key}={value}"])[key] for value in values.split(",") if value.strip()]
        if not chosen:
            raise EvaluationError(f"--grid {text}: write SECTION.KEY=A,B,C, as in --grid retrieval.k=1,4,8.")
        axes.append([(key, value) for value in chosen])
    return [dict(combination) for combination in product(*axes)]


def with_settings(plan: Plan, settings: Settings) -> Plan:
    """The same plan with other settings."""
    return replace(plan, settings=settings)


def finished(plan: Plan) -> RunFolder | None:
    """The last finished run of this very plan, so that an interrupted sweep does not do it again."""
    wanted = produced(plan)
    for folder in reversed(all_runs(plan.runs)):
        there = folder.manifest()
        if "finished" in there and all(there.get(key) == value for key, value in wanted.items()):
            return folder
    return None
