"""Kept connections to one endpoint: each serves one call at a time, within bounds of time and size, and can be stopped."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import Any

import httpx

from assistant.core.stop import Stop

# Bytes of the longest reply: a token takes some 250 of a stream of events, a vector of 4,096 numbers 80,000.
LONGEST_REPLY = 64 * 2**20
# A reply that comes steadily may take this many times as long as its beginning: local models write a few words a second.
REPLY_TIMES = 10


class ReplyTooLong(httpx.HTTPError):
    """The reply has more bytes than any answer needs."""


class Lane:
    """One kept connection, and the call that it serves: when its reply must begin, and what stops it."""

    def __init__(self, open_client: Callable[[dict[str, Any]], httpx.Client]) -> None:
        self.http = open_client({"request": [self._sending], "response": [self._receiving]})
        self._socket: Any = None
        self._stop: Stop | None = None
        self._seconds = self._deadline = 0.0
        self._watch: threading.Timer | None = None

    def begin(self, stop: Stop | None, seconds: float) -> None:
        """Start a call whose reply must begin within `seconds` and end within ten times as many; `stop` ends it."""
        self._stop, self._seconds, self._deadline = stop, seconds, time.monotonic() + seconds
        if stop and self._socket is not None:
            stop.connected(self._socket)

    def end(self) -> None:
        """Free the connection for another call, which the stop of this one must not touch."""
        self._unwatch()
        if self._stop and self._socket is not None:
            self._stop.disconnected(self._socket)
        self._stop = None

    @property
    def seconds_left(self) -> float:
        """Seconds until the reply must have begun; never under a millisecond."""
        return max(0.001, self._deadline - time.monotonic())

    def _sending(self, request: httpx.Request) -> None:
        if self._stop and self._stop.is_set():
            raise httpx.ConnectError("stopped before it was sent")
        request.extensions = {**request.extensions, "trace": self._trace}
        # httpx waits for each byte of a reply's head anew.
        self._unwatch()
        self._watch = threading.Timer(REPLY_TIMES * self._seconds, self._cut)
        self._watch.daemon = True
        self._watch.start()

    def _unwatch(self) -> None:
        if self._watch:
            self._watch.cancel()
        self._watch = None

    def _cut(self) -> None:
        cut = Stop()
        cut.set()
        if self._socket is not None:
            cut.connected(self._socket)

    def _trace(self, event: str, details: dict[str, Any]) -> None:
        if event in ("connection.connect_tcp.complete", "connection.start_tls.complete"):
            self._socket = details["return_value"].get_extra_info("socket")
            if self._stop and self._socket is not None:
                self._stop.connected(self._socket)

    def _receiving(self, response: httpx.Response) -> None:
        self._unwatch()
        response.stream = _Bounded(response.stream, REPLY_TIMES * self._seconds)  # type: ignore[arg-type]  # clients are not async


class _Bounded(httpx.SyncByteStream):
    """A body that ends with an error where it is waited for too long, in all, or gets too long.

    The time that its reader takes between two chunks does not count.
    """

    def __init__(self, body: httpx.SyncByteStream, seconds: float) -> None:
        self._body = body
        self._seconds = seconds

    def __iter__(self) -> Iterator[bytes]:
        size, left, asked = 0, self._seconds, time.monotonic()
        for chunk in self._body:
            size += len(chunk)
            left -= time.monotonic() - asked
            if size > LONGEST_REPLY:
                raise ReplyTooLong(f"over {LONGEST_REPLY:,} bytes")
            if left < 0:
                raise httpx.ReadTimeout("the reply takes too long")
            yield chunk
            asked = time.monotonic()

    def close(self) -> None:
        self._body.close()


class Lanes:
    """The connections to one endpoint: as many as there are calls at the same time, each kept for the next call.

    Safe for several threads. Where a `transport` is given, all of them go through it.
    """

    def __init__(self, transport: httpx.BaseTransport | None = None) -> None:
        self._transport = transport
        self._lock = threading.Lock()
        self._idle: list[Lane] = []
        self._closed = False

    @contextmanager
    def lane(self) -> Iterator[Lane]:
        """Lend a connection for one call."""
        with self._lock:
            lane = self._idle.pop() if self._idle else None
        lane = lane or Lane(self._open_client)
        try:
            yield lane
        finally:
            lane.end()
            with self._lock:
                if not self._closed:
                    self._idle.append(lane)
            if self._closed:
                self._close(lane)

    def close(self) -> None:
        """Close all connections that are idle; those in use close when their call is over."""
        with self._lock:
            self._closed = True
            idle, self._idle = self._idle, []
        for lane in idle:
            self._close(lane)

    def _close(self, lane: Lane) -> None:
        if self._transport is None:  # a transport that was given is its owner's to close
            lane.http.close()

    def _open_client(self, hooks: dict[str, Any]) -> httpx.Client:
        return httpx.Client(
            transport=self._transport,
            verify=self._certificates,
            # Another host would get the question and the abstracts, and perhaps the key.
            follow_redirects=False,
            limits=httpx.Limits(max_connections=1, max_keepalive_connections=1),
            event_hooks=hooks,
        )

    @cached_property
    def _certificates(self) -> Any:
        # Read once: it takes longer than the rest of a client together.
        return httpx.create_ssl_context()
