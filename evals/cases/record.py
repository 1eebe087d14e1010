"""Record: one case as it was answered, with everything that produced the answer; a line of a run's file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from assistant import Answer
from evals.cases.recorded_calls import Call

Checked = dict[tuple[str, tuple[str, ...]], float]
"""What the rules said of (sentence, papers): 1 supported, 0.5 in part, 0 not."""


@dataclass(frozen=True)
class Record:
    """A case's answer, or the `error` that came instead of one.

    Seconds count from asking: until the first sentence was shown (`first_statement`; None where none was), until the
    model's first token (`first_token`; None without a model), and until the end. `checks` are what the metrics had the
    rules check, so that they can be computed again without a library.
    """

    case: str
    answer: Answer | None
    error: str = ""
    seconds: float = 0.0
    first_statement: float | None = None
    first_token: float | None = None
    calls: tuple[Call, ...] = ()
    checks: Checked = field(default_factory=dict)
    produced_by: dict[str, Any] = field(default_factory=dict)

    def with_checks(self, checks: Checked) -> Record:
        """The same with what was checked."""
        return replace(self, checks=dict(checks))

    def to_json(self) -> dict[str, Any]:
        """Plain values; `from_json` reads them back."""
        return {
            "case": self.case,
            "answer": self.answer.to_json() if self.answer else None,
            "error": self.error,
            "seconds": round(self.seconds, 4),
            "first_statement": self.first_statement,
            "first_token": self.first_token,
            "calls": [asdict(call) for call in self.calls],
            "checks": [[text, list(papers), level] for (text, papers), level in self.checks.items()],
            "produced_by": self.produced_by,
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Record:
        """The record that `to_json` wrote. Raises KeyError, TypeError or ValueError for anything else."""
        fields = dict(data)
        fields["answer"] = Answer.from_json(data["answer"]) if data["answer"] else None
        fields["calls"] = tuple(_call(call) for call in data["calls"])
        fields["checks"] = {(text, tuple(papers)): level for text, papers, level in data["checks"]}
        return cls(**fields)


def _call(data: dict[str, Any]) -> Call:
    return Call(**{**data, "messages": tuple(data["messages"])})


def tokens(calls: Sequence[Call]) -> tuple[int, int]:
    """Tokens sent and received in all."""
    return sum(call.sent for call in calls), sum(call.received for call in calls)
