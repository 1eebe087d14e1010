"""Live output: a progress bar, or an answer that is being written. Elsewhere it is silent."""

from __future__ import annotations

from collections.abc import Iterator
from types import TracebackType
from typing import TextIO

from rich.console import Console
from rich.live import Live
from rich.progress import (
    BarColumn,
    Progress,
    TaskProgressColumn,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.text import Text

from assistant.core.answers.answer import Answer
from assistant.core.answers.events import Event, Finished, StatementReady, TextDelta


class LiveAnswer:
    """An answer on a terminal while it is written: its sentences, and the one in hand in grey. It leaves nothing behind."""

    def __init__(self, stream: TextIO) -> None:
        self._sentences: list[str] = []
        self._live = Live(console=Console(file=stream), transient=True, refresh_per_second=12)
        self._shown = stream.isatty()

    def follow(self, events: Iterator[Event]) -> Answer:
        """Show the events of an answer as they come, and return it."""
        for event in events:
            if isinstance(event, Finished):
                return event.answer
            self._show(event)
        raise AssertionError("a stream ends with its answer")

    def _show(self, event: Event) -> None:
        unfinished = ""
        if isinstance(event, StatementReady):
            text = "".join(ch for ch in event.statement.text if ch.isprintable())
            self._sentences[event.index : event.index + 1] = [text]
        elif isinstance(event, TextDelta):
            unfinished = "".join(ch for ch in event.text if ch.isprintable())
        else:
            return
        written = Text(" ".join(self._sentences))
        self._live.update(written.append(f" {unfinished}", style="dim"))

    def __enter__(self) -> LiveAnswer:
        if self._shown:
            self._live.start()
        return self

    def __exit__(self, *exception: object) -> None:
        if self._shown:
            self._live.stop()


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
