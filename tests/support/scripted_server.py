"""Scripted endpoint. Real HTTP and streaming.

It records the requests, and answers 500 after its last reply, so that an unexpected call is noticed.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Reply = str | int | Callable[[dict[str, Any]], str]


class ScriptedServer:
    """Gives replies in order: a text, a status code to fail with, or a function of the request.

    `break_after` cuts every stream after that many characters. `delay` is the time between its pieces in seconds. `embed`
    answers requests for embeddings. `left` counts streams whose reader closed the connection.
    """

    def __init__(self, *replies: Reply, break_after: int | None = None, delay: float = 0.0) -> None:
        self.replies = list(replies)
        self.requests: list[dict[str, Any]] = []
        self.break_after = break_after
        self.delay = delay
        self.left = 0
        self.embed: Callable[[str], list[float]] | None = None
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}/v1"

    def __enter__(self) -> ScriptedServer:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def prompt(self, number: int) -> str:
        """Return all text of a request's messages."""
        return "\n".join(m["content"] for m in self.requests[number]["messages"])

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        script = self

        class Handler(BaseHTTPRequestHandler):
            def log_message(self, *_: object) -> None: ...

            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                script.requests.append(body)
                if script.embed and "input" in body:
                    self._json(200, _embeddings([script.embed(text) for text in body["input"]]))
                    return
                reply = script.replies.pop(0) if script.replies else 500
                if callable(reply):
                    reply = reply(body)
                if isinstance(reply, int):
                    self._json(reply, {"error": {"message": f"scripted failure {reply}"}})
                elif body.get("stream"):
                    try:
                        self._stream(reply)
                    except (BrokenPipeError, ConnectionResetError):
                        script.left += 1
                else:
                    self._json(200, _completion(reply))

            def _json(self, status: int, data: dict[str, Any]) -> None:
                payload = json.dumps(data).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(payload)))
                self.end_headers()
                self.wfile.write(payload)

            def _stream(self, text: str) -> None:
                self.send_response(200)
                self.send_header("Content-Type", "text/event-stream")
                self.end_headers()
                whole = text if script.break_after is None else text[: script.break_after]
                for at in range(0, len(whole), 7):
                    time.sleep(script.delay)
                    self._event({"choices": [{"index": 0, "delta": {"content": whole[at : at + 7]}}]})
                if script.break_after is not None:
                    return
                self._event({"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]})
                self._event(
                    {
                        "choices": [],
                        "usage": {"prompt_tokens": 100, "completion_tokens": 10, "total_tokens": 110},
                    }
                )
                self.wfile.write(b"data: [DONE]\n\n")

            def _event(self, data: dict[str, Any]) -> None:
                base = {"id": "x", "object": "chat.completion.chunk", "created": 0, "model": "scripted"}
                self.wfile.write(f"data: {json.dumps(base | data)}\n\n".encode())
                self.wfile.flush()

        return Handler


def _embeddings(rows: list[list[float]]) -> dict[str, Any]:
    data = [{"object": "embedding", "index": i, "embedding": row} for i, row in enumerate(rows)]
    return {
        "object": "list",
        "data": data,
        "model": "scripted",
        "usage": {"prompt_tokens": 1, "total_tokens": 1},
    }


def _completion(text: str) -> dict[str, Any]:
    return {
        "id": "x",
        "object": "chat.completion",
        "created": 0,
        "model": "scripted",
        "choices": [{"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": "stop"}],
        "usage": {"prompt_tokens": 100, "completion_tokens": 10, "total_tokens": 110},
    }
