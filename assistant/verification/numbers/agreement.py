"""Whether two quantities are equal, or one is derived from the other."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

from assistant.core.text.quantities import Quantity
from assistant.core.text.tokens import tokens
from assistant.verification.lexicon import ANTONYMS, NEGATION, POLAR

_CLAUSE = re.compile(r"[.;:](?=\s)|,\s|\b(?:and|while|whereas|but)\b")
_COMPARES = re.compile(r"\b(?:to|vs|versus|than|compar\w+|against)\b|→|(?<![^\W\d_])->?(?![^\W\d_])", re.I)
_DERIVES = re.compile(
    r"\b(?:points?|absolute|difference|gap|gains?|improv\w+|increas\w+|reduc\w+|drop\w*|more|less|fewer|higher|lower|rais\w+|"
    r"rose|rises?|decreas\w+|declin\w+|times|fold|faster|slower|larger|smaller|better|worse|boost\w*|fell|doubl\w+|tripl\w+|"
    r"halv\w+|twice|longer|shorter|cut\w*|lowers?|lowered|greater)\b|[x×]",
    re.I,
)
_FALLS = re.compile(
    r"\b(?:decreas|reduc|fall|fell|drop|declin|lower|loss|los[et]|less|fewer|below|minus|negativ|invers|worse|slow)",
    re.I,
)
_CHUNK = re.compile(r"[;:()]|\.\s")
_ITEM = re.compile(r",?\s(?:and|or)\s|,\s")
_LONGEST = 12
_CLOSE = 0.03
_CONVERTED = 0.02
_FRACTION = 0.1
_CONVENTIONAL = (0.05, 0.01, 0.001)


def agree(said: Quantity, there: Quantity) -> bool:
    """Return whether two values are the same: equal, converted, or rounded as the statement says.

    The sign does not count: a loss of 5 may be written as -5.
    """
    if (said.kind == "ordinal") != (there.kind == "ordinal"):
        return False
    forms = [(abs(a), abs(b)) for a, b in _forms(said, there)]
    return any(_same(said, a, b, there) for a, b in forms) or _conventional(said, there)


def falls(*places: tuple[str, Quantity]) -> bool:
    """Return whether the words around a figure say that something falls: "decreased by", "a loss of"."""
    return any(_FALLS.search(text[max(0, q.start - 60) : q.end + 20]) for text, q in places)


def listed(text: str, said: Quantity) -> bool:
    """Return whether a small count is the length of a list in the text: "4 tasks" for "A, B, C and D"."""
    if said.unit or not said.nouns or said.kind != "number" or not 2 <= said.value <= _LONGEST:
        return False
    chunks = (c for c in _CHUNK.split(text) if c.count(",") >= said.value - 2)
    return any(len(_ITEM.split(c)) == said.value for c in chunks if " and " in c or " or " in c)


def _same(said: Quantity, a: float, b: float, there: Quantity) -> bool:
    if math.isclose(a, b, rel_tol=1e-9):
        return True
    if (
        said.dimension == there.dimension
        and said.unit != there.unit
        and math.isclose(a, b, rel_tol=_CONVERTED)
    ):
        return True
    if said.kind in ("year", "ordinal") or a * b == 0:
        return False
    last = _last_place(said)
    if said.spelled and said.value < 1 and not said.unit:
        return _fraction(said, a, b)
    if said.relation == "~":
        return abs(a - b) <= _CLOSE * b or abs(a - b) < last / 2
    if said.relation in (">", ">="):
        return 0 <= b - a < max(last, _CLOSE * b)
    if said.relation in ("<", "<=", "<~"):
        return 0 <= a - b < max(last / 2, _CLOSE * b)
    return _figures(said) >= 3 and abs(a - b) <= last / 2 * (1 + 1e-9) and said.unit == there.unit


def _fraction(said: Quantity, a: float, b: float) -> bool:
    """Return whether a fraction in words fits per cent: a third for 33 %, more than half for 63 %."""
    if said.relation in (">", ">="):
        return a <= b < a + 0.25
    if said.relation in ("<", "<=", "<~"):
        return a - 0.25 < b <= a
    return math.isclose(a, b, rel_tol=_FRACTION if said.relation else _CONVERTED)


def _forms(said: Quantity, there: Quantity) -> list[tuple[float, float]]:
    """Return the pairs of values to compare, signs aside: as they are, and per cent, fraction, times as one another."""
    a, b = said.value, there.value
    if said.unit and said.dimension == there.dimension:
        return [(said.base, there.base)]
    forms = [(a, b)]
    if said.unit == "%" and not there.unit and abs(b) <= 1:
        forms.append((a / 100, b))
    if there.unit == "%" and not said.unit and abs(a) <= 1:
        forms.append((a, b / 100))
    if said.unit == "x" and there.unit == "%":
        forms += [((a - 1) * 100, b), (a * 100, b)]
    if said.unit == "%" and there.unit == "x":
        forms += [(a, (b - 1) * 100), (a, b * 100)]
    if there.unit == "x" and not said.unit and 0 < abs(a) < 1 < abs(b):
        forms.append((1 / a, b))  # a sixth of the time is six times as fast
    return forms


def _conventional(said: Quantity, there: Quantity) -> bool:
    """p < 0.05 for p = 0.03."""
    if not said.kind == there.kind == "pvalue" or said.relation != "<":
        return False
    return said.value in _CONVENTIONAL and not there.relation and there.value < said.value


def _last_place(said: Quantity) -> float:
    """Return the worth of one step in the last figure that is not an idle zero: 0.1 for 88.5, 10 for 90."""
    match = re.search(r"\d[\d,. ·]*|$", said.text)
    digits = re.sub(r"[^\d.]", "", (match.group() if match else "").replace("·", "."))
    number = float(digits) if digits.strip(".") else 0.0
    if not number or said.spelled:
        whole = f"{said.value:.0f}"
        step = 10.0 ** (len(whole) - len(whole.rstrip("0")))
        return 0.0 if said.value < 1 else step * said.base / said.value
    scale = said.base / number if said.unit else said.value / number
    if "." in digits:
        return abs(scale) * 10.0**-said.decimals
    whole = digits.rstrip("0")
    return abs(scale) * 10.0 ** (len(digits) - len(whole))


def _figures(quantity: Quantity) -> int:
    digits = re.sub(r"\D", "", quantity.text).lstrip("0")
    return len(digits if quantity.decimals else digits.rstrip("0"))


def derived(statement: str, said: Quantity, there: Sequence[tuple[str, Quantity]]) -> bool:
    """Return whether a figure is the difference or ratio of two compared ones: 22 points for "54% to 76%"."""
    if not _DERIVES.search(statement[max(0, said.start - 40) : said.end + 25]):
        return False
    for i, (text, a) in enumerate(there):
        for other, b in there[i + 1 : i + 3]:
            between = text[a.end : b.start]
            near = other is text and _alike(a, b) and len(between) <= 60 and _COMPARES.search(between)
            if near and any(_stated(said, value) for value in _results(said, a, b)):
                return True
    return False


def _alike(a: Quantity, b: Quantity) -> bool:
    """Return whether a difference or ratio of the two makes sense."""
    return a.unit == b.unit and "pvalue" not in (a.kind, b.kind) and (bool(a.unit) or a.nouns == b.nouns)


def _results(said: Quantity, a: Quantity, b: Quantity) -> list[float]:
    low, high = sorted((abs(a.value), abs(b.value)))
    results = []
    if said.unit == a.unit or (said.unit == "points" and a.unit == "%"):
        results.append(high - low)
    if said.unit == "x" and low:
        results += [high / low, low / high]
    return results


def _stated(said: Quantity, value: float) -> bool:
    if said.unit == "points" or said.unit == "%" or said.relation:
        return abs(said.value - value) <= max(
            _last_place(said) / 2, _CLOSE * value if said.relation else 1e-6
        ) * (1 + 1e-6)
    return math.isclose(said.value, value, rel_tol=_CLOSE if said.unit == "x" else 1e-6)


def opposite(statement: str, ours: Quantity, source: str, theirs: Quantity) -> tuple[str, str] | None:
    """Return the opposite direction words ("increases", "decreases") attached to the same number in both, or None."""
    said, written = _directions(statement, ours), _directions(source, theirs)
    if said.pop("negated", None) != written.pop("negated", None):
        return None
    for stem, word in said.items():
        for other, opposed in written.items():
            if frozenset((stem, other)) in ANTONYMS and stem not in written and other not in said:
                return word, opposed
    return None


def _directions(text: str, quantity: Quantity) -> dict[str, str]:
    """Return the words with opposites in the clause of a quantity, stem -> as written; "negated" where a word negates it."""
    cuts = [0, *(m.end() for m in _CLAUSE.finditer(text)), len(text)]
    start = max(cut for cut in cuts if cut <= quantity.start)
    end = min((cut for cut in cuts if cut >= quantity.end), default=len(text))
    words = tokens(text[start:end])
    directions = {t.stem: t.text for t in words if t.stem in POLAR}
    if any(t.lower in NEGATION for t in words):
        directions["negated"] = ""
    return directions
