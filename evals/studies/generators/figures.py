"""Changed figures: another digit, decimal point, unit, magnitude or number word; two figures swapped."""

from __future__ import annotations

import math
import random
import re
from collections.abc import Iterator
from itertools import combinations

from evals.studies.generators.sentence import FUNCTION_WORDS, Change, last_word, replace

_NUMBER = re.compile(r"(?<![\w./:^_\[#*×+−–'-])(?<!\d,)(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?(?![\d/:^*'])")
_OTHER_UNIT = {
    "ms": "s", "s": "ms", "seconds": "minutes", "minutes": "hours", "hours": "days", "days": "weeks", "weeks": "months",
    "months": "years", "years": "months", "mg": "g", "g": "kg", "kg": "g", "μg": "mg", "ng": "mg", "mm": "cm", "cm": "mm",
    "km": "m", "ml": "L", "μM": "mM", "mM": "μM", "nM": "mM", "MB": "GB", "GB": "TB", "MHz": "GHz", "kHz": "MHz",
}  # fmt: skip
_UNIT = re.compile(rf"[\s-]?({'|'.join(sorted(_OTHER_UNIT, key=len, reverse=True))})(?![\w^/]|-\w)")
_SCALES = ("thousand", "million", "billion", "trillion")
_WORDS = ("two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_LEAST = re.compile(
    r"(?:(?:more|greater|higher|larger|older|longer) than|over|at least|above|[>≥])\s?$", re.I
)
_MOST = re.compile(
    r"(?:(?:less|fewer|lower|smaller|younger|shorter) than|below|under|at most|up to|within|only|[<≤])\s?$",
    re.I,
)
_RANGE = re.compile(r"\s?[-–]\s?\d| to \d| ?[±×]|\s?[a-z]\d|(?:st|nd|rd|th)\b")


def amounts(text: str) -> Iterator[tuple[re.Match[str], str]]:
    """Yield the numbers of a sentence that are amounts, each with its role: share, unit, multiple, scale, statistic,
    decimal or count. Numbers in names, ranges, years and intervals are left out."""
    for match in _NUMBER.finditer(text):
        role = _role(text, match)
        if role and float(match[0].replace(",", "")) not in (0, 1):
            yield match, role


def _role(text: str, match: re.Match[str]) -> str:
    before, after = text[: match.start()], text[match.end() :]
    last = last_word(before)
    if _RANGE.match(after) or re.search(r"\d%? to $|±\s?$|\b(?:CI|interval)\W*$|\bnot\b[^,]{0,12}$", before):
        return ""
    if re.match(r"[\s-]?(?:%|percent\b)", after):
        return "" if re.match(r"\W*+(?:percent\W*+)?(?:CI|confidence|credib)", after) else "share"
    if re.search(r"[=<>≤≥]\s?$", before):
        return "statistic"
    if last[:1].isupper() or (re.fullmatch(r"(?:19|20)\d\d", match[0])):
        return ""
    if re.match(rf"[\s-](?:hundred|{'|'.join(_SCALES)})\b", after):
        return "scale"
    if re.match(r"[x×](?!\w|\s?\d)|[\s-]?fold\b| times (?!\d)", after):
        return "multiple"
    if _UNIT.match(after):
        return "unit"
    if "." in match[0] and last.islower():
        return "decimal"
    return "count" if last.islower() and counts_something(after) else ""


def counts_something(after: str) -> bool:
    """Whether a plural noun follows within three words."""
    for word in re.findall(r"\S+", after)[:3]:
        bare = word.rstrip(".,;:)")
        if bare.lower() in FUNCTION_WORDS or not re.fullmatch(r"[A-Za-z][\w-]*", bare):
            return False
        if re.fullmatch(r"[a-z-]+[^su]s|people|children|women|men|mice|data", bare):
            return True
        if word != bare:
            return False
    return False


