"""The answerer that needs no model: the sentences of the abstracts that answer the question, word for word."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.llm.injection import is_instruction
from assistant.retrieval.encoder import EncodedPaper, EncodedSentence, IdfWeight
from assistant.retrieval.names import Subject, without
from assistant.retrieval.question import Question, parse, sentence_scores
from assistant.retrieval.retriever import RetrievalResult

# Chosen on the questions suite: a single paper may say a little more than one of several.
ALONE = 4
PER_PAPER = 3
PAPERS = 3
SENTENCE_WEIGHT = 0.3
# A further paper is quoted only where it stands this close to the first, and its sentence to the first's best.
NEAR_PAPER = 0.97
NEAR_SENTENCE = 0.85
# Where several are asked for, this many, and this close; chosen on the fitted cases that ask for several papers.
SEVERAL = 4
NEAR_SEVERAL = 0.8
_ASKS_SEVERAL = re.compile(
    r"\b(?:which|what|list|name|find|show(?: me)?) (?:all |the |other |two |three |four |five |of the )*(?:[\w-]+ ){0,2}?(?:papers|works|"
    r"studies|surveys|reviews|articles|abstracts|publications|methods|models|approaches|systems|networks|architectures|algorithms|"
    r"techniques|frameworks|detectors|benchmarks|data ?sets)\b",
    re.I,
)


@dataclass(frozen=True)
class Quoted:
    """A sentence chosen as (part of) the answer."""

    paper: EncodedPaper
    sentence: EncodedSentence
    score: float


def select_sentences(
    found: RetrievalResult,
    papers: Sequence[EncodedPaper],
    weigh: IdfWeight,
    words: int,
    named: Sequence[Subject] = (),
) -> tuple[Quoted, ...]:
    """The sentences that answer the question, paper by paper, each paper's in the order of its abstract.

    At most `words` words in all, but always one sentence of each paper: of each that is `named`, if any are. Sentences
    that address the reader's software are passed over.
    """
    if named:
        rankings = [
            _ranked(parse(without(found.asked, [o for o in named if o is not s])), s.paper, weigh)
            for s in named
        ]
        return _shared([ranked for ranked in rankings if ranked], words)
    asked = parse(found.asked)
    scored = []
    for passage, paper in zip(found.passages, papers, strict=True):
        ranked = _ranked(asked, paper, weigh)
        if ranked:
            scored.append((passage.score + SENTENCE_WEIGHT * ranked[0].score, ranked))
    scored.sort(key=lambda pair: -pair[0])
    several = _ASKS_SEVERAL.search(found.asked.text)
    most, nearest = (SEVERAL, NEAR_SEVERAL) if several else (PAPERS, NEAR_PAPER)
    near = [
        ranked
        for standing, ranked in scored[:most]
        if standing >= nearest * scored[0][0]
        and (several or ranked[0].score >= NEAR_SENTENCE * scored[0][1][0].score)
    ]
    if several and len(near) > 1:
        return _shared(near, words)
    chosen: list[Quoted] = []
    for ranked in near:
        chosen += _within(ranked[: PER_PAPER if len(near) > 1 else ALONE], words, chosen)
    return tuple(chosen)


def _ranked(asked: Question, paper: EncodedPaper, weigh: IdfWeight) -> list[Quoted]:
    """A paper's sentences that can be quoted, the best first."""
    scores = sentence_scores(asked, paper, weigh)
    scored = (
        Quoted(paper, sentence, score)
        for sentence, score in zip(paper.sentences, scores, strict=True)
        if not is_instruction(sentence.text)
    )
    return sorted(scored, key=lambda quoted: -quoted.score)


def _shared(papers: Sequence[Sequence[Quoted]], words: int) -> tuple[Quoted, ...]:
    """Of each paper its best sentences, in an equal share of the words."""
    return tuple(q for ranked in papers for q in _within(ranked[:PER_PAPER], words // len(papers), ()))


def _within(ranked: Sequence[Quoted], words: int, before: Sequence[Quoted]) -> list[Quoted]:
    left = words - sum(len(q.sentence.text.split()) for q in before)
    taken: list[Quoted] = []
    for quoted in ranked:
        length = len(quoted.sentence.text.split())
        if length <= left or not (before or taken):
            taken.append(quoted)
            left -= length
    return sorted(taken, key=lambda quoted: quoted.sentence.span.start)
