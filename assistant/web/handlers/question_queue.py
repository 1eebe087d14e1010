"""Let questions queue: those for a model and those for quotes apart, so that a slow model keeps nobody else waiting."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing, suppress

from assistant.assistant import Assistant
from assistant.core.asynchronous import iterated
from assistant.core.errors import QuestionError
from assistant.core.settings import WebSettings
from assistant.core.stop import Stop
from assistant.core.text.counts import count_of
from assistant.web.handlers.chat import View, past, respond
from assistant.web.html import answer as answer_html
from assistant.web.state import Services, Session

# Seconds between two views of a waiting question; a tab that was closed is noticed then.
_TOLD = 2.0


class QuestionQueue:
    """At most `served` questions at once, and at most `longest` that wait. For one event loop, not for threads."""

    def __init__(self, served: int, longest: int) -> None:
        self._free = served
        self._longest = longest
        self._waiting: list[object] = []
        self._moved = asyncio.Event()

    async def join(self) -> AsyncGenerator[int, None]:
        """Yield how many are before, every two seconds and when that changes; end when it is one's turn: then `leave`.

        Raises `QuestionError` where too many wait. Whoever closes this earlier has left.
        """
        if len(self._waiting) >= self._longest:
            raise QuestionError(
                f"{count_of(len(self._waiting), 'question')} wait here already: try again in a while."
            )
        me = object()
        self._waiting.append(me)
        try:
            while not (self._free and self._waiting[0] is me):
                yield self._waiting.index(me)
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._moved.wait(), _TOLD)
            self._free -= 1
        finally:
            self._waiting.remove(me)
            self._move()

    def leave(self) -> None:
        """Let the next question begin: one has been answered."""
        self._free += 1
        self._move()

    def _move(self) -> None:
        self._moved.set()
        self._moved = asyncio.Event()


class QuestionQueues:
    """The two lines of a server."""

    def __init__(self, web: WebSettings) -> None:
        self._model, self._quotes = (QuestionQueue(web.concurrency, web.queue) for _ in range(2))

    async def respond(
        self, services: Services, library: Assistant, session: Session, owner: str, question: str
    ) -> AsyncGenerator[View, None]:
        """Yield views of waiting, then those of the answer."""
        by_quotes = session.quotes or services.answers_with(session) == "quotes"
        line = self._quotes if by_quotes else self._model
        number = session.before + len(session.turns)
        session.stop = stop = Stop()
        turns, cards = past(session)
        served = False
        try:
            async with aclosing(line.join()) as places:
                async for before in places:
                    stage = (
                        f"Waiting: {count_of(before, 'question')} before yours …"
                        if before
                        else "Yours is next …"
                    )
                    yield View(answer_html.working(question, number, stage), "", turns, cards)
                    if stop.is_set():
                        break
                else:
                    served = True
        except QuestionError as exc:
            session.stop = None
            yield View(answer_html.failed(question, number, str(exc)))
            return
        try:
            if session.stop is not stop:
                # The tab has gone on to another conversation.
                return
            if stop.is_set():
                session.stop = None
                yield View(answer_html.failed(question, number, "Stopped."))
                return
            async with aclosing(
                iterated(lambda _: respond(services, library, session, owner, question))
            ) as answering:
                async for view in answering:
                    yield view
        finally:
            if served:
                line.leave()
