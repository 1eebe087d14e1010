"""Conversations, papers, scope, uploads, exports: the lists of the page; also years, the map, what is stored."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from markupsafe import Markup

from assistant.conversation.store import Listed
from assistant.core.paper import Paper
from assistant.core.text.counts import count_of
from assistant.library.catalogue import Page, Place
from assistant.library.identity.tally import AddReport
from assistant.library.identity.where import Where
from assistant.library.readers import Problem
from assistant.retrieval.passage import Similar
from assistant.web.html.elements import HTML

MOST_PROBLEMS = 100
# What a column shows, the name by which it is sorted, its head.
_COLUMNS = (
    ("title", "title", "Title"),
    ("author", "authors", "Authors"),
    ("venue", "venue", "Venue"),
    ("year", "year", "Year"),
    ("source", "source", "Source"),
)


def conversations(
    listed: Sequence[Listed],
    current: str | None,
    words: str,
    *,
    kept: bool,
    allowed: bool = True,
    names: Mapping[str, str] | None = None,
) -> Markup:
    """Return the user's conversations, grouped by day, with buttons to open, rename, delete. `words` is what they were
    searched for; `current` is named even if the search leaves it out, and None if conversations are not `kept`; `names`
    are those of the libraries that are not shown now, by key."""
    if not kept:
        note = "History is off: this conversation is gone when you leave the page."
        note += " You can change that under Settings." if allowed else ""
        return HTML["lists.conversations"]((), None, note, {}, {})
    note = "No conversation matches." if words else "Your conversations appear here. Only you can see them."
    return HTML["lists.conversations"](_by_day(listed), current or "", note, names or {}, _whens(listed))


def _by_day(listed: Sequence[Listed]) -> list[tuple[str, list[Listed]]]:
    """Group conversations into those of today (where the server stands) and earlier ones."""
    today = datetime.now(UTC).astimezone().date()
    groups: dict[str, list[Listed]] = {"Today": [], "Earlier": []}
    for one in listed:
        groups["Today" if _day(one.changed) == today else "Earlier"].append(one)
    return [(head, every) for head, every in groups.items() if every]


def _whens(listed: Sequence[Listed]) -> dict[str, str]:
    """Return when conversations of the same title had their last turn, by id: the time of today, or the day."""
    today = datetime.now(UTC).astimezone().date()
    count = Counter(one.title for one in listed)
    found: dict[str, str] = {}
    for one in listed:
        if count[one.title] > 1 and (day := _day(one.changed)):
            at = datetime.fromisoformat(one.changed).astimezone()
            found[one.id] = f"{at:%H:%M}" if day == today else f"{day.day} {day:%B %Y}"
    return found


def changed(at: datetime) -> str:
    """Return when a library was changed, in days of the server: "updated today", "updated 3 May 2026"."""
    day = at.astimezone().date()
    return f"updated {'today' if day == datetime.now(UTC).astimezone().date() else f'{day.day} {day:%B %Y}'}"


def _day(at: str) -> date | None:
    try:
        return datetime.fromisoformat(at).astimezone().date()
    except ValueError:
        return None


@dataclass(frozen=True)
class Asked:
    """Which papers the next question is asked of: `only` these, or all `without` those (titles by id), that pass `where`; and the
    library's `collections` to choose from."""

    only: Mapping[str, str] = field(default_factory=dict)
    without: Mapping[str, str] = field(default_factory=dict)
    where: Where = field(default_factory=Where)
    collections: Sequence[str] = ()


def scope(asked: Asked, who: str, spent: str = "") -> Markup:
    """Return which papers the next question is asked of, with what changes it; `who` answers, and what the conversation has
    `spent`."""
    return HTML["lists.scope"](asked, who, spent)


def similar(paper: Paper, near: Sequence[Similar]) -> Markup:
    """Return the papers most similar to one."""
    return HTML["lists.similar"](paper, near)


