"""Recognise a model's refusals."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property

import numpy as np

from assistant.core.answers.refusal import REFUSAL_PHRASE
from assistant.core.text.quantities import extract
from assistant.core.text.tokens import in_english, tokens
from assistant.library.embedding.vectors import Vectors
from assistant.retrieval.encoder import EncodedText
from assistant.verification.lexicon import NEGATION

_EXAMPLES = (
    REFUSAL_PHRASE,
    "The provided abstracts do not contain this information.",
    "The papers do not state which value was used.",
    "I cannot answer this question from the given abstracts.",
    "There is no information about this in the papers.",
    "I'm sorry, but I cannot help with that.",
)
# Refusals and other sentences overlap here: it counts only where a sentence also denies something and cites nothing.
_ALIKE = 0.35


class RefusalDetector:
    """Recognises refusals. `encode` returns the vectors of texts."""

    def __init__(self, encode: Callable[[list[str]], list[EncodedText]]) -> None:
        self._encode = encode

    def refuses(self, text: str) -> bool:
        """Return whether a sentence that cites nothing and that no paper carries is a refusal, in English."""
        if text.strip(" .\"'“”*").casefold() == REFUSAL_PHRASE.strip(".").casefold():
            return True
        return _denies(text) and not extract(text) and self._alike(text)

    def plausible(self, text: str, question: str) -> bool:
        """Return whether a sentence that a model marks as a refusal may be one: it gives no figures, and in reply to a
        question in English it denies something or is like a refusal."""
        if extract(text):
            return False
        return not in_english(tokens(question)) or _denies(text) or self._alike(text)

    def _alike(self, text: str) -> bool:
        (encoded,) = self._encode([text])
        return float(np.max(self._examples @ encoded.vector)) >= _ALIKE

    @cached_property
    def _examples(self) -> Vectors:
        return np.stack([example.vector for example in self._encode(list(_EXAMPLES))])


def _denies(text: str) -> bool:
    return any(t.lower in NEGATION for t in tokens(text.replace("’", "'")))
