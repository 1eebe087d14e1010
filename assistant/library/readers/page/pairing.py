"""Paragraphs of a page -> titles with their abstracts, and what is in doubt."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import pairwise

from assistant.library.readers.page.cohesion import Bond, bond, closes, states, takes_up
from assistant.library.readers.page.paragraphs import Kind, Paragraph

_BARE_LINK = re.compile(r"(?:\w+\s?:\s?)?(?:https?://|www\.)\S+")
_CROWDED = 3


@dataclass(frozen=True)
class Finding:
    """A paragraph that has no certain place, the field it would be, and why."""

    paragraph: Paragraph
    field: str
    message: str


@dataclass
class PageEntry:
    """A title (None: it is missing) with its abstract's paragraphs.

    `doubt` is what keeps it from being a paper; what follows up to the next title belongs to the doubt.
    `beside` are paragraphs that were left out of the abstract; nothing after them is taken into it.
    """

    title: Paragraph | None
    body: list[Paragraph] = field(default_factory=list)
    doubt: Finding | None = None
    beside: list[Finding] = field(default_factory=list)

    @property
    def abstract(self) -> str:
        """The paragraphs, joined by one space."""
        return " ".join(part.text for part in self.body)


def paired(content: list[Paragraph]) -> list[PageEntry]:
    """Sorts the paragraphs of a page, furniture taken out, into entries, in the order of the page."""
    pairing = _Pairing(_titles_end_in_stops(content))
    for part, following in pairwise([*content, None]):
        if part is not None:
            pairing.take(part, following.kind if following else None)
    _doubt_crowded(pairing.entries)
    for entry in pairing.entries:
        if entry.title and _is_bare(entry):
            entry.doubt = Finding(entry.title, "abstract", "has no abstract: a paper needs one")
    return pairing.entries


def _titles_end_in_stops(content: list[Paragraph]) -> bool:
    """Whether the page has titles that end as sentences do: between two abstracts stands a title."""
    kinds = [part.kind for part in content]
    around = zip(kinds, kinds[1:], kinds[2:], strict=False)
    return any(three == ("long", "sentence", "long") for three in around)


def _doubt_crowded(entries: list[PageEntry]) -> None:
    """Where most abstracts have two short lines above them (title, authors?), neither is surely the title."""
    pairs = [
        (above, entry)
        for above, entry in pairwise(entries)
        if _is_bare(above) and entry.title and entry.body and not entry.doubt
    ]
    if len(pairs) < _CROWDED or 2 * len(pairs) <= sum(bool(entry.body) for entry in entries):
        return
    for above, entry in pairs:
        if entry.title and above.title:
            message = (
                f"and “{above.title.text[:60]}” both stand above an abstract: which is its title is unclear"
            )
            entry.doubt = Finding(entry.title, "title", message)


class _Pairing:
    def __init__(self, titles_end_in_stops: bool) -> None:
        self.entries: list[PageEntry] = []
        self._titles_end_in_stops = titles_end_in_stops

    def take(self, part: Paragraph, following: Kind | None) -> None:
        """Puts the next paragraph where it belongs."""
        entry = self.entries[-1] if self.entries else None
        if part.kind == "name":
            self.entries.append(PageEntry(part))
        elif part.kind == "jumble":
            message = (
                "begins wrapped lines without blank lines between the paragraphs: put one between any two"
            )
            self.entries.append(PageEntry(None, [part], Finding(part, "record", message)))
        elif part.kind == "long":
            self._long(entry, part)
        elif entry is None:
            self._first(part, following)
        elif (entry.body or entry.doubt) and following == "long" and _is_dotted_title(part):
            self.entries.append(PageEntry(part))
        elif entry.doubt or entry.title is None:
            return
        elif entry.body:
            self._short_after_body(entry, part, following)
        else:
            self._short_after_title(entry, part, following)

    def _long(self, entry: PageEntry | None, part: Paragraph) -> None:
        if entry is None or entry.title is None or entry.beside:
            self._orphan(part)
        elif entry.doubt or not entry.body:
            entry.body.append(part)
        else:
            bound = bond(_name(entry), entry.abstract, part.text)
            if bound is Bond.SAME:
                entry.body.append(part)
            elif bound is Bond.OTHER:
                self._orphan(part)
            else:
                message = (
                    f"either goes on with the abstract of “{_name(entry)}” (line {entry.title.line}) or "
                    "belongs to a paper whose title is missing: neither is taken"
                )
                entry.doubt = Finding(part, "title", message)

    def _orphan(self, part: Paragraph) -> None:
        message = "is an abstract without a title above it"
        self.entries.append(PageEntry(None, [part], Finding(part, "title", message)))

    def _first(self, part: Paragraph, following: Kind | None) -> None:
        if part.kind == "sentence" and following == "long":
            self.entries.append(PageEntry(part))
        elif part.kind != "tail":
            self._either(part)

    def _either(self, part: Paragraph) -> None:
        message = (
            "may be a title or part of an abstract: it and what follows up to the next title are not taken"
        )
        self.entries.append(PageEntry(part, [part], Finding(part, "title", message)))

    def _short_after_body(self, entry: PageEntry, part: Paragraph, following: Kind | None) -> None:
        located = part.kind == "tail" and (following != "long" or "://" in part.text)
        if not entry.beside and (located or self._goes_on(entry, part)):
            entry.body.append(part)
        elif following == "long":
            self._either(part)
        else:
            message = f"is not clearly part of the abstract of “{_name(entry)}”: left out of it"
            entry.beside.append(Finding(part, "abstract", message))

    def _goes_on(self, entry: PageEntry, part: Paragraph) -> bool:
        # A title that ends in a full stop and lost its abstract looks like a last sentence: words in
        # common alone do not tell them apart, as papers of one page often share their topic.
        if part.kind == "prose":
            return closes(_name(entry), entry.abstract, part.text)
        return (
            takes_up(entry.abstract, part.text) and bond(_name(entry), entry.abstract, part.text) is Bond.SAME
        )

    def _short_after_title(self, entry: PageEntry, part: Paragraph, following: Kind | None) -> None:
        stops = self._titles_end_in_stops or _name(entry).endswith((".", "。"))
        if _BARE_LINK.fullmatch(part.text):
            return
        if stops and _is_dotted_title(part):
            self.entries.append(PageEntry(part))
        elif following == "long":
            message = (
                f"is either the beginning of the abstract of “{_name(entry)}” or the next paper's title: "
                "neither is taken"
            )
            entry.doubt = Finding(part, "abstract", message)
        else:
            entry.body.append(part)


def _is_dotted_title(part: Paragraph) -> bool:
    return part.kind == "sentence" and not states(part.text)


def _is_bare(entry: PageEntry) -> bool:
    return entry.title is not None and not entry.body and not entry.doubt


def _name(entry: PageEntry) -> str:
    return entry.title.text if entry.title else ""
