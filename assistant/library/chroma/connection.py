"""Connections to Chroma: to the files of a folder, and to a server. The only door to it.

Nothing is reported to its makers. A server's redirects are not followed, and its key (`CHROMA_API_KEY`) stands in the headers of
requests to that server and nowhere else.
"""

from __future__ import annotations

import os
import random
import sqlite3
import threading
import time
import weakref
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import chromadb
import httpx
from chromadb.api.shared_system_client import SharedSystemClient
from chromadb.config import Settings
from chromadb.errors import ChromaError, NotFoundError, QuotaError

from assistant.core.errors import LibraryEmpty, LibraryError, LibraryReadOnly, LibraryUnreachable
from assistant.core.text.sanitize import one_line
from assistant.library.chroma.address import Address
from assistant.library.chroma.quotas import AT_ONCE

FAULTS = (ChromaError, sqlite3.DatabaseError)
"""What Chroma raises on damaged files."""
FAULTS_OF_OPENING = (*FAULTS, ValueError, KeyError, TypeError, RuntimeError, OSError)
_RETRY = 15.0
"""Seconds for which a server that could not be reached is not asked again by what can do without it."""
_CONNECT, _ANSWER = 5.0, 60.0
WAITS = (0.25, 0.5, 1.0, 2.0, 4.0, 8.0)
"""Seconds, before a server that has too much to do is asked again; of each, at least half."""
_BUSY = (429, 503)
_WRITES = ("add", "upsert", "update", "delete", "modify", "get_or_create_collection")
_SAID = 300


