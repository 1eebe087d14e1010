"""How likely papers answer a question.

What tells is what answer sentence selection says of its likeliest sentence, and how near the paper, its title and its best sentence
come to the question as a whole, and to the word of it that they cover worst: in a library on one field most papers speak of a part
of what is asked. A logistic regression weighs them, fitted on questions over some thirty fields, each collection counting alike (`python -m
tests.studies fit`); `python -m tests.studies lead` and the suites measure it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from assistant.core.text.tokens import in_english, stems, tokens
from assistant.core.weights import probability
from assistant.generation.listing.matches import without_effect
from assistant.generation.run import Retrieval
from assistant.library.embedding.vectors import Vectors
from assistant.retrieval.encoder import EncodedPaper
from assistant.retrieval.passage import Passage
from assistant.retrieval.question import Question
from assistant.retrieval.sentences.fit import UNREAD

NEAR_BEST, SURE = 0.2, 4.0
"""A paper is quoted beside the likeliest one if its odds are at least this share of that one's, or at least these."""

# A paper speaks of a word in others that come so near, as cosine, where other papers say it.
_ALIKE = 0.6


def tells(question: Question) -> bool:
    """Return whether the probabilities say something of a question: they are fitted on English."""
    encoded = question.encoded
    return bool(encoded.content) and not encoded.other and in_english(encoded.tokens)


def paper_probabilities(retrieval: Retrieval, most: int | None = None) -> list[float]:
    """Return for each paper, or for so many of the first, the probability that it answers the question."""
    return [
        probability("paper_answers", paper_features(retrieval.question, paper, passage))
        for paper, passage in zip(retrieval.papers[:most], retrieval.passages[:most], strict=True)
    ]


def answering(retrieval: Retrieval) -> tuple[EncodedPaper, ...]:
    """Return the papers that are likely enough to answer to be quoted beside each other, the likeliest first."""
    odds = [one / (1 - one) for one in paper_probabilities(retrieval)]
    least = min(SURE, NEAR_BEST * max(odds, default=0.0))
    order = sorted(range(len(odds)), key=lambda i: -odds[i])
    return tuple(retrieval.papers[i] for i in order if odds[i] >= least)


def answering_openly(retrieval: Retrieval) -> tuple[EncodedPaper, ...]:
    """Return the papers that answer an open question for an effect: those likely to, then those with all of its words in a sentence.

    The words that ask for it ("role", "affect") stand in few abstracts, and tell nothing of what these answer. On 38 questions over
    four libraries it finds 0.81 of the papers that answer, where the best sentences came from 0.65, and 0.05 of what it finds is wrong,
    as before.
    """
    bare = without_effect(retrieval.question)
    said = {word.stem for word in bare.encoded.content}
    if not said:
        return ()
    likely = _on_rarest(bare, answering(replace(retrieval, question=bare)))
    speaking = (paper for paper in retrieval.papers if any(said <= one.stems for one in paper.sentences))
    return (*likely, *(paper for paper in speaking if paper not in likely))


def _on_rarest(question: Question, papers: Sequence[EncodedPaper]) -> Sequence[EncodedPaper]:
    """Return the papers that say the rarest word of a question, or one as good as it; all of them where none says it.

    What drink does to memory is not what naps do to it.
    """
    weights = question.weights
    rarest = max(range(len(weights)), key=lambda i: weights[i])
    word = question.encoded.content[rarest]
    if not any(word.stem in paper.stems for paper in papers):
        return papers
    return [paper for paper in papers if paper.spoken(question.encoded, least=_ALIKE)[rarest]]


def paper_features(question: Question, paper: EncodedPaper, passage: Passage) -> dict[str, float]:
    """Return the features of a paper by name; all but the retrieval's score are in -1..1."""
    weights = np.array(question.weights, dtype=np.float32)
    weights /= weights.sum() or 1.0
    title, sentences = _covered(question, paper)
    both = np.maximum(sentences, title[:, None])
    anywhere = np.maximum(title, sentences.max(axis=1, initial=-1.0))
    worst = np.sort(anywhere)[:2] if len(anywhere) else np.zeros(1)
    near = paper.near(question.encoded)
    return {
        "selected": selected(paper),
        "share": float(weights @ anywhere),
        "least": float(worst[0]),
        "least_two": float(worst.mean()),
        "sentence": float((weights @ both).max(initial=0.0)),
        "sentence_least": float(both.min(axis=0, initial=1.0).max(initial=0.0)),
        "sentence_alone": float((weights @ sentences).max(initial=0.0)),
        "title": float(weights @ title),
        "cosine": float(near.max(initial=0.0)),
        "cosine_paper": float(passage.cosine or 0.0),
        "score": passage.score,
    }


def selected(paper: EncodedPaper) -> float:
    """Return the log odds of the sentence of a paper that is likeliest to answer the question that it is read for."""
    return UNREAD if paper.answers is None else float(paper.answers.max(initial=UNREAD))


def _covered(question: Question, paper: EncodedPaper) -> tuple[Vectors, Vectors]:
    """Return how far the title and each sentence cover each word of the question, by its stem or the nearest word's cosine: shapes
    (words,) and (words, sentences)."""
    near = paper.nearest_words(question.encoded)
    held: Sequence[frozenset[str]] = [stems(tokens(paper.paper.title)), *(s.stems for s in paper.sentences)]
    same = [[word.stem in part for part in held] for word in question.encoded.content]
    covered: Vectors = np.maximum(near, np.array(same, dtype=np.float32).reshape(near.shape))
    return covered[:, 0], covered[:, 1:]
