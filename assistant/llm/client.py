"""The only door to the OpenAI protocol: chat and embeddings at any compatible endpoint, its faults as our errors."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import httpx
import openai

from assistant.core.answer import Exchange, Usage
from assistant.core.errors import (
    ModelError,
    ModelInterrupted,
    ModelRefused,
    ModelReplyInvalid,
    ModelStopped,
    ModelUnreachable,
)
from assistant.core.settings import Settings
from assistant.core.stop import Stop
from assistant.llm.connection import Lane, Lanes, ReplyTooLong
from assistant.llm.dialect import Dialect
from assistant.llm.faults import Complaint, complaint_of, fault, read_complaint
from assistant.llm.prompts import Prompt
from assistant.llm.reply import Piece, read_json, read_pieces, read_vectors

# A judge's reply in JSON needs this many tokens at least, however short answers are wanted.
_SHORTEST_JSON = 2048
_PAUSE = 0.5  # seconds before the one repetition where the endpoint does not ask for another time


class Endpoint:
    """An OpenAI-compatible endpoint: its address and key, connections kept between calls, and what its models refuse.

    Safe for several threads. Nothing is sent before the first call. `timeout` is the longest time
    in seconds until a reply begins and between two pieces of it; a whole reply may take ten times as long; `transport` another way to reach the endpoint (to record calls, say).
    """

    def __init__(
        self, base_url: str, key: str, timeout: float, transport: httpx.BaseTransport | None = None
    ) -> None:
        self.base_url = base_url or "https://api.openai.com/v1"
        self.host = urlsplit(self.base_url).netloc.rpartition("@")[2] or self.base_url
        self.key = key.strip()
        self.timeout = timeout
        self._lanes = Lanes(transport)
        self._lock = threading.Lock()
        self._dialects: dict[str, Dialect] = {}

    @classmethod
    def from_settings(cls, settings: Settings, transport: httpx.BaseTransport | None = None) -> Endpoint:
        """Return the endpoint that the settings name for writing and judging."""
        key = settings.api_key.get_secret_value()
        return cls(settings.llm.base_url, key, settings.llm.timeout, transport)

    def close(self) -> None:
        """Close the connections that are kept."""
        self._lanes.close()

    @contextmanager
    def send(
        self, kind: str, model: str, arguments: Callable[[Dialect], dict[str, Any]], stop: Stop | None = None
    ) -> Iterator[Iterator[bytes]]:
        """Send a request ("chat" or "embeddings") and yield its reply's bytes as they come.

        A part of the request that the endpoint refuses is left out or renamed, and remembered for the model; a fault
        that may pass is waited for once. Raises a `ModelError`.
        """
        with (
            self._translated(model, stop),
            self._lanes.lane() as lane,
            ExitStack() as stack,
        ):
            create = self._create(
                kind, lane
            )  # the SDK takes seconds to import: before the call's time begins
            lane.begin(stop, self.timeout)
            dialect, repeated = self._dialect(model), False
            while True:
                request = arguments(dialect)
                try:
                    response = stack.enter_context(create(model=model, timeout=lane.seconds_left, **request))
                    break
                except openai.APIStatusError as exc:
                    complaint = _complaint(exc)
                    changed = dialect.after(complaint, request)
                    if changed and arguments(changed) != request:
                        dialect = changed
                    elif repeated or not _pause(complaint, lane, stop):
                        raise
                    else:
                        repeated = True
                except openai.APIConnectionError as exc:
                    if repeated or isinstance(exc, openai.APITimeoutError) or not _pause(None, lane, stop):
                        raise
                    repeated = True
            self._learn(model, dialect)
            yield response.iter_bytes()

    def _create(self, kind: str, lane: Lane) -> Callable[..., Any]:
        if not (self.key.isascii() and self.key.isprintable()):
            raise ModelRefused("OPENAI_API_KEY has characters that no key has: copy the key again.")
        client = openai.OpenAI(
            base_url=self.base_url,
            # Local servers take any key, and the SDK insists on one.
            api_key=self.key or "none",
            max_retries=0,
            http_client=lane.http,
        )
        resource: Any = client.chat.completions if kind == "chat" else client.embeddings
        create: Callable[..., Any] = resource.with_streaming_response.create
        return create

    def _dialect(self, model: str) -> Dialect:
        with self._lock:
            return self._dialects.get(model, Dialect())

    def _learn(self, model: str, dialect: Dialect) -> None:
        with self._lock:
            known = self._dialects.get(model, Dialect())
            self._dialects[model] = Dialect(known.refused | dialect.refused)

    @contextmanager
    def _translated(self, model: str, stop: Stop | None) -> Iterator[None]:
        """Turn errors of the SDK and of the network into ours; the key gets into no message."""
        try:
            yield
        except (openai.OpenAIError, httpx.HTTPError, httpx.InvalidURL, OSError) as exc:
            # A connection that was shut down fails in one of several ways.
            error = ModelStopped("It was stopped.") if stop and stop.is_set() else self._error(exc, model)
            raise error from exc

    def _error(self, exc: Exception, model: str) -> ModelError:
        if isinstance(exc, openai.APIStatusError):
            return fault(_complaint(exc), model, self.host, self.key)
        if isinstance(exc, ReplyTooLong):
            return ModelReplyInvalid(
                f"The reply of {model!r} at {self.host} has no end: choose another model."
            )
        if isinstance(exc, (openai.APITimeoutError, httpx.TimeoutException)):
            return ModelUnreachable(
                f"{self.host} did not answer in time ({self.timeout:g} s): raise llm.timeout, or ask again."
            )
        if isinstance(exc, (openai.APIConnectionError, httpx.ConnectError, httpx.InvalidURL)):
            return ModelUnreachable(f"{self.host} cannot be reached: is it running, is llm.base_url right?")
        return ModelUnreachable(f"The connection to {self.host} broke: ask again.")


def _complaint(exc: openai.APIStatusError) -> Complaint:
    return read_complaint(exc.status_code, exc.response.text, exc.response.headers.get("retry-after"))


def _pause(complaint: Complaint | None, lane: Lane, stop: Stop | None) -> bool:
    """Wait before a call is repeated; False where that is no use, or there is no time for it. None: no connection."""
    if complaint is not None and not complaint.transient:
        return False
    seconds = complaint.wait if complaint and complaint.wait is not None else _PAUSE
    if seconds >= lane.seconds_left:
        return False
    return not (stop or Stop()).wait(seconds)


@dataclass(frozen=True)
class Model:
    """A chat model at an endpoint. `stop` ends its calls; `max_tokens` bounds a reply."""

    name: str
    endpoint: Endpoint
    max_tokens: int = 1024
    temperature: float = 0.0
    stop: Stop | None = None

    @classmethod
    def from_settings(
        cls,
        settings: Settings,
        name: str,
        transport: httpx.BaseTransport | None = None,
        stop: Stop | None = None,
        endpoint: Endpoint | None = None,
    ) -> Model:
        """Return the model `name` at the endpoint of the settings, or at one that is kept already.

        A new endpoint is reached through `transport` where one is given. Nothing is sent before the first call.
        """
        llm = settings.llm
        endpoint = endpoint or Endpoint.from_settings(settings, transport)
        return cls(name, endpoint, llm.max_tokens, llm.temperature, stop)

    @property
    def host(self) -> str:
        """The endpoint's host, for people: "api.openai.com", "localhost:8080"."""
        return self.endpoint.host

    def stream(self, prompt: Prompt, usage: Usage) -> Iterator[str]:
        """Yield the reply in pieces as they come, and count it in `usage`.

        Raises a `ModelError`: `ModelInterrupted` with the text so far where the reply is cut off after it began,
        `ModelStopped` where it was stopped, `ModelReplyInvalid` where it is empty.
        """
        return self._reply(prompt, usage, self.max_tokens)

    def ask(self, prompt: Prompt, usage: Usage) -> str:
        """Return the whole reply. Raises as `stream` does."""
        return "".join(self.stream(prompt, usage))

    def ask_json(self, prompt: Prompt, schema: dict[str, Any], usage: Usage) -> Any:
        """Return a reply in JSON. The schema is asked for; the caller checks the value that came.

        Raises as `stream` does, and `ModelReplyInvalid` where the reply holds no JSON.
        """
        text = "".join(self._reply(prompt, usage, max(self.max_tokens, _SHORTEST_JSON), schema))
        try:
            return read_json(text)
        except ValueError as exc:
            raise ModelReplyInvalid(
                f"{self.name} at {self.host} did not reply in the form it was asked for; "
                "try another model, or set verify.model to none."
            ) from exc

    def _reply(
        self, prompt: Prompt, usage: Usage, limit: int, schema: dict[str, Any] | None = None
    ) -> Iterator[str]:
        began = time.perf_counter()
        texts: list[str] = []
        seen = Piece()

        def arguments(dialect: Dialect) -> dict[str, Any]:
            return dialect.arguments(prompt, limit, self.temperature, schema)

        try:
            with self.endpoint.send("chat", self.name, arguments, self.stop) as chunks:
                usage.calls += 1
                for piece in read_pieces(chunks):
                    seen = seen.followed_by(piece)
                    if piece.text:
                        texts.append(piece.text)
                        yield piece.text
        except ModelStopped as exc:
            raise ModelStopped(str(exc), "".join(texts)) from exc
        except ModelError as exc:
            if not texts:
                raise
            raise ModelInterrupted(f"The answer broke off: {exc}", "".join(texts)) from exc
        finally:
            sent, received = seen.usage or (0, 0)
            usage.prompt_tokens += sent
            usage.completion_tokens += received
            usage.exchanges.append(
                Exchange(
                    prompt.name,
                    f"{self.name} at {self.host}",
                    prompt.system,
                    prompt.user,
                    "".join(texts),
                    sent,
                    received,
                    time.perf_counter() - began,
                )
            )
        self._check_end(seen, "".join(texts), limit)

    def _check_end(self, seen: Piece, text: str, limit: int) -> None:
        """Raise the error for a reply that did not end as an answer does. `seen` is all of its signs together."""
        name = f"{self.name} at {self.host}"
        if self.stop and self.stop.is_set():
            # To some servers' readers a connection that was shut down looks like a reply's end.
            raise ModelStopped("It was stopped.", text)
        if seen.error is not None:
            error = fault(complaint_of(seen.error), self.name, self.host, self.endpoint.key)
            raise ModelInterrupted(f"The answer broke off: {error}", text) if text else error
        if not text.strip():
            raise self._empty(seen, limit)
        if seen.finish == "length":
            raise ModelInterrupted(f"The reply of {name} was cut off: raise llm.max_tokens ({limit}).", text)
        if seen.finish == "content_filter":
            raise ModelInterrupted(
                f"The content filter of {self.host} cut the reply off: ask in other words.", text
            )
        if not (seen.end or seen.finish):
            raise ModelInterrupted(f"The answer of {name} broke off; ask again.", text)

    def _empty(self, seen: Piece, limit: int) -> ModelError:
        """Return the error for a reply without text."""
        name = f"{self.name} at {self.host}"
        if seen.declined:
            return ModelRefused(f"{name} declined to answer: ask in other words, or choose another model.")
        if seen.finish == "content_filter":
            return ModelRefused(f"The content filter of {self.host} withheld the reply: ask in other words.")
        if seen.finish == "length":
            return ModelReplyInvalid(
                f"{name} used all its tokens before it wrote an answer: raise llm.max_tokens ({limit})."
            )
        if seen.reasoning:
            return ModelReplyInvalid(
                f"{name} sent its thoughts and no answer: ask again, or raise llm.max_tokens."
            )
        if seen.finish or seen.end:
            return ModelReplyInvalid(f"The reply of {name} is empty: ask again, or choose another model.")
        return ModelReplyInvalid(
            f"{self.host} does not reply as an OpenAI-compatible endpoint does: is llm.base_url right "
            '(it often ends in "/v1")?'
        )


class EmbeddingEndpoint:
    """An embedding model at an OpenAI-compatible endpoint."""

    def __init__(self, name: str, settings: Settings, transport: httpx.BaseTransport | None = None) -> None:
        key = settings.api_key.get_secret_value()
        self._name = name
        self._endpoint = Endpoint(settings.embedding.base_url, key, settings.llm.timeout, transport)

    def embed(self, texts: list[str]) -> list[list[float]]:
        """Return a vector for each text, all of one length. Raises a `ModelError`."""
        request = {"input": texts, "encoding_format": "float"}
        with self._endpoint.send("embeddings", self._name, lambda _: request) as chunks:
            body = b"".join(chunks)
        try:
            vectors = read_vectors(body)
        except ValueError as exc:
            raise ModelReplyInvalid(
                f"{self._endpoint.host} did not return vectors: is {self._name!r} an embedding model?"
            ) from exc
        if len(vectors) != len(texts):
            raise ModelReplyInvalid(
                f"{self._endpoint.host} returned {len(vectors)} vectors for {len(texts)} texts: "
                "choose another embedding model."
            )
        return vectors
