"""The answerer that needs no model: quotes the sentences of the abstracts that answer the question."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from assistant.core.answer import Event, Finished, Statement, StatementReady
from assistant.generation.assemble import finish, refusal
from assistant.generation.run import AnswerRun, Retrieval
from assistant.llm.injection import is_instruction
from assistant.retrieval.encoder import EncodedPaper, EncodedSentence
from assistant.retrieval.names import about_one
from assistant.retrieval.question import Question, sentence_scores
from assistant.verification.checker import evidence

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


@dataclass(frozen=True)
class Quoted:
    """A sentence chosen as (part of) the answer."""

    paper: EncodedPaper
    sentence: EncodedSentence
    score: float


class Extractive:
    """Answers with sentences of the abstracts, word for word, of at most `words` words in all. Needs no model."""

    name = "quotes"

    def __init__(self, words: int) -> None:
        self._words = words

    def events(self, run: AnswerRun) -> Iterator[Event]:
        """Yield `StatementReady` for each sentence, then `Finished`; a refusal if the abstracts seem not to answer."""
        if run.answerability.kind:
            yield Finished(refusal(run, run.answerability.kind, self.name))
            return
        statements: list[Statement] = []
        with run.log.timed("quote"):
            for quoted in select_sentences(run.retrieval, self._words):
                statements.append(_statement(quoted, statements))
                yield StatementReady(len(statements) - 1, statements[-1])
        if statements:
            yield Finished(finish(run, statements, self.name))
        else:
            yield Finished(refusal(run, "not_stated", self.name))


def _statement(quoted: Quoted, before: Sequence[Statement]) -> Statement:
    """Return a quoted sentence as a statement; another paper than before begins a paragraph."""
    cited = (quoted.paper.paper.id,)
    paragraph = before[-1].paragraph + (before[-1].citations != cited) if before else 0
    words = evidence(quoted.paper, (quoted.paper.sentences.index(quoted.sentence),))
    return Statement(quoted.sentence.text, cited, "supported", "verbatim", 1.0, (words,), paragraph=paragraph)


def select_sentences(retrieval: Retrieval, words: int) -> tuple[Quoted, ...]:
    """Return the sentences that answer the question, paper by paper, each paper's in the order of its abstract.

    At most `words` words in all, but at least one sentence of each paper that is quoted: of each that the question
    names side by side, if any are. Sentences that address the reader's software are left out.
    """
    question, named = retrieval.question, retrieval.named
    if named:
        rankings = [_ranked(about_one(question, named, subject), subject.paper) for subject in named]
        return _equal_shares([ranked for ranked in rankings if ranked], words)
    near = _near_papers(retrieval)
    if question.kind == "several" and len(near) > 1:
        return _equal_shares(near, words)
    chosen: list[Quoted] = []
    for ranked in near:
        chosen += _within(ranked[: PER_PAPER if len(near) > 1 else ALONE], words, chosen)
    return tuple(chosen)


def _near_papers(retrieval: Retrieval) -> list[list[Quoted]]:
    """Return the ranked sentences of the papers to quote: the first, and those that come close to it."""
    scored = []
    for passage, paper in zip(retrieval.passages, retrieval.papers, strict=True):
        ranked = _ranked(retrieval.question, paper)
        if ranked:
            scored.append((passage.score + SENTENCE_WEIGHT * ranked[0].score, ranked))
    scored.sort(key=lambda pair: -pair[0])
    several = retrieval.question.kind == "several"
    most, nearest = (SEVERAL, NEAR_SEVERAL) if several else (PAPERS, NEAR_PAPER)
    return [
        ranked
        for score, ranked in scored[:most]
        if score >= nearest * scored[0][0]
        and (several or ranked[0].score >= NEAR_SENTENCE * scored[0][1][0].score)
    ]


def _ranked(question: Question, paper: EncodedPaper) -> list[Quoted]:
    """Return the sentences of a paper that may be quoted, best first."""
    scored = (
        Quoted(paper, sentence, score)
        for sentence, score in zip(paper.sentences, sentence_scores(question, paper), strict=True)
        if not is_instruction(sentence.text)
    )
    return sorted(scored, key=lambda quoted: -quoted.score)


def _equal_shares(papers: Sequence[Sequence[Quoted]], words: int) -> tuple[Quoted, ...]:
    """Return the best sentences of each paper, within an equal share of the words."""
    return tuple(q for ranked in papers for q in _within(ranked[:PER_PAPER], words // len(papers), ()))


def _within(ranked: Sequence[Quoted], words: int, before: Sequence[Quoted]) -> list[Quoted]:
    """Return the sentences that fit into the words left after those before, in the order of the abstract.

    Without any before, the first is always among them.
    """
    left = words - sum(len(q.sentence.text.split()) for q in before)
    taken: list[Quoted] = []
    for quoted in ranked:
        length = len(quoted.sentence.text.split())
        if length <= left or not (before or taken):
            taken.append(quoted)
            left -= length
    return sorted(taken, key=lambda quoted: quoted.sentence.span.start)
