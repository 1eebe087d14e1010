"""Print what `assistant config` shows: settings, paths, what is stored where."""

from __future__ import annotations

from typing import Any

from assistant.core.settings import Settings, places, shown
from assistant.library.chroma.address import place_of


def describe_json(library: str | None) -> dict[str, Any]:
    """Settings (without the key) and paths as plain values."""
    settings = Settings.load()
    key = "set" if settings.api_key.get_secret_value() else "not set"
    return {
        "settings": {**shown(settings), "api_key": key},
        "paths": {name: str(path) for name, path, _ in places(str(place_of(library)))},
    }


def describe(library: str | None) -> str:
    """Return settings and paths as text for people."""
    data = describe_json(library)
    lines = ["Settings (assistant.toml, or ASSISTANT_SECTION_KEY in the environment):"]
    for section, values in data["settings"].items():
        if isinstance(values, dict):
            lines += [f"  {section}.{key} = {value!r}" for key, value in values.items()]
    lines += [f"  key (OPENAI_API_KEY): {data['settings']['api_key']}", "", "Files:"]
    for name, path, what in places(str(place_of(library))):
        made = isinstance(path, str) or path.exists()
        lines += [f"  {name}: {path}{'' if made else '  (not made yet)'}", f"      {what}"]
    lines += [
        "",
        "Delete any of them by removing the file or folder; the files you added from are never touched.",
    ]
    return "\n".join(lines)
