"""Settings from file and environment, as one frozen value.

    [llm]        model, base_url, context, timeout, max_tokens, temperature, input_price, output_price,
                 budget (key: OPENAI_API_KEY, never in the file)
    [verify]     model, mode ("show" or "strict"), repair
    [embedding]  name, base_url
    [retrieval]  k, channels
    [answer]     length ("short", "normal" or "long"), words
    [sources]    mailto, timeout, arxiv, crossref, pubmed, daily_papers, zotero
    [web]        models, concurrency, queue, upload_mb, history, editors, library_name, hosts, owner_header

Each key has a variable ASSISTANT_SECTION_KEY: ASSISTANT_LLM_MODEL, ASSISTANT_VERIFY_MODE. A variable wins over the file.
ASSISTANT_LIBRARY names the library's folder, ASSISTANT_CONFIG the file and ASSISTANT_PROMPTS a folder with prompts of one's own;
they are not settings.
"""

from __future__ import annotations

import json
import os
import re
import tomllib
from pathlib import Path
from typing import Any, Literal, NamedTuple
from urllib.parse import urlsplit

import platformdirs
from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
    field_validator,
    model_validator,
)
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from assistant.core.errors import SettingsError
from assistant.core.json_values import first_error
from assistant.core.length import Length
from assistant.core.text.sanitize import storable

APP = "abstracts-assistant"
_LARGEST = 1_000_000
"""Bytes of a settings file."""
_PREFIX = "ASSISTANT_"
OWN_PROMPTS = "ASSISTANT_PROMPTS"
_FILES = ("ASSISTANT_LIBRARY", "ASSISTANT_CONFIG", OWN_PROMPTS)
_PASSWORD = re.compile(r"(//[^/@\s:\"]{0,200}:)[^/\s\"]{1,200}@")
_SEE = "`assistant config` lists the settings."


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    @field_validator("*", mode="before")
    @classmethod
    def _storable(cls, value: Any) -> Any:
        return storable(value) if isinstance(value, str) else value


class LLMSettings(_Part):
    """The model that writes answers. Without one, answers are quotes and nothing is sent anywhere."""

    model: str = Field(
        "",
        description='name of the model at base_url, or PROVIDER/MODEL as in "ollama/llama3.1"; empty means quotes only',
    )
    base_url: str = Field("", description="OpenAI-compatible endpoint; empty means OpenAI's own")
    context: int = Field(
        0,
        ge=0,
        le=100_000_000,
        description="tokens that the model reads at once; 0: as the model tells, if it does",
    )
    timeout: float = Field(
        120,
        gt=0,
        le=3600,
        description="seconds to wait for a reply to begin or to go on; all of it may take ten times as long",
    )
    max_tokens: int = Field(1024, ge=16, le=100_000, description="longest answer, in tokens")
    temperature: float = Field(0, ge=0, le=2, description="0 for the likeliest words; more for more variety")
    input_price: float = Field(
        0, ge=0, description="price of a million tokens sent, in your currency; 0: not known"
    )
    output_price: float = Field(0, ge=0, description="price of a million tokens received")
    budget: float = Field(
        0,
        ge=0,
        description="money after which no model is asked any more until a restart; 0: no limit; needs prices",
    )

    @model_validator(mode="after")
    def _budget_has_prices(self) -> LLMSettings:
        if self.budget and not (self.input_price or self.output_price):
            raise ValueError("budget needs llm.input_price and llm.output_price")
        return self


class VerifySettings(_Part):
    """How statements are checked."""

    model: str = Field("", description='model that judges; empty means the answering one, "none" rules only')
    mode: Literal["show", "strict"] = Field(
        "show", description="failed statements: struck through, or removed"
    )
    repair: bool = Field(True, description="one repair call for statements that fail")


class EmbeddingSettings(_Part):
    """The model that turns text into vectors. A library keeps the one it was built with."""

    name: str = Field("minilm", description='"minilm", or the model\'s name at base_url')
    base_url: str = Field("", description="OpenAI-compatible embedding endpoint")


class RetrievalSettings(_Part):
    """How papers are found, and how many are read for one answer."""

    k: int = Field(8, ge=1, le=50, description="papers that are read for an answer")
    channels: Literal["both", "dense", "lexical"] = Field(
        "both", description="search by meaning (dense), by words (lexical), or both"
    )


class AnswerSettings(_Part):
    """The length of answers."""

    length: Length = Field("normal", description="short: what answers, and no more; long: with details")
    words: int = Field(
        70, ge=20, le=1000, description="longest quoted answer, in words; twice as many where length is long"
    )


