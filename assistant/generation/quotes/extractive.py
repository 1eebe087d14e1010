"""Answer with quotes: without a model, the sentences of the abstracts that answer the question."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from assistant.core.answers.events import Event, Finished, StatementReady
from assistant.core.answers.statement import Statement
from assistant.generation.assemble import finish, refusal
from assistant.generation.comparison.parts import asked_places
from assistant.generation.comparison.stance import (
    affirming,
    denying,
    disagreement,
)
from assistant.generation.question.halves import Half, speaks_of, unanswered
from assistant.generation.quotes.choice import Extent, select_sentences
from assistant.generation.quotes.quoted import Quoted, once, papers_of, quoted_at, statement_of
from assistant.generation.quotes.ranking import best_of
from assistant.generation.refusals.condition import Condition, unspoken
from assistant.generation.refusals.kind import kind_unnamed
from assistant.generation.run import AnswerRun, Retrieval
from assistant.retrieval.encoder import EncodedPaper, Encoder
from assistant.retrieval.question import Question
from assistant.verification.lexicon import EXPLAINS

# An answer to half of a question is at most so likely to answer it, and one to a question with a half ("and where?") that has no
# words to tell by at most the second: less than "very likely".
HALF_ANSWERED, UNTOLD = 0.5, 0.85


class Extractive:
    """Answers with sentences of the abstracts, word for word, as far as `extent` goes. Needs no model."""

    name = "quotes"

    def __init__(self, extent: Extent) -> None:
        self._extent = extent

    def events(self, run: AnswerRun) -> Iterator[Event]:
        """Yield `StatementReady` for each sentence, then `Finished`; a refusal if the abstracts seem not to answer."""
        if run.answerability.kind:
            yield Finished(refusal(run, run.answerability.kind, self.name))
            return
        statements: list[Statement] = []
        with run.log.timed("quote"):
            chosen = select_sentences(run.retrieval, self._extent)
            chosen, halves = _with_halves(run.retrieval, chosen, self._extent.most)
            chosen = once(chosen)
            condition = None if run.retrieval.named else unspoken(run.retrieval.question, papers_of(chosen))
            answers = (
                _speak_of(run.retrieval, chosen)
                and not (condition and condition.named)
                and not _kind_unnamed(run, chosen)
            )
            for quoted in chosen if answers else ():
                statements.append(statement_of(quoted, statements))
                yield StatementReady(len(statements) - 1, statements[-1])
        run = _doubting(run, chosen, halves, condition if answers else None)
        if statements:
            asked, places = run.retrieval.question, [(one.paper, one.place) for one in chosen]
            no = denying(asked, places)
            yes = affirming(asked, places) if no else ()
            remark = disagreement(no, yes, len(statements))
            yield Finished(finish(run, statements, self.name, remark=remark, denying=no, affirming=yes))
        else:
            yield Finished(refusal(run, "not_stated", self.name))


def _speak_of(retrieval: Retrieval, chosen: Sequence[Quoted]) -> bool:
    """Return whether the papers that are quoted have any word of the question: without one they are near to it by chance.

    Of one paper that was chosen, other words may ask. On the fitting halves of four collections it refuses 4 of 131 answers that
    should have been refused, and 2 of some 800 others. Papers in another language have other words.
    """
    said = retrieval.question.encoded.stems
    across = any(one.paper.across is not None for one in chosen)
    return across or len(retrieval.papers) == 1 or not said or any(said & one.paper.stems for one in chosen)


def _kind_unnamed(run: AnswerRun, chosen: Sequence[Quoted]) -> bool:
    """Return whether a question, asked of no paper by its name, asks for a kind of thing that no quote names."""
    if run.retrieval.named:
        return False
    told = [(one.paper, place) for one in chosen for place in one.places]
    return kind_unnamed(run.retrieval.question, told, run.answerability.answerable)


def _with_halves(
    retrieval: Retrieval, chosen: Sequence[Quoted], most: int
) -> tuple[tuple[Quoted, ...], tuple[Half, ...]]:
    """Return the chosen sentences with those of the same papers that answer a half of the question that they do not, and the
    halves that none answers."""
    question, added, left = retrieval.question, list(chosen), []
    papers = papers_of(chosen)
    ranked = [one for paper in papers for one in best_of(question, paper)]
    for half in unanswered(question, [(one.paper, one.place) for one in chosen]):
        told = [one for one in ranked if speaks_of(half, one.sentence.stems)]
        if told and len(added) < max(most, 2):
            added.append(told[0])
        else:
            left.append(half)
    order = [paper.paper.id for paper in papers]
    return tuple(sorted(added, key=lambda one: order.index(one.paper.paper.id))), tuple(left)


def _doubting(
    run: AnswerRun, chosen: Sequence[Quoted], halves: Sequence[Half], condition: Condition | None
) -> AnswerRun:
    """Return a run that is less sure of an answer without these halves of the question, this condition, or the reason asked for, and
    says so."""
    sure = run.answerability.answerable
    for half in halves:
        sure = min(sure, HALF_ANSWERED if half.standing == "missing" else UNTOLD)
        if half.standing == "missing":
            run.log.warnings.append(
                f"What is quoted does not speak of “{half.text}”: this part is not answered."
            )
    if condition and not halves:
        sure = min(sure, HALF_ANSWERED)
        run.log.warnings.append(f"The papers that are quoted do not speak of “{condition.text}”.")
    # "Why?" after an answer is answered no better by the same words.
    again = run.retrieval.question.opening == "why" and run.asked != run.question
    if again and not any(word.stem in EXPLAINS for one in chosen for word in one.sentence.tokens):
        sure = min(sure, HALF_ANSWERED)
        run.log.warnings.append("What is quoted may not say why.")
    return replace(run, answerability=replace(run.answerability, answerable=sure))


def asked_of_each(question: Question, papers: Sequence[EncodedPaper], encoder: Encoder) -> list[Statement]:
    """Return of each paper the sentence that tells what is asked of every one ("the sample size")."""
    return quoted_at(papers, asked_places(question, papers, encoder))
