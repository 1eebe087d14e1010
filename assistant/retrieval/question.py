"""Parse a question: kind, names, numbers; and how sentences fit it. Finds no papers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise
from typing import Literal

from assistant.core.text.quantities import extract
from assistant.core.text.tokens import Token, tokens
from assistant.retrieval.encoder import EncodedPaper, EncodedText, IdfWeight

QuestionKind = Literal["fact", "number", "several", "comparison"]
"""A fact; a number; several papers or methods; a comparison of things that are named."""

# A question word, and the words that may follow it: "how many", "what accuracy".
_AMOUNTS = frozenset("many much large fast often far long little big".split())
_MEASURES = frozenset(
    "accuracy map score speed fvd percentage number rate auc auroc f1 bleu precision recall size".split()
)
_ASKS_FOR = frozenset("which what list name find show".split())
DETERMINERS = frozenset("all the other two three four five of me".split())
_PLURALS = frozenset(
    """papers works studies surveys reviews articles abstracts publications methods models approaches systems networks
    architectures algorithms techniques frameworks detectors benchmarks datasets""".split()
)
_POLITE = frozenset("please now and can could would you i i'd want like to help me let's".split())
_CONTRASTS = frozenset("difference differences similarity similarities comparison".split())
_DIFFERS = frozenset("differ different".split())
_AUXILIARIES = frozenset("do does did is are was".split())
# Words of a request for a comparison that are not its subject.
REQUEST = (
    _POLITE
    | _CONTRASTS
    | _DIFFERS
    | frozenset(
        """compare contrast regarding respect terms versus vs method methods approach approaches set sets apart distinguishes
    paper papers""".split()
    )
)
# Weights of a sentence's fit beside the cosine: share of the question's words, and a number if one is asked for.
_WORDS_WEIGHT, _NUMBER_BONUS = 0.2, 0.05


@dataclass(frozen=True, eq=False)
class Question:
    """A question and what it asks for.

    `weights` are the weights (> 0) of its content words in the library. `names` are its content words that are written as names;
    `head` are the first three content words behind its question word; `opening` is "who", "why" or "".
    """

    encoded: EncodedText
    weights: tuple[float, ...]
    kind: QuestionKind

    @property
    def text(self) -> str:
        return self.encoded.text

    @cached_property
    def number(self) -> bool:
        """Whether it asks for a number; a question for several papers may ask for one, too."""
        return _asks_for_number([token.lower for token in tokens(self.text)])

    @property
    def measured(self) -> bool:
        """Whether it asks for a number or names what is measured: "sample size"."""
        return self.number or not _MEASURES.isdisjoint(token.lower for token in tokens(self.text))

    @cached_property
    def names(self) -> tuple[Token, ...]:
        words = [token for token in self.encoded.tokens[1:] if token.content]
        capital = [token.text[0].isupper() for token in words]
        # Where every noun has a capital, as in German, it tells no name.
        told = not self.encoded.other or 2 * sum(capital) <= len(words)
        return tuple(t for t, large in zip(words, capital, strict=True) if t.name or (large and told))

    @cached_property
    def head(self) -> tuple[Token, ...]:
        return _head(self.encoded.tokens)

    @property
    def opening(self) -> str:
        first = self.encoded.tokens[0].lower if self.encoded.tokens else ""
        return first if first in ("who", "why") else ""

    def without(self, spans: Sequence[tuple[int, int]]) -> Question:
        """Return the question without the words that begin in these character spans (start, end)."""
        left = tuple(
            t for t in self.encoded.tokens if not any(start <= t.start < end for start, end in spans)
        )
        rows = [i for i, t in enumerate(self.encoded.content) if t in left]
        encoded = replace(self.encoded, tokens=left, words=self.encoded.words[rows])
        return Question(encoded, tuple(self.weights[i] for i in rows), self.kind)


def parse(encoded: EncodedText, weigh: IdfWeight) -> Question:
    """Return what a question asks for. `weigh` gives a word's weight in the library (rare words weigh more, > 0)."""
    weights = tuple(weigh(token.stem) for token in encoded.content)
    return Question(encoded, weights, kind_of(encoded.text))


def kind_of(question: str) -> QuestionKind:
    """Return the kind of a question; of several that fit, a comparison goes before several papers, these before a number."""
    words = [token.lower for token in tokens(question)]
    if _asks_for_comparison(words):
        return "comparison"
    if _asks_for_several(words):
        return "several"
    return "number" if _asks_for_number(words) else "fact"


