"""The number guard: every figure of a statement must occur in a cited abstract, honest re-writing allowed.

Allowed are 0.54 for 54 %, "five" for 5, "1.5 million" for 1,500,000, 1.5 s for 1500 ms, a difference of two figures
that the abstract gives, and rounding that is stated ("about 89 %") or keeps three figures (88.53 -> 88.5).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import combinations
from typing import Literal

from assistant.support.lexicon import ANTONYMS, POLAR
from assistant.support.quantities import Quantity, extract, names_with_digits
from assistant.words import stem, tokens

Kind = Literal["number", "unit", "direction", "relation", "name"]
_SMALL = 3.0
_CLAUSE = re.compile(r"[.;:](?=\s)|,\s|\b(?:and|while|whereas|but)\b")


@dataclass(frozen=True)
class Violation:
    """A figure that the cited abstracts do not give: the statement's words, a sentence for the user, the nearest."""

    text: str
    kind: Kind
    message: str
    nearest: str = ""


@dataclass(frozen=True)
class Source:
    """A source's text with its quantities, parsed once."""

    text: str

    @cached_property
    def quantities(self) -> tuple[Quantity, ...]:
        return extract(self.text)

    @cached_property
    def names(self) -> frozenset[str]:
        return names_with_digits(self.text)


@lru_cache(maxsize=512)
def source(text: str) -> Source:
    """The parsed source of a text; the last 512 are kept."""
    return Source(text)


def check(statement: str, sources: Sequence[str]) -> tuple[Violation, ...]:
    """What the statement's figures violate; () where the sources, all together, give every one of them."""
    parsed = [source(text) for text in sources]
    violations = []
    for quantity in extract(statement):
        violation = _check(statement, quantity, parsed)
        if violation:
            violations.append(violation)
    known = frozenset().union(*(s.names for s in parsed))
    squeezed = re.sub(r"[-_\s]", "", " ".join(s.text for s in parsed).lower())
    for name in sorted(names_with_digits(statement) - known):
        if not re.search(rf"{re.escape(name)}(?!\d)", squeezed):
            near = _nearest_name(name, known)
            violations.append(Violation(name, "name", _says(name, near), near))
    return tuple(violations)


def _check(statement: str, quantity: Quantity, sources: Sequence[Source]) -> Violation | None:
    there = [(s, other) for s in sources for other in s.quantities]
    same = [(s, other) for s, other in there if _same_value(quantity, other)]
    if not same:
        return _absent(quantity, [other for _, other in there])
    fitting = [(s, other) for s, other in same if _units_fit(quantity, other)]
    if not fitting:
        other = same[0][1]
        return Violation(quantity.text, "unit", _says(quantity.text, other.text), other.text)
    if not any(_relation_fits(quantity, other) for _, other in fitting):
        other = fitting[0][1]
        return Violation(
            quantity.text,
            "relation",
            f"the abstract's bound is another one: {_context(fitting[0])!r}",
            other.text,
        )
    clashes = [c for s, other in fitting if (c := _direction(statement, quantity, s, other))]
    if len(clashes) == len(fitting):
        here, there_ = clashes[0]
        return Violation(
            quantity.text,
            "direction",
            f"{here!r} here, {there_!r} in the abstract, at {quantity.text!r}",
            _context(fitting[0]),
        )
    return _other_noun(quantity, [o for _, o in fitting], [o for _, o in there])


def _absent(quantity: Quantity, there: Sequence[Quantity]) -> Violation | None:
    if quantity.spelled and quantity.unit != "%" and quantity.value <= _SMALL:
        rivals = [
            o for o in there if o.noun and stem(o.noun) == stem(quantity.noun) and o.value != quantity.value
        ]
        if not rivals or not quantity.noun:
            return None
        return Violation(quantity.text, "number", _says(quantity.text, rivals[0].text), rivals[0].text)
    if _difference(quantity, there):
        return None
    near = min(there, key=lambda o: (o.unit != quantity.unit, abs(o.value - quantity.value)), default=None)
    return Violation(
        quantity.text, "number", _says(quantity.text, near.text if near else ""), near.text if near else ""
    )


