"""Compare the words around two figures."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from assistant.core.text.number_notation import latin
from assistant.core.text.quantities import Quantity, extract, names_with_digits
from assistant.core.text.sentences import Span, split
from assistant.core.text.tokens import STOP, stem

_REACH = 5
# Characters before and behind a figure that are shown with it.
_BEFORE, _BEHIND = 20, 10
_TOKEN = re.compile(r"[^\W\d_]+|\d+|[%<>=~]")
_CLAUSE_MARK = re.compile(r"[,;:](?=\s)|\.\s")
# What stands behind "of" is what was counted; behind these, whose figure it is.
_OF_WHOM = re.compile(r"\s*(for|with|by|using|under|in|on)\s")
_AND = re.compile(r"\s*(?:,|and|,\s*and)\s+(?=\d)")
_HEDGES = frozenset(
    ["about", "around", "roughly", "approximately", "nearly", "almost", "over", "some", "close", "~"]
)


@dataclass(frozen=True)
class NumberedText:
    """A text with its quantities, parsed once, when first needed."""

    text: str

    @cached_property
    def quantities(self) -> tuple[Quantity, ...]:
        return extract(self.text)

    @cached_property
    def names(self) -> frozenset[str]:
        return names_with_digits(self.text)

    @cached_property
    def squeezed(self) -> str:
        """Lower case without spaces, hyphens and underscores: "type 2" and "type-2" are one."""
        return latin(re.sub(r"[-‐‑–_\s]", "", self.text.lower()))

    @cached_property
    def words(self) -> tuple[tuple[int, str], ...]:
        """Places and lower-case words, numbers as "#"."""
        inside = {i for q in self.quantities for i in range(q.start, q.end)}
        starts = {q.start for q in self.quantities}
        found = [(m.start(), m.group().lower()) for m in _TOKEN.finditer(self.text)]
        kept = [(at, word) for at, word in found if at not in inside and word not in _HEDGES]
        return tuple(sorted([*kept, *((at, "#") for at in starts)]))

    @cached_property
    def places(self) -> dict[int, int]:
        """The index in `words` of the word that starts at a place."""
        return {start: i for i, (start, _) in enumerate(self.words)}


@dataclass(frozen=True)
class NumberPlace:
    """A figure in a text."""

    source: NumberedText
    quantity: Quantity

    @property
    def context(self) -> str:
        """The figure with some words around it: whole words of its own sentence."""
        text, one = self.source.text, self.quantity
        inside = next((s for s in split(text) if s.start <= one.start < s.end), Span(0, len(text)))
        first, last = max(inside.start, one.start - _BEFORE), min(inside.end, one.end + _BEHIND)
        before, behind = text[first : one.start], text[one.end : last]
        if first > inside.start and text[first - 1 : first + 1].isalnum():
            before = before.partition(" ")[2]
        if last < inside.end and text[last - 1 : last + 1].isalnum():
            behind = behind.rpartition(" ")[0]
        return f"{before}{text[one.start : one.end]}{behind}".strip()


def shared_words(said: NumberPlace, there: NumberPlace) -> int:
    """Return how many words around two figures are the same, in their order: 0 to 2 * _REACH."""
    return sum(_run(a, b) for a, b in zip(_around(said), _around(there), strict=True))


def attached(place: NumberPlace) -> str:
    """Return the last word that means something among the few before a figure, as a stem, or ""."""
    before = _around(place)[0]
    cut = before.index("#") if "#" in before else len(before)
    words = [w for w in before[:cut] if w not in STOP and len(w) > 2]
    return stem(words[0]) if words else ""


def attached_elsewhere(said: NumberPlace, fitting: Sequence[NumberPlace]) -> bool:
    """Return whether the source ties the figure only to words that the statement lacks or ties to other figures."""
    tie = attached(said)
    words = {stem(w) for _, w in said.source.words}
    others = {attached(NumberPlace(said.source, q)) for q in said.source.quantities if q != said.quantity}
    for place in fitting:
        if set(stems_after(said)) & set(stems_after(place)):
            return False  # "an FVD of 103 on one set and of 25 on the other"
        own = attached(place)
        near = {stem(w) for side in _around(place) for w in side}
        if not own or tie in near or (own in words and own not in others):
            return False
    return bool(tie)


def stems_before(place: NumberPlace) -> tuple[str, ...]:
    """Return the stems of the words that mean something before a figure, nearest first, back to a comma or a figure."""
    ends = [q.end for q in place.source.quantities if q.end <= place.quantity.start]
    text = place.source.text[max(ends, default=0) : place.quantity.start]
    return _telling(_CLAUSE_MARK.split(text)[-1])[::-1]


def stems_after(place: NumberPlace) -> tuple[str, ...]:
    """Return the stems of the words that mean something behind a figure, up to a comma or a figure."""
    starts = [q.start for q in place.source.quantities if q.start >= place.quantity.end]
    text = place.source.text[place.quantity.end : min(starts, default=None)]
    return _telling(_CLAUSE_MARK.split(text)[0])


def owner_stems(place: NumberPlace) -> tuple[str, ...]:
    """Return the stems of what a figure belongs to, as the words after it say: "3.2% for a suction cup", "64% and 70% with a diary"; () if
    nothing is."""
    for quantity in (q for q in place.source.quantities if q.start >= place.quantity.start):
        following = NumberPlace(place.source, quantity)
        if _OF_WHOM.match(place.source.text, quantity.end):
            return stems_after(following)
        if not _AND.match(place.source.text, quantity.end):
            return ()
    return ()


def _telling(text: str) -> tuple[str, ...]:
    words = (m.group().lower() for m in _TOKEN.finditer(text))
    return tuple(stem(w) for w in words if w not in STOP and len(w) > 2)


def _around(place: NumberPlace) -> tuple[list[str], list[str]]:
    words, at = place.source.words, place.source.places[place.quantity.start]
    before = [w for _, w in words[max(0, at - _REACH) : at]][::-1]
    return before, [w for _, w in words[at + 1 : at + 1 + _REACH]]


def _run(ours: Sequence[str], theirs: Sequence[str]) -> int:
    pairs = zip(ours, theirs, strict=False)
    return next((i for i, (a, b) in enumerate(pairs) if a != b), min(len(ours), len(theirs)))
