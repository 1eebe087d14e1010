"""Ask the assistant one case and time it."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from assistant import Answer, Assistant, AssistantError, Finished, StatementReady
from evals.cases.record import Checks, Record
from evals.cases.recorded_calls import Metered
from evals.metrics.citation import Supports
from evals.suites.suite import Case

VERIFIER = "rules"
_LEVEL = {"supported": 1.0, "partly": 0.5}


def ask(library: Assistant, case: Case, meter: Metered, produced_by: dict[str, Any]) -> Record:
    """Return the record of a case. An `AssistantError` becomes the record's error; any other exception is raised."""
    history = [turn.model_dump() for turn in case.history]
    answer: Answer | None = None
    first: float | None = None
    error = ""
    started = time.perf_counter()
    with meter.metering() as calls:
        try:
            for event in library.stream(case.question, history):
                if isinstance(event, StatementReady) and first is None:
                    first = round(time.perf_counter() - started, 4)
                if isinstance(event, Finished):
                    # The record has the calls, with their tokens and times.
                    answer = replace(event.answer, exchanges=())
        except AssistantError as exc:
            error = f"{type(exc).__name__}: {exc}"
    return Record(
        case.id,
        answer,
        error,
        seconds=round(time.perf_counter() - started, 4),
        first_statement=first,
        first_token=next((round(call.began + call.first, 4) for call in calls if call.messages), None),
        calls=tuple(calls),
        produced_by=produced_by,
    )


def supporting(library: Assistant, checks: Checks) -> Supports:
    """Return a function that asks the library's rules, and keeps each of their verdicts in `checks`."""
    return _remembered(checks, lambda papers, text: _check(library, papers, text))


def recalled(checks: Checks) -> Supports:
    """Return a function that looks the verdicts up in `checks`. It raises KeyError for what was not checked then."""

    def unknown(papers: Sequence[str], text: str) -> float:
        raise KeyError(text)

    return _remembered(checks, unknown)


def _remembered(checks: Checks, decide: Supports) -> Supports:
    def supports(papers: Sequence[str], text: str) -> float:
        key = (text, tuple(sorted(papers)))
        if key not in checks:
            checks[key] = decide(key[1], text)
        return checks[key]

    return supports


def _check(library: Assistant, papers: Sequence[str], text: str) -> float:
    (statement,) = library.check([(text, papers)])
    return _LEVEL.get(statement.verdict, 0.0)
