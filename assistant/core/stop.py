"""Stop model calls: set in one thread, a `Stop` ends the calls that other threads wait for."""

from __future__ import annotations

import contextlib
import socket
import threading
from typing import Any


class Stop:
    """A signal that, when set, shuts down the connections of the model calls it was given to."""

    def __init__(self) -> None:
        self._event = threading.Event()
        self._lock = threading.Lock()
        self._open: list[Any] = []

    def set(self) -> None:
        """Stop all calls at once. Nothing more is sent or read."""
        with self._lock:
            self._event.set()
            connections, self._open = self._open, []
        for connection in connections:
            _shut(connection)

    def is_set(self) -> bool:
        """Return whether `set` was called."""
        return self._event.is_set()

    def wait(self, seconds: float) -> bool:
        """Wait for it to be set, at most this number of seconds; return whether it was."""
        return self._event.wait(seconds)

    def connected(self, connection: Any) -> None:
        """Register the connection (a `socket.socket`) of a model call, to be shut down by `set`."""
        with self._lock:
            if not self._event.is_set():
                self._open.append(connection)
                return
        _shut(connection)

    def disconnected(self, connection: Any) -> None:
        """Forget a connection whose call is over: it serves other calls now."""
        with self._lock:
            self._open = [other for other in self._open if other is not connection]


def _shut(connection: Any) -> None:
    # Closing would not wake a thread that reads; it may also have been closed by its owner.
    with contextlib.suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)
