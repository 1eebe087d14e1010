"""Connections to Chroma: to the files of a folder, and to a server. The only door to it.

Nothing is reported to its makers. A server's redirects are not followed, and its key (`CHROMA_API_KEY`) stands in the headers of
requests to that server and nowhere else.
"""

from __future__ import annotations

import os
import sqlite3
import threading
import time
import weakref
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import chromadb
import httpx
from chromadb.api.shared_system_client import SharedSystemClient
from chromadb.config import Settings
from chromadb.errors import ChromaError, NotFoundError

from assistant.core.errors import LibraryEmpty, LibraryError, LibraryReadOnly, LibraryUnreachable
from assistant.core.text.sanitize import one_line
from assistant.library.chroma.address import Address

FAULTS = (ChromaError, sqlite3.DatabaseError)
"""What Chroma raises on damaged files."""
FAULTS_OF_OPENING = (*FAULTS, ValueError, KeyError, TypeError, RuntimeError, OSError)
_RETRY = 15.0
"""A server that could not be reached is left alone for so many seconds by what can do without it."""
_CONNECT, _ANSWER = 5.0, 60.0
_WRITES = ("add", "upsert", "update", "delete", "modify", "get_or_create_collection")
_SAID = 200


class _Opening:
    """Chroma keeps what it opens by path, and would give a second client what the first has in memory, however old."""

    lock = threading.Lock()
    process: int | None = None


def in_folder(folder: Path) -> tuple[Any, Any]:
    """Return a client of the files in a library's folder, and the system behind it, which nobody else shares.

    Raises `LibraryError` in a process that was forked from one which has had files open: Chroma waits there for threads that only
    the other has.
    """
    if _Opening.process not in (None, os.getpid()):
        raise LibraryError(
            f"The library {folder} cannot be opened in a process that was forked from one that used a library: "
            'start processes with "spawn" (multiprocessing.get_context("spawn")), or fork before the first use.'
        )
    path = folder / "chroma"
    path.mkdir(parents=True, exist_ok=True)
    with _Opening.lock:
        _Opening.process = os.getpid()
        try:
            client = chromadb.PersistentClient(str(path), settings=_settings())
            return client, SharedSystemClient._identifier_to_system[str(path)]
        finally:
            _forget(str(path))


def stop(system: Any, pid: int) -> None:
    """Release what a client holds. A process that was forked has none of Chroma's threads, and would wait for them."""
    if os.getpid() == pid:
        system.stop()


class Server:
    """A server that holds a library. Raises `LibraryUnreachable`, or another `LibraryError` for what else answers there."""

    def __init__(self, address: Address) -> None:
        self.address = address
        self._failed = -_RETRY
        key = os.environ.get("CHROMA_API_KEY", "").strip()
        # The first is what proxies ask for, the second what Chroma's own service does.
        headers = {"Authorization": f"Bearer {key}", "X-Chroma-Token": key} if key else {}
        self.call(self._greet, headers)
        parts = urlsplit(address.server)
        secure = parts.scheme == "https"
        client: Any = self.call(
            chromadb.HttpClient,
            host=address.server,
            port=parts.port or (443 if secure else 80),
            ssl=secure,
            headers=headers,
            settings=_settings(),
        )
        session: httpx.Client = client._server._session
        session.timeout = httpx.Timeout(_ANSWER, connect=_CONNECT)
        weakref.finalize(self, session.close)
        self.client = client
        _forget(client._identifier)

    def _greet(self, headers: dict[str, str]) -> None:
        """Look whether a Chroma server answers: its own client would wait for ever, and say little of what it met."""
        timeout = httpx.Timeout(_CONNECT)
        answer = httpx.get(f"{self.address.server}/api/v2/heartbeat", headers=headers, timeout=timeout)
        answer.raise_for_status()
        if "nanosecond heartbeat" not in answer.text[:_SAID]:
            raise LibraryError(
                f"What answers at {self.address.server} is no Chroma server: check the address of the library."
            )

    @property
    def down(self) -> bool:
        """Whether it could not be reached a moment ago."""
        return time.monotonic() - self._failed < _RETRY

    def call(self, function: Any, /, *given: Any, **arguments: Any) -> Any:
        """Return what a function of Chroma's client returns; its faults become sentences."""
        try:
            return function(*given, **arguments)
        except LibraryError:
            raise
        except Exception as exc:
            raise self._fault(exc, getattr(function, "__name__", "")) from exc

    def _fault(self, exc: Exception, function: str) -> LibraryError | LibraryEmpty:
        response = getattr(
            exc if isinstance(exc, httpx.HTTPStatusError) else exc.__context__, "response", None
        )
        status = (
            response.status_code
            if response is not None
            else exc.code()
            if isinstance(exc, ChromaError)
            else 0
        )
        if isinstance(exc, httpx.TransportError) or (
            isinstance(exc, ValueError) and "Could not connect" in str(exc)
        ):
            self._failed = time.monotonic()
            return LibraryUnreachable(
                f"The server of the library {self.address} cannot be reached: start it there (`{self._command()}`), or check the "
                "address."
            )
        if isinstance(exc, NotFoundError):
            return LibraryEmpty(
                f"The library {self.address} is not on its server: `assistant add FILE` makes it."
            )
        if status in (401, 403):
            kind = LibraryReadOnly if function in _WRITES else LibraryError
            return kind(
                f"The server of the library {self.address} does not allow this (status {status}): set CHROMA_API_KEY to a key that "
                "it accepts for that."
            )
        if 300 <= status < 400:
            return LibraryError(
                f"The server {self.address.server} sends to another address, which is not followed: name that address yourself."
            )
        told = one_line(str(exc))[:_SAID]
        return LibraryError(
            f"The server of the library {self.address} failed ({told}): look at its log, and try again."
        )

    def _command(self) -> str:
        parts = urlsplit(self.address.server)
        return f"chroma run --path DIR --host {parts.hostname} --port {parts.port or 8000}"


def _settings() -> Settings:
    # The variable also silences what a plug-in might read.
    os.environ.setdefault("ANONYMIZED_TELEMETRY", "False")
    return Settings(anonymized_telemetry=False, chroma_otel_collection_endpoint="")


def _forget(identifier: str) -> None:
    SharedSystemClient._identifier_to_system.pop(identifier, None)
    SharedSystemClient._identifier_to_refcount.pop(identifier, None)
