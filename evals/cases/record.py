"""What is stored of one answered case: one line of a run's file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from assistant import Answer
from evals.cases.recorded_calls import Call

Checks = dict[tuple[str, tuple[str, ...]], float]
"""How far the verifier says that papers support a sentence, by (sentence, papers): a level of `evals.metrics.citation`."""


@dataclass(frozen=True)
class Record:
    """A case's answer, or the `error` that came instead of one.

    Seconds count from the question: until the first sentence was shown (`first_statement`; None if none was), until the
    model's first token (`first_token`; None without a model), and until the end; those of replayed calls are None. `checks`
    are the verifier's levels that the metrics need, so that these can be computed again without a library; `checking` are the
    calls it took. `usage` are the tokens (sent, received) that another system says it used.
    """

    case: str
    answer: Answer | None
    error: str = ""
    seconds: float = 0.0
    first_statement: float | None = None
    first_token: float | None = None
    calls: tuple[Call, ...] = ()
    usage: tuple[int, int] | None = None
    checking: tuple[Call, ...] = ()
    checks: tuple[tuple[str, tuple[str, ...], float], ...] = ()
    produced_by: dict[str, Any] = field(default_factory=dict)

    @property
    def replayed(self) -> bool:
        """Whether a reply came from the store, so that no time of the case is that of a model."""
        return any(call.replayed for call in self.calls)

    def checked(self) -> Checks:
        """Return the checks by sentence and papers."""
        return {(text, papers): level for text, papers, level in self.checks}

    def with_checks(self, checks: Checks, calls: Sequence[Call]) -> Record:
        """Return the record with these checks, and the calls of the verifier."""
        stored = tuple((*key, level) for key, level in checks.items())
        return replace(self, checks=stored, checking=(*self.checking, *calls))


def tokens(calls: Sequence[Call]) -> tuple[int, int]:
    """Return the tokens sent and received in all calls."""
    return sum(call.sent for call in calls), sum(call.received for call in calls)
