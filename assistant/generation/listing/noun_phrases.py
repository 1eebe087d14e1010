"""Tell noun phrases from other words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from assistant.conversation.phrases import DETERMINERS, PREPOSITIONS
from assistant.core.text.tokens import Token, tokens

LONGEST = 3
_ONE = frozenset(("a", "an"))
_DETERMINERS = DETERMINERS | frozenset(
    "this that these those its their our his her your each every both no all some any".split()
)
# The others of the list begin clauses and infinitives too.
_BEFORE_NOUNS = PREPOSITIONS - {"to", "as", "than", "before", "after"}
# "Of histologic and clinical signs": what follows may be the noun of both.
_NO_ENDS = _DETERMINERS | {"and", "or"}
_SENTENCE_ENDS = frozenset(".!?:;")
# One text may have a verb behind its preposition: "Sleep of rats improves with age."
_TEXTS = 2


class NounPhrases:
    """How texts use their words, as far as that shows what can stand behind "about": "deep sleep", not "nap improves" or "map"."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._named: set[str] = set()
        self._bare: Counter[tuple[str, ...]] = Counter()
        self._with_article: Counter[tuple[str, ...]] = Counter()
        self._texts: Counter[tuple[str, ...]] = Counter()
        self._alone: Counter[str] = Counter()
        self._pairs: Counter[tuple[str, str]] = Counter()
        for text in texts:
            self._read(text, tokens(text))
        self._longer: dict[str, int] = {}
        for pair, count in self._pairs.items():
            for word in pair:
                self._longer[word] = max(count, self._longer.get(word, 0))

    def bare(self, phrase: str) -> int:
        """Return how often a phrase stands as a whole noun phrase without an article; 0 where it needs one, for what is none, and for
        a word that is rather a part of one longer phrase ("space" of "state space")."""
        words = tuple(phrase.lower().split())
        bare = self._bare[words]
        nouns = all(map(self._is_named, words[:-1])) and (
            self._is_named(words[-1]) or self._texts[words] >= _TEXTS
        )
        part = len(words) == 1 and self._longer.get(words[0], 0) > self._alone[words[0]]
        return bare if nouns and not part and bare > self._with_article[words] else 0

    def _is_named(self, word: str) -> bool:
        """Return whether a word stands somewhere where only nouns and what belongs to them do, in singular or plural."""
        return not self._named.isdisjoint((word, f"{word}s", word.removesuffix("s"), word.removesuffix("es")))

    def _read(self, text: str, words: Sequence[Token]) -> None:
        behind: set[tuple[str, ...]] = set()
        beside = [at > 0 and text[words[at - 1].end : words[at].start] == " " for at in range(len(words))]
        for at, word in enumerate(words):
            if not word.content:
                continue
            last = words[at - 1] if at else None
            if last and last.content and beside[at]:
                self._pairs[last.lower, word.lower] += 1
            elif at + 1 == len(words) or not (beside[at + 1] and words[at + 1].content):
                self._alone[word.lower] += 1
            before = last.lower if last else ""
            starts = last is None or not _SENTENCE_ENDS.isdisjoint(text[last.end : word.start])
            noun_follows = beside[at] and before in _BEFORE_NOUNS
            if starts or noun_follows or (beside[at] and before in _DETERMINERS):
                self._named.add(word.lower)
            # "Related to ..." opens a clause.
            if noun_follows or (starts and not word.lower.endswith("ed")):
                groups = set(_wholes(text, words, beside, at))
                self._bare.update(groups)
                behind |= groups if noun_follows else set()
            elif beside[at] and before in _ONE:
                self._with_article.update(_wholes(text, words, beside, at))
        self._texts.update(behind)


def _wholes(text: str, words: Sequence[Token], beside: Sequence[bool], at: int) -> Iterable[tuple[str, ...]]:
    """Yield the groups of words from a place on behind which a noun phrase ends."""
    for end in range(at + 1, min(at + LONGEST, len(words)) + 1):
        goes_on = end < len(words) and beside[end]
        if goes_on:
            closed = not (words[end].content or words[end].lower in _NO_ENDS)
        else:
            closed = text[words[end - 1].end : words[end - 1].end + 1] not in (",", "-", "/")
        if closed:
            yield tuple(word.lower for word in words[at:end])
        if not goes_on or not words[end].content:
            return
