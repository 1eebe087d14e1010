"""Follow the progress of work in a thread."""

from __future__ import annotations

import queue
from collections.abc import Callable, Generator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Generic, TypeVar

Step = TypeVar("Step")
Result = TypeVar("Result")


class Work(Generic[Step, Result]):
    """Work in a thread of its own: `steps` starts it, and at their end it has its `result`.

    `work` gets a function that it calls with each step.
    """

    def __init__(self, work: Callable[[Callable[[Step], None]], Result]) -> None:
        self._work = work
        self._future: Future[Result] | None = None

    def steps(self) -> Generator[Step, None, None]:
        """Yield the steps that the work reports. Closing this earlier waits until the work has ended."""
        reported: queue.Queue[Step | Future[Result]] = queue.Queue()
        with ThreadPoolExecutor(1) as pool:
            self._future = pool.submit(self._work, reported.put)
            self._future.add_done_callback(reported.put)
            while not isinstance(step := reported.get(), Future):
                yield step

    @property
    def result(self) -> Result:
        """What the work returned; raises what it raised."""
        assert self._future is not None, "`steps` has come to its end"
        return self._future.result()
