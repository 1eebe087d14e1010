"""A conversation in Python: each question is asked with the messages before it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, TypedDict, Unpack

from assistant.conversation.rewrite import Message, history_of
from assistant.core.answers.answer import Answer
from assistant.core.length import Length
from assistant.library.identity.where import Where


class AskOptions(TypedDict, total=False):
    """What can be asked for besides a question and its history; see `Assistant.ask`."""

    k: int | None
    papers: Sequence[str] | None
    without: Sequence[str]
    where: Where | None
    fallback: bool
    quotes: bool
    model: str | None
    length: Length | None


class Asked(Protocol):
    """What answers questions with a history: an `Assistant`."""

    def ask(self, question: str, history: Sequence[Message] = (), **options: Unpack[AskOptions]) -> Answer:
        """Answer a question."""
        ...


class Chat:
    """A conversation with a library, in which a follow-up question may refer to what was said before.

    `history` are its messages so far, oldest first.
    """

    def __init__(self, library: Asked) -> None:
        self._library = library
        self.history: list[Message] = []

    def ask(self, question: str, **options: Unpack[AskOptions]) -> Answer:
        """Answer the next question, which may refer to those before."""
        answer = self._library.ask(question, self.history, **options)
        self.history += history_of(answer)
        return answer
