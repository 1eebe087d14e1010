"""Require every figure of a statement in its abstract, honest rewriting allowed.

Allowed are 0.54 for 54 %, "five" for 5, "1.5 million" for 1,500,000, 1.5 s for 1500 ms, "doubled" for 2x,
the difference or ratio of two figures that the abstract compares, and rounding that is stated ("about 89 %")
or keeps three figures (88.53 -> 88.5). A figure that the abstract gives in another place only is a violation.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from assistant.core.text.quantities import Quantity
from assistant.core.text.tokens import stem, tokens
from assistant.verification.numbers.agreement import agree, derived, falls, listed, opposite
from assistant.verification.numbers.context import (
    NumberedText,
    NumberPlace,
    attached,
    attached_elsewhere,
    owner_stems,
    shared_words,
    stems_after,
    stems_before,
)

__all__ = ["NumberedText", "Violation", "check", "moved"]

Kind = Literal["number", "unit", "direction", "relation", "name"]
_SMALL = 3.0
_LEAD = 4
_BOUNDS = frozenset(
    stem(word)
    for word in """over above exceed beyond surpass more greater than least most up to past under below less fewer within
    older younger upward from""".split()
)
"""Stems of the words that make a bound of a number."""
_ALIASES = {
    "2d": "2d|twodimensional",
    "3d": "3d|threedimensional",
    "4d": "4d|fourdimensional",
    "covid19": "covid19|covid|coronavirus|sarscov2|2019ncov",
    "sarscov2": "sarscov2|coronavirus|covid19|2019ncov",
}


@dataclass(frozen=True)
class Violation:
    """A figure that the cited abstracts do not give.

    `text` is the statement's words, `message` a sentence for the user, `nearest` the abstract's words or "".
    """

    text: str
    kind: Kind
    message: str
    nearest: str = ""


def check(statement: str, sources: Sequence[str | NumberedText]) -> tuple[Violation, ...]:
    """Return what the statement's figures violate; () where the sources, all together, give every one of them.

    Strings are parsed once and the last 512 are kept; a `NumberedText` keeps the parse with the caller.
    """
    parsed = [_parsed(s) if isinstance(s, str) else s for s in sources]
    said = NumberedText(statement)
    there = [NumberPlace(source, quantity) for source in parsed for quantity in source.quantities]
    found = (_violation(NumberPlace(said, quantity), there, parsed) for quantity in said.quantities)
    return (*(v for v in found if v), *_names(said, parsed))


_parsed = lru_cache(maxsize=512)(NumberedText)


def _violation(
    said: NumberPlace, there: Sequence[NumberPlace], sources: Sequence[NumberedText]
) -> Violation | None:
    quantity = said.quantity
    same = [p for p in there if agree(quantity, p.quantity) and _signs_fit(said, p)]
    if not same:
        return _violation_without_match(said, there, sources)
    fitting = [p for p in same if _units_fit(said, p)]
    if not fitting:
        units = [p for p in same if p.quantity.unit]
        return (
            _other_value("unit", units[0], said)
            if quantity.unit and units
            else _violation_without_match(said, there, sources)
        )
    if quantity.kind != "pvalue":
        # A bound holds for many figures; where the source has the very figure, that one is meant.
        fitting = [p for p in fitting if math.isclose(abs(p.quantity.base), abs(quantity.base))] or fitting
    rival = _other_figure_in_place(said, fitting, there)
    if rival:
        return _other_value("number", rival, said)
    bounded = [p for p in fitting if _bounds_fit(quantity, p)]
    if not bounded:
        message = f'The abstract says "{fitting[0].context}", not "{_bounded(said)}".'
        return Violation(quantity.text, "relation", message, fitting[0].context)
    nearest = max(shared_words(said, p) for p in bounded)
    # One p-value belongs to several findings; any other figure to the place that is worded most alike.
    close = [p for p in bounded if quantity.kind == "pvalue" or shared_words(said, p) >= nearest - 1]
    clashes = [opposite(said.source.text, quantity, p.source.text, p.quantity) for p in close]
    if all(clashes):
        ours, theirs = next(c for c in clashes if c)
        message = f'The abstract says "{theirs}" with {quantity.text}, not "{ours}".'
        return Violation(quantity.text, "direction", message, close[0].context)
    return None


def moved(statement: str, sources: Sequence[str]) -> bool:
    """Return whether a name beside a figure of the statement stands beside another figure in the sources: "2.4 times on
    UCF101" for "2.4 times on ImageNet and 8.6 times on UCF101"."""
    said = NumberedText(statement)
    names = {stem(word.lower()) for word in re.findall(r"[^\W\d_]+", statement) if word[0].isupper()}
    places = [NumberPlace(s, q) for s in map(_parsed, sources) for q in s.quantities]
    return any(_is_moved(NumberPlace(said, quantity), places, names) for quantity in said.quantities)


