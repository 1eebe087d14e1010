"""Dropped files -> papers of a library, with what to show while they are read."""

from __future__ import annotations

import queue
import shutil
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

from assistant.assistant import Assistant
from assistant.errors import AssistantError
from assistant.index.sync import AddReport, Progress
from assistant.web.html import lists
from assistant.web.html.text import message, own


def add(library: Assistant, files: Sequence[str]) -> Iterator[str]:
    """Adds the files one by one and deletes them (they are the browser's copies); yields what to show as it goes."""
    done = ""
    for file in files:
        path = Path(file)
        for shown in _one(library, path):
            yield done + shown
            last = shown
        done += last


def _one(library: Assistant, path: Path) -> Iterator[str]:
    told: queue.Queue[Progress | AddReport | AssistantError] = queue.Queue()
    worker = threading.Thread(target=_work, args=(library, path, told), daemon=True)
    worker.start()
    name = own(path.name)
    yield f'<p class="working" role="status">Reading {name} …</p>'
    while True:
        said = told.get()
        if isinstance(said, Progress):
            of = f" of {said.total:,}" if said.total else ""
            yield f'<p class="working" role="status">{name}: {said.read:,}{of} papers …</p>'
        elif isinstance(said, AddReport):
            yield f"<h3>{name}</h3>{lists.report(said, {})}"
            break
        else:
            yield f"<h3>{name}</h3>{message(str(said).replace(str(path), path.name))}"
            break
    worker.join()


def _work(library: Assistant, path: Path, told: queue.Queue[Progress | AddReport | AssistantError]) -> None:
    try:
        # The same file dropped again is the same source, wherever the browser's copy lay.
        told.put(library.add(path, progress=told.put, origin=path.name))
    except AssistantError as exc:
        told.put(exc)
    finally:
        shutil.rmtree(path.parent, ignore_errors=True)
