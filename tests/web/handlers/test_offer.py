"""What the first screen offers is shown however the tab and the trying of its questions come together."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from assistant import Assistant, Paper, Settings
from assistant.conversation.feedback import FeedbackFile
from assistant.conversation.store import Conversations
from assistant.web.events import Events
from assistant.web.handlers.offered_questions import offered_questions
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


KITCHEN = {
    "yeast": ("Sugar and the growth of yeast", "Yeast eats sugar. Temperature was kept at 37 °C. Flasks were shaken at 200 turns a minute. Yeast doubled every 90 minutes with 2% sugar. Growth stopped at 20% sugar."),
    "juice": ("An enzyme that clears grape juice", "Juice is cloudy. Temperature was kept at 40 °C for an hour. The enzyme cleared grape juice within ten minutes. Taste did not change."),
    "dye": ("Dye from onion skins on wool", "Skins are waste. Wool was boiled for an hour. Onion skins dyed wool a lasting yellow. Iron turned it green."),
    "malt": ("Drying of malt and the taste of beer", "Malt is dried in kilns. The temperature was raised by two degrees an hour. Slow drying made beer taste of biscuit."),
}  # fmt: skip


def test_the_first_proof_is_a_finding_and_not_how_something_was_done(tmp_path: Path) -> None:
    with Assistant(tmp_path / "library", settings=Settings()) as kitchen:
        kitchen.add([Paper(key, *told, source="test") for key, told in KITCHEN.items()])
        offered = offered_questions(kitchen, is_sample=False)
    assert offered[0].proof is not None
    assert offered[0].proof.quote == "Onion skins dyed wool a lasting yellow."
    assert len({one.question for one in offered}) == len(offered)
