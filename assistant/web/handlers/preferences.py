"""Users' preferences; the browser keeps them, and sends them with each page and each change."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from assistant.core.length import LENGTHS
from assistant.core.settings import Settings
from assistant.web.state import Session

QUOTES = "quotes"
"""The choice of no model."""


def models(settings: Settings) -> tuple[str, ...]:
    """Return what may be chosen instead of the settings' model: other models, then `QUOTES`; nothing where they name no model."""
    if not settings.llm.model:
        return ()
    named = filter(None, map(str.strip, settings.web.models.split(",")))
    return tuple(name for name in dict.fromkeys((*named, QUOTES)) if name != settings.llm.model)


def take(session: Session, chosen: Mapping[str, Any], settings: Settings) -> None:
    """Let a tab ask as was chosen, as far as the settings allow it."""
    if "length" in chosen:
        session.length = next((one for one in LENGTHS if one == chosen["length"]), None)
    if "model" in chosen:
        named = next((one for one in models(settings) if one == chosen["model"]), None)
        session.model = "" if named == QUOTES else named


def take_kept(session: Session, kept: str | None, settings: Settings) -> None:
    """Take what a browser has kept, as JSON; what is no JSON object of ours changes nothing."""
    try:
        chosen = json.loads(kept or "{}")
    except (ValueError, RecursionError):
        return
    if isinstance(chosen, dict):
        take(session, chosen, settings)