def _is_moved(said: NumberPlace, places: Sequence[NumberPlace], names: set[str]) -> bool:
    same = [p for p in places if agree(said.quantity, p.quantity)]
    others = [p for p in places if p not in same and p.quantity.dimension == said.quantity.dimension]
    for side in (stems_before, stems_after):
        nearest = next((word for word in side(said) if word in names), None)
        if same and nearest and not any(nearest in (*stems_before(p), *stems_after(p)) for p in same):
            return any(nearest in side(p) for p in others)
    return False


def _violation_without_match(
    said: NumberPlace, there: Sequence[NumberPlace], sources: Sequence[NumberedText]
) -> Violation | None:
    quantity = said.quantity
    rivals = [p for p in there if _counts_same(quantity, p.quantity)]
    placed = max(there, key=lambda p: shared_words(said, p), default=None)
    if placed and shared_words(said, placed) < _LEAD:
        placed = None
    if _needs_no_source(quantity):
        return _other_value("number", rivals[0], said) if rivals else None
    if derived(said.source.text, quantity, [(p.source.text, p.quantity) for p in there]):
        return None
    if not rivals and not placed and any(listed(s.text, quantity) or _ends_a_name(said, s) for s in sources):
        return None
    other = [p for p in there if _other_unit(quantity, p.quantity)]
    if other:
        return _other_value("unit", other[0], said)
    nearest = min(rivals or there, default=None, key=lambda p: _distance(quantity, p.quantity))
    if nearest and (placed or rivals):
        return _other_value("number", placed or nearest, said)
    text = nearest.quantity.text if nearest else ""
    return Violation(quantity.text, "number", _not_given(quantity.text, text), text)


def _distance(said: Quantity, there: Quantity) -> tuple[bool, float]:
    return there.dimension != said.dimension, abs(there.base - said.base)


def _other_unit(said: Quantity, there: Quantity) -> bool:
    """5 s for 5 ms."""
    return said.value == there.value and said.dimension == there.dimension and said.unit != there.unit


def _ends_a_name(said: NumberPlace, source: NumberedText) -> bool:
    """Return whether the figure ends a name that the source writes as one word: "BRCA 1"."""
    before = re.search(r"(?<![^\W\d_])([^\W\d_]+)[\s-]$", said.source.text[: said.quantity.start])
    return before is not None and f"{before[1]}{said.quantity.text}".lower() in source.names


def _needs_no_source(quantity: Quantity) -> bool:
    """Return whether the source need not say it: it may list three things, or tell what comes second."""
    small = quantity.spelled and not quantity.unit and quantity.value <= _SMALL and quantity.value % 1 == 0
    return small or quantity.kind == "ordinal"


def _counts_same(said: Quantity, there: Quantity) -> bool:
    """Return whether both count or measure the same thing: "three encoders", "5 stacked encoders"."""
    if (
        not said.nouns
        or (said.kind == "ordinal") != (there.kind == "ordinal")
        or said.dimension != there.dimension
    ):
        return False
    return not _counted(said.nouns).isdisjoint(_counted(there.nouns))


def _counted(nouns: Sequence[str]) -> frozenset[str]:
    """Return the stems of what is counted: what stands before the first plural only tells its kind ("river otters" are no rivers)."""
    first = next((i for i, noun in enumerate(nouns) if noun.endswith("s") and not noun.endswith("ss")), 0)
    return frozenset(stem(noun) for noun in nouns[first:])


