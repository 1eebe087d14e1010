"""Texts and papers as read: their sentences and words, with vectors, made once and shared by all that follows.

Whatever embedder finds the papers, they are read with the built-in one: what is fitted rests on its vectors.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from assistant.core.paper import Paper
from assistant.core.text.sentences import Span
from assistant.core.text.tokens import Token, stems, tokens
from assistant.library.chunks import Chunked, chunk
from assistant.library.embedder import SpanEmbedding, SpanText, Vectors
from assistant.library.vectors import PaperVectors, VectorFile, paper_vectors

IdfWeight = Callable[[str], float]
"""A word's weight in a library by its stem: rare words weigh more, > 0."""


class HasTokens:
    """Something with `tokens`."""

    tokens: tuple[Token, ...]

    @cached_property
    def content(self) -> tuple[Token, ...]:
        """The words that carry meaning."""
        return tuple(t for t in self.tokens if t.content)

    @cached_property
    def stems(self) -> frozenset[str]:
        """The stems of these, the parts of hyphened words too."""
        return stems(self.tokens)


@dataclass(frozen=True, eq=False)
class EncodedText(HasTokens):
    """A question or a statement: its unit vector, shape (dimension,), and one for each of its `content` words."""

    text: str
    tokens: tuple[Token, ...]
    vector: Vectors
    words: Vectors


@dataclass(frozen=True)
class EncodedSentence(HasTokens):
    """A sentence of an abstract: `paper.abstract[span.start:span.end] == text`; `tokens` count from its start."""

    paper: Paper
    span: Span
    text: str
    tokens: tuple[Token, ...]


@dataclass(frozen=True, eq=False)
class EncodedPaper:
    """A paper with its sentences; `vectors` has a unit row a sentence, shape (sentences, dimension); `words` a row for
    each word that carries meaning, title first, and `places` the sentence that it stands in (-1: the title)."""

    paper: Paper
    sentences: tuple[EncodedSentence, ...]
    vectors: Vectors
    words: Vectors
    places: npt.NDArray[np.int64]

    @property
    def text(self) -> str:
        """Title and abstract as one text, for what reads them together."""
        return f"{self.paper.title}. {self.paper.abstract}"

    @cached_property
    def stems(self) -> frozenset[str]:
        """Stems of the title and all sentences."""
        return stems(tokens(self.paper.title)).union(*(s.stems for s in self.sentences))

    def nearest_words(self, said: EncodedText) -> Vectors:
        """For each content word of a text how near the nearest word of each sentence comes.

        Shape (words, 1 + sentences), the title first; cosines in -1..1, shrunk by a fifth or so since the paper's
        side is bits; -1 where a sentence has no word.
        """
        return _best_by_place(said.words @ self.words.T, self.places, len(self.sentences))


def _best_by_place(near: Vectors, places: npt.NDArray[np.int64], sentences: int) -> Vectors:
    best = np.full((len(near), 1 + sentences), -1.0, dtype=np.float32)
    for place in range(-1, sentences):
        columns = near[:, places == place]
        if columns.size:
            best[:, place + 1] = columns.max(axis=1)
    return best


class Encoder:
    """Reads texts, and papers of one library."""

    def __init__(self, vectors: VectorFile, model: SpanEmbedding) -> None:
        self._vectors = vectors
        self.model = model

    def texts(self, texts: Sequence[str]) -> list[EncodedText]:
        """Questions or statements, in one pass."""
        cut = [tokens(text) for text in texts]
        spans = [tuple((t.start, t.end) for t in words if t.content) for words in cut]
        rows = self.model.embed_spans(
            [SpanText(text, where) for text, where in zip(texts, spans, strict=True)]
        )
        return [
            EncodedText(text, words, row[0], row[1:])
            for text, words, row in zip(texts, cut, rows, strict=True)
        ]

    def late_interaction(
        self, said: EncodedText, papers: Sequence[Paper], weigh: IdfWeight
    ) -> dict[str, float]:
        """How near each paper's words come to those of a text: id -> weighted mean over the text's words of the
        nearest word's cosine (late interaction), in -1..1."""
        weights = np.array([weigh(t.stem) for t in said.content], dtype=np.float32)
        if not weights.sum():
            return {}
        near = {}
        for paper_id, kept in self._kept([chunk(paper) for paper in papers]).items():
            if len(kept.words):
                best = (said.words @ kept.words.T).max(axis=1)
                near[paper_id] = float(best @ weights / weights.sum())
        return near

    def read(self, papers: Sequence[Paper]) -> tuple[EncodedPaper, ...]:
        """The papers' sentences and words with the vectors kept for them; those that are missing are made and kept."""
        cut = [chunk(paper) for paper in papers]
        kept = self._kept(cut)
        return tuple(_read(c, kept[c.paper.id]) for c in cut)

    def _kept(self, papers: Sequence[Chunked]) -> dict[str, PaperVectors]:
        kept = self._vectors.get([c.paper for c in papers])
        missing = [c for c in papers if c.paper.id not in kept or not _fits(c, kept[c.paper.id])]
        if missing:
            rows = self.model.embed_spans([SpanText(c.text, c.spans) for c in missing])
            made = [(c.paper, paper_vectors(c, row)) for c, row in zip(missing, rows, strict=True)]
            self._vectors.put(made)
            kept |= self._vectors.get([paper for paper, _ in made])
        return kept


def _fits(chunked: Chunked, vectors: PaperVectors) -> bool:
    return len(vectors.sentences) == len(chunked.sentences) and len(vectors.words) == len(chunked.words)


def _read(chunked: Chunked, vectors: PaperVectors) -> EncodedPaper:
    paper = chunked.paper
    starts = [span.start + chunked.shift for span in chunked.sentences]
    places = np.searchsorted(starts, [start for start, _ in chunked.words], "right") - 1
    texts = [paper.abstract[span.start : span.end] for span in chunked.sentences]
    sentences = tuple(
        EncodedSentence(paper, span, text, tokens(text))
        for span, text in zip(chunked.sentences, texts, strict=True)
    )
    return EncodedPaper(paper, sentences, vectors.sentences, vectors.words, places)
