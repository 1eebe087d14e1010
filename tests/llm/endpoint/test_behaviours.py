"""Model servers may do anything: every behaviour ends in an answer or in one sentence, in time, and shows no secret.

Each is what a server writes to its socket, as bytes, over real connections.
"""

from __future__ import annotations

import itertools
import json
import resource
import socket
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import pytest
from pydantic import SecretStr
from support.endpoints import deltas

from assistant import Answer, Assistant, Settings
from assistant.core.errors import AssistantError

KEY, PASSWORD = "sk-verysecretkey0123456789", "hunter2hunter2"
QUESTION = "How fast does Dot find cars?"
GOOD = "Dot finds cars in 5 ms [1]."
# Seconds for a reply to begin; all of it may take ten times as long.
TIMEOUT = 0.4
STREAM = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n"
Behaviour = Iterable[bytes]


def whole(
    body: bytes, status: str = "200 OK", kind: str = "application/json", headers: str = ""
) -> list[bytes]:
    head = f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n{headers}Connection: close\r\n\r\n"
    return [head.encode() + body]


def event(value: object) -> bytes:
    return b"data: " + (value if isinstance(value, bytes) else json.dumps(value).encode()) + b"\n\n"


def streamed(*events: object) -> list[bytes]:
    return [STREAM, *map(event, events)]


def good(*before: object) -> list[bytes]:
    """A whole answer after some events."""
    return streamed(*before, *(b"[DONE]" if one == "[DONE]" else one for one in deltas(GOOD)))


def delta(**fields: object) -> dict[str, object]:
    return {"choices": [{"index": 0, "delta": fields, "finish_reason": None}]}


def slowly(pieces: Iterable[bytes], pause: float = 0.05) -> Iterator[bytes]:
    for piece in pieces:
        yield piece
        time.sleep(pause)


def without_end(piece: bytes) -> Iterator[bytes]:
    return itertools.chain([STREAM], itertools.repeat(piece))


