"""Questions wait apart: those for a slow model keep nobody else waiting."""

from __future__ import annotations

import asyncio
import time
from contextlib import aclosing
from pathlib import Path

import pytest
from support.scripted_server import ScriptedServer

from assistant import Assistant, Settings
from assistant.conversation.feedback import FeedbackFile
from assistant.conversation.store import Conversations
from assistant.core.errors import QuestionError
from assistant.core.settings import WebSettings
from assistant.core.stop import Stop
from assistant.web.handlers.question_queue import QuestionQueue, QuestionQueues
from assistant.web.state import Services, Session

USERS = 30


def test_a_line_serves_in_order_and_turns_away_whom_it_cannot_hold() -> None:
    async def play() -> list[object]:
        line, said = QuestionQueue(1, 2), list[object]()

        async def one(name: str) -> None:
            async for before in line.join():
                said.append((name, before))
            said.append(name)

        first = asyncio.create_task(one("a"))
        await first
        second, third = asyncio.create_task(one("b")), asyncio.create_task(one("c"))
        await asyncio.sleep(0.01)
        with pytest.raises(QuestionError, match="2 questions wait here already"):
            await one("d")
        line.leave()
        await second
        line.leave()
        await third
        return said

    assert asyncio.run(play()) == ["a", ("b", 0), ("c", 1), "b", ("c", 0), "c"]


def test_whoever_leaves_a_line_keeps_nobody_waiting() -> None:
    async def play() -> None:
        line = QuestionQueue(1, 5)
        _ = [before async for before in line.join()]
        async with aclosing(line.join()) as left:
            assert await anext(left) == 0
        line.leave()
        assert [before async for before in line.join()] == []

    asyncio.run(play())


def test_thirty_users_of_a_slow_model_do_not_stop_one_who_asks_for_quotes(
    tmp_path: Path, library: Assistant
) -> None:
    """With an endpoint that needs 20 s for each reply."""

    async def play(slow: Assistant) -> tuple[float, str]:
        services = Services(
            slow, slow, Conversations(tmp_path / "c.sqlite"), FeedbackFile(tmp_path / "f.jsonl")
        )
        lines = QuestionQueues(WebSettings())
        sessions = [Session() for _ in range(USERS)]

        async def one(session: Session, number: int) -> str:
            last = ""
            async for view in lines.respond(
                services, slow, session, f"cookie:{number}", "How fast does Dot find cars?"
            ):
                last = str(view.live)
            return last

        waiting = [asyncio.create_task(one(session, n)) for n, session in enumerate(sessions)]
        while any(session.stop is None for session in sessions):
            await asyncio.sleep(0.1)
        began = time.monotonic()
        answer = await one(Session(quotes=True), USERS)
        took = time.monotonic() - began
        for session in sessions:
            assert isinstance(session.stop, Stop)
            session.stop.set()
        assert all("Stopped." in text for text in await asyncio.gather(*waiting))
        return took, answer

    with ScriptedServer("Dot finds cars in 5 ms [1].", delay=20) as server:
        settings = Settings(llm={"model": "m", "base_url": server.url})
        with Assistant(library.path, settings=settings) as slow:
            took, answer = asyncio.run(play(slow))
    assert "5 ms" in answer
    assert took < 5
