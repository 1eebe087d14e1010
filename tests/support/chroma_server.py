"""Chroma's own server in a process, and a gate before it that refuses or counts requests."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import pytest

from assistant import Assistant, Settings


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class ChromaServer:
    """`chroma run` on a free port of this machine. It can be stopped and started again on the same files."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> ChromaServer:
        chroma = Path(sys.executable).with_name("chroma")
        self._process = subprocess.Popen(
            [chroma, "run", "--path", self.folder, "--host", "127.0.0.1", "--port", str(self.port)],
            env=os.environ | {"ANONYMIZED_TELEMETRY": "False"},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        until = time.monotonic() + 60
        while True:
            try:
                if httpx.get(f"{self.url}/api/v2/heartbeat").status_code == 200:
                    return self
            except httpx.TransportError:
                assert time.monotonic() < until, "the server does not start"
                time.sleep(0.05)

    def stop(self) -> None:
        if self._process:
            self._process.kill()
            self._process.wait()
        self._process = None


class Gate:
    """Passes requests on to a server, but those for which `refuse` (method, path) returns a status, with which it answers."""

    def __init__(self, server: str, refuse: Callable[[str, str], int] = lambda method, path: 0) -> None:
        self.refuse = refuse
        self.seen: list[dict[str, str]] = []
        gate = self

        class Handler(BaseHTTPRequestHandler):
            def log_message(self, *_: object) -> None: ...

            def _pass(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                gate.seen.append(dict(self.headers))
                status = gate.refuse(self.command, self.path)
                answer = b"{}"
                if not status:
                    headers = {"Content-Type": "application/json"}
                    passed = httpx.request(
                        self.command, server + self.path, content=body, headers=headers, timeout=60
                    )
                    status, answer = passed.status_code, passed.content
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(answer)))
                if 300 <= status < 400:
                    self.send_header("Location", f"http://elsewhere.example{self.path}")
                self.end_headers()
                self.wfile.write(answer)

            do_GET = do_POST = do_PUT = do_DELETE = _pass

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._http.server_port}"

    def __enter__(self) -> Gate:
        threading.Thread(target=self._http.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._http.shutdown()
        self._http.server_close()


class Machines:
    """Several machines: each opens the library with a cache of its own."""

    def __init__(self, folder: Path, url: str, patch: pytest.MonkeyPatch) -> None:
        self.folder = folder
        self.url = url
        self._patch = patch
        self._opened: list[Assistant] = []

    def cache(self, machine: str) -> str:
        return str(self.folder / machine)

    def open(self, machine: str, url: str = "") -> Assistant:
        with self._patch.context() as patch:
            patch.setenv("XDG_CACHE_HOME", self.cache(machine))
            self._opened.append(Assistant(url or self.url, settings=Settings()))
        return self._opened[-1]

    def close(self) -> None:
        for one in self._opened:
            one.close()
