"""Find unmentioned kinds of things. "Which scanners were used?" is answered by a sentence that names scanners, or something that may be one.

What comes near to the rest of the question is none: "Scans of toddlers often fail".
"""

from __future__ import annotations

from collections.abc import Sequence

from assistant.conversation.phrases import AUXILIARIES
from assistant.core.text.quantities import extract
from assistant.core.text.tokens import Token, in_english, stems, tokens
from assistant.generation.listing.matches import asks_for_list
from assistant.generation.refusals.condition import NEAR
from assistant.retrieval.encoder import EncodedPaper
from assistant.retrieval.question import Question

_WHICH = frozenset(("which", "what"))
# Before "which" stands a preposition at most: "on which benchmarks".
_FIRST = 2
# So many words name a kind at most: "kinds of physical barrier".
_WORDS = 4
# A longer question says in other words what it is about.
_SHORT = 4
# So likely is an answer to a short one, and one that names nothing of the kind, at least. Of 93 questions for a kind over thirty fields, 26
# that no abstract answers get an answer instead of 34, and no answerable one is lost; nor is one of 80 fitting cases of the suites.
_LIKELY, _VERY_LIKELY = 0.5, 0.8


def kind_asked(question: Question) -> Token | None:
    """Return the noun for a kind of which a question asks what there is: "datasets" of "What datasets are used?"; None if there is none.

    "What is a dataset?" and "What happens to datasets?" ask for no kind, "Which papers ...?" for a list.
    """
    words = question.encoded.tokens
    if question.encoded.other or not in_english(words) or asks_for_list(question.text):
        return None
    at = next((n for n, word in enumerate(words[:_FIRST]) if word.lower in _WHICH), None)
    if at is None:
        return None
    end = next((n for n, word in enumerate(words[at + 1 :], at + 1) if word.lower in AUXILIARIES), at)
    kind = words[at + 1 : end]
    # "Which kinds of scanners", not "what happens to those that".
    joined = all(word.content or word.lower == "of" for word in kind)
    return kind[-1] if joined and 0 < len(kind) <= _WORDS and kind[0].content and kind[-1].content else None


def unlikely_of_kind(question: Question, answerable: float) -> bool:
    """Return whether a short question asks for a kind of thing, and is rather not answered."""
    return (
        answerable < _LIKELY and len(question.encoded.content) <= _SHORT and kind_asked(question) is not None
    )


def kind_unnamed(question: Question, quoted: Sequence[tuple[EncodedPaper, int]], answerable: float) -> bool:
    """Return whether a question asks for a kind of thing that no quoted sentence (a paper, and the place in it) names, nor anything with a
    name or figure that may be one; a very likely answer may have it in other words."""
    kind = kind_asked(question)
    if kind is None or answerable >= _VERY_LIKELY or any(paper.across is not None for paper, _ in quoted):
        return False
    row = question.encoded.content.index(kind)
    return not any(_names(question, row, paper, place) for paper, place in quoted)


def _names(question: Question, row: int, paper: EncodedPaper, place: int) -> bool:
    """Return whether a sentence has the word of a question in this row, one near to it, a figure, or a name that neither question nor title
    has."""
    if paper.spoken(question.encoded, place, least=NEAR)[row]:
        return True
    sentence = paper.sentences[place]
    known = question.encoded.stems | stems(tokens(paper.paper.title))
    named = (word for word in sentence.tokens[1:] if word.name or word.text[0].isupper())
    return any(word.stem not in known for word in named) or bool(extract(sentence.text))