def comparison_topic(question: str, names: frozenset[str]) -> str:
    """Return the content words of a request for a comparison that are neither the request itself nor among `names`
    (stems of words with a capital): what is to be compared; "" if nothing is left."""
    return " ".join(
        t.text
        for t in tokens(question)
        if t.content and t.lower not in REQUEST and not (t.stem in names and t.text[0].isupper())
    )


def _asks_for_number(words: Sequence[str]) -> bool:
    """Return whether words ask for a number: "how many", "by how much", "what accuracy"."""
    return any(
        (one == "how" and other in _AMOUNTS)
        or (one == "by" and other == "how")
        or (one == "what" and other in _MEASURES)
        for one, other in pairwise(words)
    )


def _asks_for_several(words: Sequence[str]) -> bool:
    """Return whether words ask for several papers or methods: "which papers", "list all the recent object detectors"."""
    joined = " ".join(words).replace("data sets", "datasets").split()
    for place, word in enumerate(joined):
        if word in _ASKS_FOR:
            rest = joined[place + 1 :]
            while rest and rest[0] in DETERMINERS:
                rest = rest[1:]
            if _PLURALS.intersection(rest[:3]):
                return True
    return False


def _asks_for_comparison(words: Sequence[str]) -> bool:
    """Return whether words ask to set things side by side: "compare A and B", "how do A and B differ", "A vs B".

    "How does A compare with B in speed?" does not: A's abstract may state that by itself.
    """
    start = next((i for i, word in enumerate(words) if word not in _POLITE), 0)
    asked = [word for word in words[start : start + 3] if word not in ("a", "the")]
    if asked[:1] in (["compare"], ["contrast"]) or asked[:2] in (
        ["comparison", "of"],
        ["comparison", "between"],
    ):
        return True
    if any(one in _CONTRASTS and other == "between" for one, other in pairwise(words)):
        return True
    if any(_asks_how_they_differ(words[i + 1 :]) for i, word in enumerate(words) if word == "how"):
        return True
    if any(
        "from" in words[i + 2 :]
        for i, w in enumerate(words)
        if w in ("sets", "distinguishes") and words[:i][-1:] == ["what"]
    ):
        return True
    inside = {"versus", "vs"}.intersection(words[1:-1])
    return bool(inside) and not (_asks_for_number(words) or _asks_what_it_does(words))


def _asks_how_they_differ(words: Sequence[str]) -> bool:
    """Return whether the words behind "how" go on like "do A and B differ" or "is A different from B"."""
    if words[:1] and words[0] not in _AUXILIARIES:
        return False
    for place, word in enumerate(words):
        after = words[place + 1 : place + 2]
        if word in _DIFFERS and place > 1 and after == ["from"]:
            return True
        joined = {"and", "from"}.intersection(words[2 : place - 1])
        if (word in _DIFFERS or word == "compare") and joined and after not in (["with"], ["to"]):
            return True
    return False


def _asks_what_it_does(words: Sequence[str]) -> bool:
    """Return whether words ask for one property: "what accuracy does", "what speed is"."""
    return any(
        word == "what" and words[i + 2 : i + 3] and words[i + 2] in _AUXILIARIES
        for i, word in enumerate(words)
    )


def _head(words: Sequence[Token]) -> tuple[Token, ...]:
    """Return the first three content words behind "which", "what", "how many", "how well" ..., or none."""
    for place, token in enumerate(words):
        after = words[place + 1 :]
        if token.lower.removesuffix("'s") in ("which", "what"):
            return tuple(t for t in after if t.content)[:3]
        if token.lower == "how" and after and (after[0].lower in _AMOUNTS or after[0].lower == "well"):
            return tuple(t for t in after[1:] if t.content)[:3]
    return ()


def sentence_scores(question: Question, paper: EncodedPaper) -> list[float]:
    """Return how well each sentence of a paper fits the question: its cosine, plus 0.2 times the weighted share of the
    question's words in it, plus 0.05 if a number is asked for and it has one."""
    cosines = paper.near(question.encoded)
    return [
        float(cosine)
        + _WORDS_WEIGHT * share(question, sentence.stems)
        + (_NUMBER_BONUS if question.number and extract(sentence.text) else 0.0)
        for cosine, sentence in zip(cosines, paper.sentences, strict=True)
    ]


def share(question: Question, stems: frozenset[str]) -> float:
    """Return the weighted share, in 0..1, of the question's content words that are among the stems."""
    total = sum(question.weights)
    found = sum(w for w, t in zip(question.weights, question.encoded.content, strict=True) if t.stem in stems)
    return found / total if total else 0.0
