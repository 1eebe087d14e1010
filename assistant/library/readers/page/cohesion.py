"""Whether a paragraph goes on with the text before it, or begins something of its own."""

from __future__ import annotations

import re
from enum import Enum

from assistant.library.readers.page.paragraphs import ended, length

# How a paragraph begins that takes up what came before; an abstract of its own hardly does.
_TAKES_UP = re.compile(
    r"(?:however|nevertheless|moreover|furthermore|specifically|in addition,|additionally|finally|extensive|"
    r"experiment(?:s|al)|the proposed|these|to this end|as a result|in particular|here|based on this|"
    r"our (?:method|approach|model|results?|experiments|code|work|framework|findings|main)|thus|therefore|"
    r"motivated by|inspired by|in contrast|results? (?:show|on|indicate)|(?:the )?code (?:is|and|can|will)|"
    r"we (?:also|further|then|evaluate|show|demonstrate|find|conduct|release))(?!\w)",
    re.I,
)
_SPEAKS_ON = re.compile(
    r"(?:we|our|in this|this (?:paper|work|study|article|survey|review|thesis|report))\b", re.I
)
_VERB = re.compile(
    r"\b(?:is|are|was|were|has|have|had|can|cannot|may|might|must|should|will|does|do|remains?|requires?|allows?|"
    r"shows?|achieves?|outperforms?|provides?|enables?|leads?|suffers?|relies|rely|seeks?|tend|tends|becomes?|play|"
    r"plays|aims?|leverages?|motivates|demonstrates?|improves?|uses|focus|often|widely|recently)\b",
    re.I,
)
_SHORTEST_STATEMENT = 8
_STEM = 6
_COMMON_WORDS = (
    "this that with from have been were which these their such than more most also into both while "
    "other between based using used show propose proposed method methods approach model models paper "
    "results work data learning performance however can our the and for are has its not but over "
    "when where they each many through without achieve state novel present existing different "
    "problem task tasks training demonstrate experiments first given well only under across new two "
    "one large often recent recently due "
)
_COMMON = frozenset(word[:_STEM] for word in _COMMON_WORDS.split())
# Measured on 4,000 abstracts of machine learning: of the abstracts of two papers 99 % share less than
# 0.21 and half less than 0.08; of the two parts of one abstract 95 % share more than 0.13 and 80 % more
# than 0.22.
_SAME, _PERHAPS, _OTHER = 0.22, 0.13, 0.10
_WHOLE, _TWO_WHOLE = 120, 350
_TAIL_LENGTH = 0.6


class Bond(Enum):
    """How two texts belong together."""

    SAME = "the second goes on with the first"
    UNCLEAR = "either"
    OTHER = "the second is of something else"


def bond(title: str, before: str, after: str) -> Bond:
    """Judges by shared words, by how `after` begins, and by whether each is as long as an abstract alone."""
    share = _share(title, before, after)
    linked = takes_up(before, after)
    lengths = length(before), length(after)
    if min(lengths) >= _WHOLE and sum(lengths) > _TWO_WHOLE:
        return Bond.OTHER if share < _SAME and not linked else Bond.UNCLEAR
    if share >= _SAME or (linked and share >= _PERHAPS):
        return Bond.SAME
    # A last paragraph is shorter than what came before it, and may speak of something else (limits,
    # funding).
    last = lengths[1] < _TAIL_LENGTH * lengths[0]
    return Bond.OTHER if share < _OTHER and not linked and not last else Bond.UNCLEAR


def takes_up(before: str, after: str) -> bool:
    """Whether `after` begins in the middle of a sentence, or with a word that refers back."""
    return (not after[0].isupper() and not ended(before)) or bool(_TAKES_UP.match(after))


def closes(title: str, before: str, after: str) -> bool:
    """Whether a short paragraph in which the authors speak is the end of the abstract before it."""
    speaks = takes_up(before, after) or bool(_SPEAKS_ON.match(after))
    return speaks and _share(title, before, after) >= _PERHAPS


def states(text: str) -> bool:
    """Whether a text that ends in a full stop is no title: long, with a verb, in lower case."""
    words = re.findall(r"[^\W\d_]{4,}", text)
    capitals = sum(word[0].isupper() for word in words)
    return length(text) >= _SHORTEST_STATEMENT and 2 * capitals < len(words) and bool(_VERB.search(text))


def _share(title: str, before: str, after: str) -> float:
    """Words of `after` that occur before it, as a share (0..1) of those of the shorter text."""
    words = _words(after)
    shorter = min(len(words), len(_words(before)))
    return len(words & _words(f"{title} {before}")) / max(1, shorter)


def _words(text: str) -> set[str]:
    return {word[:_STEM] for word in re.findall(r"[^\W\d_]{3,}", text.lower())} - _COMMON
