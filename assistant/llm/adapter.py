"""LlamaIndex LLMs of any make: calls bounded in time, that can be stopped; their replies and faults in our terms."""

from __future__ import annotations

import inspect
import queue
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextvars import copy_context
from typing import Any, Protocol, runtime_checkable
from urllib.parse import urlsplit

import httpx
from llama_index.core.base.llms.types import ChatMessage, ChatResponse, ThinkingBlock
from llama_index.core.constants import DEFAULT_CONTEXT_WINDOW
from llama_index.core.llms.llm import LLM

from assistant.core.errors import AssistantError, ModelError, ModelRefused, ModelStopped, ModelUnreachable
from assistant.core.stop import Stop
from assistant.llm.endpoint.reply import Piece
from assistant.llm.faults import Complaint, Remedy, complaint_of, fault

_FINISH = ("stop_reason", "finish_reason", "done_reason", "finishReason", "stopReason")
_ENDS = {
    "max_tokens": "length",
    "max_output_tokens": "length",
    "model_context_window_exceeded": "length",
    "refusal": "content_filter",
    "safety": "content_filter",
    "guardrail_intervened": "content_filter",
    "content_filtered": "content_filter",
}
_SENT = ("prompt_tokens", "input_tokens", "prompt_token_count", "inputTokens", "prompt_eval_count")
_RECEIVED = ("completion_tokens", "output_tokens", "candidates_token_count", "outputTokens", "eval_count")
_KEY_WORDS = ("api_key", "api key", "api-key", "authentication method", "credentials", "unauthorized")
_KEYS = {
    "azure_openai": "AZURE_OPENAI_API_KEY",
    "google_genai": "GOOGLE_API_KEY",
    "mistralai": "MISTRAL_API_KEY",
    "bedrock_converse": "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY",
}


@runtime_checkable
class Pieced(Protocol):
    """What an LLM has that ends its calls itself and gives a reply's pieces with their signs: our own, at an endpoint.

    Its `context_window` is 0 where that is not known.
    """

    context_window: int

    def pieces(
        self,
        messages: Sequence[ChatMessage],
        max_tokens: int,
        schema: dict[str, Any] | None,
        stop: Stop | None,
    ) -> Iterator[Piece]:
        """Yield the pieces of a reply of at most so many tokens, in JSON of the `schema` if there is one."""
        ...


def context_of(llm: LLM) -> int:
    """Return the number of tokens that an LLM reads at once, 0 where that is not known."""
    if isinstance(llm, Pieced):
        return llm.context_window
    try:
        window = llm.metadata.context_window
    except Exception:  # a provider's class may not know the model, or ask for it in vain
        return 0
    return 0 if window == DEFAULT_CONTEXT_WINDOW else max(0, window)


def provider_of(llm: LLM) -> str:
    """Return the name of the package that an LLM comes from, without "llama_index.llms.": "anthropic"; or its class's."""
    parts = type(llm).__module__.split(".")
    return parts[2] if parts[:2] == ["llama_index", "llms"] and len(parts) > 2 else llm.class_name()


def name_of(llm: LLM) -> str:
    """Return the name of an LLM's model, without asking anybody for it."""
    for field in ("model", "model_name"):
        if isinstance(name := getattr(llm, field, None), str) and name:
            return name
    return str(llm.metadata.model_name)


def host_of(llm: LLM) -> str:
    """Return where an LLM runs, for people: the host of its address, or the provider's name."""
    for field in ("base_url", "api_base", "azure_endpoint"):
        if isinstance(address := getattr(llm, field, None), str) and urlsplit(address).netloc:
            return urlsplit(address).netloc.rpartition("@")[2]
    return provider_of(llm)


def close(llm: LLM) -> None:
    """Close the clients that an LLM keeps. It may be used again only if its make opens them anew."""
    for client in (llm.__pydantic_private__ or {}).values():
        ending = getattr(client, "close", None)
        if callable(ending) and not inspect.iscoroutinefunction(ending):
            ending()


def remedy_for(provider: str, model: str) -> Remedy:
    """Return what a user can do about a wrong key or an unknown model of a provider."""
    key = f"set {_KEYS.get(provider, f'{provider.upper()}_API_KEY')} to a valid key"
    if provider == "ollama":
        return Remedy(key, f"run `ollama pull {model}`, or correct llm.model")
    return Remedy(key, "correct llm.model")


def replies(
    llm: LLM,
    messages: Sequence[ChatMessage],
    stop: Stop | None,
    seconds: float,
    options: Mapping[str, Any] | None = None,
) -> Iterator[Piece]:
    """Yield the pieces of a reply as they come. The last one has `end` set, unless the provider did not say how it ended.

    The reply must begin within `seconds`, and each piece must follow the one before within as many; `stop` ends it. The LLM runs
    in a thread of its own, because its make decides how long it blocks. Raises a `ModelError`.
    """
    whole, told = Piece(), False
    try:
        for response in _in_own_thread(lambda: _responses(llm, messages, options or {}), stop, seconds):
            piece, tells = read_response(response)
            whole, told = whole.followed_by(piece), told or tells
            yield piece
    except TimeoutError as exc:
        raise ModelUnreachable(
            f"{host_of(llm)} did not answer in time ({seconds:g} s): raise llm.timeout, or ask again."
        ) from exc
    except AssistantError:
        raise
    except Exception as exc:  # an LLM of another make may raise anything
        raise error_of(exc, name_of(llm), host_of(llm), provider_of(llm)) from exc
    if whole.finish or not told:
        yield Piece(end=True)


