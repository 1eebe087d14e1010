"""Passages -> papers as read: their sentences, with vectors and words, made once and shared by all that follows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from assistant.chunking import Chunked, chunk
from assistant.embedding import SpanEmbedding, SpanText, Vectors
from assistant.index.vectors import SentenceVectors
from assistant.papers import Paper
from assistant.sentences import Span
from assistant.words import Token, stems, tokens


@dataclass(frozen=True)
class ReadSentence:
    """A sentence of an abstract: `paper.abstract[span.start:span.end] == text`; `tokens` count from its start."""

    paper: Paper
    span: Span
    text: str

    @cached_property
    def tokens(self) -> tuple[Token, ...]:
        return tokens(self.text)

    @cached_property
    def stems(self) -> frozenset[str]:
        return stems(self.tokens)


@dataclass(frozen=True, eq=False)
class ReadPaper:
    """A paper with its sentences; `vectors` has a unit row a sentence, shape (sentences, dimension)."""

    paper: Paper
    sentences: tuple[ReadSentence, ...]
    vectors: Vectors

    @cached_property
    def stems(self) -> frozenset[str]:
        """Stems of the title and all sentences."""
        return stems(tokens(self.paper.title)).union(*(s.stems for s in self.sentences))


class Reader:
    """Reads papers of one library."""

    def __init__(self, vectors: SentenceVectors, embedder: SpanEmbedding) -> None:
        self._vectors = vectors
        self._embedder = embedder

    def read(self, papers: Sequence[Paper]) -> tuple[ReadPaper, ...]:
        """The papers' sentences with the vectors kept for them; those that are missing are made and kept."""
        cut = {paper.id: chunk(paper) for paper in papers}
        kept = self._vectors.get(papers)
        missing = [c for c in cut.values() if len(kept.get(c.paper.id, ())) != len(c.sentences)]
        if missing:
            kept |= self._make(missing)
        return tuple(
            ReadPaper(
                paper,
                tuple(
                    ReadSentence(paper, span, paper.abstract[span.start : span.end])
                    for span in cut[paper.id].sentences
                ),
                kept[paper.id],
            )
            for paper in papers
        )

    def _make(self, papers: Sequence[Chunked]) -> dict[str, Vectors]:
        texts = [
            SpanText(c.text, tuple((s.start + c.shift, s.end + c.shift) for s in c.sentences)) for c in papers
        ]
        rows = [vectors[1:] for vectors in self._embedder.embed_spans(texts)]
        self._vectors.put([(c.paper, row) for c, row in zip(papers, rows, strict=True)])
        return {c.paper.id: row for c, row in zip(papers, rows, strict=True)}
