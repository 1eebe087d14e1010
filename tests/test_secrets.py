"""A key and passwords are in nothing that the program writes: no output, log, cache, page, report or library.

Commands run as processes against a server on this machine that answers well or fails and repeats all that it was told.
"""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import quote

import pytest
from support.browser import free_port
from support.papers import PAPERS, ROOT

KEY, PASSWORD, PROXY = "sk-MARKkey0123456789", "MARKpass/9", "MARKproxy77"
SETTINGS = '[llm]\nmodel = "m"\nbase_url = "http://user:{password}@{host}/v1"\ntimeout = 10\n'
QUESTION = "How fast does Dot find cars?"
REPLY = "Dot finds cars in 5 ms on a phone [1.3]."


class _Server(ThreadingHTTPServer):
    """Answers well, or with a fault that repeats the request's headers; keeps what it was told."""

    status = 200
    told = ""


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("content-length", 0)))
        self.server.told += f"{self.path} {self.headers}"
        basic = self.headers.get("authorization", "").removeprefix("Basic ")
        said = f"{self.headers} {basic} Incorrect key {KEY}, password {PASSWORD} or {quote(PASSWORD, safe='')}, proxy {PROXY}"
        message = {"role": "assistant", "content": REPLY}
        good = {"choices": [{"index": 0, "message": message, "finish_reason": "stop"}]}
        body = json.dumps(
            good if self.server.status == 200 else {"error": {"message": said}, "detail": said}
        ).encode()
        self.send_response(self.server.status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST

    def log_message(self, format: str, *args: object) -> None:
        pass


class User:
    """A home folder with settings and a library, and a server that both the address and the proxy lead to."""

    def __init__(self, folder: Path, server: _Server) -> None:
        self.folder = folder
        self.server = server
        host = f"127.0.0.1:{server.server_address[1]}"
        (folder / "assistant.toml").write_text(
            SETTINGS.format(password=quote(PASSWORD, safe=""), host="model.invalid")
        )
        records = [{"id": p.id, "title": p.title, "abstract": p.abstract} for p in PAPERS]
        (folder / "papers.jsonl").write_text("".join(json.dumps(r) + "\n" for r in records))
        self.environment = {
            **{
                name: value
                for name, value in os.environ.items()
                if not name.startswith(("ASSISTANT_", "XDG_"))
            },
            **{"HOME": str(folder), "OPENAI_API_KEY": KEY, "PYTHONPATH": str(ROOT)},
            **{"ASSISTANT_CONFIG": str(folder / "assistant.toml"), "TMPDIR": str(folder)},
            **{"HTTP_PROXY": f"http://me:{PROXY}@{host}", "http_proxy": f"http://me:{PROXY}@{host}"},
        }
        self.said = ""

    def run(self, *command: str) -> None:
        """Run `python -m command` and keep all that it prints."""
        done = subprocess.run(
            [sys.executable, "-m", *command],
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=280,
            check=False,
        )
        assert "Traceback" not in done.stderr
        self.said += done.stdout + done.stderr

    def chat(self) -> None:
        """Open the chat, load its page and what it asks for first, and end it."""
        port = free_port()
        with (self.folder / "chat.log").open("w") as log:
            server = subprocess.Popen(
                [sys.executable, "-m", "assistant", "-v", "chat", "--port", str(port)],
                cwd=self.folder,
                env=self.environment,
                stdout=log,
                stderr=log,
            )
            try:
                for path in ("", "config"):
                    self.said += self._page(f"http://127.0.0.1:{port}/{path}")
            finally:
                server.terminate()
                server.wait(timeout=30)

    @staticmethod
    def _page(address: str) -> str:
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        for _ in range(240):
            try:
                with opener.open(address, timeout=30) as page:
                    return str(page.read().decode())
            except OSError:
                time.sleep(0.5)
        pytest.fail(f"{address} did not open")

    def found(self) -> list[str]:
        """Return where a secret stands: in what was printed, in a file's name or in a file."""
        plain = (KEY, PASSWORD, quote(PASSWORD, safe=""), PROXY)
        packed = [
            base64.b64encode(f"{name}:{secret}".encode()).decode()
            for name, secret in (("user", PASSWORD), ("me", PROXY))
        ]
        marks = [one.encode() for one in (*plain, *packed)]
        texts = {"output": self.said.encode()}
        for file in self.folder.rglob("*"):
            if file.is_file() and file.name != "assistant.toml":
                texts[str(file.relative_to(self.folder))] = file.name.encode() + file.read_bytes()
        return [name for name, text in texts.items() if any(mark in text for mark in marks)]


@pytest.fixture
def user(tmp_path: Path) -> Iterator[User]:
    server = _Server(("127.0.0.1", 0), _Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield User(tmp_path, server)
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def test_no_secret_is_printed_or_written(user: User) -> None:
    user.run("assistant", "-v", "config")
    user.run("assistant", "-v", "add", "papers.jsonl")
    for user.server.status in (200, 401):
        user.run("assistant", "-v", "ask", QUESTION)
    # Both secrets were used: the search below is not about nothing.
    assert KEY in user.server.told or "Basic" in user.server.told
    assert user.found() == []


@pytest.mark.slow
def test_no_secret_is_printed_or_written_by_any_command(user: User) -> None:
    user.run("assistant", "-v", "add", "papers.jsonl")
    for user.server.status in (200, 401, 403, 429, 500, 302):
        for command in (["ask", QUESTION], ["ask", "--fallback", QUESTION], ["models"], ["config", "--json"]):
            user.run("assistant", "-v", *command)
    user.run("assistant", "-v", "doctor")
    user.run("assistant", "-v", "backup", "backup.zip")
    user.chat()
    for user.server.status in (200, 401):
        user.run("evals", "run", "--yes", "--tag", "core", "--runs", str(user.folder / "runs"))
    assert user.found() == []


def test_a_key_in_the_settings_file_is_refused_and_not_shown(user: User) -> None:
    (user.folder / "assistant.toml").write_text(f'api_key = "{KEY}"\n')
    user.run("assistant", "-v", "config")
    assert "keys do not belong in a file" in user.said
    assert user.found() == []
