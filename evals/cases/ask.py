"""Case -> Record: asks the assistant, and notes when things came."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from assistant import Answer, Assistant, AssistantError, Finished, StatementReady
from evals.cases.record import Checked, Record
from evals.cases.recorded_calls import Metered
from evals.metrics.citation import Supports
from evals.suites.suite import Case

VERIFIER = "rules"
_LEVEL = {"supported": 1.0, "partly": 0.5}


def ask(library: Assistant, case: Case, meter: Metered, produced_by: dict[str, Any]) -> Record:
    """The record of a case. An `AssistantError` becomes the record's error; anything else is raised."""
    history = [turn.model_dump() for turn in case.history]
    answer: Answer | None = None
    first: float | None = None
    error = ""
    started = time.perf_counter()
    with meter.metering() as calls:
        try:
            for event in library.stream(case.question, history):
                if isinstance(event, StatementReady) and first is None:
                    first = time.perf_counter() - started
                if isinstance(event, Finished):
                    # The calls stand in the record, with what they took.
                    answer = replace(event.answer, exchanges=())
        except AssistantError as exc:
            error = f"{type(exc).__name__}: {exc}"
    seconds = time.perf_counter() - started
    token = next((call.began + call.first for call in calls if call.messages), None)
    return Record(
        case.id,
        answer,
        error,
        seconds,
        None if first is None else round(first, 4),
        None if token is None else round(token, 4),
        tuple(calls),
        produced_by=produced_by,
    )


def supporting(library: Assistant, checks: Checked) -> Supports:
    """What the library's rules say, each question put to them once and kept in `checks`."""
    return _remembered(checks, lambda papers, text: _check(library, papers, text))


def recalled(checks: Checked) -> Supports:
    """The same from kept checks alone. Raises KeyError for what was not checked then."""

    def unknown(papers: Sequence[str], text: str) -> float:
        raise KeyError(text)

    return _remembered(checks, unknown)


def _remembered(checks: Checked, decide: Supports) -> Supports:
    def supports(papers: Sequence[str], text: str) -> float:
        key = (text, tuple(sorted(papers)))
        if key not in checks:
            checks[key] = decide(key[1], text)
        return checks[key]

    return supports


def _check(library: Assistant, papers: Sequence[str], text: str) -> float:
    (statement,) = library.check([(text, papers)])
    return _LEVEL.get(statement.verdict, 0.0)
