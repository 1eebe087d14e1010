"""This assistant as a system."""

from __future__ import annotations

import time
from dataclasses import replace

from assistant import Answer, Assistant, Finished, StatementReady
from evals.errors import EvaluationError
from evals.systems.reply import Answered, Turns


class ThisAssistant:
    """The assistant over an opened library. It streams, so that the first sentence can be timed."""

    def __init__(self, library: Assistant) -> None:
        self._library = library
        self.name = library.settings.llm.model or "quotes"

    def ask(self, question: str, history: Turns) -> Answered:
        """Answer a question. Raises `AssistantError`."""
        answer: Answer | None = None
        first: float | None = None
        started = time.perf_counter()
        for event in self._library.stream(question, [dict(turn) for turn in history]):
            if isinstance(event, StatementReady) and first is None:
                first = round(time.perf_counter() - started, 4)
            if isinstance(event, Finished):
                # A record has the calls, with their tokens and times.
                answer = replace(event.answer, exchanges=())
        if answer is None:
            raise EvaluationError("The stream ended without an answer.")
        return Answered(answer, first)
