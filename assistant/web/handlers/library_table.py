"""Sort and filter the library's table, a page at a time; its map and its years beside it."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.core.errors import AssistantError
from assistant.core.text.counts import count_of
from assistant.core.text.sanitize import folded
from assistant.library.catalogue import Filter
from assistant.library.identity.where import Where
from assistant.web.handlers.actions import Actions, where_of, without
from assistant.web.handlers.downloads import Changes
from assistant.web.html import lists
from assistant.web.html.elements import message, notice
from assistant.web.layout import CHAT

PAGE = 50
# Authors and venues that are offered to filter by, the most frequent ones.
_OFFERED = 6


def browsed(actions: Actions) -> Changes:
    """Show the library as it is now: table, years and map."""
    library, at = actions.library, actions.layout
    try:
        if not len(library):
            return {at.papers: lists.nothing(), at.narrowing: "", at.years: "", at.map: ""}
        return table(actions) | {
            at.years: lists.years(library.catalogue().years),
            at.map: lists.chart(library.map(), len(library)),
        }
    except AssistantError as exc:
        told = message(actions.services.public_message(exc))
        return {at.papers: told, at.narrowing: "", at.years: "", at.map: ""}


def table(actions: Actions, offset: int = 0) -> Changes:
    """Show one page of the papers that pass the filter and are found by the words, with what they can be filtered by."""
    session, library, at = actions.session, actions.library, actions.layout
    collections = library.collections()
    if session.table_filter.collection not in collections:
        session.table_filter = without(session.table_filter, "collection")
    catalogue = library.catalogue()
    known = {"author": catalogue.families, "venue": catalogue.venues, "year": catalogue.years}
    page = catalogue.find(_wanted(actions, session.table_filter), offset, PAGE, session.order)
    offered = [("collection", collections)] if collections else []
    offered += [(kind, _facets(actions, kind)) for kind in ("author", "venue") if known[kind]]
    askable = bool(session.table_filter and page.papers and not session.words.strip())
    return {
        at.papers: lists.papers(
            page,
            offset,
            PAGE,
            of=len(library),
            editable=actions.editable,
            order=session.order,
            collections=collections,
            collection=session.table_filter.collection,
            without=[kind for kind, values in known.items() if not values],
            problems=library.problems(),
        ),
        at.narrowing: lists.narrowing(session.table_filter, offered, catalogue.years, askable=askable),
    }


def _facets(actions: Actions, kind: str) -> dict[str, int]:
    """Whose papers, or papers of which venues, stand in the table most often; what is chosen of that kind left aside."""
    wanted = _wanted(actions, without(actions.session.table_filter, kind))
    return actions.library.catalogue().facets(wanted, kind, _OFFERED)


def _wanted(actions: Actions, where: Where) -> Filter:
    """Return the words and a filter of the table. A name that a paper has as it is written means no longer name that it is a part of."""
    library, written = actions.library, folded(where.venue).strip()
    authors = library.passing(Where(author=where.author)) if where.author else frozenset()
    venues = frozenset(library.catalogue().having("venue", [written]).ids) if written else frozenset()
    collected = library.passing(Where(collection=where.collection)) if where.collection else frozenset()
    chosen = [ids for ids in (authors, venues, collected) if ids]
    return Filter(
        actions.session.words,
        (where.since, where.until),
        venue="" if venues else where.venue,
        author="" if authors else where.author,
        ids=frozenset.intersection(*chosen) if chosen else None,
    )


def narrowed(actions: Actions, said: dict[str, str]) -> Changes:
    """Show the papers that pass what the form says. Raises `QuestionError`."""
    actions.session.table_filter = where_of({"collection": actions.session.table_filter.collection, **said})
    return table(actions)


def widened(actions: Actions, kind: str) -> Changes:
    """Show the table without a part of its filter."""
    actions.session.table_filter = without(actions.session.table_filter, kind)
    return table(actions)


def within(actions: Actions) -> Changes:
    """Ask the next questions within what the table is filtered by."""
    return actions.ask_within(actions.session.table_filter) | actions.look(CHAT)


def tagged(actions: Actions, ids: Sequence[str], collection: str, *, remove: bool) -> Changes:
    """Put the selected papers into a collection, or take them out, where that is allowed."""
    if not actions.editable:
        return {}
    actions.library.tag(collection, ids, remove=remove)
    done = f"{'Took' if remove else 'Put'} {count_of(len(ids), 'paper')} {'out of' if remove else 'into'} {collection.strip()}."
    return table(actions) | actions.scoped() | {actions.layout.notice: notice(done)}


def ordered(actions: Actions, order: str) -> Changes:
    """Sort the table by another column."""
    actions.session.order = order
    return table(actions)


def removed(actions: Actions, ids: Sequence[str]) -> Changes:
    """Remove papers, where that is allowed."""
    if not actions.editable:
        return {}
    for paper_id in ids:
        actions.library.remove(paper_id)
    shown = {
        actions.layout.paper: "",
        actions.layout.added: "",
        actions.layout.notice: notice(f"Removed {count_of(len(ids), 'paper')}."),
    }
    return browsed(actions) | actions.shown_library() | shown
