"""Vectors of sentences and words, of questions and papers; a question's are computed once.

The built-in embedder encodes them, whichever embedder the search uses: the fitted weights rest on its vectors.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from itertools import chain

import numpy as np
import numpy.typing as npt

from assistant.core.errors import LibraryError
from assistant.core.paper import Paper
from assistant.core.text.sentences import Span
from assistant.core.text.tokens import Token, in_english, stems, tokens
from assistant.library.chunks import Chunked, chunk
from assistant.library.embedding.embedder import SpanEmbedding, SpanText
from assistant.library.embedding.language import is_other
from assistant.library.embedding.multilingual import multilingual
from assistant.library.embedding.packed import PaperVectors, from_signs
from assistant.library.embedding.vectors import Vectors
from assistant.library.records import Records, paper_vectors
from assistant.retrieval.sentences.selection import selector

SELECTED = 5
"""The first papers, for which answer sentence selection is run: several papers are quoted side by side."""

_NEAR = 0.5
"""A word is spoken of in other words that come so near, as cosine."""

IdfWeight = Callable[[str], float]
"""A word's weight in a library by its stem: rare words weigh more, > 0."""


class HasTokens:
    """Mixin: content words and stems of an object that has `tokens`."""

    tokens: tuple[Token, ...]

    @cached_property
    def content(self) -> tuple[Token, ...]:
        """The words that carry meaning of their own."""
        return tuple(t for t in self.tokens if t.content)

    @cached_property
    def stems(self) -> frozenset[str]:
        """The stems of the content words, and of the parts of hyphenated ones."""
        return stems(self.tokens)


@dataclass(frozen=True, eq=False)
class EncodedText(HasTokens):
    """A question or a statement: its unit vector, shape (dimension,), and a unit row for each of its `content` words.

    `other`: it is in another language than English.
    """

    text: str
    tokens: tuple[Token, ...]
    vector: Vectors
    words: Vectors
    other: bool = False


@dataclass(frozen=True)
class EncodedSentence(HasTokens):
    """A sentence of an abstract: `paper.abstract[span.start:span.end] == text`; `tokens` count from its start."""

    paper: Paper
    span: Span
    text: str
    tokens: tuple[Token, ...]


@dataclass(frozen=True, eq=False)
class EncodedPaper:
    """A paper with its sentences.

    `vectors` has a unit row for each sentence, shape (sentences, dimension); `words` a row for each content word, the
    title's first, and `places` the index of that word's sentence (-1: the title). `across`: where the paper or the question that
    it is read for is in another language than English, how near the whole paper, its title and each sentence come to that
    question, shape (2 + sentences,). `asked`: the question that it is read for, if both are in English.
    """

    paper: Paper
    sentences: tuple[EncodedSentence, ...]
    vectors: Vectors
    words: Vectors
    places: npt.NDArray[np.int64]
    across: Vectors | None = None
    asked: str = ""

    @property
    def text(self) -> str:
        """Title and abstract as one text."""
        return f"{self.paper.title}. {self.paper.abstract}"

    @cached_property
    def stems(self) -> frozenset[str]:
        """Stems of the title and all sentences."""
        return stems(tokens(self.paper.title)).union(*(s.stems for s in self.sentences))

    @cached_property
    def answers(self) -> Vectors | None:
        """The log odds that each sentence answers the question that the paper is read for, shape (sentences,); None without one.

        To read takes 15 ms for an abstract of 300 words, and waits until it is asked for.
        """
        texts = [sentence.text for sentence in self.sentences]
        return selector().log_odds(self.asked, self.paper.title, texts) if self.asked else None

    def near(self, text: EncodedText) -> Vectors:
        """Return how near each sentence comes to a text as a whole: cosines, shape (sentences,)."""
        return self.vectors @ text.vector if self.across is None else self.across[2:]

    def nearest_words(self, text: EncodedText) -> Vectors:
        """Return for each content word of a text its highest cosine with a word of each sentence.

        Shape (words, 1 + sentences), the title first; in -1..1, about a fifth too low since the paper's vectors are
        stored as bits; -1 for a sentence without content words. Across languages, each word comes as near as the whole text.
        """
        if self.across is not None:
            return np.broadcast_to(self.across[1:], (len(text.content), 1 + len(self.sentences)))
        return _best_by_place(text.words @ self.words.T, self.places, len(self.sentences))

    def spoken(self, text: EncodedText, place: int | None = None, *, least: float = _NEAR) -> list[bool]:
        """Return for each content word of a text whether the paper has it, or one near to it: from the cosine `least` on.

        With a `place`, only its title and the sentence there count.
        """
        held, near = self.stems, self.nearest_words(text)
        if place is not None:
            held = stems(tokens(self.paper.title)) | self.sentences[place].stems
            near = near[:, [0, place + 1]]
        best = near.max(axis=1, initial=-1.0)
        return [word.stem in held or cosine >= least for word, cosine in zip(text.content, best, strict=True)]


