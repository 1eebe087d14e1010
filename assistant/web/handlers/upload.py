"""Dropped files -> papers of a library, with what to show while they are read."""

from __future__ import annotations

import queue
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

from markupsafe import Markup

from assistant.assistant import Assistant
from assistant.core.errors import AssistantError
from assistant.library.identity.tally import AddReport
from assistant.library.sync import Progress
from assistant.web.html import lists
from assistant.web.html.elements import message


def add(library: Assistant, files: Sequence[str], told: Callable[[AssistantError], str]) -> Iterator[Markup]:
    """Adds the files one by one and deletes them (they are the browser's copies); yields what to show as it goes.

    `told` says what went wrong as it may be shown.
    """
    done = Markup()
    try:
        for file in files:
            for shown in _one(library, Path(file), told):
                yield done + shown
                last = shown
            done += last
    finally:
        for file in files:
            Path(file).unlink(missing_ok=True)


def _one(library: Assistant, path: Path, told: Callable[[AssistantError], str]) -> Iterator[Markup]:
    heard: queue.Queue[Progress | Future[AddReport]] = queue.Queue()
    yield lists.reading(path.name)
    with ThreadPoolExecutor(1) as pool:
        # The same file dropped again is the same source, wherever the browser's copy lay.
        work = pool.submit(library.add, path, progress=heard.put, origin=path.name)
        work.add_done_callback(heard.put)
        while isinstance(said := heard.get(), Progress):
            of = f" of {said.total:,}" if said.total else ""
            yield lists.reading(path.name, f"{said.read:,}{of} papers …")
    try:
        yield lists.uploaded(path.name, lists.report(work.result()))
    except AssistantError as exc:
        yield lists.uploaded(path.name, message(told(exc).replace(str(path), path.name)))
