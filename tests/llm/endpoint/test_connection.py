"""Bounds of a call, and connections that are kept."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator

import httpx
import pytest

from assistant.core.stop import Stop
from assistant.llm.endpoint import connection
from assistant.llm.endpoint.connection import Lanes, ReplyTooLong


class Drip(httpx.SyncByteStream):
    def __init__(self, pieces: int, seconds: float = 0.0) -> None:
        self.pieces, self.seconds = pieces, seconds

    def __iter__(self) -> Iterator[bytes]:
        for _ in range(self.pieces):
            time.sleep(self.seconds)
            yield b"12345678"


def lanes(body: Drip) -> Lanes:
    return Lanes(httpx.MockTransport(lambda _: httpx.Response(200, stream=body)))


def test_a_reply_that_drips_ends_within_ten_times_the_time_to_begin() -> None:
    with lanes(Drip(1000, 0.02)).lane() as lane:
        lane.begin(None, 0.1)
        began = time.monotonic()
        with pytest.raises(httpx.ReadTimeout):
            lane.http.get("http://endpoint.test")
    assert time.monotonic() - began < 5


def test_a_slow_but_steady_reply_comes_whole() -> None:
    with lanes(Drip(20, 0.02)).lane() as lane:
        lane.begin(None, 0.1)
        assert len(lane.http.get("http://endpoint.test").content) == 20 * 8


def test_the_time_that_the_reader_takes_does_not_count() -> None:
    with lanes(Drip(3)).lane() as lane:
        lane.begin(None, 0.05)
        with lane.http.stream("GET", "http://endpoint.test") as response:
            body = b""
            for chunk in response.iter_bytes():
                time.sleep(0.25)
                body += chunk
    assert body == b"12345678" * 3


def test_a_reply_without_end_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "LONGEST_REPLY", 16)
    for pieces in (2, 3):
        with lanes(Drip(pieces)).lane() as lane:
            lane.begin(None, 60)
            if pieces == 2:
                assert len(lane.http.get("http://endpoint.test").content) == 16
                continue
            with pytest.raises(ReplyTooLong):
                lane.http.get("http://endpoint.test")


def test_a_connection_is_lent_again_when_its_call_is_over() -> None:
    pool = lanes(Drip(1))
    with pool.lane() as first, pool.lane() as second:
        assert first is not second
    with pool.lane() as third:
        assert third in (first, second)


def test_a_stop_of_a_call_that_is_over_leaves_the_connection_to_others() -> None:
    near, far = socket.socketpair()
    with near, far:
        stop = Stop()
        stop.connected(near)
        stop.disconnected(near)
        stop.set()
        near.sendall(b"still open")
        assert far.recv(10) == b"still open"


def test_nothing_is_sent_after_a_stop() -> None:
    stop = Stop()
    stop.set()
    with lanes(Drip(1)).lane() as lane:
        lane.begin(stop, 60)
        with pytest.raises(httpx.ConnectError):
            lane.http.get("http://endpoint.test")
