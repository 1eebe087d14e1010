"""Blocking work beside an event loop, and several pieces of it at once."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator

import pytest

from assistant.core.asynchronous import each, in_thread, iterated
from assistant.core.errors import QuestionError
from assistant.core.stop import Stop


def test_work_that_is_cancelled_is_told_to_stop() -> None:
    begun, stopped = threading.Event(), threading.Event()

    def work(stop: Stop) -> None:
        begun.set()
        if stop.wait(30):
            stopped.set()

    async def cancelled() -> None:
        task = asyncio.create_task(in_thread(work))
        await asyncio.to_thread(begun.wait, 30)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await asyncio.to_thread(stopped.wait, 30)

    asyncio.run(cancelled())
    assert stopped.is_set()


def test_items_come_in_their_order_and_an_error_after_them() -> None:
    def work(_: Stop) -> Iterator[int]:
        yield 1
        yield 2
        raise QuestionError("no more")

    async def read() -> list[int]:
        items = iterated(work)
        came = [await anext(items), await anext(items)]
        with pytest.raises(QuestionError):
            await anext(items)
        return came

    assert asyncio.run(read()) == [1, 2]


def test_whoever_leaves_early_ends_the_work() -> None:
    ended: list[bool] = []

    def work(stop: Stop) -> Iterator[int]:
        try:
            yield 1
            yield 2
        finally:
            ended.append(stop.is_set())

    async def leave() -> int:
        items = iterated(work)
        first = await anext(items)
        await items.aclose()
        return first

    assert asyncio.run(leave()) == 1
    assert ended == [True]


def test_results_are_in_the_order_of_the_items_and_one_error_costs_one_result() -> None:
    late = threading.Event()

    def work(item: str, _: Stop) -> str:
        if item == "first":
            assert late.wait(30)
        if item == "bad":
            raise QuestionError("bad")
        if item == "last":
            late.set()
        return item.upper()

    results = each(work, ["first", "bad", "last"], 2)
    assert [str(result) for result in results] == ["FIRST", "bad", "LAST"]
    assert isinstance(results[1], QuestionError)


def test_no_more_than_so_many_run_at_once() -> None:
    lock, running, most = threading.Lock(), [0], [0]

    def work(item: int, stop: Stop) -> int:
        with lock:
            running[0] += 1
            most[0] = max(most[0], running[0])
        stop.wait(0.01)
        with lock:
            running[0] -= 1
        return item

    assert each(work, range(12), 3) == list(range(12))
    assert most[0] <= 3


def test_a_defect_is_not_hidden_and_stops_the_others() -> None:
    stops: list[Stop] = []

    def work(item: int, stop: Stop) -> int:
        stops.append(stop)
        return 1 // item

    with pytest.raises(ZeroDivisionError):
        each(work, [1, 0], 1)
    assert all(stop.is_set() for stop in stops)


def test_a_bar_is_shown_only_where_one_is_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    assert each(lambda item, _: 2 * item, [1, 2], 2) == [2, 4]
    assert capsys.readouterr().err == ""
    assert each(lambda item, _: 2 * item, [1, 2], 2, progress=True) == [2, 4]
    assert "2/2" in capsys.readouterr().err