class SourceSettings(_Part):
    """Services that `assistant add arxiv:...` and the like fetch papers from. None is asked before you name it."""

    mailto: str = Field(
        "",
        pattern=r"^([^@\s?&]+@[^@\s?&]+)?$",
        description="your e-mail address, which Crossref and PubMed like to be told; empty: none is sent",
    )
    timeout: float = Field(
        30,
        gt=0,
        le=600,
        description="seconds to wait for a reply to begin or to go on; all of it may take ten times as long",
    )
    arxiv: str = Field(
        "https://export.arxiv.org/api/query", description="address of arXiv's API, or a mirror's"
    )
    crossref: str = Field("https://api.crossref.org", description="address of Crossref's API")
    pubmed: str = Field(
        "https://eutils.ncbi.nlm.nih.gov/entrez/eutils", description="address of PubMed's E-utilities"
    )
    daily_papers: str = Field(
        "https://huggingface.co/api/daily_papers", description="address of the Daily Papers of Hugging Face"
    )
    zotero: str = Field(
        "http://127.0.0.1:23119/api", description="address of Zotero's local API, on this machine"
    )

    @model_validator(mode="after")
    def _addresses_are_safe(self) -> SourceSettings:
        for name in ("arxiv", "crossref", "pubmed", "daily_papers", "zotero"):
            parts = urlsplit(getattr(self, name))
            here = parts.hostname in ("127.0.0.1", "localhost", "::1")
            if not parts.hostname or not (parts.scheme == "https" or (parts.scheme == "http" and here)):
                raise ValueError(f"{name} begins with https:// (on this machine also http://)")
        return self


class WebSettings(_Part):
    """How one chat serves several users."""

    models: str = Field(
        "",
        description="models that users may choose instead of llm.model, separated by commas; they share its address, limits and "
        "prices",
    )
    concurrency: int = Field(4, ge=1, le=64, description="questions answered at the same time")
    queue: int = Field(100, ge=1, le=10_000, description="questions that may wait; others are refused")
    upload_mb: int = Field(50, ge=1, le=2000, description="largest file that can be added in the browser")
    history: bool = Field(True, description="whether conversations are kept")
    editors: str = Field(
        "everybody",
        description="who may add and remove papers in the browser: everybody, nobody, or names as in owner_header, separated "
        "by commas",
    )
    library_name: str = Field(
        "", description="what the library is called in the browser; a name says that all users share it"
    )
    hosts: str = Field(
        "",
        description="names under which users reach the server, separated by commas, besides localhost and the one of --host",
    )
    owner_header: str = Field(
        "",
        description="request header with which a proxy names the signed-in user; empty: a cookie tells users apart",
    )


class Settings(_Part):
    """All settings. Unknown keys and values out of range are refused by name."""

    llm: LLMSettings = LLMSettings()
    verify: VerifySettings = VerifySettings()
    embedding: EmbeddingSettings = EmbeddingSettings()
    retrieval: RetrievalSettings = RetrievalSettings()
    answer: AnswerSettings = AnswerSettings()
    sources: SourceSettings = SourceSettings()
    web: WebSettings = WebSettings()
    api_key: SecretStr = SecretStr("")

    @classmethod
    def load(cls, path: Path | None = None) -> Settings:
        """Read the settings of a file (default: the user's assistant.toml, if it exists) and of the environment.

        Raises `SettingsError` with the key and the file or variable that sets it.
        """
        named = path or os.environ.get("ASSISTANT_CONFIG")
        file = Path(named or config_path())
        values = _read(file, required=bool(named))
        _refuse_unknown_sections(values, file)
        try:
            layered = _Layered(**values, api_key=SecretStr(os.environ.get("OPENAI_API_KEY", "")))
            return cls.model_validate(layered.model_dump())
        except ValidationError as exc:
            variable = "_".join([_PREFIX[:-1], *map(str, exc.errors()[0]["loc"])]).upper()
            source = variable if variable in os.environ else file
            raise SettingsError(f"{source}: {first_error(exc)}; {_SEE}") from exc

    @property
    def endpoint(self) -> str:
        """Where the model that writes answers is: a host (and port), or a provider's name: "localhost:8080", "anthropic"."""
        provider, _ = provider_and_name(self.llm.model, self.llm.base_url)
        return urlsplit(self.llm.base_url).netloc.rpartition("@")[2] or provider or "api.openai.com"

    @property
    def answers_with(self) -> str:
        """What answers: "quotes", or "MODEL at HOST"."""
        return self.answers_of(self.llm.model)

    def answers_of(self, model: str) -> str:
        """Return what answers if this model is asked: "quotes" for none, or "MODEL at HOST"."""
        _, name = provider_and_name(model, self.llm.base_url)
        return f"{name} at {self.endpoint}" if model else "quotes"


class _Layered(Settings, BaseSettings):
    """Settings of which the environment's values win over those given."""

    model_config = SettingsConfigDict(env_prefix=_PREFIX, env_nested_delimiter="_", env_nested_max_split=1)

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return env_settings, init_settings


