"""What calls cost, and the budget."""

from __future__ import annotations

import pytest
from pydantic import ValidationError
from support.endpoints import Service, deltas, streamed

from assistant import Settings
from assistant.core.answers.usage import Usage
from assistant.core.errors import BudgetSpent
from assistant.llm.client import Model
from assistant.llm.costs import Spending
from assistant.llm.prompts import Prompt, tokens_in

PROMPT = Prompt("Answer.", "How fast is it?", "answer")
PRICED = {"model": "m", "base_url": "http://endpoint.test/v1", "input_price": 1.0, "output_price": 4.0}


def test_a_call_costs_its_tokens_at_their_prices() -> None:
    usage = Usage()
    model = Model.from_settings(Settings.model_validate({"llm": PRICED}), "m", Service("fine"))
    model.ask(PROMPT, usage)
    assert usage.cost == pytest.approx((10 * 1 + 5 * 4) / 1e6)
    model.ask(PROMPT, usage)
    assert model.spending.spent == usage.cost == pytest.approx(60e-6)


def test_where_nobody_counts_tokens_they_are_estimated() -> None:
    spending = Spending(3.0, 3.0)
    assert spending.add(PROMPT, "fine", None) == pytest.approx(PROMPT.size * 3e-6 + tokens_in("fine") * 3e-6)
    assert (tokens_in("abc"), tokens_in("abcd"), tokens_in("解"), tokens_in("")) == (1, 2, 1, 0)
    assert spending.add(PROMPT, "", None) == 0


def test_a_spent_budget_refuses_the_next_call_before_anything_is_sent() -> None:
    settings = Settings.model_validate({"llm": {**PRICED, "budget": 25e-6}})
    service = Service(lambda _: "fine")
    model = Model.from_settings(settings, "m", service)
    model.ask(PROMPT, Usage())
    with pytest.raises(BudgetSpent, match=r"The budget of 2\.5e-05 for models is spent: raise llm\.budget\."):
        model.ask(PROMPT, Usage())
    assert len(service.requests) == 1


def test_a_reply_without_counts_is_charged_too() -> None:
    service = Service("", lambda _: streamed([e for e in deltas("fine") if "usage" not in e]))
    model = Model.from_settings(Settings.model_validate({"llm": PRICED}), "m", service)
    model.ask(PROMPT, Usage())
    assert model.spending.spent > 0


def test_a_budget_needs_prices() -> None:
    with pytest.raises(ValidationError, match="budget needs"):
        Settings.model_validate({"llm": {"budget": 1}})
