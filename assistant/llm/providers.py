"""Make the LLM that settings name: our own for endpoints, a provider's LlamaIndex package for its name."""

from __future__ import annotations

import inspect
import re
from importlib import import_module
from typing import Any

import httpx
from llama_index.core.llms.llm import LLM

from assistant.core.errors import ModelError, SettingsError
from assistant.core.settings import Settings, provider_and_name
from assistant.llm.adapter import error_of
from assistant.llm.endpoint.compatible import OpenAICompatible
from assistant.llm.endpoint.protocol import Endpoint

# Short names of providers. Every other one is the name of its package without "llama-index-llms-".
_SHORT = {
    "azure": "azure_openai",
    "bedrock": "bedrock_converse",
    "gemini": "google_genai",
    "google": "google_genai",
    "mistral": "mistralai",
}
_NAME = re.compile(r"[a-z0-9]+([-_][a-z0-9]+)*", re.I)


def llm_of(
    settings: Settings,
    name: str,
    transport: httpx.BaseTransport | None = None,
    endpoint: Endpoint | None = None,
) -> LLM:
    """Return the LLM for a model's name: "anthropic/claude-opus-5" of a provider's package, "gpt-5.4-mini" at the endpoint.

    The endpoint is that of the settings, reached through `transport` where one is given, or one that is kept already.
    Nothing is sent. Raises `SettingsError` where the provider's package is missing or refuses a setting.
    """
    provider, model = provider_and_name(name, settings.llm.base_url)
    if provider:
        return _provided(settings, provider, model)
    llm = settings.llm
    return OpenAICompatible(
        model,
        endpoint or Endpoint.from_settings(settings, transport),
        max_tokens=llm.max_tokens,
        temperature=llm.temperature,
        context_window=llm.context,
    )


def _provided(settings: Settings, provider: str, model: str) -> LLM:
    folder = _SHORT.get(provider.casefold(), provider.casefold().replace("-", "_"))
    kind = _llm_class(folder)
    llm = settings.llm
    wanted: dict[str, Any] = {
        "model": model,
        "engine": model,
        "temperature": llm.temperature,
        "max_tokens": llm.max_tokens,
        "timeout": llm.timeout,
        "request_timeout": llm.timeout,
        "max_retries": 1,
    }
    if llm.context:
        wanted["context_window"] = llm.context
    if llm.base_url:
        wanted |= dict.fromkeys(("base_url", "api_base", "azure_endpoint"), llm.base_url)
    taken = inspect.signature(kind.__init__).parameters.keys() | kind.model_fields.keys()
    chosen = {key: value for key, value in wanted.items() if key in taken}
    if "azure_endpoint" in chosen:
        chosen.pop("api_base", None)  # two names of one address
    try:
        return kind(**chosen)
    except Exception as exc:  # a provider's class checks its arguments and its environment in its own ways
        told = error_of(exc, model, provider, folder)
        raise told if type(told) is not ModelError else _refused(provider, exc) from exc


def _refused(provider: str, exc: Exception) -> SettingsError:
    words = " ".join(str(exc).split())[:160]
    return SettingsError(f"The settings do not suit {provider} ({words}): correct those of llm.")


def _llm_class(folder: str) -> type[LLM]:
    """Return the class of a provider's package that is named like it: `llama_index.llms.anthropic.Anthropic`."""
    package = f"llama-index-llms-{folder.replace('_', '-')}"
    if not _NAME.fullmatch(folder):
        raise SettingsError(f"llm.model: {folder!r} is no provider's name; write PROVIDER/MODEL.")
    module_name = f"llama_index.llms.{folder}"
    try:
        module = import_module(module_name)
    except ModuleNotFoundError as exc:
        missing = str(exc.name or "")
        if not (module_name.startswith(missing) and missing):
            package = missing
        raise SettingsError(
            f"{package} is not installed: run `pip install {package}`, "
            "or set llm.base_url to the endpoint that has the model."
        ) from exc
    kinds = [kind for _, kind in inspect.getmembers(module, inspect.isclass) if issubclass(kind, LLM)]
    like = [kind for kind in kinds if kind.__name__.casefold() == folder.replace("_", "")]
    if not kinds:
        raise SettingsError(f"{package} has no LLM: name another provider in llm.model.")
    return (like or kinds)[0]
