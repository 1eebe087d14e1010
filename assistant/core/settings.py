"""Settings: everything that can be chosen, as one frozen value, from assistant.toml and ASSISTANT_* variables.

    [llm]        model, base_url, timeout, max_tokens, temperature, input_price, output_price
                 (key: OPENAI_API_KEY, never in the file)
    [verify]     model, mode ("show" or "strict"), repair
    [embedding]  name, base_url
    [retrieval]  k, channels
    [answer]     words
    [web]        concurrency, queue, upload_mb, history, editing, owner_header

The variable of a key is ASSISTANT_SECTION_KEY: ASSISTANT_LLM_MODEL, ASSISTANT_VERIFY_MODE. Variables win over the
file. ASSISTANT_LIBRARY names the library's folder and ASSISTANT_CONFIG the file; they are not settings.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

import platformdirs
from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError

from assistant.core.errors import SettingsError

APP = "abstracts-assistant"
_PREFIX = "ASSISTANT_"
_PLACES = ("ASSISTANT_LIBRARY", "ASSISTANT_CONFIG")


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class LLMSettings(_Part):
    """The model that writes answers. No model named: answers are quotes, and nothing is sent anywhere."""

    model: str = Field("", description="name of the model; empty means quotes only")
    base_url: str = Field("", description="OpenAI-compatible endpoint; empty means OpenAI's own")
    timeout: float = Field(60, gt=0, le=3600, description="seconds to wait for the endpoint")
    max_tokens: int = Field(1024, ge=16, le=100_000, description="longest answer, in tokens")
    temperature: float = Field(0, ge=0, le=2)
    input_price: float = Field(
        0, ge=0, description="of a million tokens sent, in your currency; 0: not known"
    )
    output_price: float = Field(0, ge=0, description="of a million tokens received")


class VerifySettings(_Part):
    """How statements are checked."""

    model: str = Field("", description='model that judges; empty means the answering one, "none" rules only')
    mode: Literal["show", "strict"] = Field("show", description="failed statements: struck, or removed")
    repair: bool = Field(True, description="one repair call for statements that fail")


class EmbeddingSettings(_Part):
    """What turns text into vectors. A library keeps the one it was built with."""

    name: str = Field("minilm", description='"minilm", or the model\'s name at base_url')
    base_url: str = Field("", description="OpenAI-compatible embedding endpoint")


class RetrievalSettings(_Part):
    """How papers are found, and how many are read for an answer."""

    k: int = Field(8, ge=1, le=50)
    channels: Literal["both", "dense", "lexical"] = "both"


class AnswerSettings(_Part):
    """What a quoted answer may be."""

    words: int = Field(130, ge=20, le=1000, description="longest quoted answer, in words")


class WebSettings(_Part):
    """How the chat serves those who share it."""

    concurrency: int = Field(4, ge=1, le=64, description="questions that are answered at the same time")
    queue: int = Field(100, ge=1, le=10_000, description="questions that may wait; more are turned away")
    upload_mb: int = Field(50, ge=1, le=2000, description="largest file that can be added in the browser")
    history: bool = Field(True, description="whether conversations can be kept at all")
    editing: bool = Field(True, description="whether papers can be added and removed in the browser")
    owner_header: str = Field(
        "",
        description="request header in which a proxy names the signed-in user; empty: a cookie tells users apart",
    )


class Settings(_Part):
    """All settings. Unknown keys and values out of range are refused by name."""

    llm: LLMSettings = LLMSettings()
    verify: VerifySettings = VerifySettings()
    embedding: EmbeddingSettings = EmbeddingSettings()
    retrieval: RetrievalSettings = RetrievalSettings()
    answer: AnswerSettings = AnswerSettings()
    web: WebSettings = WebSettings()
    api_key: SecretStr = SecretStr("")

    @classmethod
    def load(cls, path: Path | None = None, environ: Mapping[str, str] | None = None) -> Settings:
        """The settings of a file (default: the user's assistant.toml, if there is one) and the environment.

        Raises `SettingsError` naming the key and where it stands.
        """
        environ = os.environ if environ is None else environ
        named = path or (Path(environ["ASSISTANT_CONFIG"]) if environ.get("ASSISTANT_CONFIG") else None)
        data = _read(named or config_path(), required=named is not None)
        origin = str(named or config_path())
        for name, value in sorted(environ.items()):
            if name.startswith(_PREFIX) and name not in _PLACES:
                section, _, key = name.removeprefix(_PREFIX).lower().partition("_")
                if section not in cls.model_fields or section == "api_key" or not key:
                    raise SettingsError(f"{name} is not a setting; `assistant config` lists them.")
                if isinstance(data.setdefault(section, {}), dict):
                    data[section][key] = value
                    origin = f"{origin} or {name}"
        if "api_key" in data:
            raise SettingsError(
                f"{origin}: keys do not belong in a file; set OPENAI_API_KEY in the environment."
            )
        data["api_key"] = environ.get("OPENAI_API_KEY", "")
        try:
            return cls.model_validate(data)
        except ValidationError as exc:
            first = exc.errors(include_input=False)[0]
            key = ".".join(str(part) for part in first["loc"])
            raise SettingsError(
                f"{origin}: {key}: {first['msg'].lower()}; `assistant config` lists the settings."
            ) from exc

    @property
    def endpoint(self) -> str:
        """The host that answers are written on, for people: "api.openai.com", "localhost:8080"."""
        return urlsplit(self.llm.base_url).netloc.rpartition("@")[2] or "api.openai.com"


def _read(path: Path, *, required: bool) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as exc:
        if not required:
            return {}
        raise SettingsError(
            f"There is no settings file {path}: correct ASSISTANT_CONFIG, or unset it."
        ) from exc
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as exc:
        raise SettingsError(f"The settings file {path} cannot be read: {exc}.") from exc


def config_path() -> Path:
    """Where the user's assistant.toml lies, if there is one."""
    return Path(platformdirs.user_config_dir(APP, appauthor=False)) / "assistant.toml"


def library_path() -> Path:
    """The user's default library."""
    return Path(platformdirs.user_data_dir(APP, appauthor=False)) / "library"


def cache_path() -> Path:
    """What can be deleted at any time: the sample library's index, cached verdicts."""
    return Path(platformdirs.user_cache_dir(APP, appauthor=False))


def feedback_path() -> Path:
    """What users said of answers in the chat."""
    return Path(platformdirs.user_data_dir(APP, appauthor=False)) / "feedback.jsonl"


def conversations_path() -> Path:
    """What was asked in the chat, and answered."""
    return Path(platformdirs.user_data_dir(APP, appauthor=False)) / "conversations.sqlite"


def log_path() -> Path:
    """Where `-v` writes its log."""
    return Path(platformdirs.user_log_dir(APP, appauthor=False)) / "assistant.log"


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
