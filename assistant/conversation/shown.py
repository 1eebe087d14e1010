"""Follow-ups about shown papers: "Who wrote it?", "When was [2] published?", "Which is the newest?"; answered from their records."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from assistant.conversation.history_turn import HistoryTurn, names_place, place_listed, without_listed
from assistant.conversation.phrases import AUXILIARIES
from assistant.core.text.tokens import Token, tokens
from assistant.retrieval.filter_words import PAPERS

AskedOfShown = Literal["authors", "venues", "years", "newest", "oldest"]
"""What the records of shown papers are asked for."""

# "The work" is a paper, "they work" is none.
_PAPERS = PAPERS | {"work", "works"}
_NOUNS: dict[AskedOfShown, frozenset[str]] = {
    "newest": frozenset(("newest", "newer", "latest", "recent")),
    "oldest": frozenset(("oldest", "older", "earliest", "earlier")),
    "authors": frozenset("author authors".split()),
    "venues": frozenset("venue venues journal journals conference conferences".split()),
    "years": frozenset("year years".split()),
}
_PUBLISHED = frozenset("publish published appear appeared write wrote written".split())
_FOUND = _PUBLISHED | frozenset(
    "find found show showed say says said report reported propose proposed introduce introduced invent invented".split()
)
_CONDUCTED = frozenset("did studied conducted ran".split())
# These ask for a record only with what is done to papers: "When was it published?".
_ASKED_WITH: dict[str, tuple[AskedOfShown, frozenset[str]]] = {
    "who": ("authors", _FOUND | _CONDUCTED),
    "when": ("years", _PUBLISHED),
    "where": ("venues", _PUBLISHED),
}
_SINGULAR = frozenset("it its this that".split())
_PLURAL = frozenset("they them their these those both".split())
_POINTS = _SINGULAR | _PLURAL | frozenset(("one", "ones"))
_DEFINITE = frozenset("the this that these those".split())
_PLACES = frozenset("first second third last".split())
# What a question calls a paper has so many words at most.
_LONGEST_NAME = 12
# With these one asks of all papers of the library: "Which journals are there?".
_OF_ALL = frozenset("there all every most many".split())
# So far back may the answer lie whose second paper is meant; so many papers of one answer each can be "them".
_TURNS, _CHAIN = 3, 5


@dataclass(frozen=True)
class OfShown:
    """What is asked of the records of papers with these ids."""

    asked: AskedOfShown
    ids: tuple[str, ...]


def of_shown(question: str, turns: Sequence[HistoryTurn]) -> OfShown | None:
    """Return what a question asks of the records of the papers below the last answer and of nothing else; None if it does more.

    A question that points to nothing ("What year?") is of these papers, too, unless it speaks of papers or of all there are.
    """
    found = pointed(question, turns)
    if found is None:
        return None
    ids, question = found.ids, found.rest
    words = tokens(question)
    plain = [word.lower.removesuffix("'s") for word in words]
    asked = _asked(plain)
    if not ids or asked is None or plain[0] in AUXILIARIES or not _only_asks(words, plain):
        return None
    by_age = asked in ("newest", "oldest")
    points = [word for word in plain if word in _POINTS]
    of_papers = any(word in _PAPERS for word in plain)
    definite = any(one in _PAPERS and before in _DEFINITE for before, one in pairwise(plain))
    if found.by_place:
        return None if by_age else OfShown(asked, ids)
    if by_age:
        told = any(word not in _SINGULAR for word in points) if points else not of_papers
        return OfShown(asked, ids) if told and len(ids) > 1 else None
    told = bool(points) or definite or not (of_papers or _OF_ALL.intersection(plain))
    return OfShown(asked, ids) if told else None


@dataclass(frozen=True)
class Pointed:
    """The papers that a question points to, and the question without the place by which it names one."""

    ids: tuple[str, ...]
    rest: str
    by_place: bool = False


def pointed(question: str, turns: Sequence[HistoryTurn]) -> Pointed | None:
    """Return the papers that a question points to: "[2]", "them", else those of the last answer; None if no list has such a place."""
    if names_place(question):
        # Of the last list that is long enough: "Who wrote [1]?" is itself answered with a list of one.
        for turn in reversed(turns[-_TURNS:]):
            place = place_listed(question, len(turn.ids))
            if place is not None:
                return Pointed((turn.ids[place],), without_listed(question), by_place=True)
        return None
    if any(word.lower in _PLURAL for word in tokens(question)):
        return Pointed(together(turns), question)
    return Pointed(turns[-1].ids if turns else (), question)


def together(turns: Sequence[HistoryTurn]) -> tuple[str, ...]:
    """Return the papers that "they" are: those of the last answer, or of the last ones together if each has one."""
    ids: dict[str, None] = {}
    for turn in reversed(turns[-_CHAIN:]):
        if len(turn.ids) > 1:
            return turn.ids if len(ids) < 2 else tuple(reversed(ids))
        ids |= dict.fromkeys(turn.ids)
    return tuple(reversed(ids))


def of_record(question: str) -> tuple[AskedOfShown, str] | None:
    """Return what a question asks of the record of one paper, and what it calls that: "the SSD paper"; None if it asks nothing so.

    Besides the name it says nothing: "Who wrote about naps?" and "When was the plague?" ask for something else.
    """
    words = tokens(question)
    plain = [word.lower.removesuffix("'s") for word in words]
    asked = _asked(plain)
    if (
        asked is None
        or asked in ("newest", "oldest")
        or plain[0] in AUXILIARIES
        or _OF_ALL.intersection(plain)
    ):
        return None
    named = [at for at, word in enumerate(words) if word.content and plain[at] not in _said()]
    if not named or {"about", "on", "for", "with"}.intersection(plain) or _PLURAL.intersection(plain):
        return None
    first, last = named[0], named[-1]
    last += plain[last + 1 : last + 2] != [] and plain[last + 1] in _PAPERS
    return None if last - first >= _LONGEST_NAME else (asked, question[words[first].start : words[last].end])


def _said() -> frozenset[str]:
    return frozenset[str]().union(_FOUND, _CONDUCTED, _POINTS, _PLACES, _PAPERS, *_NOUNS.values())


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
    acts = any(one in _PAPERS and before in _POINTS - _DEFINITE for before, one in pairwise(plain))
    return not acts and all(
        not word.content or one in _said() for word, one in zip(words, plain, strict=True)
    )
