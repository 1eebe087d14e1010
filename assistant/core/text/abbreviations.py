"""Spell out abbreviations ("CTR": "click-through rate").

Two signs count: the words stand before the abbreviation in brackets, as in "click-through rate (CTR)" (after
Schwartz and Hearst 2003, "A simple algorithm for identifying abbreviation definitions in biomedical text"), or their initials
spell it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator

from assistant.core.text.tokens import STOP, tokens

_WORD = re.compile(r"[^\W_]+")
_SHORT = re.compile(r"[A-Z]{2,6}s?")
_FEWEST_INITIALS = 3
"""Two initials are spelled by any two words."""
_DEFINITION = _BESIDE = 10
"""A definition in brackets, and the same neighbour, count as much as so many places where initials fit."""


def is_abbreviation(word: str) -> bool:
    """Return whether a word is two to six capitals, perhaps with the "s" of a plural."""
    return _SHORT.fullmatch(word) is not None


def spelled_out(short: str, texts: Iterable[str], beside: tuple[str, str] = ("", ""), least: int = 1) -> str:
    """Return the words that an abbreviation stands for in the texts, as they are written; "" if none fits in `least` places, or two
    as well.

    Those that stand most often, and beside the words (stems) that stand before and behind the abbreviation: "CTR prediction"
    is no "common text representation" where another text has "click-through rate prediction". Takes about a second for
    20,000 abstracts.
    """
    letters = short.removesuffix("s").lower()
    runs = re.compile(r"\b" + r"[^\W_]*[ -]".join(letters) + r"[^\W_]*", re.I)
    defined = re.compile(rf"\({letters}s?\)", re.I)
    found: Counter[str] = Counter()
    written: dict[str, str] = {}
    for text in texts:
        for start, end, worth in (*_before_brackets(letters, defined, text), *_spelling(letters, runs, text)):
            phrase = text[start:end]
            written.setdefault(phrase.lower(), phrase)
            found[phrase.lower()] += worth * (_BESIDE if _stands_beside(beside, text, start, end) else 1)
    best = found.most_common(2)
    certain = best and best[0][1] >= least and (len(best) == 1 or best[0][1] > best[1][1])
    return written[best[0][0]] if certain else ""


def _stands_beside(beside: tuple[str, str], text: str, start: int, end: int) -> bool:
    """Return whether the word before or behind a place in a text has one of these stems."""
    before, after = tokens(text[max(0, start - 40) : start])[-1:], tokens(text[end : end + 40])[:1]
    return any(t.stem == stem for stem, near in zip(beside, (before, after), strict=True) for t in near)


def _before_brackets(letters: str, defined: re.Pattern[str], text: str) -> Iterator[tuple[int, int, int]]:
    """Yield start, end and worth of the words before "(CTR)" that begin with its first letter and hold the others in their order."""
    for match in defined.finditer(text):
        words = list(_WORD.finditer(text, max(0, match.start() - 120), match.start()))[-(len(letters) + 2) :]
        for first in reversed(words):
            end = first.start() + len(text[first.start() : match.start()].rstrip())
            rest = iter(text[first.start() : end].lower())
            if first[0][0].lower() == letters[0] and all(letter in rest for letter in letters):
                yield first.start(), end, _DEFINITION
                break


def _spelling(letters: str, runs: re.Pattern[str], text: str) -> Iterator[tuple[int, int, int]]:
    """Yield start, end and worth of the runs of words whose initials spell the abbreviation; no mark and no stop word is between them, but in "click-through"."""
    for match in runs.finditer(text) if len(letters) >= _FEWEST_INITIALS else ():
        if not STOP.intersection(match[0].lower().split(" ")):
            yield *match.span(), 1
