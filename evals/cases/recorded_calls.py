"""What models reply, kept by what they were asked; and a transport that records, replays and meters calls.

The assistant and the judges reach their endpoints through it, so that their own code path is the same in every mode.
Keys and other headers are never kept.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

import httpx

from assistant.llm.prompts import texts

Mode = Literal["record", "reuse", "replay"]
"""record: always ask, and keep the reply. reuse: ask only for what is not kept. replay: never ask."""

CHARACTERS_A_TOKEN = 4
_NOT_KEPT = "no reply is kept for this request; run without --offline to have one"


@dataclass(frozen=True)
class Reply:
    """A reply: content type, body, and the seconds that its first byte and the whole took."""

    kind: str
    body: str
    first: float
    seconds: float


@dataclass(frozen=True)
class Call:
    """A call that was made: for which `stage` (the name of its prompt; "" for embeddings), when it `began` (seconds into
    the case), its reply's seconds to the first byte and in all, tokens sent and received (`estimated` from characters
    where the endpoint does not say), and what was said."""

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


class Replies:
    """Kept replies in one SQLite file that can be copied, shared, and deleted at any time. Safe for several threads."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._lock = threading.Lock()
        self._db = sqlite3.connect(path, check_same_thread=False, timeout=30)
        self._db.execute(
            "CREATE TABLE IF NOT EXISTS replies (key TEXT PRIMARY KEY, kind TEXT, body TEXT, first REAL, seconds REAL)"
        )

    def get(self, key: str) -> Reply | None:
        """The kept reply, or None."""
        with self._lock:
            row = self._db.execute(
                "SELECT kind, body, first, seconds FROM replies WHERE key = ?", [key]
            ).fetchone()
        return Reply(*row) if row else None

    def put(self, key: str, reply: Reply) -> None:
        """Keeps a reply; an earlier one to the same request is replaced."""
        row = [key, reply.kind, reply.body, reply.first, reply.seconds]
        with self._lock, self._db:
            self._db.execute("INSERT OR REPLACE INTO replies VALUES (?, ?, ?, ?, ?)", row)

    def close(self) -> None:
        """Closes the file."""
        self._db.close()


class Metered(httpx.BaseTransport):
    """Reaches endpoints through `inner`, keeps their replies, and lets each thread meter its own calls."""

    def __init__(self, replies: Replies, mode: Mode, inner: httpx.BaseTransport | None = None) -> None:
        self._replies = replies
        self._mode = mode
        self._inner = inner or httpx.HTTPTransport()
        self._here = threading.local()

    @contextmanager
    def metering(self) -> Iterator[list[Call]]:
        """The calls that this thread makes inside the block; the list fills as they end."""
        self._here.calls, self._here.began = [], time.perf_counter()
        try:
            yield self._here.calls
        finally:
            self._here.calls = None

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """One call: a kept reply, or the endpoint's own."""
        asked = request.read()
        key = hashlib.sha256(f"{request.url}\n".encode() + _canonical(asked)).hexdigest()
        began = time.perf_counter()
        kept = None if self._mode == "record" else self._replies.get(key)
        if kept:
            self._note(asked, kept, began, replayed=True)
            return httpx.Response(200, headers={"content-type": kept.kind}, text=kept.body)
        if self._mode == "replay":
            return httpx.Response(424, json={"error": {"message": _NOT_KEPT}})
        # Bodies are kept as they come, so they had better not be compressed.
        request.headers["accept-encoding"] = "identity"
        response = self._inner.handle_request(request)
        if response.status_code != 200:
            return response
        kind = response.headers.get("content-type", "")

        def done(body: bytes, first: float) -> None:
            seconds = time.perf_counter() - began
            reply = Reply(kind, body.decode("utf-8", "replace"), first - began, seconds)
            self._replies.put(key, reply)
            self._note(asked, reply, began, replayed=False)

        return httpx.Response(
            200, headers=response.headers, stream=_Kept(response, done), extensions=response.extensions
        )

    def _note(self, asked: bytes, reply: Reply, began: float, *, replayed: bool) -> None:
        if getattr(self._here, "calls", None) is not None:
            self._here.calls.append(_call(asked, reply, began - self._here.began, replayed))

    def close(self) -> None:
        """Closes connections. The replies stay open: they are the caller's."""
        self._inner.close()


class _Kept(httpx.SyncByteStream):
    """A body on its way through; `done` gets the whole of it, and when its first byte came, once it has ended."""

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


def _canonical(body: bytes) -> bytes:
    try:
        return json.dumps(json.loads(body), sort_keys=True).encode()
    except ValueError:
        return body


def _call(asked: bytes, reply: Reply, began: float, replayed: bool) -> Call:
    request = _object(asked.decode("utf-8", "replace"))
    text, usage = _read(reply)
    messages = tuple(
        {"role": str(m.get("role")), "content": str(m.get("content"))} for m in request.get("messages", ())
    )
    characters = sum(len(m["content"]) for m in messages)
    sent, received = usage.get("prompt_tokens"), usage.get("completion_tokens")
    if not messages:  # embeddings: nothing is received but numbers
        characters, received = len(asked), received or 0
    return Call(
        model=str(request.get("model", "")),
        stage=_stage(messages),
        began=began,
        first=reply.first,
        seconds=reply.seconds,
        sent=characters // CHARACTERS_A_TOKEN if sent is None else int(sent),
        received=len(text) // CHARACTERS_A_TOKEN if received is None else int(received),
        estimated=sent is None,
        replayed=replayed,
        messages=messages,
        reply=text,
    )


def _stage(messages: Sequence[Mapping[str, str]]) -> str:
    """The prompt whose words, up to its first variable, a call begins with."""
    said = messages[0]["content"] if messages else ""
    return next((name for name, head in _heads().items() if head and said.startswith(head)), "")


@cache
def _heads() -> dict[str, str]:
    return {name: text.split("$")[0].split("\n---\n")[0].strip() for name, text in texts().items()}


def _read(reply: Reply) -> tuple[str, dict[str, Any]]:
    """What a reply says, and the tokens it reports: of a stream of events, or of one object."""
    if "event-stream" not in reply.kind:
        data = _object(reply.body)
        choices = data.get("choices") or [{}]
        return str((choices[0].get("message") or {}).get("content") or ""), data.get("usage") or {}
    text = ""
    usage: dict[str, Any] = {}
    for line in reply.body.splitlines():
        data = _object(line.removeprefix("data:"))
        usage = data.get("usage") or usage
        for choice in data.get("choices") or ():
            text += (choice.get("delta") or {}).get("content") or ""
    return text, usage


def _object(text: str) -> dict[str, Any]:
    try:
        data = json.loads(text)
    except ValueError:
        return {}
    return data if isinstance(data, dict) else {}
