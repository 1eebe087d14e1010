"""The only door to the `openai` client: requests to one endpoint, and its faults as our errors."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any
from urllib.parse import unquote, urlsplit

import httpx
import openai

from assistant.core.errors import (
    ModelError,
    ModelRefused,
    ModelReplyInvalid,
    ModelStopped,
    ModelUnreachable,
)
from assistant.core.settings import Settings
from assistant.core.stop import Stop
from assistant.llm.endpoint.connection import REPLY_TIMES, Lane, Lanes, ReplyTooLong
from assistant.llm.endpoint.dialect import Dialect
from assistant.llm.endpoint.reply import read_vectors
from assistant.llm.faults import Complaint, fault, read_complaint

_PAUSE = 0.5  # seconds before the one repetition where the endpoint does not ask for another time
# Bytes of a refusal that are looked at.
_LONGEST_COMPLAINT = 65_536


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
        # What may stand in no message: the key, and the password in the address, plain and as it is written there.
        password = urlsplit(self.base_url).password or ""
        self.secrets = tuple(filter(None, (self.key, password, unquote(password))))
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
                    # A reply that does not stream begins when all of it is written.
                    times = REPLY_TIMES if kind == "chat" and not request.get("stream") else 1
                    seconds = times * lane.seconds_left
                    response = stack.enter_context(create(model=model, timeout=seconds, **request))
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
            return fault(_complaint(exc), model, self.host, self.secrets)
        if isinstance(exc, ReplyTooLong):
            return ModelReplyInvalid(
                f"The reply of {model!r} at {self.host} has no end: choose another model."
            )
        if isinstance(exc, (openai.APITimeoutError, httpx.TimeoutException)):
            return ModelUnreachable(
                f"{self.host} did not answer in time ({self.timeout:g} s): raise llm.timeout, or ask again."
            )
        if isinstance(exc, (openai.APIConnectionError, httpx.ConnectError, httpx.InvalidURL)):
            return ModelUnreachable(
                f"The model at {self.host} cannot be reached: start it, or correct llm.base_url."
            )
        return ModelUnreachable(f"The connection to {self.host} broke: ask again.")


def _complaint(exc: openai.APIStatusError) -> Complaint:
    body = exc.response.content[:_LONGEST_COMPLAINT].decode("utf-8", "replace")
    return read_complaint(exc.status_code, body, exc.response.headers.get("retry-after"))


def _pause(complaint: Complaint | None, lane: Lane, stop: Stop | None) -> bool:
    """Wait before a call is repeated; False where that is no use, or there is no time for it. None: no connection."""
    if complaint is not None and not complaint.transient:
        return False
    seconds = complaint.wait if complaint and complaint.wait is not None else _PAUSE
    if seconds >= lane.seconds_left:
        return False
    return not (stop or Stop()).wait(seconds)


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
