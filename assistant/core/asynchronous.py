"""Run blocking work beside an event loop, or several pieces of it at once; cancelling it stops its model calls."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextvars import copy_context
from itertools import islice
from typing import TypeVar

from tqdm.auto import tqdm

from assistant.core.errors import AssistantError
from assistant.core.stop import Stop

Item = TypeVar("Item")
Result = TypeVar("Result")


async def in_thread(work: Callable[[Stop], Result]) -> Result:
    """Return the result of `work` in a thread of its own. If this task is cancelled, the `Stop` given to it is set."""
    stop = Stop()
    try:
        return await asyncio.to_thread(work, stop)
    except asyncio.CancelledError:
        stop.set()
        raise


async def iterated(work: Callable[[Stop], Iterator[Result]]) -> AsyncGenerator[Result, None]:
    """Yield what `work` yields, each item computed in another thread.

    If this generator is closed or its task is cancelled, the `Stop` given to the work is set.
    """
    stop, context = Stop(), copy_context()
    loop = asyncio.get_running_loop()
    items = work(stop)
    waiting = False

    def following() -> list[Result]:
        """Return the next item, or nothing at the end: `StopIteration` cannot leave a thread."""
        return list(islice(items, 1))

    try:
        while True:
            waiting = True
            came = await loop.run_in_executor(None, context.run, following)
            waiting = False
            if not came:
                return
            yield came[0]
    finally:
        stop.set()
        # A thread that still computes an item ends by itself; no other may close its generator.
        if not waiting and (close := getattr(items, "close", None)):
            await loop.run_in_executor(None, context.run, close)


def each(
    work: Callable[[Item, Stop], Result], items: Iterable[Item], concurrency: int, *, progress: bool = False
) -> list[Result | AssistantError]:
    """Return the results of `work` for all items, in their order; an `AssistantError` takes the place of its result.

    At most `concurrency` items are worked on at once. `progress` shows a bar. If this is interrupted, the `Stop` given to
    all of the work is set.
    """
    stop = Stop()

    def one(item: Item) -> Result | AssistantError:
        try:
            return work(item, stop)
        except AssistantError as exc:
            return exc

    pool = ThreadPoolExecutor(max(1, concurrency))
    try:
        futures = [pool.submit(one, item) for item in items]
        for _ in tqdm(as_completed(futures), total=len(futures), disable=not progress):
            pass
        return [future.result() for future in futures]
    finally:
        stop.set()
        pool.shutdown(cancel_futures=True)
