"""Connect events to handlers. Each handler is short; what it does is in other files."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import aclosing
from pathlib import Path
from time import time_ns
from typing import Any

import gradio as gr
from markupsafe import Markup

from assistant.core.errors import AssistantError
from assistant.core.settings import places
from assistant.library.maintenance.backup import is_backup
from assistant.library.readers.formats import NAMES
from assistant.web.handlers import chat, library_table, maintenance, preferences, text_check, upload
from assistant.web.handlers.actions import Actions
from assistant.web.handlers.downloads import Changes
from assistant.web.handlers.question_queue import QuestionQueues
from assistant.web.html import frame, lists
from assistant.web.html.elements import message, notice
from assistant.web.identity import here, owner
from assistant.web.layout import LIBRARY, SETTINGS, Layout
from assistant.web.state import OWN, Services, Session
from assistant.web.theme import script


class Events:
    """The handlers of one page."""

    def __init__(self, layout: Layout, services: Services) -> None:
        self.at = layout
        self.services = services
        self.web = services.own.settings.web
        self.queues = QuestionQueues(self.web)

    def wire(self, page: gr.Blocks) -> None:
        """Connects everything."""
        at = self.at
        every = [
            at.picker, at.view, at.conversations, at.past, at.live, at.scope, at.question, at.past_sources, at.live_sources,
            at.following, at.notice, at.aside, at.narrowing, at.papers, at.paper, at.years, at.map, at.picked, at.comparison, at.inspector,
            at.keep, at.privacy, at.delivery, at.added, at.drop, at.care,
        ]  # fmt: skip
        private: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
        # Left to itself, Gradio drops what is triggered again while it still runs.
        last: dict[str, Any] = {**private, "trigger_mode": "always_last"}
        page.load(self.load, [at.session, at.chosen], every, js=script("kept.js"), **private).then(
            self.offer, at.session, at.live, **last
        )
        self._wire_chat(last, private)
        # The browser waits with a click until the one before it is done.
        gr.on(
            [one.click for one in at.acting],
            self.act,
            [at.session, at.find],
            every,
            trigger_mode="multiple",
            **private,
        ).then(self.offer, at.session, at.live, **last)
        at.keep.input(self.keep, [at.keep, at.session], every, **last)
        at.upload.upload(
            self.add, [at.upload, at.session], [at.added, at.upload, at.view], api_visibility="private",
            show_progress="minimal", show_progress_on=at.added, concurrency_limit=1,
        ).then(self.added, at.session, every, **private).then(
            self.offer, at.session, at.live, **last
        )  # fmt: skip
        at.resync.upload(
            self.propose, [at.resync, at.session], [at.care, at.resync], concurrency_limit=1, **private
        )
        at.care.click(self.care, at.session, every, concurrency_limit=1, trigger_mode="once", **private).then(
            self.offer, at.session, at.live, **last
        )
        at.find.change(self.browse, [at.session, at.find], [at.papers, at.narrowing, at.notice], **last)
        gr.on([at.compare.click, at.asked.submit], self.compare, [at.asked, at.session], every, **private)
        at.check.click(
            self.check, [at.draft, at.session], at.checked, concurrency_limit=self.web.concurrency,
            trigger_mode="always_last", **private,
        )  # fmt: skip
        at.stop_check.click(self.stop_check, at.session, None, concurrency_limit=None, **private)

    def _wire_chat(self, last: dict[str, Any], private: dict[str, Any]) -> None:
        at = self.at
        gr.on(
            [at.question.submit, at.ask.click],
            self.ask,
            [at.question, at.session],
            [at.past, at.live, at.past_sources, at.live_sources, at.following, at.question, at.conversations, at.scope,
             at.aside],
            api_visibility="private",
            concurrency_limit=None,
            show_progress="minimal",
            show_progress_on=at.waiting,
            trigger_mode="once",
        ).then(self.follow, at.session, at.following, **last)  # fmt: skip
        at.stop.click(self.stop, at.session, None, concurrency_limit=None, **private)
        at.words.change(self.search, [at.words, at.session], at.conversations, **last)

    def actions(self, session: Session, request: gr.Request) -> Actions:
        """Return the actions of this tab's buttons."""
        session.library = session.library or self.services.first()
        return Actions(self.services, self.at, session, self.owner(request))

    def owner(self, request: gr.Request) -> str:
        return owner(request.request, self.web.owner_header) if request.request else ""

    def load(self, session: Session, kept: str | None, request: gr.Request) -> Changes:
        """Fill a tab that was opened, perhaps again or with the address of an answer. `kept` is what its browser keeps of choices."""
        actions = self.actions(session, request)
        preferences.take_kept(session, kept, actions.library.settings)
        editable = self.services.may_edit(actions.owner)
        shown = actions.all_turns() | actions.scoped() | actions.shown_library()
        shown[self.at.drop] = frame.drop(NAMES, self.web.upload_mb, editable=editable)
        if conversation := request.query_params.get("conversation", ""):
            shown |= self._or_notice(lambda: actions.open(conversation))
        if answer := request.query_params.get("answer", ""):
            shown |= self._or_notice(lambda: actions.inspect(answer))
        return shown

    def offer(self, session: Session, request: gr.Request) -> Any:
        """Show the first screen again, once questions were tried on its library."""
        try:
            self.services.try_questions(session.library)
        except AssistantError:
            return gr.skip()
        # They may have been tried for another tab while this one was made.
        offered = self.services.offered(session.library)
        if session.turns or session.stop or session.offered == offered:
            return gr.skip()
        session.offered = offered
        return self.services.welcome(session.library, self.owner(request))

    async def ask(self, text: str, session: Session, request: gr.Request) -> AsyncIterator[Changes]:
        """Answers a question as the views of the chat come."""
        if not text.strip():
            yield {}
            return
        at, actions = self.at, self.actions(session, request)
        answering = self.queues.respond(self.services, actions.library, session, actions.owner, text)
        async with aclosing(answering):
            async for view in answering:
                changes: Changes = {at.live: view.live}
                if view.past is not None:
                    changes |= {at.past: view.past, at.past_sources: view.past_sources}
                    changes |= {at.question: "", at.following: "", at.aside: ""}
                if view.live_sources is not None:
                    changes[at.live_sources] = view.live_sources
                if view.finished:
                    changes[at.conversations] = self.services.listed(actions.owner, session)
                    changes |= actions.scoped()
                yield changes

    def follow(self, session: Session, request: gr.Request) -> Any:
        """Show what could be asked next, once the answer is there."""
        offered = chat.following(self.services, session, self.owner(request))
        return gr.skip() if offered is None else offered

    @staticmethod
    def stop(session: Session) -> None:
        """Ends the answer that is being written."""
        if session.stop:
            session.stop.set()

    def search(self, words: str, session: Session, request: gr.Request) -> str:
        """Return the conversations that hold these words."""
        session.sought = words
        return self.services.listed(self.owner(request), session)

    def act(self, event: gr.EventData, request: gr.Request, session: Session, words: str | None) -> Changes:
        """Do what a button in our HTML asks for."""
        act, value, said = (getattr(event, part, None) for part in ("act", "value", "said"))
        if not isinstance(act, str) or not isinstance(value, str) or not isinstance(said, dict):
            return {}
        actions, session.words = self.actions(session, request), words or ""
        done = actions.deliver({"to": "nobody"})
        ids, collection = value.split("\n"), str(said.get("collection", ""))
        kind, _, name = value.partition("\n")
        known: dict[str, Callable[[], Changes]] = {
            "page": lambda: library_table.table(actions, _number(value)),
            "sort": lambda: library_table.ordered(actions, value),
            "narrow": lambda: library_table.narrowed(actions, said),
            "narrow-to": lambda: library_table.narrowed(actions, {**said, kind: name}),
            "widen": lambda: library_table.widened(actions, value),
            "report-close": lambda: {self.at.added: ""},
            "ask-within": lambda: library_table.within(actions),
            "selected-tag": lambda: library_table.tagged(actions, ids, collection, remove=False),
            "selected-untag": lambda: library_table.tagged(actions, ids, collection, remove=True),
            "remove": lambda: library_table.removed(actions, [value]),
            "selected-remove": lambda: library_table.removed(actions, ids),
            "library": lambda: actions.choose(value) | self._view_content(actions, LIBRARY, request),
            "elsewhere": lambda: actions.ask_elsewhere(value) | self._view_content(actions, LIBRARY, request),
            "prefer": lambda: self._preferred(actions, {value: said.get("text", "")}, request),
            "look": lambda: self._view_content(actions, value, request),
        }
        return done | self._or_notice(known.get(act, lambda: actions.do(act, value, said)))

    def _view_content(self, actions: Actions, view: str, request: gr.Request) -> Changes:
        """Return what a view shows; it is read when it is looked at, not with every page."""
        if view == LIBRARY:
            # A report is of a file that was added just now.
            return self._library_view(actions) | {self.at.added: ""}
        return self._settings(actions, request) if view == SETTINGS else {}

    def _library_view(self, actions: Actions) -> Changes:
        return library_table.browsed(actions) | {self.at.care: maintenance.panel(actions)}

    def _preferred(self, actions: Actions, chosen: dict[str, str], request: gr.Request) -> Changes:
        """Take what the user chose for answers; return what answers now, and what is sent to whom."""
        preferences.take(actions.session, chosen, actions.library.settings)
        return actions.scoped() | self._settings(actions, request)

    def keep(self, wanted: bool, session: Session, request: gr.Request) -> Changes:
        """Set whether this user's conversations are kept from now on."""
        return self._or_notice(lambda: self._set_kept(wanted, session, request))

    def _set_kept(self, wanted: bool, session: Session, request: gr.Request) -> Changes:
        actions = self.actions(session, request)
        if actions.owner:
            self.services.conversations.keep(actions.owner, wanted)
        listed = {self.at.conversations: self.services.listed(actions.owner, session)}
        return self._settings(actions, request) | listed

    def _settings(self, actions: Actions, request: gr.Request) -> Changes:
        kept = self.services.keeps(actions.owner)
        leaves = self.services.sent(self.services.answers_with(actions.session))
        sent = " ".join(leaves) or "Nothing. Answers are quotes, chosen on this server."
        told = here(request.client.host if request.client else "", request.headers)
        every = places(self.services.own.name) if told else ()
        shown = [(name, f"{path}: {what}") for name, path, what in every]
        return {
            self.at.keep: gr.Checkbox(value=kept, interactive=self.web.history),
            self.at.privacy: lists.privacy(shown, sent, kept=kept, allowed=self.web.history),
        }

    def add(
        self, files: list[str] | None, session: Session, request: gr.Request
    ) -> Iterator[tuple[Any, ...]]:
        """Adds dropped files to one's own library, wherever the page was."""
        same, look = gr.skip(), frame.view(LIBRARY, time_ns())
        if not self.services.may_edit(self.owner(request)):
            yield message("You cannot add papers to this library."), None, look
            return
        # What is dropped while these are read would be lost.
        busy, free = gr.File(interactive=False), gr.File(value=None, interactive=True)
        shown = Markup()
        try:
            backups = [file for file in files or [] if is_backup(Path(file))]
            before = Markup().join(maintenance.restore(self.services, Path(file)) for file in backups)
            others = [file for file in files or [] if file not in backups]
            yield before, busy, look
            again = maintenance.newer_exports(self.actions(session, request), others)
            for shown in upload.add(self.services.own, others, self.services.public_message, kept=again):
                yield before + shown, busy, look
            shown = before + shown
        except Exception:
            # A defect of ours goes to the log; other files can be dropped all the same.
            yield same, free, same
            raise
        # Another library begins another conversation: one that would be lost is left alone.
        if session.library != OWN and (session.stop or (session.turns and not session.conversation)):
            where = message("The papers are in your library. Choose it above.", "hint")
            yield shown + where, free, same
        else:
            session.library, session.picked = OWN, []
            session.begin()
            yield same, free, same

    def added(self, session: Session, request: gr.Request) -> Iterator[Changes]:
        """Show the library after files were added; then what newer files lack of those of before."""
        actions = self.actions(session, request)
        begun = {} if session.turns or session.stop else actions.begin()
        yield begun | actions.shown_library() | self._library_view(actions)
        if lacking := maintenance.missing_from_newer(actions):
            yield {self.at.care: maintenance.panel(actions, lacking)}

    def propose(
        self, files: list[str] | None, session: Session, request: gr.Request
    ) -> Iterator[tuple[Any, Any]]:
        """Show what newer files would change in one's own library, before it is done."""
        actions = self.actions(session, request)
        if not actions.editable:
            yield "", None
            return
        yield maintenance.panel(actions, message("Reading the files …", "hint")), gr.File(interactive=False)
        yield (
            maintenance.panel(actions, maintenance.propose(actions, files or [])),
            gr.File(value=None, interactive=True),
        )

    def care(self, event: gr.EventData, request: gr.Request, session: Session) -> Iterator[Changes]:
        """Do what a button of the library's maintenance asks for. A change takes long: its progress is shown as it goes."""
        actions, act = self.actions(session, request), getattr(event, "act", "")
        done = actions.deliver({"to": "nobody"})
        if not actions.editable:
            yield done
            return
        if act == "care-apply":
            for shown in maintenance.apply_waiting(actions):
                yield done | {self.at.care: maintenance.panel(actions, shown)}
            yield (
                actions.shown_library()
                | library_table.browsed(actions)
                | {self.at.care: maintenance.panel(actions, shown)}
            )
        elif act in ("care-check", "care-repair"):
            yield done | {
                self.at.care: maintenance.panel(actions, message("Examining the library …", "hint"))
            }
            repair = act == "care-repair"
            yield self._or_notice(
                lambda: {
                    self.at.care: maintenance.panel(actions, maintenance.examine(actions, repair=repair))
                }
            )
        else:
            maintenance.discard_waiting(actions)
            yield done | {self.at.care: maintenance.panel(actions)}

    def browse(self, session: Session, request: gr.Request, words: str | None) -> Changes:
        """Return the papers that pass the filter and are found by these words."""
        session.words = words or ""
        return self._or_notice(lambda: library_table.table(self.actions(session, request)))

    def _or_notice(self, action: Callable[[], Changes]) -> Changes:
        """Return what an action changes; an error is shown as a notice, and nothing changes."""
        try:
            return action()
        except AssistantError as exc:
            return {self.at.notice: notice(self.services.public_message(exc), problem=True)}

    def compare(self, asked: str | None, session: Session, request: gr.Request) -> Iterator[Changes]:
        """Show the picked papers side by side: in quotes at once, then in the words of the model if there is one."""
        actions, about = self.actions(session, request), (asked or "").strip()
        yield self._or_notice(lambda: actions.compare([], about))
        if self.services.answers_with(session) != "quotes":
            yield self._or_notice(lambda: actions.compare([], about, quotes=False))

    def check(self, text: str | None, session: Session) -> Iterator[str]:
        """Check a text of the user's own, and show its sentences with their verdicts."""
        library = self.services.named(session.library)
        yield from text_check.check(library, session, text or "", self.services.public_message)

    @staticmethod
    def stop_check(session: Session) -> None:
        """Ends the check: what was checked until then is shown."""
        if session.checking:
            session.checking.set()


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 9 else 0
