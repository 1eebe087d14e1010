"""Progress bar. Elsewhere than on a terminal it is silent."""

from __future__ import annotations

from types import TracebackType
from typing import TextIO

from rich.console import Console
from rich.progress import (
    BarColumn,
    Progress,
    TaskProgressColumn,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)


class ProgressBar:
    """Shows how many `things` ("papers", "cases") are done, the time taken and left, and a note."""

    def __init__(self, stream: TextIO, name: str, things: str) -> None:
        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(bar_width=24),
            TaskProgressColumn(show_speed=True),
            TextColumn(f"{{task.completed}} {things}"),
            TimeElapsedColumn(),
            TextColumn("left"),
            TimeRemainingColumn(),
            TextColumn("{task.fields[note]}"),
            console=Console(file=stream),
            transient=True,
            disable=not stream.isatty(),
        )
        self._task = self._progress.add_task(name, total=None, note="")

    def show(self, done: int, total: int | None, note: str = "") -> None:
        """Show that `done` of `total` (None: not known) are finished.

        The bar appears with the first call, so that a question printed before it stays readable.
        """
        self._progress.start()
        self._progress.update(self._task, completed=done, total=total, note=note)

    def __enter__(self) -> ProgressBar:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._progress.stop()
