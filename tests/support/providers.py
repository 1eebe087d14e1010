"""Servers of this process that speak the protocols of model providers, for those providers' own client packages."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

# A text to reply with, or a status and the body of an error.
Script = Callable[[dict[str, Any]], "str | tuple[int, dict[str, Any]]"]


class Provider:
    """A server; `requests` are the (path, body) that it got, `hold` keeps it from ending a reply until it is set."""

    def __init__(self, speak: Callable[[Provider, BaseHTTPRequestHandler, dict[str, Any]], None]) -> None:
        self.requests: list[tuple[str, dict[str, Any]]] = []
        self.hold = threading.Event()
        self.hold.set()
        self.url = ""
        self.speak = speak


@contextmanager
def serving(speak: Callable[[Provider, BaseHTTPRequestHandler, dict[str, Any]], None]) -> Iterator[Provider]:
    """Serve on a free port of this machine."""
    provider = Provider(speak)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_: object) -> None: ...

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])) or "{}")
            provider.requests.append((self.path, body))
            provider.speak(provider, self, body)

        def do_GET(self) -> None:
            provider.requests.append((self.path, {}))
            provider.speak(provider, self, {})

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    provider.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield provider
    finally:
        provider.hold.set()
        server.shutdown()
        server.server_close()
        thread.join()


def sent(handler: BaseHTTPRequestHandler, status: int, data: Any) -> None:
    """Send one JSON object."""
    payload = json.dumps(data).encode()
    handler.send_response(status)
    handler.send_header("Content-Type", "application/json")
    handler.send_header("Content-Length", str(len(payload)))
    handler.end_headers()
    handler.wfile.write(payload)


def _begun(handler: BaseHTTPRequestHandler, kind: str) -> Callable[[str], None]:
    """Begin a stream of unknown length; the function returned adds to it."""
    handler.send_response(200)
    handler.send_header("Content-Type", kind)
    handler.send_header("Connection", "close")
    handler.close_connection = True
    handler.end_headers()

    def write(text: str) -> None:
        handler.wfile.write(text.encode())
        handler.wfile.flush()

    return write


def anthropic(script: Script, finish: str | None = "end_turn") -> Any:
    """Messages API, streamed (https://docs.anthropic.com/en/api/messages-streaming)."""

    def speak(provider: Provider, handler: BaseHTTPRequestHandler, body: dict[str, Any]) -> None:
        reply = script(body)
        if isinstance(reply, tuple):
            sent(handler, reply[0], {"type": "error", "error": reply[1]})
            return
        write = _begun(handler, "text/event-stream")

        def event(kind: str, **fields: Any) -> None:
            write(f"event: {kind}\ndata: {json.dumps({'type': kind, **fields})}\n\n")

        usage = {"input_tokens": 100, "output_tokens": 1}
        message = {"id": "m", "type": "message", "role": "assistant", "content": [], "model": body["model"]}
        event(
            "message_start", message={**message, "stop_reason": None, "stop_sequence": None, "usage": usage}
        )
        event("content_block_start", index=0, content_block={"type": "text", "text": ""})
        for at in range(0, len(reply), 9):
            event("content_block_delta", index=0, delta={"type": "text_delta", "text": reply[at : at + 9]})
            provider.hold.wait(30)
        event("content_block_stop", index=0)
        if finish:
            delta = {"stop_reason": finish, "stop_sequence": None}
            event("message_delta", delta=delta, usage={"output_tokens": 12})
            event("message_stop")

    return speak


def ollama(script: Script, context: int = 131_072, finish: str = "stop") -> Any:
    """`/api/chat`, streamed, `/api/show` and `/api/tags` (https://github.com/ollama/ollama/blob/main/docs/api.md)."""

    def speak(provider: Provider, handler: BaseHTTPRequestHandler, body: dict[str, Any]) -> None:
        if handler.path == "/api/tags":
            sent(handler, 200, {"models": [{"name": "llama3.1:latest", "model": "llama3.1:latest"}]})
            return
        reply = script(body)
        if isinstance(reply, tuple):
            sent(handler, *reply)
            return
        if handler.path == "/api/show":
            sent(handler, 200, {"details": {}, "model_info": {"llama.context_length": context}})
            return
        write = _begun(handler, "application/x-ndjson")
        head = {"model": body["model"], "created_at": "2026-01-01T00:00:00Z"}
        for at in range(0, len(reply), 9):
            message = {"role": "assistant", "content": reply[at : at + 9]}
            write(json.dumps({**head, "message": message, "done": False}) + "\n")
            provider.hold.wait(30)
        counts = {"prompt_eval_count": 100, "eval_count": 12, "done_reason": finish}
        last = {"message": {"role": "assistant", "content": ""}, "done": True}
        write(json.dumps({**head, **last, **counts}) + "\n")

    return speak
