"""Split text into words with stems; stop words."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import takewhile
from operator import eq
from typing import NamedTuple

import snowballstemmer

_TOKEN = re.compile(r"[^\W_]+(?:[-'’.+^][^\W_]+)*\+?|%", re.UNICODE)
# The sign for "micro" is a Greek letter; keyboards have two of it.
_SCRIPTS = str.maketrans("₀₁₂₃₄₅₆₇₈₉⁰¹²³⁴⁵⁶⁷⁸⁹₋⁻₊⁺µ", "01234567890123456789--++μ")
_RAISED = re.compile("[⁰¹²³⁴-⁹]")

LEAST_ENGLISH = 0.15
STOP = frozenset(
    """a about above after again all also although am an and any are as at be because been before being below
    between both but by can could did do does doing done down during each either else even every few for from
    further get gets got had has have having he her here hers him his how however i if in into is it its itself
    just let like made make makes many may me might more most much must my no nor not of off on once one only or
    other our out over own per rather same several shall she should show shown shows since so some such tell than
    that the their them then there these they this those through thus to too under until up upon us use used uses
    using very via was we were what when where whether which while who whom whose why will with within without
    would yet you your paper papers author authors propose proposes proposed work works""".split()
)


@dataclass(frozen=True, slots=True)
class Token:
    """A word as written (`text[start:end]`), folded to lower case, and its English stem.

    `content`: whether it carries meaning of its own; `name`: whether it looks like a name, with capitals or digits
    inside (LXMERT, CIFAR-100, S4).
    """

    text: str
    lower: str
    stem: str
    start: int
    end: int
    content: bool
    name: bool


class _Stemmers(threading.local):
    """One stemmer for each thread: a stemmer keeps the word it works on in itself. PyStemmer, where it is installed, does the work."""

    def __init__(self) -> None:
        self.english = snowballstemmer.stemmer("english")


_STEMMERS = _Stemmers()


# Small enough to be full after some minutes of use: a server's memory then stays as it is.
@lru_cache(maxsize=20_000)
def stem(word: str) -> str:
    """Return the Porter2 stem of a lower-case word."""
    return str(_STEMMERS.english.stemWord(word))


@lru_cache(maxsize=2_000)
def tokens(text: str) -> tuple[Token, ...]:
    """Return the words of a text; hyphenated words are one token, and so are decimals."""
    found = []
    for match in _TOKEN.finditer(text):
        word = match.group()
        lower, root, content, named = _read(word)
        found.append(Token(word, lower, root, match.start(), match.end(), content, named))
    return tuple(found)


class ContentPlace(NamedTuple):
    """A word that carries meaning: its stem, and its place `text[start:end]`."""

    stem: str
    start: int
    end: int


def content_places(text: str) -> list[ContentPlace]:
    """Return the words that carry meaning, as `tokens` finds them; quicker, where no more of them is needed."""
    found = ((_read(match.group()), match) for match in _TOKEN.finditer(text))
    return [ContentPlace(word.stem, *match.span()) for word, match in found if word.content]


class _Word(NamedTuple):
    """What a token has wherever it stands; see `Token`."""

    lower: str
    stem: str
    content: bool
    name: bool


@lru_cache(maxsize=20_000)
def _read(word: str) -> _Word:
    lower = unscripted(word).lower().replace("’", "'")
    named = sum(map(str.isupper, word)) >= 2 or any(map(str.isdigit, word))
    return _Word(lower, stem(lower), lower not in STOP, named)


def unscripted(text: str) -> str:
    """Return a text with lowered digits as plain ones and raised ones after "^": "CO₂" is "CO2", "10⁶" is "10^6"."""
    if text.isascii():
        return text
    # Few texts have one, and to look for its place takes as long as to index a paper.
    if _RAISED.search(text):
        text = re.sub(r"(?<=\w)(?<![⁰¹²³⁴-⁹⁺⁻])(?=[⁺⁻]?[⁰¹²³⁴-⁹])", "^", text)
    return text.translate(_SCRIPTS)


def unscripted_in_place(text: str) -> str:
    """Return the same with every character at its place: "10⁶" is "106"."""
    return text if text.isascii() else text.translate(_SCRIPTS)


def stems(words: Iterable[Token]) -> frozenset[str]:
    """Return the stems of those tokens that carry meaning, and those of the parts of hyphenated words."""
    out = set()
    for token in words:
        if token.content:
            out.add(token.stem)
            if "-" in token.lower:
                out.update(stem(part) for part in token.lower.split("-") if part not in STOP)
    return frozenset(out)


def in_english(words: Sequence[Token]) -> bool:
    """Return whether a text is in English: 40 % of its prose are words such as "the", of which other languages share few."""
    return sum(t.lower in STOP for t in words) >= LEAST_ENGLISH * len(words)


def shared_beginning(one: str, other: str) -> int:
    """Return how many letters two words begin with alike: 5 for "treatable" and "treatment"."""
    return sum(takewhile(bool, map(eq, one, other)))
