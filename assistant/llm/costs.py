"""What model calls cost."""

from __future__ import annotations

import threading

from assistant.core.errors import BudgetSpent
from assistant.core.settings import LLMSettings
from assistant.llm.prompts import Prompt, tokens_in


class Spending:
    """Money spent on models so far, by prices for a million tokens. Safe for several threads.

    Without a `budget` (0) nothing is refused. An endpoint that counts no tokens is charged by an estimate.
    """

    def __init__(self, input_price: float = 0.0, output_price: float = 0.0, budget: float = 0.0) -> None:
        self._prices = (input_price, output_price)
        self._budget = budget
        self._lock = threading.Lock()
        self._spent = 0.0

    @classmethod
    def from_settings(cls, llm: LLMSettings) -> Spending:
        """Return an empty account with the prices and the budget of the settings."""
        return cls(llm.input_price, llm.output_price, llm.budget)

    @property
    def spent(self) -> float:
        """The money spent so far."""
        return self._spent

    def check(self) -> None:
        """Raise `BudgetSpent` if nothing is left."""
        if self._budget and self._spent >= self._budget:
            raise BudgetSpent(f"The budget of {self._budget:g} for models is spent: raise llm.budget.")

    def add(self, prompt: Prompt, reply: str, counted: tuple[int, int] | None) -> float:
        """Add a call and return its cost; `counted` are the tokens sent and received, None where nobody counts them."""
        sent, received = counted or (prompt.size if reply else 0, tokens_in(reply))
        cost = (sent * self._prices[0] + received * self._prices[1]) / 1e6
        with self._lock:
            self._spent += cost
        return cost
