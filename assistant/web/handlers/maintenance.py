"""Maintain a library: update it from newer files, check and repair it, back it up and restore a backup."""

from __future__ import annotations

import asyncio
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import date
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from markupsafe import Markup
from starlette.responses import FileResponse, PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from assistant.assistant import Assistant
from assistant.core.errors import AssistantError, LibraryError, SourceError
from assistant.core.paper import source_name
from assistant.web.handlers.actions import Actions
from assistant.web.handlers.upload import deleting_copies, with_progress
from assistant.web.html import lists
from assistant.web.html import maintenance as maintenance_html
from assistant.web.html.elements import message
from assistant.web.request_guard import BACKUP, MB
from assistant.web.state import Services

# A backup is larger unpacked than packed, and this much at the most: vectors shrink by little.
_UNPACKED = 20


def panel(actions: Actions, result: Markup | str = "") -> Markup | str:
    """Return what can be done for the library that is shown; nothing for those who may not change it."""
    return maintenance_html.panel(exists=actions.library.exists, result=result) if actions.editable else ""


def examine(actions: Actions, *, repair: bool = False) -> Markup:
    """Return what is wrong with the library; after a repair, what is left."""
    if repair:
        actions.library.doctor(repair=True)
    return maintenance_html.findings(actions.library.doctor(), repaired=repair)


def propose(actions: Actions, files: Sequence[str]) -> Markup:
    """Return what files would change; nothing is changed, and they wait in the session."""
    discard_waiting(actions)
    actions.session.waiting = list(files)
    shown, changes = Markup(), False
    for file in map(Path, files):
        origin = _earlier(actions.library, file.name)
        try:
            report = actions.library.sync(file, origin=origin or file.name)
        except AssistantError as exc:
            told = message(actions.services.public_message(exc).replace(str(file), file.name))
            shown += lists.uploaded(file.name, told)
            continue
        if not origin:
            shown += message(f"No paper came from an earlier {file.name}, so none is removed.", "hint")
        changes |= bool(report.added or report.changed or report.removed)
        shown += maintenance_html.difference(file.name, report, actions.library.papers(report.removed))
    return maintenance_html.proposal(shown, *(("Apply", "Cancel") if changes else ("", "Close")))


def _earlier(library: Assistant, name: str) -> str:
    """Return the source of which a file with this name is a newer export: what was dropped under it, else the only file of this name
    that was added elsewhere; "" for none."""
    same = [source for source in library.sources() if source_name(source) == name]
    return name if name in same else same[0] if len(same) == 1 else ""


def newer_exports(actions: Actions, files: Sequence[str]) -> list[str]:
    """Return those of the dropped files whose names the library knows from earlier ones; they wait for `missing_from_newer`."""
    discard_waiting(actions)
    with suppress(AssistantError):
        known = actions.services.own.sources()
        actions.session.waiting = [file for file in files if Path(file).name in known]
    return actions.session.waiting


def missing_from_newer(actions: Actions) -> Markup | str:
    """Return which papers of earlier files the waiting files of the same names lack, to be removed; "" where none."""
    files, actions.session.waiting = actions.session.waiting, []
    wanted: dict[str, Markup] = {}
    for file in map(Path, files if actions.editable else ()):
        # What is wrong with it was said when it was added.
        with suppress(AssistantError):
            if gone := actions.library.papers(actions.library.sync(file, origin=file.name).removed):
                wanted[str(file)] = maintenance_html.missing_papers(file.name, gone)
    actions.session.waiting = list(wanted)
    with deleting_copies([file for file in files if file not in wanted]):
        return (
            maintenance_html.proposal(Markup().join(wanted.values()), yes="Remove", no="Keep")
            if wanted
            else ""
        )


def apply_waiting(actions: Actions) -> Iterator[Markup]:
    """Apply what was shown; yield how it goes, then what it did."""
    files, actions.session.waiting = actions.session.waiting, []
    if not files:
        yield message("The files are gone. Choose them again.")
        return
    with deleting_copies(files):
        shown = Markup()
        for file in map(Path, files):
            origin = _earlier(actions.library, file.name) or file.name
            sync = partial(actions.library.sync, file, apply=True, origin=origin)
            for last in with_progress(file, sync, maintenance_html.done, actions.services.public_message):
                yield shown + last
            shown += last


def discard_waiting(actions: Actions) -> None:
    """Delete the files that wait."""
    files, actions.session.waiting = actions.session.waiting, []
    with deleting_copies(files):
        pass


def restore(services: Services, file: Path) -> Markup:
    """Restore a dropped backup where no library is yet, and return what became of it."""
    with deleting_copies([str(file)]):
        try:
            _restore_if_none(services, file)
        except AssistantError as exc:
            told = services.public_message(exc).replace(str(file), file.name)
            return lists.uploaded(file.name, message(told))
        return lists.uploaded(file.name, maintenance_html.restored(len(services.own)))


def _restore_if_none(services: Services, file: Path) -> None:
    if services.own.exists:
        raise LibraryError(
            "This is a backup, and there is a library already: start `assistant --library NEW chat`, and drop it there."
        )
    with zipfile.ZipFile(file) as archive:
        size = sum(one.file_size for one in archive.infolist())
    if size > _UNPACKED * services.own.settings.web.upload_mb * MB:
        raise SourceError("This backup is too large for the page: use `assistant restore`.")
    services.own.restore(file)


class Backups:
    """Hands out a backup of the users' library, before all of Gradio; `RequestGuard` lets through those who may have it."""

    def __init__(self, app: ASGIApp, services: Services) -> None:
        self._app = app
        self._desk = services
        # Each takes as much of the disk as the library.
        self._one = asyncio.Lock()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] != BACKUP:
            await self._app(scope, receive, send)
            return
        async with self._one:
            with TemporaryDirectory() as folder:
                file = Path(folder, f"library-{date.today()}.zip")
                try:
                    await asyncio.to_thread(self._desk.own.back_up, file)
                except AssistantError as exc:
                    response = PlainTextResponse(self._desk.public_message(exc), 409)
                    await response(scope, receive, send)
                else:
                    await FileResponse(file, filename=file.name)(scope, receive, send)
