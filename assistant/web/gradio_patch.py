"""Correct two faults of Gradio (seen in 6.31): a tab's server-side state grew with every event, and a tab that left was logged as a defect.

What an event leaves as it is, Gradio makes anew under a new id, and keeps both: some 100 KB a question. Kept under its own
id, the new one takes the old one's place.
"""

from __future__ import annotations

from typing import Any

from fastapi import HTTPException
from gradio.blocks import Block
from gradio.state_holder import SessionState
from starlette.types import ASGIApp, Receive, Scope, Send


def mend_sessions() -> None:
    """From now on, a component that is made anew keeps its id. Harmless where Gradio does so itself, and done once."""
    if SessionState.__setitem__ is _set:
        return
    SessionState.__setitem__ = _set  # type: ignore[method-assign]


_original = SessionState.__setitem__


def _set(self: Any, key: int, value: Any) -> None:
    if isinstance(value, Block):
        value._id = key
    _original(self, key, value)


class Streams:
    """Passes requests on to Gradio, whose stream of replies tells a tab that it does not know that it is gone, and raises after that.

    Every load of the page while an answer is written may end so; the traceback would say nothing to whoever reads the log.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await self._app(scope, receive, send)
        except RuntimeError as exc:
            # Starlette raises this for an answer with a status that came too late: the stream had begun.
            if not isinstance(exc.__cause__, HTTPException):
                raise
            await send({"type": "http.response.body", "body": b""})