def _best_by_place(near: Vectors, places: npt.NDArray[np.int64], sentences: int) -> Vectors:
    best = np.full((len(near), 1 + sentences), -1.0, dtype=np.float32)
    for place in range(-1, sentences):
        columns = near[:, places == place]
        if columns.size:
            best[:, place + 1] = columns.max(axis=1)
    return best


_RECENT = 64
"""Texts that are kept encoded: a written sentence is needed when it ends, after judging, and after repair."""


class Encoder:
    """Encodes texts, and papers of one library. `records` gives the open records, which keep the papers' vectors."""

    def __init__(self, records: Callable[[], Records], model: SpanEmbedding) -> None:
        self._records = records
        self.model = model
        # Several stages need the same question. No reference to `self`: a circle would keep the model in memory.
        self.text = lru_cache(maxsize=8)(lambda text: _encode([text], model)[0])
        self._recent: dict[str, EncodedText] = {}

    def texts(self, texts: Sequence[str]) -> list[EncodedText]:
        """Encode questions or statements in one batch; one that comes several times, or came lately, is encoded once."""
        recent = self._recent
        encoded = {text: recent[text] for text in texts if text in recent}
        new = [text for text in dict.fromkeys(texts) if text not in encoded]
        if new:
            encoded |= zip(new, _encode(new, self.model), strict=True)
            # A new dict each time: other threads read the old one.
            self._recent = dict(list({**recent, **encoded}.items())[-_RECENT:])
        return [encoded[text] for text in texts]

    def late_interaction(
        self, text: EncodedText, papers: Sequence[Paper], weigh: IdfWeight
    ) -> dict[str, float]:
        """Return by paper id the weighted mean, over the words of the text, of the cosine of the paper's nearest word.

        In -1..1; MaxSim of ColBERT (Khattab and Zaharia 2020, arXiv:2004.12832). Empty if the text has no content word.
        """
        weights = np.array([weigh(t.stem) for t in text.content], dtype=np.float32)
        if not weights.sum():
            return {}
        # Whose words they are does not matter here, so that no paper need be cut into sentences.
        stored = self._records().vectors(papers)
        stored |= self._embed_and_store([chunk(paper) for paper in papers if paper.id not in stored])
        bits = {paper.id: stored[paper.id].words for paper in papers if len(stored[paper.id].words)}
        if not bits:
            return {}
        words = from_signs(np.concatenate(list(bits.values())), text.words.shape[1])
        starts = np.cumsum([0, *(len(rows) for rows in bits.values())][:-1])
        best = np.maximum.reduceat(text.words @ words.T, starts, axis=1)
        return dict(zip(bits, (weights @ best / weights.sum()).tolist(), strict=True))

    def read(self, papers: Sequence[Paper], question: EncodedText | None = None) -> tuple[EncodedPaper, ...]:
        """Encode papers from their stored vectors; vectors that are missing are computed and stored.

        Those that are in another language than English, and all if the `question` is, are compared with it sentence by sentence.
        """
        cut = [_Cut.of(paper) for paper in papers]
        stored = self._records().vectors(papers)
        stored |= self._embed_and_store(
            [c.chunked for c in cut if not c.fits(stored.get(c.chunked.paper.id))]
        )
        read = tuple(c.encoded(stored[c.chunked.paper.id]) for c in cut)
        return _read_for(question, read) if question else read

    def across(self, text: EncodedText, papers: Sequence[Paper]) -> dict[str, float]:
        """Return by paper id how near papers come to a text in another language, -1..1; see `nearness_across`."""
        cut = (_Cut.of(paper) for paper in papers)
        return {c.chunked.paper.id: nearness_across(_across(text, c.chunked.paper, c.sentences)) for c in cut}

    def _embed_and_store(self, papers: Sequence[Chunked]) -> dict[str, PaperVectors]:
        """Make the vectors of papers and store them."""
        if not papers:
            return {}
        rows = self.model.embed_spans([SpanText(c.text, c.spans) for c in papers])
        made = [(c.paper, paper_vectors(c, row)) for c, row in zip(papers, rows, strict=True)]
        with suppress(LibraryError):  # a library that cannot be written to can still be read
            self._records().put_vectors(made)
        return {paper.id: vectors.as_stored() for paper, vectors in made}


