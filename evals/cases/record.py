"""What is stored of one answered case. One line of a run's file."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Annotated, Any

from pydantic import BeforeValidator, PlainSerializer

from assistant import Answer
from evals.cases.recorded_calls import Call

Checks = dict[tuple[str, tuple[str, ...]], float]
"""How far the rules say that papers support a sentence, by (sentence, papers): 1 wholly, 0.5 in part, 0 not."""


def _rows(checks: Checks) -> list[list[Any]]:
    return [[text, list(papers), level] for (text, papers), level in checks.items()]


def _checks(rows: Checks | Iterable[tuple[str, Sequence[str], float]]) -> Checks:
    if isinstance(rows, dict):
        return rows
    return {(text, tuple(papers)): level for text, papers, level in rows}


StoredChecks = Annotated[Checks, PlainSerializer(_rows), BeforeValidator(_checks)]
"""Checks that JSON holds as a list of [sentence, papers, level]."""


@dataclass(frozen=True)
class Record:
    """A case's answer, or the `error` that came instead of one.

    Seconds count from the question: until the first sentence was shown (`first_statement`; None if none was), until the
    model's first token (`first_token`; None without a model), and until the end. `checks` are the rules' verdicts that
    the metrics need, so that these can be computed again without a library.
    """

    case: str
    answer: Answer | None
    error: str = ""
    seconds: float = 0.0
    first_statement: float | None = None
    first_token: float | None = None
    calls: tuple[Call, ...] = ()
    checks: StoredChecks = field(default_factory=dict)
    produced_by: dict[str, Any] = field(default_factory=dict)

    def with_checks(self, checks: Checks) -> Record:
        """Return the record with a copy of `checks`."""
        return replace(self, checks=dict(checks))


def tokens(calls: Sequence[Call]) -> tuple[int, int]:
    """Return the tokens sent and received in all calls."""
    return sum(call.sent for call in calls), sum(call.received for call in calls)
