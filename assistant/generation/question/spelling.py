"""Correct spelling to the library's: abbreviations that no paper has in words, names with a slip as papers write them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import islice

from assistant.core.paper import Paper
from assistant.core.text.abbreviations import is_abbreviation, spelled_out
from assistant.core.text.sentences import split
from assistant.core.text.tokens import Token, shared_beginning, tokens
from assistant.library.sync import LibraryFiles

_READ = 20_000
"""An abbreviation is looked for in the words of so many papers (a second)."""
_PLACES = 2
"""Initials that fit in one place fit by chance: "DNA" is no "deep nonlinear architectures"."""
_FEWEST_LETTERS = 5
"""Short names lie one letter apart and are others."""
_FEWEST_PLAIN = 7
"""So do plain words, longer ones too."""
_FEWEST_TOGETHER = 4
"""Several slips tell each other: of shorter words too, one sentence seldom has all that are one slip away."""
_PAPERS_TOGETHER = 20
"""So many papers that may have a misspelt word are read for such a sentence."""


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


def nearest_together(
    misspelt: Sequence[Token], known: frozenset[str], found: Sequence[Paper], files: LibraryFiles
) -> dict[Token, str]:
    """Return for each of several plain words the one that is one slip away and begins with the same letter, if one sentence has these
    for all of them; of several sentences that with most of the `known` stems. Empty if none has.

    Looked for in the papers `found` for the question, and in those with a stem one slip away: "propsals" has another than "proposals".
    """
    if len(misspelt) < 2 or any(len(word.lower) < _FEWEST_TOGETHER for word in misspelt):
        return {}
    ids = dict.fromkeys(one for word in misspelt for one in files.lexical.nearly(word.stem, _PAPERS_TOGETHER))
    best: tuple[int, dict[Token, str]] = (-1, {})
    for paper in (*found, *files.records.get(list(ids)).values()):
        for part in (paper.title, *(paper.abstract[one.start : one.end] for one in split(paper.abstract))):
            words = [token for token in tokens(part) if token.content and token.text.isalpha()]
            alike = {word: [one for one in words if one.lower[0] == word.lower[0]] for word in misspelt}
            near = {word: _one_slip_away(word, alike[word]).lower() for word in misspelt}
            shared = len(known.intersection(token.stem for token in words))
            if all(near.values()) and shared > best[0]:
                best = (shared, near)
    return best[1]


def _nearest(misspelt: Token, files: LibraryFiles, wanted: Callable[[Token], bool]) -> str:
    """Return the wanted word of the library that is one slip away; "" if none is."""
    papers = files.records.get(files.lexical.nearly(misspelt.stem)).values()
    words = (token for paper in papers for token in tokens(f"{paper.title} {paper.abstract}"))
    return _one_slip_away(misspelt, filter(wanted, words))


def _one_slip_away(misspelt: Token, words: Iterable[Token]) -> str:
    """Return the first of some words that is one slip away; "" if none is."""
    return next((word.text for word in words if _is_one_slip(misspelt.lower, word.lower)), "")


def _is_one_slip(one: str, other: str) -> bool:
    """Return whether a letter more, less, other, or an exchange of two tells two words apart."""
    same = shared_beginning(one, other)
    left, right = one[same:], other[same:]
    return one != other and (
        left[1:] == right
        or left == right[1:]
        or left[1:] == right[1:]
        or (left[1::-1], left[2:]) == (right[:2], right[2:])
    )
