"""Follow-ups on records. "Who wrote it?", "When was [2] published?", "Which is the newest?", of the papers that an answer shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from assistant.conversation.coreference import HistoryTurn, names_place, place_listed, without_listed
from assistant.conversation.phrases import AUXILIARIES
from assistant.core.text.tokens import Token, tokens
from assistant.retrieval.filter_words import PAPERS

AskedOfShown = Literal["authors", "venues", "years", "newest", "oldest"]
"""What the records of shown papers are asked for."""

_NOUNS: dict[AskedOfShown, frozenset[str]] = {
    "newest": frozenset(("newest", "latest", "recent")),
    "oldest": frozenset(("oldest", "earliest")),
    "authors": frozenset("author authors".split()),
    "venues": frozenset("venue venues journal journals conference conferences".split()),
    "years": frozenset("year years".split()),
}
_PUBLISHED = frozenset("publish published appear appeared write wrote written".split())
_FOUND = _PUBLISHED | frozenset("find found show showed say says said report reported".split())
# These ask for a record only with what is done to papers: "When was it published?".
_ASKED_WITH: dict[str, tuple[AskedOfShown, frozenset[str]]] = {
    "who": ("authors", _FOUND),
    "when": ("years", _PUBLISHED),
    "where": ("venues", _PUBLISHED),
}
_SINGULAR = frozenset("it its this that".split())
_POINTS = _SINGULAR | frozenset("they them their these those one ones both".split())
_DEFINITE = frozenset("the this that these those".split())
_PLACES = frozenset("first second third last".split())
# With these one asks of all papers of the library: "Which journals are there?".
_OF_ALL = frozenset("there all every most many".split())
# So far back may the answer lie whose second paper is meant.
_TURNS = 3


@dataclass(frozen=True)
class OfShown:
    """What is asked of the records of papers with these ids."""

    asked: AskedOfShown
    ids: tuple[str, ...]


def of_shown(question: str, turns: Sequence[HistoryTurn]) -> OfShown | None:
    """Return what a question asks of the records of the papers below the last answer and of nothing else; None if it does more.

    A question that points to nothing ("What year?") is of these papers, too, unless it speaks of papers or of all there are.
    """
    ids = turns[-1].ids if turns else ()
    place = None
    if names_place(question):
        # Of the last list that is long enough: "Who wrote [1]?" is itself answered with a list of one.
        for turn in reversed(turns[-_TURNS:]):
            place = place_listed(question, len(turn.ids))
            if place is not None:
                ids = turn.ids
                break
        else:
            return None
    words = tokens(without_listed(question) if place is not None else question)
    plain = [word.lower.removesuffix("'s") for word in words]
    asked = _asked(plain)
    if not ids or asked is None or plain[0] in AUXILIARIES or not _only_asks(words, plain):
        return None
    by_age = asked in ("newest", "oldest")
    points = [word for word in plain if word in _POINTS]
    of_papers = any(word in PAPERS for word in plain)
    definite = any(one in PAPERS and before in _DEFINITE for before, one in pairwise(plain))
    if place is not None:
        return None if by_age else OfShown(asked, (ids[place],))
    if by_age:
        told = any(word not in _SINGULAR for word in points) if points else not of_papers
        return OfShown(asked, ids) if told and len(ids) > 1 else None
    told = bool(points) or definite or not (of_papers or _OF_ALL.intersection(plain))
    return OfShown(asked, ids) if told else None


def _asked(plain: Sequence[str]) -> AskedOfShown | None:
    words = frozenset(plain)
    for asked, nouns in _NOUNS.items():
        if words & nouns:
            return asked
    for word, (asked, verbs) in _ASKED_WITH.items():
        if word in words and words & verbs:
            return asked
    return None


def _only_asks(words: Sequence[Token], plain: Sequence[str]) -> bool:
    """Return whether words ask for a record and say nothing else: "they work" does, where "the work" is a paper."""
    said = frozenset[str]().union(_FOUND, _POINTS, _PLACES, PAPERS, *_NOUNS.values())
    acts = any(one in PAPERS and before in _POINTS - _DEFINITE for before, one in pairwise(plain))
    return not acts and all(not word.content or one in said for word, one in zip(words, plain, strict=True))
