"""The progress bar of `assistant add`: papers read, rate, time left where the end is known."""

from __future__ import annotations

from types import TracebackType
from typing import TextIO

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from assistant.library.sync import Progress as Step


class Bar:
    """Shows progress on a terminal; elsewhere it is silent."""

    def __init__(self, stream: TextIO) -> None:
        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            TaskProgressColumn(show_speed=True),
            TextColumn("{task.completed} papers"),
            TimeRemainingColumn(),
            console=Console(file=stream),
            transient=True,
            disable=not stream.isatty(),
        )
        self._task = self._progress.add_task("adding", total=None)

    def show(self, step: Step) -> None:
        """Called after every batch."""
        self._progress.update(self._task, completed=step.read, total=step.total)

    def __enter__(self) -> Bar:
        self._progress.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._progress.stop()
