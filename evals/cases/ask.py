"""Ask a system one case and time it."""

from __future__ import annotations

import time
import traceback
from typing import Any

from assistant import AssistantError
from evals.cases.record import Record
from evals.cases.recorded_calls import Metered
from evals.suites.suite import Case
from evals.systems.reply import Answered, System


def ask(system: System, case: Case, meter: Metered, produced_by: dict[str, Any]) -> Record:
    """Return the record of a case. An exception becomes the record's error; one that is no `AssistantError` with its place."""
    history = [turn.model_dump() for turn in case.history]
    answered: Answered | None = None
    error = ""
    started = time.perf_counter()
    with meter.metering() as calls:
        try:
            answered = system.ask(case.question, history)
        except AssistantError as exc:
            error = f"{type(exc).__name__}: {exc}"
        except Exception as exc:  # a fault of one case, whoever made it, must not cost the others
            (*_, place) = traceback.extract_tb(exc.__traceback__)
            error = f"{type(exc).__name__}: {exc} ({place.filename}:{place.lineno})"
    return Record(
        case.id,
        answered.answer if answered else None,
        error,
        seconds=round(time.perf_counter() - started, 4),
        first_statement=answered.first_statement if answered else None,
        first_token=next((round(call.began + call.first, 4) for call in calls if call.messages), None),
        calls=tuple(calls),
        usage=answered.usage if answered else None,
        produced_by=produced_by,
    )
