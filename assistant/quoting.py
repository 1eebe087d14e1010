"""The answerer that needs no model: the sentences of the abstracts that answer the question, word for word."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from assistant.reading import ReadPaper, ReadSentence, Weigh
from assistant.refusing import parse, sentence_scores
from assistant.retrieval import Found
from assistant.screening import out_of_place

# Chosen on the questions suite: a single paper may say a little more than one of several.
ALONE = 4
PER_PAPER = 3
PAPERS = 3
SENTENCE_WEIGHT = 0.3
# A further paper is quoted only where it stands this close to the first, and its sentence to the first's best.
NEAR_PAPER = 0.97
NEAR_SENTENCE = 0.85


@dataclass(frozen=True)
class Quoted:
    """A sentence chosen as (part of) the answer."""

    paper: ReadPaper
    sentence: ReadSentence
    score: float


def pick(found: Found, papers: Sequence[ReadPaper], weigh: Weigh, words: int) -> tuple[Quoted, ...]:
    """The sentences that answer the question, paper by paper, each paper's in the order of its abstract.

    At most `words` words in all (but always one sentence). Sentences that address the reader's software are passed
    over.
    """
    asked = parse(found.asked)
    scored = []
    for passage, paper in zip(found.passages, papers, strict=True):
        scores = sentence_scores(asked, paper, weigh)
        ranked = sorted(
            (
                Quoted(paper, sentence, score)
                for sentence, score in zip(paper.sentences, scores, strict=True)
                if not out_of_place(sentence.text)
            ),
            key=lambda quoted: -quoted.score,
        )
        if ranked:
            scored.append((passage.score + SENTENCE_WEIGHT * ranked[0].score, ranked))
    scored.sort(key=lambda pair: -pair[0])
    near = [
        ranked
        for standing, ranked in scored[:PAPERS]
        if standing >= NEAR_PAPER * scored[0][0] and ranked[0].score >= NEAR_SENTENCE * scored[0][1][0].score
    ]
    chosen: list[Quoted] = []
    for ranked in near:
        chosen += _within(ranked[: PER_PAPER if len(near) > 1 else ALONE], words, chosen)
    return tuple(chosen)


def _within(ranked: Sequence[Quoted], words: int, before: Sequence[Quoted]) -> list[Quoted]:
    left = words - sum(len(q.sentence.text.split()) for q in before)
    taken: list[Quoted] = []
    for quoted in ranked:
        length = len(quoted.sentence.text.split())
        if length <= left or not (before or taken):
            taken.append(quoted)
            left -= length
    return sorted(taken, key=lambda quoted: quoted.sentence.span.start)
