"""A stand-in for Chroma Cloud: a real Chroma server behind a gate that refuses every request which breaks one of the service's quotas.

The quotas are those that docs.trychroma.com publishes; refusals look as Chroma's own do. It is stricter in three ways, so that nothing is
lost in silence: it refuses to read all rows without a limit (the service would cut them off), to delete by a condition (how many rows
that is cannot be seen), and takes each value of a list in a condition for a predicate. Collections have a SPANN index, as there, as far as clients are told.
"""

from __future__ import annotations

import base64
import json
import threading
import uuid
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx

QUOTAS = {
    "Embedding dimension": 4096,
    "Document size (bytes)": 16_384,
    "URI size (bytes)": 256,
    "ID size (bytes)": 128,
    "Name size (bytes)": 128,
    "Size of metadata dictionary value (bytes)": 4096,
    "Size of collection metadata value (bytes)": 256,
    "Size of metadata dictionary key (bytes)": 36,
    "Number of metadata dictionary keys": 32,
    "Number of where clause predicates": 8,
    "Limit value": 300,
    "Number of results": 300,
    "Number of records": 300,
}
AT_ONCE = 10
"""Reads, and writes, of one collection."""
_WRITES = ("add", "upsert", "update", "delete")
_READS = ("get", "query", "count", "search")
_OPEN = ("/api/v2/heartbeat", "/api/v2/pre-flight-checks", "/api/v2/auth/identity", "/api/v2/version")


@dataclass(frozen=True)
class Refusal:
    """Why a request is refused."""

    status: int
    error: str
    message: str

    @property
    def body(self) -> bytes:
        return json.dumps({"error": self.error, "message": self.message}).encode()


def broken(action: str, body: dict[str, Any]) -> str:
    """Return which quota a request breaks, in the service's words; "" for none."""
    for usage, used in _usages(action, body):
        if used > QUOTAS[usage]:
            return (
                f"Quota exceeded: '{usage}' exceeded quota limit for action '{action.capitalize()}': current usage of {used} exceeds "
                f"limit of {QUOTAS[usage]}"
            )
    return ""


def _usages(action: str, body: dict[str, Any]) -> Iterator[tuple[str, int]]:
    """Yield what a request uses of each quota."""
    if action in ("create", "modify"):
        name = body.get("name") or body.get("new_name") or ""
        yield "Name size (bytes)", _bytes(name)
        yield from _metadata(
            body.get("metadata") or body.get("new_metadata") or {}, "collection metadata value"
        )
        return
    ids = body.get("ids") or []
    yield from (("ID size (bytes)", _bytes(one)) for one in ids)
    if action in _WRITES:
        yield "Number of records", len(ids) if ids else QUOTAS["Number of records"] + 1
    if action == "get":
        limit = body.get("limit")
        yield "Limit value", max(len(ids), limit or 0) if ids or limit is not None else 10**9
    if action == "query":
        yield "Number of results", body.get("n_results") or 0
        yield "Limit value", len(ids)
    for vector in [*(body.get("embeddings") or []), *(body.get("query_embeddings") or [])]:
        # Four bytes a number.
        size = len(base64.b64decode(vector)) // 4 if isinstance(vector, str) else len(vector or ())
        yield "Embedding dimension", size
    yield from (("Document size (bytes)", _bytes(text)) for text in body.get("documents") or [] if text)
    yield from (("URI size (bytes)", _bytes(text)) for text in body.get("uris") or [] if text)
    for row in body.get("metadatas") or []:
        yield from _metadata(row or {}, "metadata dictionary value")
    values = list(_values(body.get("where")))
    yield "Number of where clause predicates", len(values)
    yield from (("Size of metadata dictionary value (bytes)", _bytes(value)) for value in values)


def _metadata(row: dict[str, Any], value: str) -> Iterator[tuple[str, int]]:
    yield "Number of metadata dictionary keys", len(row)
    for name, held in row.items():
        yield "Size of metadata dictionary key (bytes)", _bytes(name)
        yield f"Size of {value} (bytes)", _bytes(held)


def _values(where: Any) -> Iterator[Any]:
    """Yield the values that a condition compares with."""
    if isinstance(where, dict):
        for inner in where.values():
            yield from _values(inner)
    elif isinstance(where, list):
        for inner in where:
            yield from _values(inner)
    elif where is not None:
        yield where


def _bytes(value: Any) -> int:
    return len(value.encode()) if isinstance(value, str) else 8


