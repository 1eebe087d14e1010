"""What stands around the views. The rail with the library's name, the first screen, the drop zone, the keys."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from assistant.core.length import Length
from assistant.core.text.counts import count_of
from assistant.web.html.elements import HTML


@dataclass(frozen=True)
class Shelf:
    """A library as the picker shows it: its key, its name, its number of papers, what is to be known of it, when it changed."""

    key: str
    name: str
    count: int
    note: str = ""
    changed: str = ""


def brand() -> Markup:
    """Return the mark and the name."""
    return HTML["frame.brand"]()


def picker(shelves: Sequence[Shelf], current: str) -> Markup:
    """Return the libraries to choose from, the `current` one (by key) on top."""
    chosen = next((shelf for shelf in shelves if shelf.key == current), shelves[0])
    return HTML["frame.picker"](shelves, chosen, count_of)


def waiting_picker() -> Markup:
    """Return the picker's place before the page knows its libraries."""
    return HTML["frame.picker"]((), Shelf("", "Library", 0), count_of)


def nav() -> Markup:
    """Return the ways to the views."""
    return HTML["frame.nav"]()


def foot() -> Markup:
    """Return settings, theme and keys."""
    return HTML["frame.foot"]()


def bar() -> Markup:
    """Return the head of a narrow page: the button of the rail."""
    return HTML["frame.bar"]()


def sheet() -> Markup:
    """Return the head of the sources."""
    return HTML["frame.sheet"]()


def preferences(length: Length, model: str, models: Sequence[str]) -> Markup:
    """Return what a user chooses for this browser. `length` and `model` are what holds for all, `models` the other ones."""
    return HTML["frame.preferences"](length, model, models)


def checking() -> Markup:
    """Return what can be pasted to be checked."""
    return HTML["frame.checking"]()


def comparing() -> Markup:
    """Return what a comparison is."""
    return HTML["frame.comparing"]()


def drop(formats: str, megabytes: int, *, editable: bool) -> Markup:
    """Return the drop zone of the library; why there is none if the server forbids it."""
    return HTML["frame.drop"](formats, megabytes, editable)


@dataclass(frozen=True)
class Tried:
    """A question that was asked of the library, and the number of papers that its answer cites or lists."""

    question: str
    papers: int
    listed: bool = False


def welcome(tried: Sequence[Tried], shelf: Shelf, *, editable: bool, shared: bool = False) -> Markup:
    """Return the first screen: what the page does, questions that have an answer, where to drop files."""
    return HTML["frame.welcome"](tried, shelf, editable, count_of)


def view(name: str, at: int) -> Markup:
    """Return the name of the view to show; `at` makes the same name twice two requests."""
    return HTML["frame.view"](name, at)
