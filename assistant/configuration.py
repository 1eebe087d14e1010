"""What `assistant config` prints: the settings in force, every path, what is stored there, how to delete it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from assistant.settings import (
    Settings,
    cache_path,
    config_path,
    conversations_path,
    feedback_path,
    library_path,
    log_path,
)


def describe_json(library: Path | None) -> dict[str, Any]:
    """Settings (without the key) and paths as plain values."""
    settings = Settings.load()
    shown = settings.model_dump(exclude={"api_key"})
    shown["api_key"] = "set" if settings.api_key.get_secret_value() else "not set"
    return {"settings": shown, "paths": {name: str(path) for name, path, _ in places(library)}}


def describe(library: Path | None) -> str:
    """The same for people."""
    data = describe_json(library)
    lines = ["Settings (assistant.toml, or ASSISTANT_SECTION_KEY in the environment):"]
    for section, values in data["settings"].items():
        if isinstance(values, dict):
            lines += [f"  {section}.{key} = {value!r}" for key, value in values.items()]
    lines += [f"  key (OPENAI_API_KEY): {data['settings']['api_key']}", "", "Files:"]
    for name, path, what in places(library):
        lines += [f"  {name}: {path}{'' if path.exists() else '  (not made yet)'}", f"      {what}"]
    lines += [
        "",
        "Delete any of them by removing the file or folder; the files you added from are never touched.",
    ]
    return "\n".join(lines)


def places(library: Path | None) -> list[tuple[str, Path, str]]:
    """Everything that is stored: its name, its path, what it is."""
    return [
        ("settings", config_path(), "your settings, if you make this file"),
        (
            "library",
            library or library_path(),
            "your papers and their index; deleting it empties the library, `assistant add` fills it again",
        ),
        (
            "cache",
            cache_path(),
            "the sample library's index and a model's cached verdicts; made again when needed",
        ),
        (
            "conversations",
            conversations_path(),
            "what was asked in the chat, and answered; each user can delete their own there",
        ),
        (
            "feedback",
            feedback_path(),
            "what was said of answers in the chat, with these and, where history is kept, the questions before them; "
            "`python -m evals new --from-feedback` reads it, deleting conversations leaves it",
        ),
        ("log", log_path(), "written with -v only"),
    ]