def _units_fit(said: NumberPlace, there: NumberPlace) -> bool:
    ours, theirs = said.quantity, there.quantity
    if ours.dimension == theirs.dimension or {ours.dimension, theirs.dimension} <= {"%", "points"}:
        return True
    if ours.unit and theirs.unit:
        return _same_as_factor(ours, theirs)
    # A bare figure fits ("accuracy of 92" for 92 %); one that counts other things does not.
    counting, other = (theirs, said) if ours.unit else (ours, there)
    near = other.source.text[max(0, other.quantity.start - 40) : other.quantity.end + 30].lower()
    return not counting.nouns or counting.value < 1 or any(noun in near for noun in counting.nouns)


def _same_as_factor(ours: Quantity, theirs: Quantity) -> bool:
    """Return whether times and per cent say the same: "doubled" for 100 %."""
    return {ours.unit, theirs.unit} <= {"%", "x"} and ours.value != theirs.value


def _other_figure_in_place(
    said: NumberPlace, fitting: Sequence[NumberPlace], there: Sequence[NumberPlace]
) -> NumberPlace | None:
    """Return the source's other figure in the place where the statement has this one, if there is such."""
    others = [
        p
        for p in there
        if p not in fitting
        and not agree(said.quantity, p.quantity)
        and said.quantity.dimension == p.quantity.dimension
    ]
    if not others:
        return None
    subject = set(stems_before(said))
    if any((whose := set(owner_stems(p))) and whose <= subject for p in fitting):
        return None  # what it is told of behind the figure is the statement's subject
    own = max(shared_words(said, p) for p in fitting)
    best = max(others, key=lambda p: shared_words(said, p))
    if shared_words(said, best) >= own + _LEAD:
        return best
    if attached_elsewhere(said, fitting):
        moved = [p for p in others if attached(p) == attached(said)]
        if moved:
            return moved[0]
    if said.quantity.nouns and not any(
        _counts_same(said.quantity, p.quantity) or not p.quantity.nouns for p in fitting
    ):
        return next((p for p in others if _counts_same(said.quantity, p.quantity)), None)
    return None


def _signs_fit(said: NumberPlace, there: NumberPlace) -> bool:
    """Return whether a minus on one side only is said in words on the other: "fell by 5 %" for -5 %."""
    if said.quantity.value * there.quantity.value >= 0:
        return True
    return falls(*((p.source.text, p.quantity) for p in (said, there) if p.quantity.value > 0))


def _bounds_fit(said: Quantity, there: NumberPlace) -> bool:
    ours, theirs = said.relation[:1], there.quantity.relation[:1]
    if "<~" in (said.relation, there.quantity.relation):
        return True
    if {ours, theirs} == {"<", ">"}:
        return False
    if said.relation in ("<", ">") and not theirs and said.value == there.quantity.value:
        near = there.source.text[max(0, there.quantity.start - 40) : there.quantity.end + 15]
        words = tokens(near.replace("-", " "))
        return any(sign in near for sign in "<>≤≥+") or any(t.stem in _BOUNDS for t in words)
    return True


def _bounded(said: NumberPlace) -> str:
    before = said.source.text[: said.quantity.start].split()[-2:]
    return " ".join([*before, said.quantity.text])


def _names(said: NumberedText, sources: Sequence[NumberedText]) -> Iterator[Violation]:
    known = frozenset[str]().union(*(s.names for s in sources))
    for name in sorted(said.names - known):
        pattern = re.compile(rf"(?:{_ALIASES.get(name) or re.escape(name)})(?!\.?\d)")
        if not any(pattern.search(s.squeezed) for s in sources):
            letters = re.sub(r"\d", "", name)
            nearest = next((k for k in sorted(known) if re.sub(r"\d", "", k) == letters), "")
            yield Violation(name, "name", _not_given(name, nearest), nearest)


def _other_value(kind: Kind, rival: NumberPlace, said: NumberPlace) -> Violation:
    """Return the violation where the source has another number in the place of the statement's."""
    wrong, right = said.quantity.text, rival.quantity.text
    if wrong == right:
        return Violation(wrong, kind, f"The abstract gives {wrong} for something else.", right)
    return Violation(wrong, kind, f"The abstract says {right}, not {wrong}.", right)


def _not_given(written: str, nearest: str) -> str:
    """Return the sentence for a number or name that the source does not have."""
    return f"The abstract does not give {written}." + (f" The nearest is {nearest}." if nearest else "")