class Cloud:
    """The gate before a server (its URL), with a tenant, a database and a key of its own.

    `asked` counts requests by action, `refused` has what was refused; the next `busy` requests are answered with `busy_with`.
    """

    def __init__(self, server: str, key: str = "ck-geheim") -> None:
        self.key, self.tenant, self.database = key, str(uuid.uuid4()), "papers"
        self.forget()
        self._running: Counter[tuple[str, str]] = Counter()
        self._lock = threading.Lock()
        self._server = httpx.Client(base_url=server, timeout=60)
        self._server.post("/api/v2/tenants", json={"name": self.tenant}).raise_for_status()
        made = self._server.post(f"/api/v2/tenants/{self.tenant}/databases", json={"name": self.database})
        made.raise_for_status()
        cloud = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def log_message(self, *_: object) -> None: ...

            def _pass(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                status, answer = cloud._answer(self.command, self.path, dict(self.headers), body)
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            do_GET = do_POST = do_PUT = do_DELETE = _pass

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._http.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._http.server_port}"

    def __enter__(self) -> Cloud:
        threading.Thread(target=self._http.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._http.shutdown()
        self._http.server_close()
        self._server.close()

    def forget(self) -> None:
        """Begin anew to count and to refuse."""
        self.asked: Counter[str] = Counter()
        self.refused: list[Refusal] = []
        self.busy = 0
        self.busy_with = Refusal(429, "RateLimitError", "Rate limit exceeded")

    def library(self, name: str) -> str:
        """Return the address of a library of the database."""
        return f"{self.url}/{self.tenant}/{self.database}/{name}"

    def _answer(self, method: str, path: str, headers: dict[str, str], body: bytes) -> tuple[int, bytes]:
        action, collection = _action(method, path)
        self.asked[action] += 1
        with self._running_in(collection, action) as many:
            refusal = self._refusal(action, path, headers, body, many)
            if refusal:
                self.refused.append(refusal)
                return refusal.status, refusal.body
            passed = self._server.request(
                method, path, content=body, headers={"Content-Type": "application/json"}
            )
            return passed.status_code, _as_spann(passed.content)

    def _refusal(
        self, action: str, path: str, headers: dict[str, str], body: bytes, many: int
    ) -> Refusal | None:
        given = {name.lower(): value for name, value in headers.items()}
        if given.get("authorization") != f"Bearer {self.key}" or given.get("x-chroma-token") != self.key:
            return Refusal(401, "AuthError", "Unauthorized")
        with self._lock:
            if self.busy:
                self.busy -= 1
                return self.busy_with
        if many > AT_ONCE:
            return Refusal(429, "RateLimitError", f"{many} requests at once")
        tenant = f"/api/v2/tenants/{self.tenant}"
        place = path.partition("?")[0]
        if place not in (*_OPEN, tenant) and not place.startswith(f"{tenant}/databases/"):
            return Refusal(403, "AuthError", "Forbidden")
        database = f"{tenant}/databases/{self.database}"
        if place.startswith(f"{tenant}/databases/") and not f"{place}/".startswith(f"{database}/"):
            return Refusal(404, "NotFoundError", f"Database [{place.split('/')[6]}] not found.")
        message = broken(action, json.loads(body) if body else {})
        return Refusal(422, "ChromaError", message) if message else None

    @contextmanager
    def _running_in(self, collection: str, action: str) -> Iterator[int]:
        """Yield how many requests of a kind a collection has at this moment."""
        kind = "write" if action in _WRITES else "read" if action in _READS else ""
        with self._lock:
            self._running[collection, kind] += 1
            many = self._running[collection, kind] if kind else 0
        try:
            yield many
        finally:
            with self._lock:
                self._running[collection, kind] -= 1


def _action(method: str, path: str) -> tuple[str, str]:
    """Return what a request does, and with which collection."""
    parts = path.partition("?")[0].strip("/").split("/")
    # api v2 tenants T databases D collections C action
    if len(parts) == 9:
        return parts[8], parts[7]
    if len(parts) == 7 and method == "POST":
        return "create", ""
    if len(parts) == 8 and method == "PUT":
        return "modify", parts[7]
    return f"{method.lower()} other", ""


def _as_spann(content: bytes) -> bytes:
    """Tell of a collection with a SPANN index where the server tells of one with an HNSW index."""
    said = json.loads(content) if b'"configuration_json"' in content else None
    for one in said if isinstance(said, list) else [said]:
        if isinstance(one, dict) and (hnsw := one.get("configuration_json", {}).get("hnsw")):
            one["configuration_json"] |= {
                "hnsw": None,
                "spann": {"space": hnsw["space"], "search_nprobe": 64},
            }
            one["schema"] = None
    return content if said is None else json.dumps(said).encode()
