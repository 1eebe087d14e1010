"""What each button does. Each is a method that returns the components it changes with their new values."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from time import time_ns

from assistant.assistant import Assistant
from assistant.core.answers.answer import Answer
from assistant.core.errors import QuestionError
from assistant.core.paper import Paper
from assistant.core.text.counts import count_of
from assistant.export.formats import REFERENCES
from assistant.generation.comparison.compare import MOST
from assistant.library.identity.where import Where
from assistant.web.handlers import chat
from assistant.web.handlers.downloads import Changes, Downloads
from assistant.web.html import comparison, frame, inspector, lists, sources
from assistant.web.html.elements import notice
from assistant.web.layout import CHAT, COMPARE, INSPECT, LIBRARY
from assistant.web.state import OWN, SAMPLE

_FORM = ("since", "until", "author", "venue", "collection")
"""The fields of the form that says within what to ask."""


@dataclass(frozen=True)
class Actions(Downloads):
    """The actions of one tab's user."""

    @property
    def library(self) -> Assistant:
        """The library that is shown."""
        return self.services.named(self.session.library)

    @property
    def editable(self) -> bool:
        """Whether papers of the library that is shown can be removed here."""
        return self.session.library == OWN and self.services.may_edit(self.owner)

    def do(self, act: str, value: str, said: dict[str, str]) -> Changes:
        """Does what a button says. What no button of ours says does nothing."""
        kind, _, detail = act.partition("-")
        known: dict[str, Callable[[], Changes]] = {
            "open": lambda: self.open(value),
            "new": self.begin,
            "undo": self.undo,
            "quotes": lambda: self.quotes(value),
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
            "cite": lambda: self.cite(self.library.paper(value), said.get("style", "")),
            "exclude": lambda: self.exclude(value),
            "unscope": lambda: self.unscope(value),
            "within": lambda: self.within(said),
            "unfilter": lambda: self.unfilter(value),
            "similar": lambda: self.similar(value, said.get("view", "")),
            "pick": lambda: self.pick(value) | self._card_again(value, said),
            "unpick": lambda: self.unpick(value) | self._card_again(value, said),
            "compare": lambda: self.compare(value.split("\n")),
            "selected": lambda: self.selected(value.split("\n"), detail),
        }
        return known[kind]() if kind in known else {}

    def open(self, conversation: str) -> Changes:
        """Takes up a conversation of one's own, and the library that it was about."""
        opened = self.services.conversations.open(self.owner, conversation)
        self.session.begin()
        self.session.reopen(opened)
        return self.all_turns() | self.scoped() | self.shown_library()

    def begin(self) -> Changes:
        """Begin a new conversation."""
        self.session.begin()
        return self.all_turns() | self.scoped() | {self.layout.aside: ""}

    def quotes(self, question: str) -> Changes:
        """Ask the question again, to be answered without a model."""
        self.session.quotes = True
        return self.deliver({"to": "asking", "text": question})

    def choose(self, key: str) -> Changes:
        """Switch to the library with this key, and begin a conversation about it."""
        self.session.library = key if key in (SAMPLE, OWN) else OWN
        self.session.picked.clear()
        self.session.table_filter = Where()
        emptied = {
            self.layout.added: "",
            self.layout.picked: comparison.picked(()),
            self.layout.comparison: "",
            self.layout.paper: "",
        }
        return self.begin() | self.shown_library() | emptied

    def ask_elsewhere(self, value: str) -> Changes:
        """Ask a question of another library, which is shown from then on; `value` is the library's key and the question."""
        key, _, question = value.partition("\n")
        return self.choose(key) | self.deliver({"to": "asking", "text": question})

    def shown_library(self) -> Changes:
        """Show the name of the library that is in use."""
        return {self.layout.picker: self.services.picker(self.session.library)}

    def look(self, view: str) -> Changes:
        """Show another view."""
        return {self.layout.view: frame.view(view, time_ns())}

    def all_turns(self) -> Changes:
        """Show the chat as the session has it."""
        turns, cards = chat.past(self.session)
        at = self.layout
        self.session.offered = self.services.offered(self.session.library)
        return {
            at.past: turns,
            at.past_sources: cards,
            at.live: "" if turns else self.services.welcome(self.session.library, self.owner),
            at.following: "",
            at.live_sources: "" if turns else sources.HINT,
            at.conversations: self.services.listed(self.owner, self.session),
        }

    def rename(self, conversation: str, title: str) -> Changes:
        self.services.conversations.rename(self.owner, conversation, title)
        return self._list()

    def delete(self, conversation: str) -> Changes:
        """Deletes a conversation; this tab alone still knows it, so that it can be taken back."""
        self.session.deleted = self.services.conversations.open(self.owner, conversation)
        self.services.conversations.delete(self.owner, conversation)
        left = self.begin() if conversation == self.session.conversation else self._list()
        return left | {self.layout.notice: notice("Conversation deleted.", undo="undo")}

    def undo(self) -> Changes:
        """Takes back the last deletion."""
        if self.session.deleted is None:
            return {}
        self.services.conversations.restore(self.owner, self.session.deleted)
        self.session.deleted = None
        return self._list() | self.tell("The conversation is back.")

    def forget(self) -> Changes:
        """Deletes all conversations of this user's."""
        count = self.services.conversations.delete_all(self.owner)
        self.session.deleted = None
        return self.begin() | self.tell(f"Deleted {count_of(count, 'conversation')}.")

    def _list(self) -> Changes:
        return {self.layout.conversations: self.services.listed(self.owner, self.session)}

    def inspect(self, key: str) -> Changes:
        """Show how an answer was made; `key` is the turn's id."""
        turn = self.services.turn(self.owner, self.session, key)
        shown = {
            self.layout.inspector: inspector.inspector(
                turn.answer,
                self._papers(turn.answer),
                f"?answer={turn.id}" if self.services.holds(self.owner, turn.id) else "",
                [one.answer for one in self.session.turns],
            ),
        }
        return shown | self.look(INSPECT)

    def _papers(self, answer: Answer) -> dict[str, Paper]:
        """Return the papers found for an answer by id; it may have been asked of the other library."""
        found = {source.paper.id: source.paper for source in answer.sources}
        for library in (self.library, self.services.own, self.services.sample):
            missing = [p.paper_id for p in answer.passages if p.paper_id not in found]
            if missing:
                found |= {paper.id: paper for paper in library.papers(missing)}
        return found

    def scoped(self) -> Changes:
        return {self.layout.scope: self.services.scope(self.session)}

    def about(self, paper_id: str) -> Changes:
        """Ask the next questions of this paper alone."""
        paper = self.library.paper(paper_id)
        self.session.only = {paper.id: paper.title}
        self.session.without.pop(paper.id, None)
        return self.scoped() | self.look(CHAT)

    def exclude(self, paper_id: str) -> Changes:
        """Leave this paper out of the next questions."""
        paper = self.library.paper(paper_id)
        self.session.without[paper.id] = paper.title
        self.session.only.pop(paper.id, None)
        return self.scoped()

    def unscope(self, paper_id: str) -> Changes:
        self.session.only.pop(paper_id, None)
        self.session.without.pop(paper_id, None)
        return self.scoped()

    def within(self, said: dict[str, str]) -> Changes:
        """Ask the next questions within the years, author, venue and collection of the form."""
        return self.ask_within(where_of(said))

    def ask_within(self, where: Where) -> Changes:
        """Ask the next questions of the papers that pass a filter. Raises `QuestionError` where none does."""
        if where and not self.library.passing(where):
            raise QuestionError(
                f"No paper passes the filter ({where}): an author is named by the whole family name."
                if where.author
                else f"No paper passes the filter ({where}): leave a part of it out."
            )
        self.session.where = where
        return self.scoped()

    def unfilter(self, kind: str) -> Changes:
        """Remove a part of the filter: the years, the author, the venue or the collection."""
        self.session.where = without(self.session.where, kind)
        return self.scoped()

    def show(self, paper_id: str) -> Changes:
        """Show the whole record of a paper, beside the library."""
        picked = paper_id in self.session.picked
        card = lists.paper(self.library.paper(paper_id), editable=self.editable, picked=picked)
        return {self.layout.paper: card}

    def similar(self, paper_id: str, view: str = "") -> Changes:
        """Show the papers nearest to this one, beside the view that asks."""
        near = lists.similar(self.library.paper(paper_id), self.library.similar(paper_id))
        return {self.layout.paper if view == LIBRARY else self.layout.aside: near}

    def selected(self, ids: list[str], what: str) -> Changes:
        """Compare, export or ask about the papers that are selected in the library; `what` names which."""
        if not ids[0]:
            return self.tell("Select a paper first.")
        if what == "compare" and len(ids) > MOST:
            return self.tell(f"A comparison has at most {MOST} papers. Select fewer.")
        if what == "compare":
            return self.compare(ids)
        papers = self.library.papers(ids)
        if what in REFERENCES:
            return self.saved(papers, what)
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
                return self.tell(f"The comparison already has {MOST} papers. Remove one first.")
            self.session.picked.append(paper.id)
        count = len(self.session.picked)
        return self._picked() | self.tell(f"Added to comparison ({count} of {MOST}).")

    def unpick(self, paper_id: str) -> Changes:
        if paper_id in self.session.picked:
            self.session.picked.remove(paper_id)
        return self._picked()

    def _card_again(self, paper_id: str, said: dict[str, str]) -> Changes:
        """Show the card beside the library again, where the library is looked at."""
        return self.show(paper_id) if said.get("view") == LIBRARY else {}

    def _picked(self) -> Changes:
        there = self.library.papers(self.session.picked)
        self.session.picked[:] = [paper.id for paper in there]
        return {self.layout.picked: comparison.picked(there)}

    def compare(self, ids: list[str], asked: str = "", *, quotes: bool = True) -> Changes:
        """Compare these papers, or those that were picked; in a model's words unless `quotes`."""
        chosen = ids[:MOST] or self.session.picked
        table = self.library.compare(chosen, asked=asked, quotes=quotes, model=self.session.model)
        made = comparison.comparison(table, asked)
        self.session.picked[:] = chosen
        return self._picked() | {self.layout.comparison: made} | self.look(COMPARE)


def where_of(said: dict[str, str]) -> Where:
    """Return the filter that a form says. Raises `QuestionError`."""
    since, until, author, venue, collection = (str(said.get(name, "")).strip() for name in _FORM)
    return Where(_year(since), _year(until), author=author, venue=venue, collection=collection)


def without(where: Where, kind: str) -> Where:
    """Return a filter without its part of a kind: "year", "author", "venue" or "collection"."""
    parts = {"year": {"since": None, "until": None}}.get(kind, {kind: ""} if kind in _FORM else {})
    return replace(where, **parts)


def _year(text: str) -> int | None:
    """Return a year, None for no text. Raises `QuestionError` for another text."""
    if not text:
        return None
    if not (text.isdecimal() and len(text) == 4):
        raise QuestionError(f"{text[:20]!r} is not a year: write four digits.")
    return int(text)
