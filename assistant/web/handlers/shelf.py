"""The library as a table: sorted, filtered, a page at a time; its map and its years beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from assistant.core.errors import AssistantError
from assistant.core.text.counts import count_of
from assistant.library.identity.where import Where
from assistant.web.handlers.actions import Actions
from assistant.web.handlers.downloads import Changes
from assistant.web.html import lists
from assistant.web.html.elements import message, notice
from assistant.web.layout import CHAT, filtered, unread

PAGE = 50


def browsed(actions: Actions) -> Changes:
    """The library as it is now."""
    library, at = actions.library, actions.layout
    try:
        if not len(library):
            empty = message("This library is empty. Drop a file above to begin.", "hint")
            return {at.papers: empty, at.years: "", at.map: ""}
        return table(actions) | {
            at.years: lists.years(library.catalogue().years),
            at.map: lists.chart(library.map(), len(library)),
        }
    except AssistantError as exc:
        return {at.papers: message(actions.desk.public_message(exc)), at.years: "", at.map: ""}


def table(actions: Actions, offset: int = 0) -> Changes:
    """One page of the papers that pass the filter, and are in the collection that was chosen."""
    session, library, wrong = actions.session, actions.library, unread(*actions.session.filters[1:3])
    wanted, collections = filtered(*session.filters), library.collections()
    if session.collection not in collections:
        session.collection = ""
    if session.collection:
        wanted = replace(wanted, ids=library.passing(Where(collection=session.collection)))
    page = library.catalogue().find(wanted, offset, PAGE, session.order)
    shown = lists.papers(
        page,
        offset,
        PAGE,
        editable=actions.editable,
        order=session.order,
        collections=collections,
        collection=session.collection,
        narrowed=not wrong and not wanted.words and bool(_where(actions)),
    )
    return {actions.layout.papers: message(wrong) + shown if wrong else shown}


def _where(actions: Actions) -> Where:
    """The filter of the table as one of questions. Raises `QuestionError`."""
    wanted = filtered(*actions.session.filters)
    first, last = wanted.years
    collection = actions.session.collection
    return Where(first, last, author=wanted.author.strip(), venue=wanted.venue.strip(), collection=collection)


def within(actions: Actions) -> Changes:
    """The next questions are asked within what the table is filtered by."""
    return actions.ask_within(_where(actions)) | actions.look(CHAT)


def chosen(actions: Actions, collection: str) -> Changes:
    """The table of one collection; "" for all papers."""
    actions.session.collection = collection
    return table(actions)


def tagged(actions: Actions, ids: Sequence[str], collection: str, *, remove: bool) -> Changes:
    """The selected papers are put into a collection, or taken out, where that is allowed."""
    if not actions.editable:
        return {}
    actions.library.tag(collection, ids, remove=remove)
    done = f"{'Took' if remove else 'Put'} {count_of(len(ids), 'paper')} {'out of' if remove else 'into'} {collection.strip()}."
    return table(actions) | actions.scoped() | {actions.layout.notice: notice(done)}


def ordered(actions: Actions, order: str) -> Changes:
    """The table, sorted by another column."""
    actions.session.order = order
    return table(actions)


def removed(actions: Actions, ids: Sequence[str]) -> Changes:
    """Papers are removed, where that is allowed."""
    if not actions.editable:
        return {}
    for paper_id in ids:
        actions.library.remove(paper_id)
    shown = {
        actions.layout.paper: "",
        actions.layout.notice: notice(f"Removed {count_of(len(ids), 'paper')}."),
    }
    return browsed(actions) | actions.shelved() | shown
