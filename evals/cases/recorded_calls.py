"""Record, replay and meter model calls.

The assistant and the judges reach their endpoints through it, so that their code path is the same in every mode. API keys
and other headers are never stored.
"""

from __future__ import annotations

import hashlib
import json
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import astuple, dataclass, fields
from functools import cache
from pathlib import Path
from typing import Any, Literal

import httpx

from assistant.llm.cache import ReplyCache
from assistant.llm.endpoint.reply import read_pieces
from assistant.llm.faults import read_complaint
from assistant.llm.prompts import texts

Mode = Literal["record", "reuse", "replay"]
"""record: always ask, and store the reply. reuse: ask only if no reply is stored. replay: never ask."""

CHARACTERS_A_TOKEN = 4
# A refusal with one of these is about the request; others are about the key, the account or the moment.
_LASTING = (400, 413, 422, 501)
_NOT_STORED = "no reply is stored for this request; run without --offline to get one"


@dataclass(frozen=True)
class Reply:
    """A reply: content type, body, the seconds until its first byte and its end, and its HTTP status."""

    kind: str
    body: str
    first: float
    seconds: float
    status: int = 200

    @property
    def response(self) -> httpx.Response:
        """The reply as a client gets it."""
        return httpx.Response(self.status, headers={"content-type": self.kind}, text=self.body)


@dataclass(frozen=True)
class Call:
    """One call of a model.

    `stage` is the name of its prompt ("" for embeddings). `began` is in seconds since the case began; `first` and `seconds`
    run until the reply's first byte and its end. Tokens are `estimated` from characters if the endpoint gives no counts.
    """

    model: str
    stage: str
    began: float
    first: float
    seconds: float
    sent: int
    received: int
    estimated: bool
    replayed: bool
    messages: tuple[dict[str, str], ...]
    reply: str


def open_replies(path: Path) -> ReplyCache:
    """Open the file of stored replies, which can be copied and shared."""
    return ReplyCache(path, [field.name for field in fields(Reply)])


class Metered(httpx.BaseTransport):
    """Reaches endpoints through `inner`, stores their replies, and lets each thread meter its own calls."""

    def __init__(self, replies: ReplyCache, mode: Mode, inner: httpx.BaseTransport | None = None) -> None:
        self._replies = replies
        self._mode = mode
        self._inner = inner or httpx.HTTPTransport()
        self._here = threading.local()

    @contextmanager
    def metering(self) -> Iterator[list[Call]]:
        """Yield the list of calls that this thread makes inside the block; it fills as they end."""
        self._here.calls, self._here.began = [], time.perf_counter()
        try:
            yield self._here.calls
        finally:
            self._here.calls = None

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Return a stored reply, or the endpoint's own."""
        asked = request.read()
        key, form = _key(request.url, asked), _key(request.url, _form(asked))
        began = time.perf_counter()
        if self._mode != "record" and (reply := self._stored(key) or self._stored(form)):
            if reply.status == 200:
                self._note(asked, reply, began, replayed=True)
            return reply.response
        if self._mode == "replay":
            return httpx.Response(424, json={"error": {"message": _NOT_STORED}})
        # Bodies are stored as they come, so they should not be compressed.
        request.headers["accept-encoding"] = "identity"
        response = self._inner.handle_request(request)
        kind = response.headers.get("content-type", "")
        if response.status_code != 200:
            return self._refused(response, kind, key, form)

        def done(body: bytes, first: float) -> None:
            seconds = time.perf_counter() - began
            reply = Reply(kind, body.decode("utf-8", "replace"), first - began, seconds)
            self._replies.put(key, *astuple(reply))
            self._note(asked, reply, began, replayed=False)

        return httpx.Response(
            200, headers=response.headers, stream=_Recorded(response, done), extensions=response.extensions
        )

    def _stored(self, key: str) -> Reply | None:
        stored = self._replies.get(key)
        if stored is None:
            return None
        kind, body, first, seconds, status = stored
        return Reply(kind, body, first, seconds, status or 200)  # files of earlier versions have no status

    def _refused(self, response: httpx.Response, kind: str, key: str, form: str) -> httpx.Response:
        """Store a refusal that the same request would meet again, and return it.

        An endpoint that dislikes the form of a request dislikes it whatever the messages, so that is stored for all
        requests of the form: whoever replays them in another order learns the same.
        """
        response.read()
        complaint = read_complaint(response.status_code, response.text)
        if complaint.status in _LASTING:
            place = key if complaint.final else form
            self._replies.put(place, kind, response.text, 0.0, 0.0, complaint.status)
        return response

    def _note(self, asked: bytes, reply: Reply, began: float, *, replayed: bool) -> None:
        if getattr(self._here, "calls", None) is not None:
            self._here.calls.append(_call(asked, reply, began - self._here.began, replayed))

    def close(self) -> None:
        """Close the connections. The file of replies is the caller's and stays open."""
        self._inner.close()