def _same_value(said: Quantity, there: Quantity) -> bool:
    for a, b in _forms(said, there):
        if _equal(a, b):
            return True
        if said.relation == "~" and abs(a - b) <= 0.05 * abs(b):
            return True
        if said.relation in (">", ">=") and 0 <= b - a <= 0.05 * abs(b):
            return True
        if said.relation in ("<", "<=", "<~") and 0 <= a - b <= 0.05 * abs(b):
            return True
        if said.decimals < there.decimals and _figures(said) >= 3 and _equal(round(b, said.decimals), a):
            return True
    return False


def _forms(said: Quantity, there: Quantity) -> list[tuple[float, float]]:
    forms = [(said.value, there.value)]
    if said.unit == "%" and there.unit == "" and abs(there.value) <= 1:
        forms.append((said.value / 100, there.value))
    if there.unit == "%" and said.unit == "" and abs(said.value) <= 1:
        forms.append((said.value, there.value / 100))
    return forms


def _equal(a: float, b: float) -> bool:
    return abs(a - b) <= 1e-9 * max(1.0, abs(a), abs(b))


def _figures(quantity: Quantity) -> int:
    return len(re.sub(r"\D", "", quantity.text).lstrip("0"))


def _units_fit(said: Quantity, there: Quantity) -> bool:
    if said.unit == there.unit or not said.unit:
        return True
    if not there.unit:
        return said.unit in ("%", "x", "points") and not there.spelled
    return {said.unit, there.unit} <= {"%", "points"}


def _relation_fits(said: Quantity, there: Quantity) -> bool:
    pair = {said.relation[:1], there.relation[:1]}
    return pair != {"<", ">"} or "<~" in (said.relation, there.relation)


def _difference(said: Quantity, there: Sequence[Quantity]) -> bool:
    """Whether it is the difference or ratio of two figures of the same unit that the source gives."""
    for a, b in combinations(there, 2):
        if a.unit != b.unit or (said.unit not in (a.unit, "points", "x")):
            continue
        tolerance = 0.05 if said.relation else 1e-6
        if abs(abs(a.value - b.value) - said.value) <= tolerance * max(1.0, said.value):
            return a.unit in ("%", "points") or said.unit == a.unit != ""
    return False


def _other_noun(said: Quantity, fitting: Sequence[Quantity], there: Sequence[Quantity]) -> Violation | None:
    """The figure is in the source, but for another thing, and that thing has another figure."""
    noun = stem(said.noun) if said.noun else ""
    if not noun or any(stem(o.noun) == noun or not o.noun for o in fitting):
        return None
    rivals = [o for o in there if o.noun and stem(o.noun) == noun and o.unit == said.unit]
    if not rivals:
        return None
    return Violation(said.text, "number", _says(said.text, rivals[0].text), rivals[0].text)


def _direction(statement: str, said: Quantity, origin: Source, there: Quantity) -> tuple[str, str] | None:
    """The opposite words that the two clauses tie to the same figure, if there are such."""
    ours, theirs = _polar(statement, said), _polar(origin.text, there)
    for a, word in ours.items():
        for b, other in theirs.items():
            if frozenset((a, b)) in ANTONYMS and a not in theirs and b not in ours:
                return word, other
    return None


def _polar(text: str, quantity: Quantity) -> dict[str, str]:
    """Direction words in the clause around a quantity, stem -> as written."""
    cuts = [0, *(m.end() for m in _CLAUSE.finditer(text)), len(text)]
    start = max(c for c in cuts if c <= quantity.start)
    end = min((c for c in cuts if c >= quantity.end), default=len(text))
    return {t.stem: t.text for t in tokens(text[start:end]) if t.stem in POLAR}


def _nearest_name(name: str, known: frozenset[str]) -> str:
    letters = re.sub(r"\d", "", name)
    return next((k for k in sorted(known) if re.sub(r"\d", "", k) == letters), "")


def _says(said: str, near: str) -> str:
    tail = f"; nearest there: {near!r}" if near else ""
    return f"the abstract does not give {said!r}{tail}"


def _context(pair: tuple[Source, Quantity]) -> str:
    origin, quantity = pair
    return origin.text[max(0, quantity.start - 20) : quantity.end + 10].strip()
