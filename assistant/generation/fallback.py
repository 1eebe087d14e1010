"""Answers with quotes if the model fails."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from assistant.core.answer import Event
from assistant.core.errors import ModelError, ModelStopped
from assistant.generation.run import Answerer, AnswerRun


@dataclass(frozen=True)
class WithFallback:
    """Answers with `first`; if its model fails before an answer is there, with `second`, and the answer says why."""

    first: Answerer
    second: Answerer

    @property
    def name(self) -> str:
        """The name of the answerer that is tried first."""
        return self.first.name

    def events(self, run: AnswerRun) -> Iterator[Event]:
        """Yield the events of the answer. Raises `ModelStopped` if the user stopped the model."""
        try:
            yield from self.first.events(run)
        except ModelStopped:
            raise
        except ModelError as exc:
            run.log.warnings.append(f"Answered with quotes because the model failed. {exc}")
            yield from self.second.events(run)