class _Recorded(httpx.SyncByteStream):
    """A body that is passed on. At its end `done` gets all of it, and the time of its first byte."""

    def __init__(self, response: httpx.Response, done: Callable[[bytes, float], None]) -> None:
        self._response = response
        self._done = done

    def __iter__(self) -> Iterator[bytes]:
        pieces: list[bytes] = []
        first = 0.0
        for piece in self._response.iter_raw():
            first = first or time.perf_counter()
            pieces.append(piece)
            # The SDK stops reading at the last event, before the stream itself has ended.
            if b"[DONE]" in b"".join(pieces[-2:]):
                self._done(b"".join(pieces), first)
                yield piece
                return
            yield piece
        self._done(b"".join(pieces), first or time.perf_counter())

    def close(self) -> None:
        self._response.close()


def _key(url: httpx.URL, body: bytes) -> str:
    with suppress(ValueError):  # what is no JSON stays as it is
        body = json.dumps(json.loads(body), sort_keys=True).encode()
    return hashlib.sha256(f"{url}\n".encode() + body).hexdigest()


def _form(body: bytes) -> bytes:
    """Return a request without what it is about: the model and the names and values of its parameters."""
    request = _object(body.decode("utf-8", "replace"))
    roles = [message.get("role") for message in request.get("messages", ())]
    return json.dumps({**request, "messages": roles, "input": None}).encode()


def _call(asked: bytes, reply: Reply, began: float, replayed: bool) -> Call:
    request = _object(asked.decode("utf-8", "replace"))
    pieces = list(read_pieces([reply.body.encode()]))
    text = "".join(piece.text for piece in pieces)
    usage = next((piece.usage for piece in reversed(pieces) if piece.usage), None)
    messages = tuple(
        {"role": str(m.get("role")), "content": str(m.get("content"))} for m in request.get("messages", ())
    )
    characters = sum(len(m["content"]) for m in messages)
    if not messages:  # embeddings: nothing is received but numbers
        characters = len(asked)
    sent, received = usage or (characters // CHARACTERS_A_TOKEN, len(text) // CHARACTERS_A_TOKEN)
    return Call(
        model=str(request.get("model", "")),
        stage=_stage(messages),
        began=began,
        first=reply.first,
        seconds=reply.seconds,
        sent=sent,
        received=received,
        estimated=not usage,
        replayed=replayed,
        messages=messages,
        reply=text,
    )


def _stage(messages: Sequence[Mapping[str, str]]) -> str:
    """Return the name of the prompt with whose text, up to its first variable, the messages begin."""
    text = messages[0]["content"] if messages else ""
    return next((name for name, head in _heads().items() if head and text.startswith(head)), "")


@cache
def _heads() -> dict[str, str]:
    return {name: text.split("$")[0].split("\n---\n")[0].strip() for name, text in texts().items()}


def _object(text: str) -> dict[str, Any]:
    try:
        data = json.loads(text)
    except ValueError:
        return {}
    return data if isinstance(data, dict) else {}
