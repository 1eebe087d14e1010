"""Conversations, papers, scope, uploads, exports. The lists of the page: also years, the map, what is stored."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from markupsafe import Markup

from assistant.conversation.store import Listed
from assistant.core.paper import Paper
from assistant.core.text.counts import count_of
from assistant.export.formats import REFERENCES, TRANSCRIPTS
from assistant.library.catalogue import Page, Place
from assistant.library.sync import AddReport
from assistant.retrieval.passage import Similar
from assistant.web.html.elements import HTML

MOST_PROBLEMS = 100


def banner(library: str, count: int, note: str, answers_with: str) -> Markup:
    """Return the name and size of the library that is shown, and what answers ("quotes" or a model's name and host)."""
    who = (
        "Answers are verbatim quotes. Nothing leaves this machine."
        if answers_with == "quotes"
        else f"Answers are written by {answers_with}, which receives questions and abstracts, and checked here."
    )
    return HTML["lists.banner"](library, count_of(count, "paper"), note, who)


def conversations(
    listed: Sequence[Listed], current: str | None, words: str, *, kept: bool, allowed: bool = True
) -> Markup:
    """Return the user's conversations with buttons to open, rename, delete. `words` is what they were searched for;
    `current` is named even if the search leaves it out, and None if conversations are not `kept`."""
    if not kept:
        note = "History is off: this conversation is gone when you leave the page."
        note += " You can change that under Settings." if allowed else ""
        return HTML["lists.conversations"]((), None, note)
    note = "No conversation matches." if words else "Your conversations appear here. Only you can see them."
    return HTML["lists.conversations"](listed, current or "", note)


def scope(only: Mapping[str, str], without: Mapping[str, str]) -> Markup:
    """Return which papers the next question is asked of: `only` these, or all `without` those (titles by id)."""
    return HTML["lists.scope"](only, without)


def similar(paper: Paper, near: Sequence[Similar]) -> Markup:
    """Return the papers most similar to one."""
    return HTML["lists.similar"](paper, near)


def papers(page: Page, offset: int, limit: int, *, editable: bool, picked: Sequence[str]) -> Markup:
    """Return one page of the library's papers, with buttons to the pages around it."""
    return HTML["lists.papers"](page, offset, limit, editable, picked)


def years(counts: Mapping[int, int]) -> Markup:
    """Return the number of papers per year as bars; nothing if no paper has a year."""
    return HTML["lists.years"](counts)


def chart(places: Sequence[Place], total: int) -> Markup:
    """Return the map: one point per paper, which asks about it. Nothing for fewer than three papers."""
    return HTML["lists.chart"](places, total)


def report(added: AddReport) -> Markup:
    """Return what happened to added files, with the first 100 problems."""
    parts = [
        f"Added {count_of(len(added.added), 'paper')}",
        f"updated {len(added.changed):,}" if added.changed else "",
        f"{len(added.unchanged):,} already in the library" if added.unchanged else "",
        count_of(len(added.problems), "problem") if added.problems else "",
    ]
    head = f"{', '.join(part for part in parts if part)}."
    shown = added.problems[:MOST_PROBLEMS]
    return HTML["lists.report"](head, shown, len(added.problems) - len(shown))


def reading(name: str, progress: str = "") -> Markup:
    """Return the line shown while a file is read."""
    return HTML["lists.reading"](name, progress)


def uploaded(name: str, result: Markup) -> Markup:
    """Return the result of one file, under its name."""
    return HTML["lists.uploaded"](name, result)


def exports() -> Markup:
    """Return the menu of a conversation's exports."""
    return HTML["lists.exports"](TRANSCRIPTS, REFERENCES)


def privacy(places: Sequence[tuple[str, str]], sent: str, *, kept: bool, allowed: bool) -> Markup:
    """Return what is stored where, what is sent to whom, and a button to delete one's conversations."""
    history = (
        "Your conversations are kept on this server, in one file. A cookie (or your sign-in) tells yours from those of "
        "others; nobody else can open them here. Whoever runs this server can read the file."
        if kept
        else "Your conversations are not kept: they are gone when you close this page."
        if allowed
        else "History is turned off on this server."
    )
    return HTML["lists.privacy"](places, sent, history)
