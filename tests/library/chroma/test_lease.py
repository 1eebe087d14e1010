"""One writer at a time: who is first, who lives, who is dead, and who has lost the lease."""

from __future__ import annotations

import threading
import time

import pytest
from support.chroma_server import Machines

from assistant.core.errors import LibraryLocked
from assistant.library.chroma import lease as module
from assistant.library.chroma.address import Address, place_of
from assistant.library.chroma.connection import Server
from assistant.library.chroma.lease import NOBODY, Lease
from assistant.library.chroma.served_store import ServedStore, names


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "BEAT", 0.2)
    monkeypatch.setattr(module, "DEAD", 1.5)


def new_lease(machines: Machines) -> Lease:
    address = place_of(machines.url)
    assert isinstance(address, Address)
    server = Server(address)
    ServedStore.make(server, "test", 2)
    return Lease(server, server.client.get_collection(names(server)[0]))


def test_a_step_moves_the_generation_and_one_that_breaks_off_leaves_a_doubt(machines: Machines) -> None:
    lease = new_lease(machines)
    assert lease.turn() == NOBODY
    with lease.held(0):
        for number in (1, 2):
            with lease.step() as generation:
                assert generation == number
                assert lease.turn().generation == number - 1
        assert (lease.turn().generation, lease.doubtful) == (2, -1)
        with pytest.raises(ZeroDivisionError), lease.step() as generation:
            assert generation / 0
    turn = lease.turn()
    assert (turn.free, turn.generation, turn.doubtful, lease.doubtful) == (True, 2, 1, -1)
    with lease.held(0):
        assert lease.doubtful == 1
        lease.mended()
    assert lease.turn().doubtful == -1


def test_without_the_lease_nothing_is_written(machines: Machines) -> None:
    lease = new_lease(machines)
    with pytest.raises(LibraryLocked), lease.step():
        pytest.fail("not reached")


def test_of_many_that_ask_at_once_one_writes_at_a_time(machines: Machines, quick: None) -> None:
    leases = [new_lease(machines) for _ in range(4)]
    inside: list[int] = []
    most: list[int] = []

    def write(lease: Lease) -> None:
        for _ in range(3):
            with lease.held(60):
                inside.append(1)
                most.append(len(inside))
                with lease.step():
                    time.sleep(0.02)
                inside.pop()

    threads = [threading.Thread(target=write, args=[lease]) for lease in leases]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == [1] * 12
    assert leases[0].turn().generation == 12


def test_a_living_writer_is_not_disturbed(machines: Machines, quick: None) -> None:
    one, other = new_lease(machines), new_lease(machines)
    with one.held(0):
        with pytest.raises(LibraryLocked, match="wait until it has finished"), other.held(0.5):
            pytest.fail("not reached")
        with one.step() as generation:
            assert generation == 1


def test_a_dead_writer_is_followed_and_writes_no_more_if_it_wakes(machines: Machines, quick: None) -> None:
    one, other = new_lease(machines), new_lease(machines)
    held = one.held(0)
    held.__enter__()
    with one.step():
        pass
    # It is silent from now on.
    one._write = lambda row, **values: None  # type: ignore[method-assign]
    began = time.monotonic()
    with other.held(0):
        assert time.monotonic() - began > 1.4
        assert other.doubtful == 0
        with pytest.raises(LibraryLocked, match="Another machine has begun"), one.step():
            pytest.fail("not reached")
        with other.step() as generation:
            assert generation == 2
    held.__exit__(None, None, None)
    assert other.turn().number == 2
    assert other.turn().free
