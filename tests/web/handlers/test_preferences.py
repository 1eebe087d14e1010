"""What a browser keeps is taken as far as the settings allow it."""

from __future__ import annotations

import pytest

from assistant import Settings
from assistant.web.handlers.preferences import models, take_kept
from assistant.web.state import Session

SETTINGS = Settings(llm={"model": "large"}, web={"models": "small, large,, small"})


def test_what_may_be_chosen_is_what_the_settings_name_and_quotes() -> None:
    assert models(SETTINGS) == ("small", "quotes")
    assert models(Settings(web={"models": "small"})) == ()


@pytest.mark.parametrize(
    ("kept", "length", "model"),
    [
        ('{"length": "short", "model": "small"}', "short", "small"),
        ('{"model": "quotes"}', None, ""),
        ('{"length": "endless", "model": "another"}', None, None),
        ('{"length": ["short"], "model": {"small": 1}}', None, None),
        ('{"length": null, "model": null}', None, None),
        *((text, None, None) for text in ("", "no JSON", "[1]", "3", "[" * 100_000, '{"a":' * 100_000)),
        (None, None, None),
    ],
)
def test_what_a_browser_sends_is_taken_or_changes_nothing(
    kept: str | None, length: str | None, model: str | None
) -> None:
    session = Session()
    take_kept(session, kept, SETTINGS)
    assert (session.length, session.model) == (length, model)
