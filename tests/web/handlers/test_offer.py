"""What the first screen offers is shown however the tab and the trying of its questions come together."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from assistant import Assistant
from assistant.conversation.feedback import FeedbackFile
from assistant.conversation.store import Conversations
from assistant.web.events import Events
from assistant.web.html.frame import OfferedQuestion
from assistant.web.layout import Layout
from assistant.web.state import OWN, Services, Session

NOBODY: Any = SimpleNamespace(request=None)


def test_questions_that_were_tried_while_the_tab_was_made_are_shown_once(
    tmp_path: Path, library: Assistant
) -> None:
    services = Services(
        library, library, Conversations(tmp_path / "c.sqlite"), FeedbackFile(tmp_path / "f.jsonl")
    )
    session = Session(library=OWN)
    events = Events(Layout(**{field.name: field.name for field in fields(Layout)}), services)
    events.actions(session, NOBODY).all_turns()
    # Another tab was first.
    services.offered_by_library[OWN, len(library)] = (OfferedQuestion("How fast is Dot?", 1),)
    assert "How fast is Dot?" in events.offer(session, NOBODY)
    assert "How fast is Dot?" not in str(events.offer(session, NOBODY)), "what is shown stays untouched"
    assert "How fast is Dot?" in events.actions(session, NOBODY).all_turns()[events.at.live]
