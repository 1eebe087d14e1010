"""The only door to the OpenAI protocol: chat and embeddings at any compatible endpoint, errors translated once."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx
import openai

from assistant.core.answer import Exchange, Usage
from assistant.core.errors import (
    ModelError,
    ModelInterrupted,
    ModelOverflow,
    ModelRefused,
    ModelReplyInvalid,
    ModelStopped,
    ModelUnknown,
    ModelUnreachable,
)
from assistant.core.settings import Settings
from assistant.core.stop import Stop
from assistant.llm.prompts import Prompt

_OVERFLOW = re.compile(r"context|too (long|many tokens)|maximum.*length|exceed", re.I)


@dataclass(frozen=True)
class Model:
    """A chat model at an endpoint. Give `client` to reach it another way (tests do); `stop` ends its calls."""

    name: str
    host: str
    client: openai.OpenAI
    max_tokens: int = 1024
    temperature: float = 0.0
    secret: str = field(default="", repr=False)
    stop: Stop | None = None

    @classmethod
    def from_settings(
        cls,
        settings: Settings,
        name: str,
        transport: httpx.BaseTransport | None = None,
        stop: Stop | None = None,
    ) -> Model:
        """The model `name` at the endpoint of the settings, reached through `transport` where one is given.

        Nothing is sent before the first call.
        """
        key = settings.api_key.get_secret_value()
        return cls(
            name=name,
            host=settings.endpoint,
            client=_client(settings.llm.base_url, key, settings.llm.timeout, transport, stop),
            max_tokens=settings.llm.max_tokens,
            temperature=settings.llm.temperature,
            secret=key,
            stop=stop,
        )

    def stream(self, prompt: Prompt, usage: Usage) -> Iterator[str]:
        """Yields the reply in pieces as they come.

        Raises a `ModelError`; where the reply breaks off after it began, `ModelInterrupted` with what came, and
        where it was stopped `ModelStopped`.
        """
        partial: list[str] = []
        finished = False
        before, began = (usage.prompt_tokens, usage.completion_tokens), time.perf_counter()
        try:
            with self._translated():
                for event in self._open_stream(prompt):
                    if getattr(event, "usage", None):
                        _count(usage, event.usage)
                    for choice in event.choices:
                        if choice.delta.content:
                            partial.append(choice.delta.content)
                            yield choice.delta.content
                        finished = finished or bool(choice.finish_reason)
        except ModelError as exc:
            if isinstance(exc, ModelStopped):
                raise ModelStopped(str(exc), "".join(partial)) from exc
            if not partial:
                raise
            raise ModelInterrupted(f"The answer broke off: {exc}", "".join(partial)) from exc
        finally:
            usage.exchanges.append(self._exchange(prompt, "".join(partial), usage, before, began))
        if self.stop and self.stop.is_set():
            # To some servers' readers a connection that was shut down looks like a reply's end.
            raise ModelStopped("It was stopped.", "".join(partial))
        if not finished:
            raise ModelInterrupted(
                f"The answer of {self.name} at {self.host} broke off; ask again.", "".join(partial)
            )

    def _exchange(
        self, prompt: Prompt, reply: str, usage: Usage, before: tuple[int, int], began: float
    ) -> Exchange:
        return Exchange(
            prompt.name,
            f"{self.name} at {self.host}",
            prompt.system,
            prompt.user,
            reply,
            usage.prompt_tokens - before[0],
            usage.completion_tokens - before[1],
            time.perf_counter() - began,
        )

    def _open_stream(self, prompt: Prompt) -> Any:
        # Plain dicts are accepted; the SDK types them one by one.
        create: Any = self.client.chat.completions.create
        return create(
            model=self.name,
            messages=prompt.messages(),
            stream=True,
            stream_options={"include_usage": True},
            max_tokens=self.max_tokens,
            temperature=self.temperature,
        )

    def ask(self, prompt: Prompt, usage: Usage) -> str:
        """The whole reply. Raises a `ModelError`."""
        return "".join(self.stream(prompt, usage))

    def ask_json(self, prompt: Prompt, schema: dict[str, Any], usage: Usage) -> Any:
        """A reply in JSON of the given schema (asked for; the caller checks what came).

        Raises `ModelReplyInvalid` where the reply is no JSON.
        """
        before, began = (usage.prompt_tokens, usage.completion_tokens), time.perf_counter()
        with self._translated():
            try:
                reply = self._complete(
                    prompt,
                    {
                        "type": "json_schema",
                        "json_schema": {"name": "reply", "schema": schema, "strict": True},
                    },
                )
            except openai.BadRequestError as exc:
                if _OVERFLOW.search(str(exc)):
                    raise
                reply = self._complete(prompt, None)  # an endpoint without JSON schemas
        if getattr(reply, "usage", None):
            _count(usage, reply.usage)
        text = (reply.choices[0].message.content or "") if reply.choices else ""
        usage.exchanges.append(self._exchange(prompt, text, usage, before, began))
        found = re.search(r"\{.*\}|\[.*\]", text, re.S)
        try:
            return json.loads(found.group() if found else text)
        except ValueError as exc:
            raise ModelReplyInvalid(
                f"{self.name} at {self.host} did not reply in the form it was asked for; "
                "try another model, or set verify.model to none."
            ) from exc

    def _complete(self, prompt: Prompt, form: dict[str, Any] | None) -> Any:
        arguments: dict[str, Any] = {"response_format": form} if form else {}
        create: Any = self.client.chat.completions.create
        return create(
            model=self.name,
            messages=prompt.messages(),
            max_tokens=max(self.max_tokens, 2048),
            temperature=0,
            **arguments,
        )

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            with translated(self.name, self.host, self.secret):
                yield
        except ModelError as exc:
            # A connection that was shut down fails in one of several ways.
            if self.stop is None or not self.stop.is_set():
                raise
            raise ModelStopped("It was stopped.") from exc


@contextmanager
def translated(name: str, host: str, secret: str) -> Iterator[None]:
    """Turns the SDK's and the network's errors into ours; a key never gets into a message."""
    try:
        yield
    except openai.AuthenticationError as exc:
        raise ModelRefused(f"{host} refused the key: set OPENAI_API_KEY to a valid one.") from exc
    except openai.PermissionDeniedError as exc:
        raise ModelRefused(f"{host} does not give this key access to {name!r}.") from exc
    except openai.RateLimitError as exc:
        raise ModelRefused(f"{host} has no quota left for this key: wait, and ask again.") from exc
    except openai.NotFoundError as exc:
        raise ModelUnknown(
            f"{host} knows no model {name!r}: correct ASSISTANT_LLM_MODEL or ASSISTANT_LLM_BASE_URL."
        ) from exc
    except openai.APITimeoutError as exc:
        raise ModelUnreachable(f"{host} did not answer in time: raise llm.timeout, or ask again.") from exc
    except openai.APIConnectionError as exc:
        raise ModelUnreachable(f"{host} cannot be reached: is it running, is llm.base_url right?") from exc
    except openai.APIError as exc:
        said = str(getattr(exc, "message", exc))[:200]
        said = said.replace(secret, "***") if secret else said
        if _OVERFLOW.search(said):
            raise ModelOverflow(
                f"The question with its abstracts is too long for {name!r}: lower retrieval.k."
            ) from exc
        raise ModelError(f"{name!r} at {host} failed: {said}") from exc
    except (OSError, httpx.HTTPError) as exc:
        # The SDK lets errors of its HTTP library through while a stream is read.
        raise ModelUnreachable(f"The connection to {host} broke: {type(exc).__name__}.") from exc


def _client(
    base_url: str,
    key: str,
    timeout: float,
    transport: httpx.BaseTransport | None,
    stop: Stop | None = None,
) -> openai.OpenAI:
    return openai.OpenAI(
        base_url=base_url or "https://api.openai.com/v1",
        # Local servers take any key, and the SDK insists on one.
        api_key=key or "none",
        timeout=timeout,
        max_retries=1,
        http_client=_http(timeout, transport, stop) if transport or stop else None,
    )


def _http(timeout: float, transport: httpx.BaseTransport | None, stop: Stop | None) -> httpx.Client:
    client = openai.DefaultHttpxClient(transport=transport, timeout=timeout)
    if stop is None:
        return client

    def trace(event: str, said: dict[str, Any]) -> None:
        if event in ("connection.connect_tcp.complete", "connection.start_tls.complete"):
            stop.connected(said["return_value"].get_extra_info("socket"))

    def watch(request: httpx.Request) -> None:
        if stop.is_set():
            raise httpx.ConnectError("stopped before it was sent")
        request.extensions = {**request.extensions, "trace": trace}

    client.event_hooks = {"request": [watch], "response": []}
    return client


class EmbeddingEndpoint:
    """An embedding model at an OpenAI-compatible endpoint."""

    def __init__(self, name: str, settings: Settings, transport: httpx.BaseTransport | None = None) -> None:
        self._name = name
        self._host = settings.embedding.base_url
        self._secret = settings.api_key.get_secret_value()
        self._client = _client(self._host, self._secret, settings.llm.timeout, transport)

    def embed(self, texts: list[str]) -> list[list[float]]:
        """Return a vector for each text. Raises a `ModelError`."""
        with translated(self._name, self._host, self._secret):
            reply = self._client.embeddings.create(model=self._name, input=texts, encoding_format="float")
        if len(reply.data) != len(texts):
            raise ModelReplyInvalid(
                f"{self._host} returned {len(reply.data)} vectors for {len(texts)} texts."
            )
        return [item.embedding for item in reply.data]


def _count(usage: Usage, reported: Any) -> None:
    usage.prompt_tokens += reported.prompt_tokens or 0
    usage.completion_tokens += reported.completion_tokens or 0
    usage.calls += 1
