"""A fault of Gradio (seen in 6.31) mended: without this, a tab's server-side state grows with every event.

What an event leaves as it is, Gradio makes anew under a new id, and keeps both: some 100 KB a question. Kept under its own
id, the new one takes the old one's place.
"""

from __future__ import annotations

from typing import Any

from gradio.blocks import Block
from gradio.state_holder import SessionState


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
