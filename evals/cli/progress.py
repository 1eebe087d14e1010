"""The progress bar of a run: cases finished, time left, running means."""

from __future__ import annotations

from types import TracebackType
from typing import TextIO

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from evals.runs.runner import Step


class RunBar:
    """Shows progress on a terminal; elsewhere it is silent."""

    def __init__(self, stream: TextIO, name: str) -> None:
        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(bar_width=24),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TextColumn("left"),
            TimeRemainingColumn(),
            TextColumn("{task.fields[means]}"),
            console=Console(file=stream),
            transient=True,
            disable=not stream.isatty(),
        )
        self._task = self._progress.add_task(name, total=None, means="")

    def show(self, step: Step) -> None:
        """Called after every case. The bar appears with the first, so that a question before it stays readable."""
        self._progress.start()
        means = "  ".join(f"{name} {value:.2f}" for name, value in step.means.items())
        self._progress.update(self._task, completed=step.done, total=step.total, means=means)

    def __enter__(self) -> RunBar:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._progress.stop()