class _Opening:
    """Guards the opening of clients: Chroma keeps them by path, and would give a second client the state of the first, however old."""

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
        # For writes and for reads: who writes has to be heard of while many ask.
        self._places = {writes: threading.BoundedSemaphore(AT_ONCE) for writes in (True, False)}
        key = _key()
        # The first is what proxies ask for, the second what Chroma's own service does.
        headers = {"Authorization": f"Bearer {key}", "X-Chroma-Token": key} if key else {}
        self.call(self._greet, headers)
        self.call(self._enter, headers)
        client = self.call(self._client, headers)
        session: httpx.Client = client._server._session
        session.timeout = httpx.Timeout(_ANSWER, connect=_CONNECT)
        session.event_hooks = {"response": [_tell_busy]}
        weakref.finalize(self, session.close)
        self.client = client
        _forget(client._identifier)

    def _enter(self, headers: dict[str, str]) -> None:
        """Check that the key opens the database: Chroma's own client leaves connections open where it does not."""
        place = (
            f"{self.address.server}/api/v2/tenants/{self.address.tenant}/databases/{self.address.database}"
        )
        httpx.get(place, headers=headers, timeout=httpx.Timeout(_ANSWER, connect=_CONNECT)).raise_for_status()

    def _client(self, headers: dict[str, str]) -> Any:
        parts = urlsplit(self.address.server)
        secure = parts.scheme == "https"
        return chromadb.HttpClient(
            host=self.address.server,
            port=parts.port or (443 if secure else 80),
            ssl=secure,
            headers=headers,
            settings=_settings(),
            tenant=self.address.tenant,
            database=self.address.database,
        )

    def _greet(self, headers: dict[str, str]) -> None:
        """Check that a Chroma server answers: Chroma's own client would wait for ever and give no reason."""
        timeout = httpx.Timeout(_CONNECT)
        answer = httpx.get(f"{self.address.server}/api/v2/heartbeat", headers=headers, timeout=timeout)
        answer.raise_for_status()
        if "nanosecond heartbeat" not in answer.text[:_SAID]:
            raise LibraryError(
                f"What answers at {self.address.server} is no Chroma server: check the address of the library."
            )

    @property
    def down(self) -> bool:
        """Whether it could not be reached within the last 15 seconds."""
        return time.monotonic() - self._failed < _RETRY

    def call(self, function: Any, /, *given: Any, **arguments: Any) -> Any:
        """Return what a function of Chroma's client returns. Raises a `LibraryError` that tells the user what to do.

        While the server is busy, the call is repeated after growing waits: every call must be safe to repeat.
        """
        name, waits = getattr(function, "__name__", ""), iter(WAITS)
        while True:
            try:
                with self._places[name in _WRITES]:
                    return function(*given, **arguments)
            except LibraryError:
                raise
            except Exception as exc:
                if _status(exc) not in _BUSY or (wait := next(waits, None)) is None:
                    raise self._fault(exc, name) from exc
            # Several machines that were refused at one moment do not come back at one.
            time.sleep(wait * random.uniform(0.5, 1))

    def _fault(self, exc: Exception, function: str) -> LibraryError | LibraryEmpty:
        """Return the sentence for what went wrong in a function."""
        form = f"{self.address.server}/TENANT/DATABASE/{self.address.name}"
        # A server may repeat what it was told.
        status, told = _status(exc), one_line(str(exc).replace(_key() or "\0", "..."))[:_SAID]
        if status in _BUSY:
            self._failed = time.monotonic()
            return LibraryUnreachable(
                f"The server of the library {self.address} has too much to do (status {status}): try again in a minute."
            )
        if any(isinstance(one, httpx.TransportError) for one in _chain(exc)):
            self._failed = time.monotonic()
            return LibraryUnreachable(
                f"The server of the library {self.address} cannot be reached: {self._start()}check the address."
            )
        if isinstance(exc, QuotaError) or "quota exceeded" in told.lower():
            return LibraryError(
                f"The server of the library {self.address} refuses what is beyond a quota ({told}): ask who runs it to raise that "
                "quota, or use a library in a folder."
            )
        if status in (401, 403):
            kind = LibraryReadOnly if function in _WRITES else LibraryError
            whole = (
                "" if self.address.is_rented or function != "_enter" else f", and name the library by {form}"
            )
            return kind(
                f"The server of the library {self.address} does not allow this (status {status}): set CHROMA_API_KEY to a key that "
                f"it accepts for that{whole}."
            )
        if function == "_enter" and status == 404:
            return LibraryError(
                f"The server {self.address.server} has no database {self.address.database!r} of a tenant {self.address.tenant!r}: "
                f"write {form}, with names that its dashboard shows."
            )
        if isinstance(exc, NotFoundError):
            return LibraryEmpty(
                f"The library {self.address} is not on its server: `assistant add FILE` makes it."
            )
        if 300 <= status < 400:
            return LibraryError(
                f"The server {self.address.server} sends to another address, which is not followed: name that address yourself."
            )
        return LibraryError(
            f"The server of the library {self.address} failed ({told}): look at its log, and try again."
        )

    def _start(self) -> str:
        """Return how to start a server of one's own; "" for a rented one."""
        if self.address.is_rented:
            return ""
        parts = urlsplit(self.address.server)
        command = f"chroma run --path DIR --host {parts.hostname} --port {parts.port or 8000}"
        return f"start it there (`{command}`), or "


def _tell_busy(response: httpx.Response) -> None:
    """Raise `httpx.HTTPStatusError` for a server that has too much to do: Chroma's client would lose the status."""
    if response.status_code in _BUSY:
        response.raise_for_status()


def _key() -> str:
    return os.environ.get("CHROMA_API_KEY", "").strip()


def _chain(exc: BaseException | None) -> Iterator[BaseException]:
    """Yield an exception and its causes, which Chroma's client hides. A `LibraryError` among them belongs to another call, and ends the
    chain."""
    while exc is not None and not isinstance(exc, LibraryError):
        yield exc
        exc = exc.__cause__ or exc.__context__


def _status(exc: Exception) -> int:
    """Return the HTTP status that caused an exception; 0 if there was no reply."""
    for one in _chain(exc):
        if isinstance(one, httpx.HTTPStatusError):
            return one.response.status_code
        if isinstance(one, ChromaError):
            return one.code()
    return 0


def _settings() -> Settings:
    # The variable also silences what a plug-in might read.
    os.environ.setdefault("ANONYMIZED_TELEMETRY", "False")
    return Settings(anonymized_telemetry=False, chroma_otel_collection_endpoint="")


def _forget(identifier: str) -> None:
    SharedSystemClient._identifier_to_system.pop(identifier, None)
    SharedSystemClient._identifier_to_refcount.pop(identifier, None)
