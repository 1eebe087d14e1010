"""Stop: asked for in one thread, it ends a model call that another thread is waiting for."""

from __future__ import annotations

import contextlib
import socket
import threading
from typing import Any


class Stop:
    """`set` ends the model calls that it was given to, at once: their connections are shut down."""

    def __init__(self) -> None:
        self._asked = threading.Event()
        self._lock = threading.Lock()
        self._open: list[Any] = []

    def set(self) -> None:
        """Asks to stop. Nothing more is sent or read."""
        with self._lock:
            self._asked.set()
            connections, self._open = self._open, []
        for connection in connections:
            _shut(connection)

    def is_set(self) -> bool:
        """Whether it was asked for."""
        return self._asked.is_set()

    def connected(self, connection: Any) -> None:
        """A model call has opened this connection (a `socket.socket`)."""
        with self._lock:
            if not self._asked.is_set():
                self._open.append(connection)
                return
        _shut(connection)


def _shut(connection: Any) -> None:
    # Closing would not wake a thread that reads; it may also have been closed by its owner.
    with contextlib.suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)
