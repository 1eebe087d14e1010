from __future__ import annotations

from pathlib import Path

import pytest

from assistant import Settings
from assistant.core.errors import PromptError, SettingsError
from assistant.llm.prompts import load


def test_variables_win_over_the_file(tmp_path: Path) -> None:
    path = tmp_path / "assistant.toml"
    path.write_text('[llm]\nmodel = "one"\nbase_url = "http://127.0.0.1:1/v1"\n')
    settings = Settings.load(path, {"ASSISTANT_LLM_MODEL": "two", "ASSISTANT_RETRIEVAL_K": "4"})
    assert (settings.llm.model, settings.llm.base_url, settings.retrieval.k) == (
        "two",
        "http://127.0.0.1:1/v1",
        4,
    )
    assert settings.endpoint == "127.0.0.1:1"


@pytest.mark.parametrize(
    ("text", "environ", "said"),
    [
        ("[llm]\nmodle = 'x'\n", {}, "modle"),
        ("[retrieval]\nk = 0\n", {}, "retrieval.k"),
        ("broken [", {}, "cannot be read"),
        ("", {"ASSISTANT_LLM_MODLE": "x"}, "modle"),
        ("", {"ASSISTANT_NONSENSE": "x"}, "ASSISTANT_NONSENSE"),
        ("api_key = 'sk-1'\n", {}, "OPENAI_API_KEY"),
    ],
)
def test_a_wrong_setting_is_named(tmp_path: Path, text: str, environ: dict[str, str], said: str) -> None:
    path = tmp_path / "assistant.toml"
    path.write_text(text)
    with pytest.raises(SettingsError, match=said):
        Settings.load(path, environ)


def test_a_settings_file_that_was_named_must_be_there(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="no settings file"):
        Settings.load(environ={"ASSISTANT_CONFIG": str(tmp_path / "none.toml")})


def test_the_key_is_not_in_what_settings_show() -> None:
    settings = Settings.load(environ={"OPENAI_API_KEY": "sk-secret-123"})
    assert "sk-secret-123" not in repr(settings)


@pytest.mark.parametrize(
    ("name", "variables"),
    [
        ("answer", ("papers", "mark", "question", "refusal", "conflict")),
        ("repair", ("papers", "mark", "question", "failing")),
        ("verify", ("papers", "mark", "statements")),
        ("standalone", ("history", "question")),
    ],
)
def test_every_prompt_renders_with_its_variables(name: str, variables: tuple[str, ...]) -> None:
    prompt = load(name, **{v: f"<{v} {{x}} \\frac{{a}}{{b}} $y$>" for v in variables})
    assert all(f"<{v} " in prompt.system + prompt.user for v in variables)


def test_a_missing_or_surplus_variable_is_named() -> None:
    with pytest.raises(PromptError, match="question"):
        load("standalone", history="x")
    with pytest.raises(PromptError, match="extra"):
        load("standalone", history="x", question="y", extra="z")
