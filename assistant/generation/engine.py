"""Question -> events, the last of which carries the Answer. Both answerers take this one path.

retrieve -> decide whether to answer -> draft (quotes, or a model's sentences as they come) -> check each -> have a
model settle what is open -> one repair -> number the sources by first appearance -> Answer.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import replace

from assistant.conversation.rewrite import Message, checked, standalone
from assistant.core.answer import (
    Answer,
    Event,
    Finished,
    RefusalKind,
    Retrieved,
    Statement,
    StatementReady,
    Usage,
)
from assistant.generation.answerability import assess_answerability
from assistant.generation.assemble import finish, refusal
from assistant.generation.comparison.compare import asks_for_comparison
from assistant.generation.extractive import select_sentences
from assistant.generation.generative import Written
from assistant.generation.run import AnswerRun, Components
from assistant.llm.injection import suspicious, withheld
from assistant.retrieval.encoder import EncodedPaper
from assistant.retrieval.names import names_not_retrieved, paper_named, subjects
from assistant.retrieval.retriever import EVERYTHING, RetrievalResult, Scope
from assistant.verification.checker import evidence

# So many papers are looked at for each name that a question puts beside others.
NAMESAKES = 8


class Answering:
    """Answers questions with the given parts."""

    def __init__(self, parts: Components) -> None:
        self.parts = parts

    def stream(
        self, question: str, history: Sequence[Message], k: int, scope: Scope = EVERYTHING
    ) -> Iterator[Event]:
        """Events: `Retrieved`, then `StatementReady` as sentences are checked, at last `Finished`.

        Raises `QuestionError`, or a `ModelError` where a model fails before anything came.
        """
        run = self._begin(checked(question), history, k, scope)
        yield Retrieved(run.standalone, tuple(p.paper for p in run.papers))
        if run.gate.kind == "off_topic" or (run.gate.kind and self.parts.model is None):
            yield Finished(self._refuse(run, run.gate.kind))
        elif self.parts.model is None:
            yield from self._quotes(run)
        else:
            yield from Written(self.parts, run, self.parts.model).events()

    def _begin(self, question: str, history: Sequence[Message], k: int, scope: Scope) -> AnswerRun:
        usage, started = Usage(), time.perf_counter()
        alone = standalone(question, history, self.parts.model, usage)
        contrasted = asks_for_comparison(alone)
        found = self.parts.retriever.find(alone, k, scope)
        papers = self.parts.reader.read([p.paper for p in found.passages])
        for name in names_not_retrieved(alone, papers, contrasted=contrasted):
            found, papers = self._with_bearer(name, found, papers, scope)
        named = subjects(alone, papers, contrasted=contrasted)
        gate = assess_answerability(found, papers, self.parts.weigh, named)
        if contrasted and named:
            # What papers say of themselves can always be set side by side.
            gate = replace(gate, kind=None)
        run = AnswerRun(question, alone, found, papers, usage, gate, named)
        run.timings["retrieve"] = time.perf_counter() - started
        for paper in papers:
            if suspicious(paper.paper.title) or withheld(paper.paper):
                run.warnings.append(
                    f"Text in {paper.paper.id!r} addresses the reader's software; it was withheld."
                )
        return run

    def _with_bearer(
        self, name: str, found: RetrievalResult, papers: tuple[EncodedPaper, ...], scope: Scope
    ) -> tuple[RetrievalResult, tuple[EncodedPaper, ...]]:
        """Also the paper that bears a name, where others have pushed it from what was found; last, since its score is of
        another search."""
        namesakes = self.parts.retriever.find(name, NAMESAKES, scope).passages
        paper = paper_named(name, self.parts.reader.read([p.paper for p in namesakes]))
        if paper is None or any(paper.paper.id == one.paper.id for one in papers):
            return found, papers
        (passage,) = (p for p in namesakes if p.paper.id == paper.paper.id)
        least = min((p.score for p in found.passages), default=0.0)
        last = replace(passage, score=min(passage.score, least))
        return replace(found, passages=(*found.passages, last)), (*papers, paper)

    def _quotes(self, run: AnswerRun) -> Iterator[Event]:
        words = self.parts.settings.answer.words
        chosen = select_sentences(run.found, run.papers, self.parts.weigh, words, run.named)
        if not chosen:
            yield Finished(self._refuse(run, "not_stated"))
            return
        statements: list[Statement] = []
        for index, quoted in enumerate(chosen):
            place = quoted.paper.sentences.index(quoted.sentence)
            statement = Statement(
                text=quoted.sentence.text,
                citations=(quoted.paper.paper.id,),
                verdict="supported",
                how="verbatim",
                score=1.0,
                evidence=(evidence(quoted.paper, (place,)),),
                paragraph=index
                and statements[-1].paragraph + (statements[-1].citations != (quoted.paper.paper.id,)),
            )
            statements.append(statement)
            yield StatementReady(index, statement)
        run.lap("quote")
        yield Finished(finish(run, statements, "quotes"))

    def _refuse(self, run: AnswerRun, kind: RefusalKind) -> Answer:
        model = self.parts.model.name if self.parts.model else "quotes"
        return refusal(run, kind, model)
