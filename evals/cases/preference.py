"""Which of two answers a judge prefers. It sees them in both orders, and without the names of their runs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from assistant import Answer, AssistantError, Model
from assistant.core.text.sanitize import one_line
from evals.forms import Form, filled
from evals.suites.suite import Case

Preferred = Literal["before", "after", "neither"]


class _Reply(Form):
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
    except AssistantError:
        return Preference(case.id, None)
    if (one, two) == ("first", "second"):
        return Preference(case.id, "before")
    return Preference(case.id, "after" if (one, two) == ("second", "first") else "neither")


def _better(model: Model, case: Case, first: Answer, second: Answer) -> str:
    told = case.reference or "; ".join(fact.spellings[0] for fact in case.facts)
    unsaid = "(none)" if case.answerable else "(the papers do not say it)"
    return filled(
        model,
        _Reply,
        "prefer",
        question=one_line(case.question),
        reference=one_line(told) or unsaid,
        first=one_line(first.text),
        second=one_line(second.text),
    ).better
