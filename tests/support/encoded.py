"""Texts and papers encoded with one axis for each stem, so that every cosine is known."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from assistant import Paper
from assistant.core.paper import Section
from assistant.core.text.tokens import tokens
from assistant.library.chunks import chunk
from assistant.library.embedding.embedder import SpanText
from assistant.library.embedding.vectors import Vectors
from assistant.retrieval.encoder import EncodedPaper, EncodedSentence, EncodedText

AXES = 384


class OneHot:
    """Gives each stem an axis of its own; a text is the unit vector of the sum of its content words.

    The cosine of two words is 1 if their stems are equal, 0.6 if `near` names one for the other, else 0.
    """

    def __init__(self, **near: str) -> None:
        self._axes: dict[str, int] = {}
        self._near = near

    def vector(self, text: str) -> Vectors:
        """Return the unit vector of a text, shape (AXES,); zeros if it has no content word."""
        row = np.zeros(AXES, dtype=np.float32)
        for token in tokens(text):
            if token.content:
                other = self._near.get(token.stem)
                row[self._axis(token.stem)] += 0.8 if other else 1
                if other:
                    row[self._axis(other)] += 0.6
        unit: Vectors = row / max(float(np.linalg.norm(row)), 1e-9)
        return unit

    def _axis(self, stem: str) -> int:
        return self._axes.setdefault(stem, len(self._axes))

    def embed_spans(self, texts: Sequence[SpanText]) -> list[Vectors]:
        """Return for each text its vector and that of each span."""
        return [
            np.stack([self.vector(p) for p in (t.text, *(t.text[a:b] for a, b in t.spans))]) for t in texts
        ]

    def text(self, text: str) -> EncodedText:
        """Encode a question or a statement."""
        words = tokens(text)
        rows = [self.vector(t.text) for t in words if t.content]
        return EncodedText(text, words, self.vector(text), np.array(rows, np.float32).reshape(-1, AXES))

    def texts(self, texts: Sequence[str]) -> list[EncodedText]:
        """Encode several."""
        return [self.text(text) for text in texts]

    def paper(
        self, abstract: str, title: str = "On tea", key: str = "p", sections: tuple[Section, ...] = ()
    ) -> EncodedPaper:
        """Encode a paper."""
        paper = Paper(key, title, abstract, sections=sections)
        chunked = chunk(paper)
        (rows,) = self.embed_spans([SpanText(chunked.text, chunked.spans)])
        after = 1 + len(chunked.windows) + len(chunked.sentences)
        sentences = tuple(
            EncodedSentence(paper, s, abstract[s.start : s.end], tokens(abstract[s.start : s.end]))
            for s in chunked.sentences
        )
        every = [tokens(title), *(sentence.tokens for sentence in sentences)]
        content = [[self.vector(token.text) for token in words if token.content] for words in every]
        return EncodedPaper(
            paper,
            sentences,
            rows[1 + len(chunked.windows) : after],
            np.array([row for words in content for row in words], np.float32).reshape(-1, AXES),
            np.repeat(np.arange(-1, len(sentences)), [len(words) for words in content]),
        )
