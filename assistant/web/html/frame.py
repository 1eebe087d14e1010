"""Rail, first screen, drop zone, keys: what stands around the views."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from assistant.core.answers.answer import Answer
from assistant.core.length import Length
from assistant.core.paper import Paper
from assistant.core.text.counts import count_of
from assistant.web.html.elements import HTML


@dataclass(frozen=True)
class LibraryCard:
    """A library as the page shows it: its key, its name, its number of papers, what is to be known of it, when it changed;
    whether all that is done with it is done by this server."""

    key: str
    name: str
    count: int
    note: str = ""
    changed: str = ""
    private: bool = False


def brand() -> Markup:
    """Return the mark and the name."""
    return HTML["frame.brand"]()


def picker(libraries: Sequence[LibraryCard], current: str) -> Markup:
    """Return the libraries to choose from, the `current` one (by key) on top."""
    chosen = next((library for library in libraries if library.key == current), libraries[0])
    return HTML["frame.picker"](libraries, chosen, count_of)


def waiting_picker() -> Markup:
    """Return the picker's place before the page knows its libraries."""
    return HTML["frame.picker"]((), LibraryCard("", "Library", 0), count_of)


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


# Characters of an abstract on either side of the words that the first screen marks in it.
_AROUND = 90


@dataclass(frozen=True)
class Proof:
    """A quote, and what stands `before` and `after` it in the abstract of its paper."""

    quote: str
    before: str
    after: str
    paper: Paper


@dataclass(frozen=True)
class OfferedQuestion:
    """A question that was asked of the library, the number of papers that its answer cites or lists, and what proves it."""

    question: str
    papers: int
    listed: bool = False
    proof: Proof | None = None

    @property
    def several(self) -> bool:
        """Whether the answer is a list of more than one paper."""
        return self.listed and self.papers > 1


def proof(answer: Answer) -> Proof | None:
    """Return what proves the first sentence of an answer, if that is a quote; None where others may say the opposite."""
    first = answer.statements[0] if answer.statements and not answer.denying else None
    if first is None or first.how != "verbatim" or len(first.evidence) != 1:
        return None
    words = first.evidence[0]
    paper = next((s.paper for s in answer.sources if s.paper.id == words.paper_id), None)
    if paper is None:
        return None
    before, after = paper.abstract[: words.start].strip(), paper.abstract[words.end :].strip()
    if len(before) > _AROUND:
        before = f"… {before[-_AROUND:].partition(' ')[2]}"
    if len(after) > _AROUND:
        after = f"{after[:_AROUND].rpartition(' ')[0]} …"
    return Proof(words.quote, before, after, paper)


def welcome(offered: Sequence[OfferedQuestion], library: LibraryCard, *, editable: bool) -> Markup:
    """Return the first screen: what the page does, questions that have an answer, the proof of one, where to drop files."""
    # A whole answer proves more than one of many papers of a list.
    shown = min((one for one in offered if one.proof), key=lambda one: one.several, default=None)
    return HTML["frame.welcome"](offered, library, editable, count_of, shown)


def view(name: str, at: int) -> Markup:
    """Return the name of the view to show; `at` makes the same name twice two requests."""
    return HTML["frame.view"](name, at)