def nearness_across(across: Vectors) -> float:
    """Return how near a paper comes to a question of another language: the mean of the whole paper and its nearest part.

    On 120 questions in ten languages, the paper asked for is nearest for 0.72 of them; by the whole for 0.69, by the nearest part
    for 0.58.
    """
    return float(across[0] + across[1:].max(initial=across[0])) / 2


def _across(text: EncodedText, paper: Paper, sentences: Sequence[EncodedSentence]) -> Vectors:
    """Return how near a paper, its title and its sentences come to a text in meaning: shape (2 + sentences,), in -1..1."""
    parts = (f"{paper.title}. {paper.abstract}", paper.title, *(sentence.text for sentence in sentences))
    return multilingual().likeness(text.text, parts)


def _read_for(question: EncodedText, papers: Sequence[EncodedPaper]) -> tuple[EncodedPaper, ...]:
    """Return papers read for a question: those in another language than it with how near they come to it, of the others the first
    ones with what they are asked."""
    return tuple(
        replace(paper, across=_across(question, paper.paper, paper.sentences))
        if question.other or _in_other(paper)
        else replace(paper, asked=question.text if place < SELECTED else "")
        for place, paper in enumerate(papers)
    )


def _in_other(paper: EncodedPaper) -> bool:
    # To count words is cheaper than to tell the language, and nearly every paper is in English.
    words = [token for sentence in paper.sentences for token in sentence.tokens]
    return not in_english(words) and is_other(paper.text)


def _encode(texts: Sequence[str], model: SpanEmbedding) -> list[EncodedText]:
    split = [tokens(text) for text in texts]
    spans = [tuple((t.start, t.end) for t in words if t.content) for words in split]
    rows = model.embed_spans([SpanText(text, where) for text, where in zip(texts, spans, strict=True)])
    return [
        EncodedText(text, words, row[0], row[1:], is_other(text))
        for text, words, row in zip(texts, split, rows, strict=True)
    ]


@dataclass(frozen=True, eq=False)
class _Cut:
    """A paper in sentences and words. `counts`: how many content words the title has, then each sentence; `stems`: of all of them."""

    chunked: Chunked
    sentences: tuple[EncodedSentence, ...]
    counts: tuple[int, ...]
    stems: tuple[str, ...]

    @classmethod
    def of(cls, paper: Paper) -> _Cut:
        """Cut a paper as its vectors were made."""
        chunked = chunk(paper)
        texts = [paper.abstract[span.start : span.end] for span in chunked.sentences]
        sentences = tuple(
            EncodedSentence(paper, span, text, tokens(text))
            for span, text in zip(chunked.sentences, texts, strict=True)
        )
        every = [
            [t.stem for t in words if t.content]
            for words in (tokens(paper.title), *(s.tokens for s in sentences))
        ]
        return cls(chunked, sentences, tuple(map(len, every)), tuple(chain.from_iterable(every)))

    def fits(self, vectors: PaperVectors | None) -> bool:
        """Return whether these are vectors of its sentences and words; None: it has none."""
        if vectors is None:
            return False
        # Libraries of format 4 have the vectors of all words.
        return len(vectors.sentences) == len(self.sentences) and len(vectors.words) in (
            len(self.stems),
            len(set(self.stems)),
        )

    def encoded(self, vectors: PaperVectors) -> EncodedPaper:
        """Return the paper with its vectors."""
        # The words of the title have the place -1.
        places = np.repeat(np.arange(-1, len(self.sentences)), self.counts)
        words = from_signs(vectors.words, vectors.sentences.shape[1])
        if len(words) != len(self.stems):
            # Each word has the vector of the first one of its stem.
            first = {stem: row for row, stem in enumerate(dict.fromkeys(self.stems))}
            words = words[[first[stem] for stem in self.stems]]
        return EncodedPaper(self.chunked.paper, self.sentences, vectors.sentences, words, places)
