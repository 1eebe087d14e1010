"""Rank sentences by how likely each answers."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.core.text.quantities import extract
from assistant.core.text.tokens import stems, tokens
from assistant.generation.comparison.stance import (
    siding_first,
)
from assistant.generation.quotes.quoted import Quoted
from assistant.library.embedding.vectors import Vectors
from assistant.llm.injection import unquoted
from assistant.retrieval.encoder import EncodedPaper
from assistant.retrieval.question import Question
from assistant.retrieval.sentences.explains import explaining_first
from assistant.retrieval.sentences.fit import (
    exchanged,
    own_first,
    probabilities,
    sentence_fit,
)


def best_of(question: Question, paper: EncodedPaper) -> list[Quoted]:
    """Return the sentences of a paper that may be quoted, the likeliest answer first."""
    return ranked_sentences(question, [paper], [1.0])


def ranked_sentences(
    question: Question, papers: Sequence[EncodedPaper], scores: Sequence[float]
) -> list[Quoted]:
    """Return the sentences of papers that may be quoted, the likeliest answer first."""
    each = []
    for paper, score in zip(papers, scores, strict=True):
        fit = sentence_fit(question, paper, score)
        for first in (siding_first, _of_the_named, own_first):
            fit = first(fit, question, paper)
        each.append(fit)
    fits = explaining_first(each, question, papers)
    quoted = [
        Quoted(paper, sentence, float(probability))
        for paper, row in zip(papers, probabilities(fits), strict=True)
        for sentence, probability in zip(paper.sentences, row, strict=True)
        if sentence.span.start not in unquoted(paper.paper)
    ]
    return sorted(quoted, key=lambda one: -one.probability)


def _of_the_named(fit: Vectors, question: Question, paper: EncodedPaper) -> Vectors:
    """Return the fits in which, where a figure is asked for, the one sentence of a paper that says a name of the question has the
    first place if it has a figure and the likeliest sentence has no such name: the figures of that one are of something else.

    A name in the title is what all of a paper is about.
    """
    names = {token.stem for token in question.names} if question.number and len(fit) else set()
    names -= stems(tokens(paper.paper.title))
    once = {name for name in names if sum(name in s.stems for s in paper.sentences) == 1}
    best = int(fit.argmax()) if once else 0
    told = [i for i, s in enumerate(paper.sentences) if once & s.stems and extract(s.text)]
    said = {token.stem for token in question.encoded.content} - names
    most = len(said & paper.sentences[best].stems)
    # Of what is counted, the likeliest may say more: then it is that one that tells the figure, of what was named before it.
    told = [i for i in told if len(said & paper.sentences[i].stems) >= most]
    if told and not once & paper.sentences[best].stems:
        return exchanged(
            fit, best, max(told, key=lambda i: (len(once & paper.sentences[i].stems), float(fit[i])))
        )
    return fit
