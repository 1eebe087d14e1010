"""Papers about two subjects: "about caffeine and alcohol" means both; where no paper is about both, either."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.conversation.phrases import PREPOSITIONS
from assistant.core.text.counts import count_of
from assistant.core.text.tokens import Token
from assistant.generation.listing.matches import KINDS, TALK, matching
from assistant.retrieval.encoder import EncodedPaper
from assistant.retrieval.question import Question

_JOINS = frozenset(("and", "or"))
_LEADS = PREPOSITIONS | frozenset(("both", "either"))
# Of more words behind "and" the first is the noun: the second may be a verb ("that ponds and hedgerows help bees").
_WORDS = 2

Side = tuple[Token, ...]


def joined(question: Question, papers: Sequence[EncodedPaper]) -> tuple[tuple[EncodedPaper, ...], str]:
    """Return the papers that match a question, and what is said of them where it joins subjects by "and" or "or".

    "And" asks for papers about all of them. Where no paper is, it asks for those about any one, as "or" does.
    """
    sides, either = _sides(question)
    whole = matching(question, papers)
    each = [matching(_about(question, sides, side), papers) for side in sides]
    if not sides or not all(each):
        return whole, ""
    any_one = list({one.paper.id: one for found in (whole, *each) for one in found}.values())
    every = [one for one in any_one if all(one in found for found in each)]
    names = [f"“{' '.join(word.text for word in side)}”" for side in sides]
    listed = f"{', '.join(names[:-1])} {{}} {names[-1]}"
    if either:
        return tuple(any_one), _matching(len(any_one), listed.format("or"))
    both = f"{'both ' if len(sides) == 2 else ''}{listed.format('and')}"
    if not every:
        some = _matching(len(any_one), listed.format("or"))
        return tuple(any_one), f"No paper matches {both}. {some}"
    more = len(any_one) - len(every)
    only = f" {more} more {'matches' if more == 1 else 'match'} one of these: ask with “or”." if more else ""
    return tuple(every), _matching(len(every), both) + only


def _matching(count: int, what: str) -> str:
    return f"{count_of(count, 'paper')} {'matches' if count == 1 else 'match'} {what}."


def _about(question: Question, sides: Sequence[Side], side: Side) -> Question:
    """Return the question of one side alone."""
    others = [(word.start, word.end) for other in sides if other is not side for word in other]
    return question.without(others)


def _sides(question: Question) -> tuple[list[Side], bool]:
    """Return the subjects that a question joins, none if it joins none, and whether by "or"."""
    words, text = question.encoded.tokens, question.text
    for at, word in enumerate(words):
        if word.lower not in _JOINS:
            continue
        if kinds := _kinds(words[max(at - 1, 0) : at + 2]):
            return kinds, True
        left, right = _left(text, words[:at]), _right(text, words[at + 1 :])
        if not left or not right:
            continue
        sides = [left, right]
        while text[: sides[0][0].start].rstrip().endswith(","):
            further = _left(text, [one for one in words if one.end <= sides[0][0].start])
            if not further:
                break
            sides.insert(0, further)
        return sides, word.lower == "or"
    return [], False


def _kinds(words: Sequence[Token]) -> list[Side]:
    """Return the kinds of papers in "reviews or trials": no paper is both, so that "and" asks for either, too."""
    beside = (words[0], words[-1])
    return [(word,) for word in beside] if all(word.lower in KINDS for word in beside) else []


def _left(text: str, words: Sequence[Token]) -> Side:
    """Return the subject that words end with: all words behind "about" or "of", else the last one, before which may be a verb."""
    found: list[Token] = []
    for word in reversed(words):
        if not _names(word) or (found and not text[word.end : found[0].start].isspace()):
            break
        found.insert(0, word)
    lead = words[len(words) - len(found) - 1] if len(words) > len(found) else None
    listed = bool(lead and found and "," in text[lead.end : found[0].start])
    return tuple(found if listed or (lead and lead.lower in _LEADS) else found[-1:])


def _right(text: str, words: Sequence[Token]) -> Side:
    """Return the subject that words begin with, () for none."""
    found: list[Token] = []
    for word in words:
        if not word.content or (found and not text[found[-1].end : word.start].isspace()):
            break
        found.append(word)
    side = found if len(found) <= _WORDS else found[:1]
    return tuple(side) if any(map(_names, side)) else ()


def _names(word: Token) -> bool:
    return word.content and word.lower not in TALK | KINDS