def provider_and_name(model: str, base_url: str = "") -> tuple[str, str]:
    """Part "anthropic/claude-opus-5" into the LlamaIndex provider and the model's name there.

    The provider is "" where the model is one of an OpenAI-compatible endpoint. At a `base_url`, names with a slash are
    the endpoint's own (as at OpenRouter), save those of Ollama and Azure, which have addresses of their own.
    """
    provider, slash, name = model.partition("/")
    if not slash or (base_url and provider not in ("ollama", "azure")):
        return "", model
    return ("", name) if provider == "openai" else (provider, name)


def shown(part: BaseModel) -> dict[str, Any]:
    """Return settings as plain values that anybody may see: without the key and without the passwords in addresses."""
    values: dict[str, Any] = json.loads(without_passwords(part.model_dump_json(exclude={"api_key"})))
    return values


def without_passwords(text: str) -> str:
    """Return a text with *** for every password in an address."""
    return _PASSWORD.sub(r"\1***@", text)


def _refuse_unknown_sections(values: dict[str, Any], file: Path) -> None:
    # pydantic-settings passes over variables of an unknown section.
    sections = Settings.model_fields.keys() - {"api_key"}
    if "api_key" in values:
        raise SettingsError(f"{file}: keys do not belong in a file; set OPENAI_API_KEY in the environment.")
    for section in values.keys() - sections:
        raise SettingsError(f"{file}: {section}: no such section; {_SEE}")
    for name in os.environ:
        section, _, key = name.removeprefix(_PREFIX).lower().partition("_")
        known = section in sections and key
        if name.startswith(_PREFIX) and name not in _FILES and not known:
            raise SettingsError(f"{name} is not a setting; {_SEE}")


def _read(path: Path, *, required: bool) -> dict[str, Any]:
    try:
        if path.stat().st_size > _LARGEST:
            raise SettingsError(
                f"The settings file {path} has more than {_LARGEST:,} bytes: name the right file."
            )
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as exc:
        if not required:
            return {}
        raise SettingsError(
            f"There is no settings file {path}: correct ASSISTANT_CONFIG, or unset it."
        ) from exc
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError, RecursionError) as exc:
        raise SettingsError(f"The settings file {path} cannot be read: {exc}.") from exc


def config_path() -> Path:
    """Return the path of the user's assistant.toml, which may not exist."""
    return Path(platformdirs.user_config_dir(APP, appauthor=False)) / "assistant.toml"


def library_path() -> Path:
    """Return the folder of the user's default library."""
    return Path(platformdirs.user_data_dir(APP, appauthor=False)) / "library"


def cache_path() -> Path:
    """Return the folder of what can be deleted at any time: the sample library's index, cached verdicts."""
    return Path(platformdirs.user_cache_dir(APP, appauthor=False))


def feedback_path() -> Path:
    """Return the file of the feedback that users gave in the chat."""
    return Path(platformdirs.user_data_dir(APP, appauthor=False)) / "feedback.jsonl"


def conversations_path() -> Path:
    """Return the file of the conversations of the chat."""
    return Path(platformdirs.user_data_dir(APP, appauthor=False)) / "conversations.sqlite"


def log_path() -> Path:
    """Return the file to which `-v` writes its log."""
    return Path(platformdirs.user_log_dir(APP, appauthor=False)) / "assistant.log"


def on_server(library: str) -> bool:
    """Return whether a library is named by an address, and not by a folder."""
    return library.lower().startswith(("http://", "https://"))


class StoredPlace(NamedTuple):
    """Something that is stored: its name, its path (or the address of a server), and what it is, for users."""

    name: str
    path: Path | str
    description: str


def places(library: str | Path | None) -> list[StoredPlace]:
    """List all that is stored. `library` is the folder or the address of the library; default:
    the user's folder."""
    named = str(library or library_path())
    return [
        StoredPlace("settings", config_path(), "your settings; create this file to change them"),
        StoredPlace(
            "library", named, "your papers, on a server that others use, too; a copy of them is in the cache"
        )
        if on_server(named)
        else StoredPlace(
            "library",
            Path(named),
            "your papers and their index; to start again, delete it and run `assistant add`",
        ),
        StoredPlace(
            "cache",
            cache_path(),
            "the sample library's index, cached verdicts of a model, copies of libraries that are read-only or on a server; made "
            "again when needed",
        ),
        StoredPlace(
            "conversations",
            conversations_path(),
            "questions and answers of the chat; each user can delete their own in the chat",
        ),
        StoredPlace(
            "feedback",
            feedback_path(),
            "feedback on answers, with the answer and, if conversations are kept, the questions before it; it stays when "
            "conversations are deleted; `python -m evals new --from-feedback` makes test questions of it",
        ),
        StoredPlace("log", log_path(), "written only with -v"),
    ]
