"""Correct spelling to the library's: abbreviations that no paper has in words, names with a slip as papers write them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from difflib import get_close_matches
from itertools import islice

from assistant.core.text.abbreviations import is_abbreviation, spelled_out
from assistant.core.text.tokens import Token, tokens
from assistant.library.sync import LibraryFiles

_READ = 20_000
"""An abbreviation is looked for in the words of so many papers (a second)."""
_PLACES = 2
"""Initials that fit in one place fit by chance: "DNA" is no "deep nonlinear architectures"."""
_FEWEST_LETTERS = 5
"""Short names lie one letter apart and are others."""
_FEWEST_PLAIN = 7
"""So do plain words, longer ones too."""


def respelled(question: str, files: LibraryFiles) -> str:
    """Return the question with words that the library has in place of abbreviations and misspelt names that it lacks."""
    words = tokens(question)
    for place, token in reversed(list(enumerate(words))):
        if known := _known(place, words, files):
            question = question[: token.start] + known + question[token.end :]
    return question


def _known(place: int, words: Sequence[Token], files: LibraryFiles) -> str:
    """Return what the library has in place of an abbreviation or a name that it lacks; "" for any other word."""
    token = words[place]
    is_name = token.name and token.text.isalpha() and len(token.text) >= _FEWEST_LETTERS
    # Most words are neither: the index need not be asked about them.
    if not (is_name or is_abbreviation(token.text)) or files.lexical.holds(token.stem):
        return ""
    if is_abbreviation(token.text):
        before = words[place - 1].stem if place else ""
        after = words[place + 1].stem if place + 1 < len(words) else ""
        papers = islice(files.records.papers, _READ)
        texts = (f"{p.title}. {p.abstract}" for p in papers)
        return spelled_out(token.text, texts, (before, after), _PLACES)
    return "" if token.text.isupper() else _nearest_name(token, files)


def _nearest_name(misspelt: Token, files: LibraryFiles) -> str:
    return _nearest(misspelt, files, lambda token: token.name)


def nearest_word(misspelt: Token, files: LibraryFiles) -> str:
    """Return the plain word in the library that is one slip away from a long enough one; "" if none is."""
    if len(misspelt.lower) < _FEWEST_PLAIN:
        return ""
    return _nearest(misspelt, files, lambda token: token.text.islower() and token.text.isalpha())


def _nearest(misspelt: Token, files: LibraryFiles, wanted: Callable[[Token], bool]) -> str:
    """Return the wanted word in the library that is one slip away: a letter more, less, other, or two exchanged."""
    papers = files.records.get(files.lexical.nearly(misspelt.stem)).values()
    words = {t.lower: t.text for p in papers for t in tokens(f"{p.title} {p.abstract}") if wanted(t)}
    found = get_close_matches(misspelt.lower, words, n=1, cutoff=0.8)
    return words[found[0]] if found else ""
