"""What each button does. Each is a method that returns the components it changes with their new values."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from time import time_ns
from typing import Any

from assistant.assistant import Assistant
from assistant.conversation.feedback import KINDS, FeedbackKind
from assistant.conversation.store import Conversation
from assistant.core.answer import Answer
from assistant.core.errors import ConversationNotFound
from assistant.core.paper import Paper
from assistant.core.text.counts import count_of
from assistant.export.citation_style import STYLES, cited
from assistant.export.formats import REFERENCES, TRANSCRIPTS, ExportFormat
from assistant.generation.comparison.compare import MOST
from assistant.web import chat
from assistant.web.html import comparison, frame, inspector, lists, sources
from assistant.web.html.elements import count_of, notice
from assistant.web.layout import CHAT, COMPARE, INSPECT, LIBRARY, Layout
from assistant.web.state import OWN, SAMPLE, Services, Session

Changes = dict[Any, Any]


@dataclass(frozen=True)
class Actions:
    """The actions of one tab's user."""

    desk: Services
    layout: Layout
    session: Session
    owner: str

    @property
    def library(self) -> Assistant:
        """The library that is shown."""
        return self.desk.named(self.session.library)

    @property
    def editable(self) -> bool:
        """Whether papers of the library that is shown can be removed here."""
        return self.desk.editable(self.session.library)

    def do(self, act: str, value: str, said: dict[str, str]) -> Changes:
        """Does what a button says. What no button of ours says does nothing."""
        kind, _, detail = act.partition("-")
        known: dict[str, Callable[[], Changes]] = {
            "open": lambda: self.open(value),
            "new": self.begin,
            "undo": self.undo,
            "show": lambda: self.show(value),
            "rename": lambda: self.rename(value, said.get("text", "")),
            "delete": lambda: self.delete(value),
            "forget": self.forget,
            "references": lambda: self.references(value, detail),
            "export": lambda: self.export(detail),
            "copy": lambda: self.copy(value, said.get("style", "")),
            "feedback": lambda: self.feedback(value, detail, said.get("comment", "")),
            "inspect": lambda: self.inspect(value),
            "about": lambda: self.about(value),
            "exclude": lambda: self.exclude(value),
            "unscope": lambda: self.unscope(value),
            "similar": lambda: self.similar(value, said.get("view", "")),
            "pick": lambda: self.pick(value),
            "unpick": lambda: self.unpick(value),
            "compare": lambda: self.compare(value.split("\n")),
            "selected": lambda: self.selected(value.split("\n"), detail),
        }
        return known[kind]() if kind in known else {}

    def open(self, conversation: str) -> Changes:
        """Takes up a conversation of one's own, and the library that it was about."""
        opened = self.desk.conversations.open(self.owner, conversation)
        self.session.begin()
        self.session.reopen(opened)
        for turn in self.session.turns:
            chat.add_table(self.library, self.session, turn)
        return self.all_turns() | self.scoped() | self.shelved()

    def begin(self) -> Changes:
        """A new conversation."""
        self.session.begin()
        return self.all_turns() | self.scoped() | {self.layout.aside: ""}

    def choose(self, key: str) -> Changes:
        """The other library, and a new conversation about it."""
        self.session.library = key if key in (SAMPLE, OWN) else OWN
        self.session.picked.clear()
        emptied = {
            self.layout.picked: comparison.picked(()),
            self.layout.comparison: "",
            self.layout.paper: "",
        }
        return self.begin() | self.shelved() | emptied

    def shelved(self) -> Changes:
        """The name of the library that is shown."""
        return {self.layout.picker: self.desk.picker(self.session.library)}

    def look(self, view: str) -> Changes:
        """Another view is shown."""
        return {self.layout.view: frame.view(view, time_ns())}

    def all_turns(self) -> Changes:
        """The chat as the session has it."""
        turns, cards = chat.past(self.session)
        at = self.layout
        return {
            at.past: turns,
            at.past_sources: cards,
            at.live: "" if turns else self.desk.welcome(self.session.library),
            at.following: "",
            at.live_sources: "" if turns else sources.HINT,
            at.conversations: self.desk.listed(self.owner, self.session),
        }

    def rename(self, conversation: str, title: str) -> Changes:
        self.desk.conversations.rename(self.owner, conversation, title)
        return self._list()

    def delete(self, conversation: str) -> Changes:
        """Deletes a conversation; this tab alone still knows it, so that it can be taken back."""
        self.session.deleted = self.desk.conversations.open(self.owner, conversation)
        self.desk.conversations.delete(self.owner, conversation)
        left = self.begin() if conversation == self.session.conversation else self._list()
        return left | {self.layout.notice: notice("Conversation deleted.", undo="undo")}

    def undo(self) -> Changes:
        """Takes back the last deletion."""
        if self.session.deleted is None:
            return {}
        self.desk.conversations.restore(self.owner, self.session.deleted)
        self.session.deleted = None
        return self._list() | self._tell("The conversation is back.")

    def forget(self) -> Changes:
        """Deletes all conversations of this user's."""
        count = self.desk.conversations.delete_all(self.owner)
        self.session.deleted = None
        return self.begin() | self._tell(f"Deleted {count_of(count, 'conversation')}.")

    def _list(self) -> Changes:
        return {self.layout.conversations: self.desk.listed(self.owner, self.session)}

    def references(self, key: str, form: str) -> Changes:
        """The cited papers as a file for other programs."""
        answer = self.desk.turn(self.owner, self.session, key).answer
        return self._file("references", REFERENCES[form], [source.paper for source in answer.sources])

    def export(self, form: str) -> Changes:
        """The conversation as a file, or the papers that it cites."""
        conversation = self.session.whole(self._kept())
        if form in TRANSCRIPTS:
            return self._file("conversation", TRANSCRIPTS[form], conversation)
        papers: dict[str, Paper] = {}
        for turn in conversation.turns:
            papers |= {source.paper.id: source.paper for source in turn.answer.sources}
        return self._file("references", REFERENCES[form], list(papers.values()))

    def _kept(self) -> Conversation | None:
        """The conversation in hand as it is kept; None where it is not, or was deleted in another tab."""
        try:
            kept = self.session.conversation
            return self.desk.conversations.open(self.owner, kept) if kept else None
        except ConversationNotFound:
            return None

    def _file(self, name: str, form: ExportFormat[Any], content: Any) -> Changes:
        text = form.write(content)
        return self.deliver(
            {"to": "file", "name": f"{name}.{form.ending}", "type": form.media_type, "text": text}
        )

    def copy(self, key: str, style: str) -> Changes:
        """The answer with its citations in a style, into the clipboard."""
        answer = self.desk.turn(self.owner, self.session, key).answer
        text = cited(answer, style if style in STYLES else next(iter(STYLES)))
        return self.deliver({"to": "clipboard", "text": text}) | self._tell("Copied.")

    def deliver(self, given: dict[str, str]) -> Changes:
        """Hands something to the browser, which takes it for the end of what a button asked for."""
        # The time makes the same thing twice two deliveries.
        return {self.layout.delivery: {**given, "at": datetime.now(UTC).isoformat()}}

    def feedback(self, key: str, kind: str, comment: str) -> Changes:
        """What the user says of an answer, kept with it."""
        turn = self.desk.turn(self.owner, self.session, key)
        chosen: FeedbackKind = next((known for known in KINDS if known == kind), "comment")
        place = next((i for i, one in enumerate(self.session.turns) if one.id == key), 0)
        before = self.session.history_before(place) if self.desk.keeps(self.owner) else []
        self.desk.feedback.add(chosen, turn.answer, before, comment[:2000])
        where = "conversation" if before else "answer"
        return self._tell(f"Thanks, saved with this {where} on this server.")

    def inspect(self, key: str) -> Changes:
        """How an answer came."""
        turn = self.desk.turn(self.owner, self.session, key)
        shown = {
            self.layout.inspector: inspector.inspector(
                turn.answer,
                self._papers(turn.answer),
                self.library.settings.llm,
                f"?answer={turn.id}" if self.desk.holds(self.owner, turn.id) else "",
            ),
        }
        return shown | self.look(INSPECT)

    def _papers(self, answer: Answer) -> dict[str, Paper]:
        """The papers found for an answer, which may have been asked of the other library."""
        found = {source.paper.id: source.paper for source in answer.sources}
        for library in (self.library, self.desk.own, self.desk.sample):
            missing = [p.paper_id for p in answer.passages if p.paper_id not in found]
            if missing:
                found |= {paper.id: paper for paper in library.papers(missing)}
        return found

    def scoped(self) -> Changes:
        return {self.layout.scope: self.desk.scope(self.session)}

    def about(self, paper_id: str) -> Changes:
        """The next questions are asked of this paper alone."""
        paper = self.library.paper(paper_id)
        self.session.only = {paper.id: paper.title}
        self.session.without.pop(paper.id, None)
        return self.scoped() | self.look(CHAT)

    def exclude(self, paper_id: str) -> Changes:
        """The next questions leave this paper out."""
        paper = self.library.paper(paper_id)
        self.session.without[paper.id] = paper.title
        self.session.only.pop(paper.id, None)
        return self.scoped()

    def unscope(self, paper_id: str) -> Changes:
        self.session.only.pop(paper_id, None)
        self.session.without.pop(paper_id, None)
        return self.scoped()

    def show(self, paper_id: str) -> Changes:
        """The whole record of a paper, beside the library."""
        picked = paper_id in self.session.picked
        card = lists.paper(self.library.paper(paper_id), editable=self.editable, picked=picked)
        return {self.layout.paper: card}

    def similar(self, paper_id: str, view: str = "") -> Changes:
        """The papers nearest to this one, beside the view that asks."""
        near = lists.similar(self.library.paper(paper_id), self.library.similar(paper_id))
        return {self.layout.paper if view == LIBRARY else self.layout.aside: near}

    def selected(self, ids: list[str], what: str) -> Changes:
        """Something with the papers that are selected in the library."""
        if not ids[0]:
            return self._tell("Select a paper first.")
        if what == "compare":
            return self.compare(ids)
        papers = self.library.papers(ids)
        if what in REFERENCES:
            return self._file("references", REFERENCES[what], papers)
        if what == "about":
            self.session.only = {paper.id: paper.title for paper in papers}
            self.session.without = {}
            return self.scoped() | self.look(CHAT)
        return {}

    def pick(self, paper_id: str) -> Changes:
        """Puts a paper into the comparison."""
        paper = self.library.paper(paper_id)
        if paper.id not in self.session.picked:
            if len(self.session.picked) == MOST:
                return self._tell(f"The comparison already has {MOST} papers. Remove one first.")
            self.session.picked.append(paper.id)
        count = len(self.session.picked)
        return self._picked() | self._tell(f"Added to comparison ({count} of {MOST}).")

    def unpick(self, paper_id: str) -> Changes:
        if paper_id in self.session.picked:
            self.session.picked.remove(paper_id)
        return self._picked()

    def _tell(self, text: str) -> Changes:
        return {self.layout.notice: notice(text)}

    def _picked(self) -> Changes:
        there = self.library.papers(self.session.picked)
        self.session.picked[:] = [paper.id for paper in there]
        return {self.layout.picked: comparison.picked(there)}

    def compare(self, ids: list[str], asked: str = "") -> Changes:
        """A comparison of these papers, or of those that were picked."""
        chosen = ids[:MOST] or self.session.picked
        made = comparison.comparison(self.library.compare(chosen, asked=asked), asked)
        self.session.picked[:] = chosen
        return self._picked() | {self.layout.comparison: made} | self.look(COMPARE)
