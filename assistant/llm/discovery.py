"""Which models answer here: those of servers on this machine, of OpenAI if there is a key, and the one of the settings.

Nothing of this runs unless a user asks for it: it connects to ports of this machine that usual servers listen on.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import httpx

from assistant.core.answers.usage import Usage
from assistant.core.errors import AssistantError
from assistant.core.settings import Settings
from assistant.llm.client import Model
from assistant.llm.prompts import Prompt, tokens_in

_OLLAMA = "http://localhost:11434"
# Where servers listen unless they are told otherwise (their documentation), and the names of their programs.
_LOCAL = {
    "LM Studio": "http://localhost:1234/v1",
    "vLLM": "http://localhost:8000/v1",
    "llama.cpp": "http://localhost:8080/v1",
}
_OPENAI = "https://api.openai.com/v1"
_SECONDS = 3.0
# Fields in which servers tell the context of a model, in the order of trust: loaded, then trained.
_CONTEXT = (
    "n_ctx",
    "max_model_len",
    "loaded_context_length",
    "context_length",
    "max_context_length",
    "n_ctx_train",
)
_TRIAL = Prompt("You answer briefly.", "Write the numbers from one to thirty in words.", "trial")


@dataclass(frozen=True)
class ServedModel:
    """A model that a server offers: how the settings name it, and the tokens that it reads at once (0: not told)."""

    model: str
    base_url: str = ""
    context: int = 0


@dataclass(frozen=True)
class Server:
    """A server that was asked for its models; `problem` says why it gave none."""

    name: str
    address: str
    models: tuple[ServedModel, ...] = ()
    problem: str = ""


@dataclass(frozen=True)
class Trial:
    """One short call of a model: the seconds to its first word, its speed after that in tokens per second, the tokens
    that it reads at once (0: not told); or the `problem`."""

    model: str
    first: float = 0.0
    speed: float = 0.0
    context: int = 0
    problem: str = ""


def servers(settings: Settings, transport: httpx.BaseTransport | None = None) -> Iterator[Server]:
    """Ask the servers of this machine, and OpenAI if there is a key, for their models. Listing models costs nothing."""
    with httpx.Client(timeout=_SECONDS, transport=transport, trust_env=False) as http:
        yield _asked(http, "Ollama", _OLLAMA)
        for name, address in _LOCAL.items():
            yield _asked(http, name, address)
    if key := settings.api_key.get_secret_value().strip():
        headers = {"authorization": f"Bearer {key}"}
        with httpx.Client(timeout=_SECONDS, transport=transport, headers=headers) as http:
            yield _asked(http, "OpenAI", _OPENAI)


def _asked(http: httpx.Client, name: str, address: str) -> Server:
    try:
        models = _of_ollama(http, address) if address == _OLLAMA else _of_endpoint(http, address)
    except httpx.HTTPStatusError as exc:
        return Server(name, address, problem=f"it answered with status {exc.response.status_code}")
    except (httpx.HTTPError, httpx.InvalidURL):
        return Server(name, address, problem="nothing answers")
    except (ValueError, TypeError, KeyError, AttributeError):
        return Server(name, address, problem="something else answers")
    return Server(name, address, tuple(models), "" if models else "it has no model")


def _of_ollama(http: httpx.Client, address: str) -> list[ServedModel]:
    names = [str(entry["name"]) for entry in _json(http.get(f"{address}/api/tags"))["models"]]
    return [ServedModel(f"ollama/{name}", context=_context_length(http, address, name)) for name in names]


def _context_length(http: httpx.Client, address: str, name: str) -> int:
    """Return the number of tokens that a model of Ollama reads at once; 0 if it does not tell."""
    told = _json(http.post(f"{address}/api/show", json={"model": name})).get("model_info") or {}
    sizes = [value for key, value in told.items() if key.endswith(".context_length")]
    return int(sizes[0]) if sizes else 0


def _of_endpoint(http: httpx.Client, address: str) -> list[ServedModel]:
    base_url = "" if address == _OPENAI else address
    return [
        ServedModel(str(entry["id"]), base_url, _context({**entry, **(entry.get("meta") or {})}))
        for entry in _json(http.get(f"{address}/models"))["data"]
    ]


def _context(entry: Mapping[str, Any]) -> int:
    return next((entry[key] for key in _CONTEXT if isinstance(entry.get(key), int)), 0)


def _json(response: httpx.Response) -> Any:
    response.raise_for_status()
    return response.json()


def tried(settings: Settings, served: ServedModel, transport: httpx.BaseTransport | None = None) -> Trial:
    """Make one short call of a model and time it."""
    changed = settings.llm.model_copy(
        update={"model": served.model, "base_url": served.base_url, "max_tokens": 128}
    )
    began, first, usage, text = time.perf_counter(), 0.0, Usage(), ""
    try:
        model = Model.from_settings(settings.model_copy(update={"llm": changed}), served.model, transport)
        try:
            for piece in model.stream(_TRIAL, usage):
                first = first or time.perf_counter() - began
                text += piece
            context = served.context or model.context
        finally:
            model.close()
    except AssistantError as exc:
        if not text:
            return Trial(served.model, problem=str(exc))
        context = served.context
    seconds = time.perf_counter() - began - first
    written = usage.completion_tokens or tokens_in(text)
    return Trial(served.model, first, written / seconds if seconds > 0 else 0.0, context)
