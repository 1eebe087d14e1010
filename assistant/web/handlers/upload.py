"""Add dropped files, with what to show while they are read."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Protocol

from markupsafe import Markup

from assistant.assistant import Assistant
from assistant.core.errors import AssistantError
from assistant.library.identity.tally import AddReport
from assistant.library.sync import Progress
from assistant.web.handlers.progress import Work
from assistant.web.html import lists
from assistant.web.html.elements import message

ErrorText = Callable[[AssistantError], str]
"""What says what went wrong as it may be shown."""


class FileWork(Protocol):
    """What is done with a file; it calls `progress` with each step."""

    def __call__(self, *, progress: Callable[[Progress], None]) -> AddReport: ...


def add(
    library: Assistant, files: Sequence[str], error_text: ErrorText, kept: Sequence[str] = ()
) -> Iterator[Markup]:
    """Adds the files one by one and deletes them (they are the browser's copies), but those to be `kept`; yields what to show
    as it goes."""
    shown = Markup()
    with deleting_copies([file for file in files if file not in kept]):
        for file in map(Path, files):
            # The same file dropped again is the same source, wherever the browser's copy lay.
            adding, show = partial(library.add, file, origin=file.name), partial(lists.report, name=file.name)
            for last in with_progress(file, adding, show, error_text):
                yield shown + last
            shown += last


@contextmanager
def deleting_copies(files: Sequence[str]) -> Iterator[None]:
    """Deletes the browser's copies of files in the end."""
    try:
        yield
    finally:
        for file in files:
            Path(file).unlink(missing_ok=True)


def with_progress(
    path: Path, work: FileWork, show: Callable[[AddReport], Markup], error_text: ErrorText
) -> Iterator[Markup]:
    """Yields how work with a file goes, then its report or what went wrong."""
    reading = Work[Progress, AddReport](lambda report: work(progress=report))
    yield lists.reading(path.name)
    try:
        for step in reading.steps():
            of = f" of {step.total:,}" if step.total else ""
            yield lists.reading(path.name, f"{step.read:,}{of} papers …")
        yield lists.uploaded(path.name, show(reading.result))
    except AssistantError as exc:
        yield lists.uploaded(path.name, message(error_text(exc).replace(str(path), path.name)))
