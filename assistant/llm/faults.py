"""Explain what an endpoint refused: any form of complaint becomes one sentence for the user."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from assistant.core.errors import (
    ModelError,
    ModelOverflow,
    ModelRefused,
    ModelUnknown,
    ModelUnreachable,
)
from assistant.core.text.sanitize import one_line

# Codes, and types, of errors as services give them.
_OVERFLOW_CODES = {
    "context_length_exceeded",  # OpenAI, Azure, Groq, OpenRouter
    "exceed_context_size_error",  # llama.cpp
    "contextwindowexceedederror",  # LiteLLM
    "model_max_prompt_tokens_exceeded",
    "tokens_limit_reached",  # GitHub Models
    "request_too_large",  # Anthropic
    "string_above_max_length",
}
# vLLM, TGI, older llama.cpp, Anthropic and Gemini give no code of their own, only these words.
_OVERFLOW_WORDS = (
    "maximum context length is",
    "exceed context window",
    "exceeds the available context size",
    "exceeds the context window",
    "prompt is too long",
    "exceeds the maximum number of tokens",
    "`inputs` tokens + `max_new_tokens` must be",
)
_QUOTA_CODES = {
    "insufficient_quota",
    "billing_hard_limit_reached",
    "billing_not_active",
    "insufficient_balance",
    "insufficient_credits",
    "access_terminated",
    "billing_error",  # Anthropic
}
_QUOTA_WORDS = ("credit balance is too low",)  # Anthropic gives no code of its own
_FILTER_CODES = {
    "content_filter",
    "content_policy_violation",
    "invalid_prompt",
    "responsibleaipolicyviolation",
}
_REGION_CODES = {"unsupported_country_region_territory"}
_UNKNOWN_CODES = {"model_not_found", "deploymentnotfound", "model_not_available"}
_OVERLOAD_CODES = {"overloaded_error", "server_overloaded", "service_unavailable"}
# Characters of a secret that may not be shown together, and how the keys of several services begin.
_PART = 5
_KEY = re.compile(r"\b(?:sk|pk|rk)-\S+|\b(?:Bearer|Basic) \S+")
_LONGEST = 160


@dataclass(frozen=True)
class Complaint:
    """What an endpoint says is wrong: its HTTP status (0 inside a stream), and what its body names, "" where it does not.

    `codes` are its error's code and type in lower case; `param` is the part of the request that it names; `wait` is
    the number of seconds that it asks to wait, None where it does not.
    """

    status: int
    message: str = ""
    param: str = ""
    codes: frozenset[str] = frozenset()
    wait: float | None = None

    @property
    def overflow(self) -> bool:
        """Whether the prompt is too long for the model."""
        message = self.message.casefold()
        told = any(words in message for words in _OVERFLOW_WORDS)
        return bool(self.codes & _OVERFLOW_CODES) or self.status == 413 or told

    @property
    def quota(self) -> bool:
        """Whether the account behind the key has nothing left to spend."""
        told = any(words in self.message.casefold() for words in _QUOTA_WORDS)
        return bool(self.codes & _QUOTA_CODES) or self.status == 402 or told

    @property
    def final(self) -> bool:
        """Whether the cause is known and lies in no optional part of the request."""
        known = _FILTER_CODES | _REGION_CODES | _UNKNOWN_CODES
        return self.overflow or self.quota or bool(self.codes & known)

    @property
    def transient(self) -> bool:
        """Whether the same request may succeed a moment later."""
        if self.status == 429:
            return not self.quota
        return self.status in (408, 409) or self.status >= 500


def read_complaint(status: int, body: str, wait: str | None = None) -> Complaint:
    """Return the complaint in the body of a refused request; `wait` is its Retry-After header."""
    try:
        data = json.loads(body)
    except (ValueError, RecursionError):
        data = body
    return complaint_of(data, status, _seconds(wait))


def complaint_of(data: Any, status: int = 0, wait: float | None = None) -> Complaint:
    """Return the complaint in a body that was parsed, or in an event of a stream.

    Understands `{"error": {...}}` and `[{"error": {...}}]` (OpenAI, Gemini), `{"error": "..."}` (Ollama),
    `{"detail": [{"loc": ..., "msg": ...}]}` (FastAPI) also inside a message, and plain text. HTML says nothing.
    """
    if isinstance(data, list) and data:
        data = data[0]
    if isinstance(data, dict) and data.get("error"):
        data = data["error"]
    if not isinstance(data, dict):
        return Complaint(status, _plain(data), wait=wait)
    inner = data.get("innererror")
    named = [data.get("code"), data.get("type"), inner.get("code") if isinstance(inner, dict) else None]
    message, place = _worded(data.get("message") or data.get("detail") or data.get("msg"))
    param = data.get("param")
    return Complaint(
        status,
        message,
        param if isinstance(param, str) else place,
        frozenset(name.casefold() for name in named if isinstance(name, str)),
        wait,
    )


def _worded(message: Any) -> tuple[str, str]:
    """Return a message's words, and the place in the request that it names (FastAPI's `loc`) or ""."""
    if isinstance(message, dict):
        return _worded(message.get("detail") or message.get("message") or message.get("msg"))
    if isinstance(message, list) and message and isinstance(message[0], dict):
        places = message[0].get("loc")
        named = [str(p) for p in places if p != "body"] if isinstance(places, list) else []
        return _plain(message[0].get("msg")), ".".join(named)
    return _plain(message), ""


def _plain(message: Any) -> str:
    """Return the words of a message before any markup or data structure in it."""
    if not isinstance(message, str):
        return ""
    text = one_line(message.encode("utf-8", "replace").decode())
    return "" if text.startswith(("<", "{", "[")) else text


def _seconds(header: str | None) -> float | None:
    try:
        seconds = float(header or "")
    except ValueError:
        return None
    return seconds if 0 <= seconds < 86_400 else None


@dataclass(frozen=True)
class Remedy:
    """What a user can do about a key that is refused, and about a model that is not known: half a sentence each."""

    key: str = "set OPENAI_API_KEY to a valid one"
    model: str = "correct ASSISTANT_LLM_MODEL or ASSISTANT_LLM_BASE_URL"


def fault(
    complaint: Complaint, name: str, host: str, secrets: Sequence[str] = (), remedy: Remedy | None = None
) -> ModelError:
    """Return the error for a complaint of `host` about a request to its model `name`: one sentence, with the next step.

    `secrets` are the key and the password; no part of them stands in the message.
    """
    codes, status, remedy = complaint.codes, complaint.status, remedy or Remedy()
    if complaint.overflow:
        return ModelOverflow(f"The question with its abstracts is too long for {name!r}: lower retrieval.k.")
    if complaint.quota:
        return ModelRefused(
            f"{host} has no quota left for this key: check the account's plan and billing there."
        )
    if codes & _FILTER_CODES:
        return ModelRefused(
            f"The content filter of {host} stopped the question with its abstracts: ask in other words, "
            "or choose another model."
        )
    if codes & _REGION_CODES:
        return ModelRefused(
            f"{host} does not serve this country or region: set llm.base_url to another endpoint."
        )
    if 300 <= status < 400:
        return ModelUnreachable(
            f"{host} points to another address: set llm.base_url to that one if you trust it."
        )
    if status == 401:
        return ModelRefused(f"{host} refused the key: {remedy.key}.")
    if status == 404 or codes & _UNKNOWN_CODES:
        return ModelUnknown(f"{host} knows no model {name!r}: {remedy.model}.")
    if status == 403:
        return ModelRefused(
            f"{host} does not give this key access to {name!r}: choose another model, or ask there for access."
        )
    return _temporary(complaint, host) or _other(complaint, name, host, secrets)


def _temporary(complaint: Complaint, host: str) -> ModelError | None:
    """Return the error for a fault that passes with time, or None."""
    status = complaint.status
    if status == 429:
        wait = f"{complaint.wait:.0f} seconds" if complaint.wait and complaint.wait >= 2 else "a minute"
        return ModelRefused(f"{host} takes no more requests at the moment: wait {wait}, and ask again.")
    if status in (503, 529) or complaint.codes & _OVERLOAD_CODES:
        return ModelUnreachable(f"{host} is overloaded: wait a minute, and ask again.")
    if status in (408, 504):
        return ModelUnreachable(f"{host} did not answer in time: raise llm.timeout, or ask again.")
    if status >= 500 and not complaint.message:
        return ModelUnreachable(f"{host} is out of order (status {status}): ask again later.")
    return None


def _other(complaint: Complaint, name: str, host: str, secrets: Sequence[str]) -> ModelError:
    """Return the error for a fault that only the endpoint's own words explain."""
    words = complaint.message
    for mark in "{<[":
        words = words.split(mark)[0]
    shown = words[: 10 * _LONGEST].split()
    words = " ".join("***" if any(_shows(word, one) for one in secrets) else word for word in shown)
    words = _KEY.sub("***", words)
    if len(words) > _LONGEST:
        words = words[:_LONGEST].rsplit(" ", 1)[0] + " ..."
    words = words.rstrip(" .:,;") or f"status {complaint.status}"
    return ModelError(f"{name!r} at {host} failed ({words}): ask again, or choose another model.")


def _shows(word: str, secret: str) -> bool:
    """Return whether a word has a part of a secret; services repeat the first and the last characters of a key."""
    length = min(_PART, len(secret))
    return any(secret[at : at + length] in word for at in range(len(secret) - length + 1))