def _bounds(before: str, value: float, role: str) -> tuple[float, float]:
    """Return the values between which the changed sentence no longer follows from the original."""
    if _LEAST.search(before):
        return value, 100.0 if role == "share" else math.inf
    high = value if _MOST.search(before) else 100.0 if role == "share" and value <= 100 else math.inf
    return 0.0, 1.0 if value < 1 else high


def other_digit(text: str, rng: random.Random) -> list[Change]:
    """Change one of the first two digits of an amount, by at least an eighth of it."""
    changes = []
    for match, role in amounts(text):
        token = match[0]
        value = float(token.replace(",", ""))
        before = text[: match.start()]
        low, high = _bounds(before, value, role)
        least = (
            0.5
            if re.search(r"[<>]\s?$|about $|approximately $|nearly $|almost $|around $", before)
            else 0.125
        )
        places = [i for i, ch in enumerate(token) if ch.isdigit()]
        start = next(n for n, i in enumerate(places) if token[i] != "0")
        news = []
        for place in places[start : start + 2]:
            for digit in "0123456789"[place == places[start] :]:
                new = token[:place] + digit + token[place + 1 :]
                number = float(new.replace(",", ""))
                if low < number < high and abs(number - value) >= least * value and number != 1:
                    news.append(new)
        if news:
            changes.append(Change("digit changed", replace(text, *match.span(), rng.choice(news))))
    return changes


def moved_point(text: str, rng: random.Random) -> list[Change]:
    """Move the decimal point by one place."""
    changes = []
    for match, role in amounts(text):
        if "." not in match[0] or "," in match[0]:
            continue
        value = float(match[0])
        low, high = _bounds(text[: match.start()], value, role)
        for number in (value * 10, value / 10):
            if low < number < high and number != 1:
                changes.append(Change("decimal point moved", replace(text, *match.span(), f"{number:.10g}")))
    return changes


def other_unit(text: str, rng: random.Random) -> list[Change]:
    """Replace a unit by another of its kind, such as seconds for milliseconds."""
    changes = []
    for match, role in amounts(text):
        unit = _UNIT.match(text, match.end())
        before = text[: match.start()]
        if role == "unit" and unit and not _LEAST.search(before) and not _MOST.search(before):
            new = _OTHER_UNIT[unit[1]]
            changes.append(Change(f"'{unit[1]}' -> '{new}'", replace(text, *unit.span(1), new)))
    return changes


def other_word(text: str, rng: random.Random) -> list[Change]:
    """Replace a number word, or "million" and its like."""
    changes = []
    for words, pattern in ((_WORDS, r"(?<![\w-])({})(?= [a-z-]+)"), (_SCALES, r"(?<=\d[ -])({})\b")):
        for match in re.finditer(pattern.format("|".join(words)), text, re.I):
            before, after = text[: match.start()], text[match.end() :]
            bound = _LEAST.search(before) or _MOST.search(before) or re.search(r"\bnot\b[^,]{0,12}$", before)
            named = last_word(before).lower() in ("or", "than", "type", "phase", "stage", "one", *_WORDS)
            if bound or (words is _WORDS and (named or not counts_something(after))):
                continue
            new = rng.choice([word for word in words if word not in text.lower()])
            changes.append(Change(f"'{match[0].lower()}' -> '{new}'", replace(text, *match.span(), new)))
    return changes


def swapped(text: str, rng: random.Random) -> list[Change]:
    """Swap two amounts of the same role that are compared."""
    changes = []
    for (one, role), (two, other_role) in combinations(amounts(text), 2):
        between = text[one.end() : two.start()]
        compared = re.search(r"\b(?:versus|vs\.?|compared (?:with|to)|than|while|whereas)\b", between)
        ordered = re.search(r"respectively|\bfrom\b|\brang|\bbetween\b", text)
        if role == other_role and one[0] != two[0] and compared and not ordered:
            new = text[: one.start()] + two[0] + between + one[0] + text[two.end() :]
            changes.append(Change("two figures swapped", new))
    return changes


WAYS = (other_digit, moved_point, other_unit, other_word, swapped)
