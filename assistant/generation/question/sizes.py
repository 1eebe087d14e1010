"""Study sizes in a question: "Which studies had fewer than 30 participants?"."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from assistant.conversation.phrases import PREPOSITIONS, is_plural
from assistant.conversation.study import ANYBODY, SIZES, TAKE_PART
from assistant.core.text.number_notation import AFTER, RELATIONS
from assistant.core.text.quantities import Quantity, extract
from assistant.core.text.tokens import Token, stem, tokens
from assistant.generation.listing.matches import KINDS, TALK
from assistant.retrieval.filter_words import PAPERS, PLURAL
from assistant.retrieval.question import DETERMINERS

_OPENS = frozenset("which what list show find name give are any only how".split()) | PLURAL | KINDS
# Words that may stand before the studies that are asked for: "are there any studies", "list all the studies".
_BEFORE = DETERMINERS | frozenset("there any many some those only".split())
# "About 40" is at most so far off, as a share.
_NEARLY = 0.1
_HOLDS: Mapping[str, Callable[[float, float], bool]] = {
    "": operator.eq,
    "<": operator.lt,
    "<=": operator.le,
    "<~": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "~": lambda size, asked: abs(size - asked) <= _NEARLY * asked,
}
# Words that bound a number, or say of what it is one.
_BOUNDS = (
    frozenset(word for phrase, _ in RELATIONS for word in phrase.split())
    | SIZES
    | frozenset("exactly precisely only just small".split())
)
_SAMPLE = frozenset(("sample", "samples", "n"))
# Behind a number stand so many words at most that say who is counted: "older adults".
_WHO = 3


@dataclass(frozen=True)
class Sizes:
    """What sizes are asked for: `bounds` are (relation, number); `who` is the stem of those who are counted, "" if nobody is named.

    `said` is that in the words of the question; `spans` are the places (start, end) of all words that do not say what the studies
    are about.
    """

    bounds: tuple[tuple[str, float], ...]
    who: str
    said: str
    spans: tuple[tuple[int, int], ...]

    def holds(self, size: float) -> bool:
        """Return whether a size is within the bounds."""
        return all(_HOLDS[relation](size, number) for relation, number in self.bounds)

    def figures(self, text: str) -> list[tuple[int, int]]:
        """Return the places (start, end) of the figures of a text that are within the bounds, each with those it counts: "212 nurses"."""
        words, found = tokens(text), []
        for one in extract(text):
            behind = [word for word in words if word.start >= one.end][:_WHO]
            told = one.nouns and self.who not in ANYBODY | {""}
            named = not told or self.who in map(stem, one.nouns)
            if self.holds(one.value) and named and (one.counts or text[: one.start].rstrip().endswith("=")):
                counted = (word.end for word in behind if word.lower in one.nouns and is_plural([word]))
                found.append((one.start, next(counted, one.end)))
        return found


def sizes_asked(question: str) -> Sizes | None:
    """Return the sizes of studies that a question asks for; None if it asks for none."""
    words = tokens(question)
    found = [one for one in extract(question) if one.kind in ("number", "range") and not one.unit]
    if not found or len(found) > 2 or found[0].value <= 1:
        return None
    before = [word for word in words if word.end <= found[0].start]
    plain = [word.lower for word in before]
    if not _asks_for_studies(before):
        return None
    behind = [word for word in words if word.start >= found[-1].end]
    behind, after = _bound_after(behind)
    counted = _counted(behind)
    who = next((word for word in counted if is_plural([word])), None)
    rest, later = _bound_after(behind[len(counted) :])
    bounds = _bounds(found, plain, after or later)
    if not bounds or (who is None and _SAMPLE.isdisjoint(plain)):
        return None
    if who is not None and ((bounds[0][0] == "" and who.stem not in ANYBODY) or who.lower in PAPERS):
        # "Which studies compare two methods?" asks for no size.
        return None
    samples = [word.start for word in before if word.lower in _SAMPLE] if who is None else []
    start = min(samples, default=_start(question, found[0]))
    end = (
        min((word.start for word in rest), default=len(question))
        if later
        else who.end
        if who
        else found[-1].end
    )
    said = [word for word in words if word.start < start]
    talk = [word for at, word in enumerate(words) if _talks(words, at) or word is _verb(said)]
    spans = [(start, end), *((word.start, word.end) for word in talk)]
    return Sizes(tuple(bounds), who.stem if who else "", question[start:end].strip(" ?.,"), tuple(spans))


def _asks_for_studies(words: Sequence[Token]) -> bool:
    """Return whether words ask for studies: "which sleep studies", not "which pipeline reads the records"."""
    for at, word in enumerate(words):
        if word.lower in PLURAL | KINDS:
            return words[0].lower in _OPENS
        # Behind a noun, "the" opens what something does: "which pipeline reads the records".
        leads = word.lower in _BEFORE and not (at > 1 and words[at - 1].content)
        if at and not word.content and not leads:
            return False
    return False


def _bounds(found: Sequence[Quantity], plain: Sequence[str], after: str) -> list[tuple[str, float]]:
    """Return the relations and numbers; none where two numbers are no range."""
    if len(found) == 1:
        return [(found[0].relation or after, found[0].value)]
    ranged = found[0].kind == "range" or plain[-1:] in (["between"], ["from"])
    return [(">=", found[0].value), ("<=", found[1].value)] if ranged else []


def _bound_after(words: list[Token]) -> tuple[list[Token], str]:
    """Return the words without a bound that they begin with ("or more"), and its relation, "" without one."""
    relation = AFTER.get(" ".join(word.lower for word in words[:2]), "")
    return (words[2:] if relation else words), relation


def _counted(words: Sequence[Token]) -> list[Token]:
    """Return the words behind a number that say who is counted."""
    found: list[Token] = []
    for word in words[:_WHO]:
        if not word.content or word.lower in PREPOSITIONS or word.lower in TAKE_PART:
            break
        found.append(word)
    return found


def _start(question: str, one: Quantity) -> int:
    """Return where the words that bound a number begin, or else the number."""
    before = question[: one.start].rstrip().lower()
    said = [phrase for phrase, _ in RELATIONS if before.endswith(phrase)]
    said += ["between"] * before.endswith("between")
    return len(before) - len(max(said, key=len)) if said else one.start


def _verb(words: Sequence[Token]) -> Token | None:
    """Return the last of the words before a size, if it is what studies do: "surveyed" of "Which studies surveyed"; "naps" of "on naps"
    is not."""
    if not words or words[-2:-1] == [] or words[-2].lower in PREPOSITIONS:
        return None
    return words[-1]


def _talks(words: Sequence[Token], at: int) -> bool:
    """Return whether a word says nothing of what studies are about. "Randomised trials" are a kind of them."""
    word, next_word = words[at].lower, words[at + 1].lower if at + 1 < len(words) else ""
    if word in TAKE_PART:
        return next_word not in PAPERS | KINDS
    return word in TALK | PAPERS | KINDS | _BOUNDS | _SAMPLE or words[at].stem in ANYBODY
