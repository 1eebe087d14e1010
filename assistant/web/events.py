"""Wire the page's events to handlers. Each handler is short; what it does is in other files."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import gradio as gr

from assistant.core.errors import AssistantError
from assistant.core.settings import places
from assistant.web import chat, upload
from assistant.web.actions import Actions, Changes, exports
from assistant.web.html import comparison, lists
from assistant.web.html.elements import message, notice
from assistant.web.identity import here, owner
from assistant.web.layout import LIBRARY, Layout, filtered
from assistant.web.state import OWN, Services, Session

PAGE = 50


class Events:
    """The handlers of one page."""

    def __init__(self, layout: Layout, desk: Services) -> None:
        self.at = layout
        self.desk = desk
        self.web = desk.own.settings.web

    def wire(self, page: gr.Blocks) -> None:
        """Connects everything."""
        at = self.at
        every = [
            at.tabs, at.banner, at.library, at.conversations, at.past, at.live, at.scope, at.question,
            at.export, at.past_sources, at.live_sources, at.following, at.notice, at.aside, at.papers, at.years, at.map, at.picked,
            at.comparison, at.inspector, at.keep, at.privacy, at.delivery, at.added,
        ]  # fmt: skip
        seen = [at.session, at.library]
        private: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
        # Left to itself, Gradio drops what is triggered again while it still runs.
        last: dict[str, Any] = {**private, "trigger_mode": "always_last"}
        page.load(self.load, seen, every, **private)
        # These are read when they are looked at, not with every page.
        at.shelves.select(
            self.browse, [*seen, *at.filters], [at.papers, at.years, at.map, at.banner], **private
        )
        at.choices.select(self.settings, seen, [at.keep, at.privacy], **private)
        gr.on(
            [at.question.submit, at.ask.click],
            self.ask,
            [at.question, *seen],
            [at.past, at.live, at.past_sources, at.live_sources, at.following, at.question, at.conversations, at.export,
             at.aside],
            api_visibility="private",
            concurrency_limit=self.web.concurrency,
            show_progress="minimal",
            show_progress_on=at.waiting,
            trigger_mode="once",
        ).then(self.follow, seen, at.following, **last)  # fmt: skip
        at.stop.click(self.stop, at.session, None, queue=False, **private)
        at.new.click(self.new, seen, every, **private)
        at.words.change(self.search, [at.words, at.session], at.conversations, **last)
        # The browser waits with a click until the one before it is done.
        gr.on(
            [one.click for one in at.acting],
            self.act,
            [*seen, *at.filters],
            every,
            trigger_mode="multiple",
            **private,
        )
        at.library.change(self.switch, [*seen, *at.filters], every, **private)
        at.keep.input(self.keep, [at.keep, *seen], every, **last)
        at.upload.upload(
            self.add, [at.upload, *seen], [at.added, at.library, at.upload, at.banner], api_visibility="private",
            show_progress="minimal", show_progress_on=at.added, concurrency_limit=1,
        ).then(self.browse, [*seen, *at.filters], [at.papers, at.years, at.map, at.banner], **private)  # fmt: skip
        gr.on(
            [one.change for one in at.filters], self.browse_papers, [*seen, *at.filters], [at.papers, at.notice],
            **last,
        )  # fmt: skip
        gr.on([at.compare.click, at.asked.submit], self.compare, [at.asked, *seen], every, **private)
        at.check.click(self.check, [at.draft, at.library], at.checked, api_visibility="private")

    def actions(self, session: Session, name: str, request: gr.Request) -> Actions:
        return Actions(self.desk, self.at, session, self.desk.named(name), self.owner(request))

    def owner(self, request: gr.Request) -> str:
        return owner(request.headers, request.cookies, self.web.owner_header)

    def load(self, session: Session, name: str, request: gr.Request) -> Changes:
        """A tab was opened, perhaps again or with the address of an answer."""
        actions = self.actions(session, name, request)
        shown: Changes = {
            self.at.conversations: self.desk.listed(actions.owner, session),
            self.at.banner: self.desk.banner(name),
        }
        if conversation := request.query_params.get("conversation", ""):
            shown |= self._said(lambda: actions.open(conversation))
        if answer := request.query_params.get("answer", ""):
            shown |= self._said(lambda: actions.inspect(answer))
        return shown

    def settings(self, session: Session, name: str, request: gr.Request) -> Changes:
        return self._said(lambda: self._settings(self.actions(session, name, request), request))

    def ask(self, text: str, session: Session, name: str, request: gr.Request) -> Iterator[Changes]:
        """Answers a question as the views of the chat come."""
        if not text.strip():
            yield {}
            return
        at, asker = self.at, self.owner(request)
        for view in chat.respond(self.desk, self.desk.named(name), session, asker, text):
            changes: Changes = {at.live: view.live}
            if view.past is not None:
                changes |= {at.past: view.past, at.past_sources: view.past_sources}
                changes |= {at.question: "", at.following: "", at.aside: ""}
            if view.live_sources is not None:
                changes[at.live_sources] = view.live_sources
            if view.finished:
                changes[at.conversations] = self.desk.listed(asker, session)
                changes[at.export] = exports(session)
            yield changes

    def follow(self, session: Session, name: str) -> Any:
        """What could be asked next, once the answer is there."""
        offered = chat.following(self.desk.named(name), session)
        return gr.skip() if offered is None else offered

    @staticmethod
    def stop(session: Session) -> None:
        if session.stop:
            session.stop.set()

    def new(self, session: Session, name: str, request: gr.Request) -> Changes:
        return self.actions(session, name, request).begin()

    def search(self, words: str, session: Session, request: gr.Request) -> str:
        session.sought = words
        return self.desk.listed(self.owner(request), session)

    def act(
        self, event: gr.EventData, request: gr.Request, session: Session, name: str, *fields: Any
    ) -> Changes:
        """A button in our HTML."""
        act, value, said = (getattr(event, part, None) for part in ("act", "value", "said"))
        if not isinstance(act, str) or not isinstance(value, str) or not isinstance(said, dict):
            return {}
        actions = self.actions(session, name, request)
        done = actions.deliver({"to": "nobody"})
        if act == "page":
            place = _number(value)
            return done | self._said(lambda: {self.at.papers: self._papers(session, name, fields, place)})
        if act == "remove":
            return done | self._said(lambda: self._removed(session, name, fields, value))
        return done | self._said(lambda: actions.do(act, value, said))

    def switch(self, session: Session, name: str, request: gr.Request, *fields: Any) -> Changes:
        """The other library."""
        actions = self.actions(session, name, request)
        session.picked.clear()
        return (
            actions.begin()
            | self._browsed(session, name, fields)
            | self.settings(session, name, request)
            | {self.at.picked: comparison.picked(()), self.at.comparison: ""}
        )

    def keep(self, wanted: bool, session: Session, name: str, request: gr.Request) -> Changes:
        return self._said(lambda: self._kept(wanted, session, name, request))

    def _kept(self, wanted: bool, session: Session, name: str, request: gr.Request) -> Changes:
        actions = self.actions(session, name, request)
        if actions.owner:
            self.desk.conversations.keep(actions.owner, wanted)
        listed = {self.at.conversations: self.desk.listed(actions.owner, session)}
        return self._settings(actions, request) | listed

    def _settings(self, actions: Actions, request: gr.Request) -> Changes:
        library, kept = actions.library, self.desk.keeps(actions.owner)
        sent = (
            "Nothing. Answers are quotes that are chosen on this machine."
            if library.settings.answers_with == "quotes"
            else f"To {library.settings.answers_with}: your question, earlier questions and answers of the conversation if they are "
            "needed to understand it, and the abstracts that were found for it."
        )
        told = here(request.client.host if request.client else "", request.headers)
        every = places(self.desk.own.path)
        shown = [(name, f"{path}: {what}" if told else what) for name, path, what in every]
        return {
            self.at.keep: gr.Checkbox(value=kept, interactive=self.web.history),
            self.at.privacy: lists.privacy(shown, sent, kept=kept, allowed=self.web.history),
        }

    def add(self, files: list[str] | None, session: Session, name: str) -> Iterator[tuple[Any, ...]]:
        """Adds dropped files to one's own library, wherever the page was."""
        same = gr.skip()
        if not self.web.editing:
            yield (
                message("Adding papers is turned off on this server."),
                same,
                None,
                same,
            )
            return
        # What is dropped while these are read would be lost.
        busy, free = gr.File(interactive=False), gr.File(value=None, interactive=True)
        shown = ""
        try:
            for shown in upload.add(self.desk.own, files or [], self.desk.public_message):
                yield shown, same, busy, same
        except Exception:
            # A defect of ours goes to the log; other files can be dropped all the same.
            yield same, same, free, same
            raise
        # Another library begins another conversation: one that would be lost is left alone.
        if name != OWN and (session.stop or (session.turns and not session.conversation)):
            where = message(f"The papers are in “{OWN}”. Choose it above.", "hint")
            yield shown + where, same, free, self.desk.banner(name)
        else:
            yield same, OWN, free, self.desk.banner(OWN)

    def browse(self, session: Session, name: str, *fields: Any) -> Changes:
        """The library as it is now."""
        return self._browsed(session, name, fields)

    def browse_papers(self, session: Session, name: str, *fields: Any) -> Changes:
        return self._said(lambda: {self.at.papers: self._papers(session, name, fields, 0)})

    def _browsed(self, session: Session, name: str, fields: tuple[Any, ...]) -> Changes:
        library, at = self.desk.named(name), self.at
        try:
            catalogue = library.catalogue()
            return {
                at.papers: self._papers(session, name, fields, 0),
                at.years: lists.years(catalogue.years),
                at.map: lists.chart(library.map(), len(catalogue.papers)),
                at.banner: self.desk.banner(name),
            }
        except AssistantError as exc:
            why = message(self.desk.public_message(exc))
            return {at.papers: why, at.years: "", at.map: "", at.banner: self.desk.banner(name)}

    def _papers(self, session: Session, name: str, fields: tuple[Any, ...], offset: int) -> str:
        found = self.desk.named(name).catalogue().find(filtered(*fields), offset, PAGE)
        return lists.papers(found, offset, PAGE, editable=self.desk.editable(name), picked=session.picked)

    def _removed(self, session: Session, name: str, fields: tuple[Any, ...], paper_id: str) -> Changes:
        if not self.desk.editable(name):
            return {}
        self.desk.named(name).remove(paper_id)
        return self._browsed(session, name, fields) | {self.at.tabs: gr.Tabs(selected=LIBRARY)}

    def _said(self, action: Callable[[], Changes]) -> Changes:
        """What an action changes; what keeps it from that is said, and nothing changes."""
        try:
            return action()
        except AssistantError as exc:
            return {self.at.notice: notice(self.desk.public_message(exc), problem=True)}

    def compare(self, asked: str, session: Session, name: str, request: gr.Request) -> Changes:
        return self._said(lambda: self.actions(session, name, request).compare([], asked.strip()))

    def check(self, draft: str, name: str) -> str:
        """A text of the user's own, checked."""
        library = self.desk.named(name)
        try:
            statements = library.verify(draft)
            ids = [i for s in statements for i in (*s.suggested, *(e.paper_id for e in s.evidence))]
            papers = {paper.id: paper for paper in library.papers(ids)}
        except AssistantError as exc:
            return message(self.desk.public_message(exc))
        return comparison.checked(statements, papers)


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 9 else 0