def papers(
    page: Page,
    offset: int,
    limit: int,
    *,
    of: int,
    editable: bool,
    order: str = "",
    collections: Iterable[str] = (),
    collection: str = "",
    without: Iterable[str] = (),
    problems: Sequence[Problem] = (),
) -> Markup:
    """Return one page of the library's papers as a table that is ordered by a column ("-year": newest first), with buttons to the
    pages around it and what of its files was not added; `of` is the number of all papers, `collections` are what the selected
    ones may be put into, `collection` the one that is shown; what no paper has ("author", "venue", "year") is no column."""
    last, total = min(offset + limit, page.total), count_of(page.total, "paper")
    found = f"{offset + 1:,} to {last:,} of {total}" if page.total > limit else total
    if page.total < of:
        found = (
            f"{found}, {of:,} in all" if page.total > limit else f"{page.total:,} of {count_of(of, 'paper')}"
        )
    shown = problems[:MOST_PROBLEMS]
    columns = [(kind, name, label) for kind, name, label in _COLUMNS if kind not in without]
    unread = (shown, len(problems) - len(shown), _not_added(len(problems)))
    return HTML["lists.papers"](
        page, found, offset, limit, editable, order, collections, collection, columns, *unread
    )


def narrowing(
    where: Where, offered: Iterable[tuple[str, Mapping[str, int]]], years: Iterable[int], *, askable: bool
) -> Markup:
    """Return what the table is filtered by, each part to be removed, and behind one button what it can be filtered by: years, and
    for each kind the values that are `offered` with their numbers of papers. `askable`: what is left can be asked."""
    known = sorted(years)
    first, last = (known[0], known[-1]) if known else ("", "")
    return HTML["lists.narrowing"](where, offered, first, last, askable)


def nothing() -> Markup:
    """Return that a library has no papers."""
    return HTML["lists.nothing"]()


def paper(one: Paper, *, editable: bool, picked: bool) -> Markup:
    """Return the whole record of one paper."""
    return HTML["lists.paper"](one, editable, picked)


def years(counts: Mapping[int, int]) -> Markup:
    """Return the number of papers per year as bars; nothing if no paper has a year."""
    return HTML["lists.years"](counts)


def chart(places: Sequence[Place], total: int) -> Markup:
    """Return the map: one point per paper, which asks about it. Nothing for fewer than three papers."""
    return HTML["lists.chart"](places, total)


def report(added: AddReport, name: str = "") -> Markup:
    """Return what happened to added files, with the first 100 problems; those of the file `name` do not name it again."""
    parts = [
        f"Added {count_of(len(added.added), 'paper')}",
        f"updated {len(added.changed):,}" if added.changed else "",
        f"{len(added.unchanged):,} already in the library" if added.unchanged else "",
        f"merged {count_of(len(added.duplicates), 'duplicate')}" if added.duplicates else "",
        f"{len(added.untold):,} without an abstract" if added.untold else "",
    ]
    head = f"{', '.join(part for part in parts if part)}."
    if lacking := len(added.problems):
        head += f" {_not_added(lacking)}:"
    shown = added.problems[:MOST_PROBLEMS]
    return HTML["lists.report"](head, shown, len(added.problems) - len(shown), name)


def _not_added(count: int) -> str:
    # A part of a record may have been left out, too.
    return f"{count_of(count, 'record')} {'has a problem' if count == 1 else 'have problems'}"


def reading(name: str, progress: str = "") -> Markup:
    """Return the line shown while a file is read."""
    return HTML["lists.reading"](name, progress)


def uploaded(name: str, result: Markup) -> Markup:
    """Return the result of one file, under its name."""
    return HTML["lists.uploaded"](name, result)


def privacy(places: Sequence[tuple[str, str]], sent: str, *, kept: bool, allowed: bool) -> Markup:
    """Return what is stored of a user, what is sent to whom, and a button to delete one's conversations; `places` are the files of
    the server, for those who may know them."""
    history = (
        "Only you can open them here. Whoever runs this server can read the file that they are stored in."
        if kept
        else "They are not kept: they are gone when you close this page."
        if allowed
        else "History is turned off on this server."
    )
    return HTML["lists.privacy"](places, sent, history, kept)
