"""Find unmentioned conditions. "... in children?", "... in China?", "ten-year ...".

What a question asks of a thing may be known of it elsewhere, or with others. An answer that says nothing of the condition is told as
such; where the condition is a name, which has no other words, there is none.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import isclose

from assistant.conversation.phrases import ASKS, AUXILIARIES, BE, PREPOSITIONS, auxiliary_of, phrases
from assistant.core.text.number_notation import MEASURES
from assistant.core.text.quantities import extract
from assistant.core.text.tokens import Token, in_english, shared_beginning, tokens
from assistant.generation.question.topic import BESIDE
from assistant.retrieval.encoder import EncodedPaper
from assistant.retrieval.question import Question
from assistant.verification.lexicon import CONDITION, JUDGEMENTS, POLAR, QUANTITY

# A condition stands behind one of these, at the end of a question.
_BEFORE = frozenset("in on at for with without from among during under near inside outside within".split())
# It has at most so many words that mean something. Longer questions say in other words what they are about; an object is looked for
# in short ones only.
_WORDS, _LONG, _SHORT = 3, 8, 4
# Nothing in a paper comes so near to what it does not speak of, as cosine. Of 730 fitting cases 6 answers are doubted, 3 of which should
# have been refused, and one question is refused, rightly.
NEAR = 0.45
_BEGINNING = 5
# A year has 12 months and a little.
_SAME = 0.03
# "In general", "at least": these limit nothing.
_ADVERBIAL = frozenset(
    """general practice fact total average life principle reality particular detail advance short theory comparison time times all
    last end contrast addition sum whole world""".split()
)


@dataclass(frozen=True)
class Condition:
    """The words of a condition as they are written; `named` if they are a name."""

    text: str
    named: bool


def unspoken(question: Question, quoted: Sequence[EncodedPaper]) -> Condition | None:
    """Return the condition, object, predicate or measure of a question of which none of the papers that are quoted speaks; None if there is none."""
    words = question.encoded.tokens
    across = question.encoded.other or any(paper.across is not None for paper in quoted)
    if across or not quoted or not in_english(words) or len(question.encoded.content) > _LONG:
        return None
    spoken = _spoken(question, quoted)
    for part in (_condition(words), _object(question, quoted), _predicate(question)):
        limits = [word for word in part if not _judges(word)]
        if limits and not any(word.start in spoken for word in limits):
            text = question.text[part[0].start : part[-1].end]
            return Condition(text, named=all(word.name or word.text[:1].isupper() for word in part))
    return _measure(question, quoted)


def _measure(question: Question, quoted: Sequence[EncodedPaper]) -> Condition | None:
    """Return the measure of a question that the papers have of the same thing with other values only: of "ten-year survival" they tell
    the five-year one."""
    told = [q for paper in quoted for q in extract(f"{paper.paper.title}. {paper.paper.abstract}")]
    for asked in extract(question.text):
        if asked.unit not in MEASURES or not asked.nouns or "-" not in asked.text:
            continue
        same = [q for q in told if q.dimension == asked.dimension]
        values = [q.base for q in same if q.nouns and _stem(q.nouns[0]) == _stem(asked.nouns[0])]
        elsewhere = any(isclose(q.base, asked.base, rel_tol=_SAME) for q in same)
        if values and not elsewhere and not min(values) <= asked.base <= max(values):
            return Condition(asked.text, named=False)
    return None


def _stem(word: str) -> str:
    return next((token.stem for token in tokens(word)), word)


def _spoken(question: Question, quoted: Sequence[EncodedPaper]) -> set[int]:
    """Return the places of the content words that a paper has, or one akin or near to it."""
    content = question.encoded.content
    each = [paper.spoken(question.encoded, least=NEAR) for paper in quoted]
    return {
        word.start
        for word, told in zip(content, zip(*each, strict=True), strict=True)
        if any(told) or any(_akin(word.lower, other) for paper in quoted for other in paper.stems)
    }


def _akin(word: str, other: str) -> bool:
    """Return whether a word begins as another does for half of it, and five letters: "treatable", "treatment"."""
    common = shared_beginning(word, other)
    return common >= _BEGINNING and 2 * common >= max(len(word), len(other))


def _condition(words: Sequence[Token]) -> list[Token]:
    """Return the words that mean something behind the last preposition; none if they say more than a condition."""
    at = max((place for place, word in enumerate(words) if word.lower in _BEFORE), default=0)
    behind = words[at + 1 :]
    told = [word for word in behind if word.content]
    # "In frames per second" asks for a unit.
    asks = AUXILIARIES | ASKS | {"per"}
    if not any(word.content for word in words[:at]) or not 0 < len(told) <= _WORDS:
        return []
    return [] if any(word.lower in asks for word in behind) or any(map(_limits_nothing, told)) else told


def _object(question: Question, quoted: Sequence[EncodedPaper]) -> list[Token]:
    """Return the last noun of a short question of what something does: "children" of "Does melatonin help children?"."""
    words = question.encoded.tokens
    passive = any(word.lower in BE | {"be", "been"} for word in words)
    if auxiliary_of(words) != 0 or passive or len(question.encoded.content) > _SHORT:
        return []
    texts = [f"{paper.paper.title} {paper.paper.abstract}".lower() for paper in quoted]

    def side_by_side(one: str, other: str) -> bool:
        return any(f"{one} {other}".lower() in text for text in texts)

    found = phrases(question.text, side_by_side)
    told = [word for word in found[-1].words if word.content] if len(found) > 1 else []
    last = bool(told) and told[-1] == question.encoded.content[-1]
    return told if last and not any(map(_limits_nothing, told)) else []


def _predicate(question: Question) -> list[Token]:
    """Return what a short question asks whether something is: "addictive" of "Is tea addictive?"; what is done to it is none."""
    words, content = question.encoded.tokens, question.encoded.content
    asks = auxiliary_of(words) == 0 and words[0].lower in BE and 1 < len(content) <= _WORDS
    told = [content[-1]] if asks and content[-1] == words[-1] and words[-2].lower not in PREPOSITIONS else []
    done = any(word.lower.endswith(("ed", "ing")) for word in told)
    return [] if done or any(map(_limits_nothing, told)) else told


def _limits_nothing(word: Token) -> bool:
    """Return whether a word speaks of papers, tells how, or is a figure."""
    said = _ADVERBIAL | BESIDE | CONDITION
    return word.lower in said or word.lower.endswith("ly") or not any(map(str.isalpha, word.text))


def _judges(word: Token) -> bool:
    """Return whether a word only tells how much or what kind: of "older men" "men" tells who."""
    return word.stem in POLAR | JUDGEMENTS or word.lower in QUANTITY