NOT_EVENTS: list[object] = [
    None, [], 7, 1.5, True, "text", {}, {"choices": None}, {"choices": []}, {"choices": {}}, {"choices": "x"}, {"choices": [None]},
    {"choices": [7]}, {"choices": [[]]}, {"choices": [{}]}, {"choices": [{"delta": None}]}, {"choices": [{"delta": []}]},
    {"choices": [{"delta": {"content": 7}}]}, {"choices": [{"delta": {"content": {"a": 1}}}]}, {"choices": [{"delta": {"content": [None, 7]}}]},
    {"choices": [{"delta": {"content": "x"}, "finish_reason": 7}]}, {"usage": 7}, {"usage": {"prompt_tokens": "many"}},
    {"usage": {"prompt_tokens": -1, "completion_tokens": 1e400}}, {"choices": [{"delta": {"role": 7, "tool_calls": [{}]}}]},
    {"error": None}, {"error": []}, {"error": 7}, {"error": "no"}, {"error": {"message": None}}, {"error": {"message": ["x"], "code": {}}},
    b"", b"{", b"[" * 50_000, b"\xff\xfe\x00", b'{"choices": [{"delta": {"content": "\\ud800"}}]}', b'{"choices": [{"delta": {"content": "\\u0000"}}]}',
    b"NaN", b'{"a": 1e999999}', b"1" * 10_000, b"[DONE]", b"x" * 3_000_000,
]  # fmt: skip
BODIES: list[bytes] = [
    b"", b"null", b"[]", b"7", b'"text"', b"{}", b'{"choices": null}', b'{"choices": [{"message": null}]}', b'{"choices": [{"message": {"content": 7}}]}',
    b'{"choices": [{"message": {"content": null}, "finish_reason": "length"}]}', b"\xff\xfe", b"[" * 100_000, b"<html>502</html>", b'{"choices": [',
]  # fmt: skip
ECHO = json.dumps(
    {
        "error": {
            "message": f"Incorrect API key provided: {KEY[:9]}*****{KEY[-4:]}. user:{PASSWORD} Bearer {KEY}"
        }
    }
).encode()
BEHAVIOURS: dict[str, Callable[[], Behaviour]] = {
    **{f"{n} before a good answer": lambda one=one: good(one) for n, one in enumerate(NOT_EVENTS)},  # type: ignore[misc]
    **{f"only {n}": lambda one=one: streamed(one) for n, one in enumerate(NOT_EVENTS[::4])},  # type: ignore[misc]
    **{f"body {n}": lambda one=one: whole(one) for n, one in enumerate(BODIES)},  # type: ignore[misc]
    **{
        f"status {status}": lambda status=status: whole(ECHO, f"{status} X")  # type: ignore[misc]
        for status in (400, 401, 402, 403, 404, 409, 413, 418, 422, 429, 500, 502, 503, 529, 999)
    },
    "status without a body": lambda: whole(b"", "500 X"),
    "status with a body of 30 MB": lambda: whole(b"x" * 30_000_000, "400 X"),
    "status 204": lambda: [b"HTTP/1.1 204 No Content\r\n\r\n"],
    "status that waits for an hour": lambda: whole(b"{}", "429 X", headers="Retry-After: 3600\r\n"),
    "status that waits for a day of no form": lambda: whole(b"{}", "429 X", headers="Retry-After: \xff-1e99\r\n"),
    "nothing at all": lambda: [],
    "silence": lambda: slowly([b""], 20),
    "silence after the headers": lambda: slowly([STREAM, b""], 20),
    "no HTTP": lambda: [b"SSH-2.0-OpenSSH\r\n"],
    "headers without end": lambda: itertools.chain([b"HTTP/1.1 200 OK\r\n"], (b"X-A: " + b"a" * 1000 + b"\r\n" for _ in itertools.count())),
    "one header without end": lambda: itertools.chain([b"HTTP/1.1 200 OK\r\nX-A: "], itertools.repeat(b"a" * 10_000)),
    "100 Continue without end": lambda: itertools.repeat(b"HTTP/1.1 100 Continue\r\n\r\n"),
    "a length too large": lambda: [b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{}"],
    "a length too small": lambda: [b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n{}"],
    "a length of no form": lambda: [b"HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\n{}"],
    "two lengths": lambda: [b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}"],
    "chunks of no form": lambda: [b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{}"],
    "a chunk without end": lambda: itertools.chain([b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n7fffffff\r\n"], itertools.repeat(b"x" * 65536)),
    "gzip that is none": lambda: whole(b"{}", headers="Content-Encoding: gzip\r\n"),
    "a drip of headers": lambda: slowly(itertools.chain([b"HTTP/1.1 200 OK\r\n"], itertools.repeat(b"X")), 0.1),
    "a drip": lambda: slowly((bytes([b]) for b in STREAM + event(delta(content=GOOD)) * 50), 0.05),
    "an answer cut": lambda: good()[:4],
    "an answer cut within an event": lambda: [STREAM, event(delta(content="Dot finds"))[:-12]],
    "an answer without an end": lambda: slowly([STREAM, event(delta(content=GOOD)), b""], 20),
    "comments without end": lambda: without_end(b": keep-alive\n\n"),
    "comments without end, slowly": lambda: slowly(without_end(b": keep-alive\n\n")),
    "empty lines without end": lambda: without_end(b"\n" * 1000),
    "one line without end": lambda: itertools.chain([STREAM, b"data: "], itertools.repeat(b"x" * 65536)),
    "thoughts without end": lambda: slowly(without_end(event(delta(reasoning_content="hm "))), 0.01),
    "thoughts in the text without end": lambda: itertools.chain([STREAM, event(delta(content="<think>"))], slowly(itertools.repeat(event(delta(content="hm "))), 0.01)),
    "one sentence without end": lambda: without_end(event(delta(content="and so on "))),
    "one sentence without end, slowly": lambda: slowly(without_end(event(delta(content="and so on "))), 0.02),
    "quotes without end": lambda: without_end(event(delta(content="Dot finds cars in 5 ms [1]. "))),
    "brackets without end": lambda: without_end(event(delta(content="[[[[["))),
    "a redirect to another host": lambda: [b"HTTP/1.1 307 X\r\nLocation: http://127.0.0.9:1/v1/chat/completions\r\nContent-Length: 0\r\n\r\n"],
    "a redirect to itself": lambda: [b"HTTP/1.1 308 X\r\nLocation: /v1/chat/completions\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"],
    "a redirect to a file": lambda: [b"HTTP/1.1 302 X\r\nLocation: file:///etc/passwd\r\nContent-Length: 0\r\n\r\n"],
    "a redirect of no form": lambda: [b"HTTP/1.1 302 X\r\nLocation: http://[::bad\r\nContent-Length: 0\r\n\r\n"],
}  # fmt: skip


@contextmanager
def server(behaviour: Callable[[], Behaviour]) -> Iterator[int]:
    """The port of a server that reads each request's head, and then behaves."""
    listening = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        with suppress(OSError):
            while True:
                connection, _ = listening.accept()
                threading.Thread(target=behave, args=(connection,), daemon=True).start()

    def behave(connection: socket.socket) -> None:
        with suppress(OSError), closing(connection):
            head = b""
            while b"\r\n\r\n" not in head:
                head += connection.recv(65536) or b"\r\n\r\n"
            for piece in behaviour():
                connection.sendall(piece)
            connection.shutdown(socket.SHUT_WR)
            connection.settimeout(5)
            while connection.recv(65536):
                pass

    threading.Thread(target=serve, daemon=True).start()
    try:
        yield listening.getsockname()[1]
    finally:
        listening.close()


def outcome(path: Path, name: str) -> str:
    """What is wrong with how a behaviour ends; "" if nothing is."""
    with server(BEHAVIOURS[name]) as port:
        llm = {"model": "m", "base_url": f"http://user:{PASSWORD}@127.0.0.1:{port}/v1", "timeout": TIMEOUT}
        settings = Settings(llm=llm, api_key=SecretStr(KEY))
        began = time.monotonic()
        with Assistant(path, settings=settings) as assistant:
            try:
                answer = assistant.ask(QUESTION)
                said = " ".join([answer.text, *answer.warnings])
                assert isinstance(answer, Answer)
            except AssistantError as exc:
                said = f"{exc}"
                if "\n" in said or len(said) > 700:
                    return f"no sentence: {said[:300]!r}"
            except Exception as exc:
                return f"a traceback: {exc!r}"
        if any(secret in said for secret in (KEY, KEY[:9], PASSWORD)):
            return f"a secret is shown: {said[:300]}"
        if (took := time.monotonic() - began) > 3 * 10 * TIMEOUT + 15:
            return f"{took:.0f} s"
    return ""


def test_there_are_a_hundred_behaviours() -> None:
    assert len(BEHAVIOURS) >= 100


def test_every_behaviour_of_a_model_server_ends_well(library: Assistant) -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with ThreadPoolExecutor(12) as pool:
        ended = list(pool.map(lambda name: outcome(library.path, name), BEHAVIOURS))
    wrong = {name: how for name, how in zip(BEHAVIOURS, ended, strict=True) if how}
    assert wrong == {}
    assert (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024 < 1000


def test_a_redirect_takes_neither_key_nor_question_to_another_host(library: Assistant) -> None:
    heard: list[bytes] = []
    elsewhere = socket.create_server(("127.0.0.2", 0))

    def listen() -> None:
        with suppress(OSError):
            while True:
                heard.append(elsewhere.accept()[0].recv(65536))

    threading.Thread(target=listen, daemon=True).start()
    port = elsewhere.getsockname()[1]
    moved = f"HTTP/1.1 307 X\r\nLocation: http://127.0.0.2:{port}/v1/chat/completions\r\nContent-Length: 0\r\n\r\n".encode()
    with server(lambda: [moved]) as here:
        settings = Settings(
            llm={"model": "m", "base_url": f"http://127.0.0.1:{here}/v1"}, api_key=SecretStr(KEY)
        )
        with (
            Assistant(library.path, settings=settings) as assistant,
            pytest.raises(AssistantError, match="another address"),
        ):
            assistant.ask(QUESTION)
    elsewhere.close()
    assert heard == []
