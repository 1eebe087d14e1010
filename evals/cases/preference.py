"""Which of two answers a judge prefers. It sees them in both orders, and without the names of their runs."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from assistant import Answer, AssistantError, Model
from assistant.core.answer import Usage
from assistant.core.text.sanitize import one_line
from assistant.llm.prompts import load
from evals.suites.suite import Case

Preferred = Literal["before", "after", "neither"]


class _Reply(BaseModel):
    model_config = ConfigDict(extra="ignore")
    better: Literal["first", "second", "neither"]


@dataclass(frozen=True)
class Preference:
    """What a judge prefers: "neither" also if it changes its mind with the order; None if it gave no verdict."""

    case: str
    preferred: Preferred | None


def preference(model: Model, case: Case, before: Answer, after: Answer) -> Preference:
    """Ask a judge twice, with the answers in both orders."""
    try:
        one, two = _better(model, case, before, after), _better(model, case, after, before)
    except (AssistantError, ValidationError):
        return Preference(case.id, None)
    if (one, two) == ("first", "second"):
        return Preference(case.id, "before")
    return Preference(case.id, "after" if (one, two) == ("second", "first") else "neither")


def _better(model: Model, case: Case, first: Answer, second: Answer) -> str:
    parts = {
        "question": one_line(case.question),
        "reference": one_line(case.reference or "; ".join(fact.spellings[0] for fact in case.facts))
        or _none(case),
        "first": one_line(first.text),
        "second": one_line(second.text),
    }
    mark = hashlib.sha256("\n".join(parts.values()).encode()).hexdigest()[:10]
    reply = model.ask_json(load("prefer", mark=mark, **parts), _Reply.model_json_schema(), Usage())
    return _Reply.model_validate(reply).better


def _none(case: Case) -> str:
    return "(none)" if case.answerable else "(the papers do not say it)"
