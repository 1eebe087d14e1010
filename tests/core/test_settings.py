"""Settings come from the file, the environment over it, and nothing in them is passed over."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant import Settings
from assistant.core import settings
from assistant.core.errors import SettingsError


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "assistant.toml"


def test_without_file_and_variables_all_is_default() -> None:
    assert Settings.load() == Settings()
    assert Settings().endpoint == "api.openai.com"


def test_variables_win_over_the_file(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file.write_text(
        '[llm]\nmodel = "one"\nbase_url = "http://ada:pw@127.0.0.1:1/v1"\n[verify]\nmode = "strict"\n'
    )
    monkeypatch.setenv("ASSISTANT_LLM_MODEL", "two")
    monkeypatch.setenv("ASSISTANT_LLM_MAX_TOKENS", "99")
    monkeypatch.setenv("ASSISTANT_RETRIEVAL_K", "4")
    monkeypatch.setenv("ASSISTANT_WEB_HISTORY", "false")
    loaded = Settings.load(file)
    assert type(loaded) is Settings
    assert loaded.model_dump(exclude_defaults=True) == {
        "llm": {"model": "two", "base_url": "http://ada:pw@127.0.0.1:1/v1", "max_tokens": 99},
        "verify": {"mode": "strict"},
        "retrieval": {"k": 4},
        "web": {"history": False},
    }
    assert loaded.endpoint == "127.0.0.1:1"


def test_a_text_stays_a_text(monkeypatch: pytest.MonkeyPatch) -> None:
    for value in ("123", '{"a": 1}', "null", ""):
        monkeypatch.setenv("ASSISTANT_LLM_MODEL", value)
        assert Settings.load().llm.model == value


def test_the_file_that_is_named_wins_over_the_users(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    users = settings.config_path()
    users.parent.mkdir(parents=True, exist_ok=True)
    users.write_text("[retrieval]\nk = 3\n")
    try:
        assert Settings.load().retrieval.k == 3
        file.write_text("[retrieval]\nk = 5\n")
        monkeypatch.setenv("ASSISTANT_CONFIG", str(file))
        monkeypatch.setenv("ASSISTANT_LIBRARY", str(file.parent))
        assert Settings.load().retrieval.k == 5
        other = file.with_name("other.toml")
        other.write_text("[retrieval]\nk = 7\n")
        assert Settings.load(other).retrieval.k == 7
    finally:
        users.unlink()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[llm]\nmodle = 'x'\n", "{file}: llm.modle: no such key; `assistant config` lists the settings."),
        ("[lm]\nmodel = 'x'\n", "{file}: lm: no such section; `assistant config` lists the settings."),
        ("_env_file = 'x'\n", "{file}: _env_file: no such section; `assistant config` lists the settings."),
        (
            "[retrieval]\nk = 0\n",
            "{file}: retrieval.k: input should be greater than or equal to 1; `assistant config` lists the settings.",
        ),
        (
            "llm = 3\n",
            "{file}: llm: input should be a valid dictionary or instance of LLMSettings; `assistant config` lists the "
            "settings.",
        ),
        (
            "api_key = 'sk-1'\n",
            "{file}: keys do not belong in a file; set OPENAI_API_KEY in the environment.",
        ),
    ],
)
def test_a_mistake_in_the_file_is_named_with_the_file(file: Path, text: str, message: str) -> None:
    file.write_text(text)
    with pytest.raises(SettingsError) as caught:
        Settings.load(file)
    assert str(caught.value) == message.format(file=file)


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("ASSISTANT_LLM_MODLE", "x", "ASSISTANT_LLM_MODLE: llm.modle: no such key; "),
        (
            "ASSISTANT_LLM_MAX_TOKENS",
            "3",
            "ASSISTANT_LLM_MAX_TOKENS: llm.max_tokens: input should be greater ",
        ),
        (
            "ASSISTANT_VERIFY_MODE",
            "loud",
            "ASSISTANT_VERIFY_MODE: verify.mode: input should be 'show' or 'strict'; ",
        ),
        ("ASSISTANT_NONSENSE", "x", "ASSISTANT_NONSENSE is not a setting; "),
        ("ASSISTANT_LM_MODEL", "x", "ASSISTANT_LM_MODEL is not a setting; "),
        ("ASSISTANT_LLM", "{}", "ASSISTANT_LLM is not a setting; "),
        ("ASSISTANT_LLM_", "x", "ASSISTANT_LLM_ is not a setting; "),
        ("ASSISTANT_API_KEY", "sk-1", "ASSISTANT_API_KEY is not a setting; "),
    ],
)
def test_a_mistake_in_a_variable_is_named_with_it(
    file: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: str, message: str
) -> None:
    file.write_text("[llm]\nmodel = 'one'\n")
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError) as caught:
        Settings.load(file)
    assert str(caught.value).startswith(message)
    assert str(caught.value).endswith("`assistant config` lists the settings.")


@pytest.mark.parametrize("text", [b"broken [", b"[llm]\nmodel = '\xff'\n"])
def test_a_file_that_is_no_toml_is_named(file: Path, text: bytes) -> None:
    file.write_bytes(text)
    with pytest.raises(SettingsError, match=f"The settings file {file} cannot be read: "):
        Settings.load(file)


def test_a_settings_file_that_was_named_must_be_there(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(SettingsError, match="no settings file"):
        Settings.load(file)
    monkeypatch.setenv("ASSISTANT_CONFIG", str(file))
    with pytest.raises(
        SettingsError, match=f"no settings file {file}: correct ASSISTANT_CONFIG, or unset it"
    ):
        Settings.load()


def test_the_key_comes_from_its_variable_and_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret-123")
    loaded = Settings.load()
    assert loaded.api_key.get_secret_value() == "sk-secret-123"
    assert "sk-secret-123" not in repr(loaded)


def test_settings_made_in_code_do_not_read_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASSISTANT_RETRIEVAL_K", "4")
    assert Settings().retrieval.k == 8


def test_everything_that_is_stored_has_a_place_of_its_own(tmp_path: Path) -> None:
    places = settings.places(None)
    assert [name for name, _, _ in places] == [
        "settings",
        "library",
        "cache",
        "conversations",
        "feedback",
        "log",
    ]
    assert [Path(path).name for _, path, _ in places] == [
        "assistant.toml",
        "library",
        "abstracts-assistant",
        "conversations.sqlite",
        "feedback.jsonl",
        "assistant.log",
    ]
    assert len({path for _, path, _ in places}) == 6
    assert settings.places(tmp_path)[1][1] == tmp_path


@pytest.mark.parametrize(
    ("section", "key", "least", "most"),
    [
        ("web", "concurrency", 1, 64),
        ("web", "queue", 1, 10_000),
        ("web", "upload_mb", 1, 2000),
    ],
)
def test_numbers_have_borders(section: str, key: str, least: int, most: int) -> None:
    for value in (least, most):
        assert getattr(getattr(Settings(**{section: {key: value}}), section), key) == value
    for value in (least - 1, most + 1):
        with pytest.raises(ValueError, match=key):
            Settings(**{section: {key: value}})
