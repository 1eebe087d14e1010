from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest

from assistant.core.stop import Stop


@pytest.fixture
def ends() -> Iterator[tuple[socket.socket, socket.socket]]:
    ours, theirs = socket.socketpair()
    theirs.settimeout(5)
    with ours, theirs:
        yield ours, theirs


def test_a_connection_is_shut_down_when_it_is_set(ends: tuple[socket.socket, socket.socket]) -> None:
    stop = Stop()
    stop.connected(ends[0])
    ends[0].send(b"x")
    assert (ends[1].recv(1), stop.is_set()) == (b"x", False)
    stop.set()
    assert (ends[1].recv(1), stop.is_set()) == (b"", True)


def test_a_connection_that_comes_later_is_shut_down_at_once(
    ends: tuple[socket.socket, socket.socket],
) -> None:
    stop = Stop()
    stop.set()
    stop.connected(ends[0])
    assert ends[1].recv(1) == b""


def test_a_connection_that_its_owner_closed_is_no_error(ends: tuple[socket.socket, socket.socket]) -> None:
    stop = Stop()
    stop.connected(ends[0])
    ends[0].close()
    stop.set()
    stop.set()
    assert stop.is_set()