def _responses(
    llm: LLM, messages: Sequence[ChatMessage], options: Mapping[str, Any]
) -> Iterator[ChatResponse]:
    """Stream a reply, or give it whole where the LLM cannot stream."""
    try:
        responses = iter(llm.stream_chat(messages, **options))
        first = next(responses, None)
    except NotImplementedError:
        response = llm.chat(messages, **options)
        yield response.model_copy(update={"delta": response.message.content or ""})
        return
    if first is not None:
        yield first
        yield from responses


class _Reading:
    """A thread that reads an iterator into a queue. To a `Stop` it looks like a connection that can be shut down."""

    def __init__(self, items: Iterator[Any]) -> None:
        self.arrived: queue.SimpleQueue[tuple[str, Any]] = queue.SimpleQueue()
        self._items = items
        self._left = threading.Event()
        threading.Thread(target=copy_context().run, args=(self._read,), daemon=True).start()

    def _read(self) -> None:
        try:
            for item in self._items:
                self.arrived.put(("item", item))
                if self._left.is_set():
                    break
            self.arrived.put(("end", None))
        except BaseException as exc:
            self.arrived.put(("error", exc))
        finally:
            if close := getattr(self._items, "close", None):
                close()

    def shutdown(self, how: int = 0) -> None:
        """Stop waiting for items; the thread ends with the next one."""
        self._left.set()
        self.arrived.put(("stopped", None))


def _in_own_thread(items: Any, stop: Stop | None, seconds: float) -> Iterator[Any]:
    """Yield what an iterator gives that is read in another thread. Raises `TimeoutError`, `ModelStopped`, or its error."""
    reading = _Reading(items())
    if stop:
        stop.connected(reading)
    try:
        while True:
            try:
                kind, value = reading.arrived.get(timeout=seconds)
            except queue.Empty:
                raise TimeoutError from None
            if kind == "item":
                yield value
            elif kind == "error":
                raise value
            elif kind == "stopped":
                raise ModelStopped("It was stopped.")
            else:
                return
    finally:
        if stop:
            stop.disconnected(reading)
        reading.shutdown()


def read_response(response: ChatResponse) -> tuple[Piece, bool]:
    """Return what a response adds, and whether its provider tells how replies end."""
    message = response.message.additional_kwargs
    places = [_fields(response.raw), message, response.additional_kwargs]
    for key in ("choices", "candidates"):
        if isinstance(choices := places[0].get(key), list) and choices:
            places.append(_fields(choices[0]))
    reasons = [_word(place[key]) for place in places for key in _FINISH if key in place]
    finish = next((reason for reason in reasons if reason), "")
    thinking = any(isinstance(block, ThinkingBlock) for block in response.message.blocks)
    return Piece(
        text=response.delta or "",
        reasoning=thinking or bool(response.additional_kwargs.get("thinking_delta")),
        finish=_ENDS.get(finish, finish),
        usage=_usage(places),
    ), bool(reasons)


def _usage(places: Sequence[Mapping[str, Any]]) -> tuple[int, int] | None:
    """Return the tokens sent and received, under whatever names a provider counts them."""
    nested = [
        _fields(place[key])
        for place in places
        for key in ("usage", "usage_metadata", "usageMetadata")
        if place.get(key)
    ]
    for place in [*nested, *places]:
        sent = next((place[key] for key in _SENT if isinstance(place.get(key), int)), None)
        received = next((place[key] for key in _RECEIVED if isinstance(place.get(key), int)), None)
        if sent is not None or received is not None:
            return max(0, sent or 0), max(0, received or 0)
    return None


def _word(reason: Any) -> str:
    """Return the reason for a reply's end, which may be an enumeration's member, in lower case."""
    return str(getattr(reason, "name", None) or reason or "").casefold()


def _fields(value: Any) -> Mapping[str, Any]:
    if isinstance(value, Mapping):
        return value
    return vars(value) if hasattr(value, "__dict__") else {}


def error_of(exc: BaseException, name: str, host: str, provider: str) -> ModelError:
    """Return our error for an exception of an LLM of another make: one sentence, with the next step."""
    remedy = remedy_for(provider, name)
    complaint = _complaint(exc)
    words = complaint.message.casefold()
    if not complaint.status and any(word in words for word in _KEY_WORDS):
        return ModelRefused(f"{host} needs a key: {remedy.key}.")
    if not complaint.status:
        kinds = " ".join(kind.__name__ for kind in type(exc).__mro__)
        if isinstance(exc, httpx.TimeoutException) or "Timeout" in kinds:
            return ModelUnreachable(f"{host} did not answer in time: raise llm.timeout, or ask again.")
        if isinstance(exc, (httpx.TransportError, OSError)) or "Connection" in kinds:
            return ModelUnreachable(
                f"The model at {host} cannot be reached: start it, or correct its address."
            )
    return fault(complaint, name, host, remedy=remedy)


def _complaint(exc: BaseException) -> Complaint:
    """Read an exception as clients of services make them: its status, and the service's own words."""
    response = getattr(exc, "response", None)
    told = response if isinstance(response, Mapping) else {}  # boto3 keeps a dict here
    service = {str(key).casefold(): value for key, value in dict(told.get("Error") or {}).items()}
    status = (told.get("ResponseMetadata") or {}).get("HTTPStatusCode")
    for place in (exc, response):
        for field in ("status_code", "code", "http_status"):
            status = status or getattr(place, field, None)
    body = next((b for b in (getattr(exc, f, None) for f in ("body", "details", "error")) if b), None)
    complaint = complaint_of(service or body or str(exc), status if isinstance(status, int) else 0)
    if complaint.message or complaint.codes:
        return complaint
    return complaint_of(str(exc), complaint.status)
