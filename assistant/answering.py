"""Question -> events, the last of which carries the Answer. Both answerers take this one path.

retrieve -> decide whether to answer -> draft (quotes, or a model's sentences as they come) -> check each -> have a
model settle what is open -> one repair -> number the sources by first appearance -> Answer.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from assistant.answers import (
    REFUSAL_PHRASE,
    Answer,
    Event,
    Finished,
    Ranked,
    Refusal,
    RefusalKind,
    Retrieved,
    Source,
    Statement,
    StatementReady,
    Usage,
)
from assistant.conversation import Message, checked, standalone
from assistant.drafting import Drafted, drafted
from assistant.errors import ModelError, ModelInterrupted
from assistant.judging import Judge, locate
from assistant.prompts import Prompt, load
from assistant.quoting import pick
from assistant.reading import Reader, ReadPaper, Weigh
from assistant.refusing import Gate, decide
from assistant.repairing import failing, repaired
from assistant.retrieval import Found, Retriever
from assistant.screening import block, suspicious, withheld
from assistant.settings import Settings
from assistant.support.checking import Checker, evidence

if TYPE_CHECKING:
    from assistant.models import Model

CONFLICT_PHRASE = "The abstracts disagree."

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Parts:
    """What an answer is made with. Without a `model`, answers are quotes; without a `judge`, rules decide alone."""

    retriever: Retriever
    reader: Reader
    checker: Checker
    weigh: Weigh
    settings: Settings
    model: Model | None = None
    judge: Judge | None = None


@dataclass
class _Run:
    """One question on its way: what is known so far."""

    question: str
    standalone: str
    found: Found
    papers: tuple[ReadPaper, ...]
    usage: Usage
    gate: Gate
    warnings: list[str] = field(default_factory=list)
    timings: dict[str, float] = field(default_factory=dict)
    clock: float = field(default_factory=time.perf_counter)

    def lap(self, stage: str) -> None:
        now = time.perf_counter()
        self.timings[stage] = self.timings.get(stage, 0.0) + now - self.clock
        self.clock = now


class Answering:
    """Answers questions with the given parts."""

    def __init__(self, parts: Parts) -> None:
        self.parts = parts

    def stream(self, question: str, history: Sequence[Message], k: int) -> Iterator[Event]:
        """Events: `Retrieved`, then `StatementReady` as sentences are checked, at last `Finished`.

        Raises `QuestionError`, or a `ModelError` where a model fails before anything came.
        """
        run = self._begin(checked(question), history, k)
        yield Retrieved(run.standalone, tuple(p.paper for p in run.papers))
        if run.gate.kind == "off_topic" or (run.gate.kind and self.parts.model is None):
            yield Finished(self._refuse(run, run.gate.kind))
        elif self.parts.model is None:
            yield from self._quotes(run)
        else:
            yield from _Written(self.parts, run, self.parts.model).events()

    def _begin(self, question: str, history: Sequence[Message], k: int) -> _Run:
        usage, started = Usage(), time.perf_counter()
        alone = standalone(question, history, self.parts.model, usage)
        found = self.parts.retriever.find(alone, k)
        papers = self.parts.reader.read([p.paper for p in found.passages])
        gate = decide(found, papers, self.parts.weigh)
        run = _Run(question, alone, found, papers, usage, gate)
        run.timings["retrieve"] = time.perf_counter() - started
        for paper in papers:
            if suspicious(paper.paper.title) or withheld(paper.paper):
                run.warnings.append(
                    f"Text in {paper.paper.id!r} addresses the reader's software; it was withheld."
                )
        return run

    def _quotes(self, run: _Run) -> Iterator[Event]:
        words = self.parts.settings.answer.words
        chosen = pick(run.found, run.papers, self.parts.weigh, words)
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

    def _refuse(self, run: _Run, kind: RefusalKind) -> Answer:
        model = self.parts.model.name if self.parts.model else "quotes"
        return refusal(run, kind, model)


class _Written:
    """An answer that a model writes."""

    def __init__(self, parts: Parts, run: _Run, model: Model) -> None:
        self._parts = parts
        self._run = run
        self._model = model
        self._strict = parts.settings.verify.mode == "strict"
        self._complete = True

    def events(self) -> Iterator[Event]:
        run = self._run
        prompt = self._prompt()
        statements: list[Statement] = []
        for statement in self._draft(prompt):
            statements.append(statement)
            if not self._strict and not _is(statement, REFUSAL_PHRASE):
                yield StatementReady(len(statements) - 1, statement)
        run.lap("write")
        conflict = any(_is(s, CONFLICT_PHRASE) for s in statements)
        kept = [s for s in statements if not _is(s, CONFLICT_PHRASE) and not _is(s, REFUSAL_PHRASE)]
        if not kept and self._complete:
            yield Finished(refusal(run, "not_stated", self._model.name))
            return
        kept = self._settle(kept)
        if self._parts.settings.verify.repair and self._complete:
            kept = self._repair(kept)
        yield Finished(self._finish(kept, conflict))

    def _prompt(self) -> Prompt:
        papers, mark = block(self._run.papers)
        return load(
            "answer",
            papers=papers,
            mark=mark,
            question=self._run.standalone,
            refusal=REFUSAL_PHRASE,
            conflict=CONFLICT_PHRASE,
        )

    def _draft(self, prompt: Prompt) -> Iterator[Statement]:
        """Sentences as they are complete, each after its local check."""
        reply, done = "", 0
        try:
            for piece in self._model.stream(prompt, self._run.usage):
                reply += piece
                if any(mark in piece for mark in ".!?»\n"):
                    for draft in drafted(reply, final=False)[done:]:
                        done += 1
                        yield self._checked(draft)
        except ModelInterrupted as exc:
            self._complete = False
            self._run.warnings.append(f"The answer is incomplete. {exc}")
        for draft in drafted(reply, final=True)[done:]:
            yield self._checked(draft)

    def _checked(self, draft: Drafted) -> Statement:
        papers = self._run.papers
        known = [n for n in draft.numbers if 1 <= n <= len(papers)]
        unknown = [n for n in draft.numbers if n not in known]
        cited = [papers[n - 1] for n in known]
        (statement,) = self._parts.checker.check([draft.text], [cited])
        problems = list(statement.problems)
        for n in unknown:
            problems.append(f"it cites [{n}], and there is no such paper")
            self._run.warnings.append(f"The model cited [{n}], and there is no such paper.")
        located = [locate(claim, paper) for claim in draft.claimed for paper in cited]
        found = tuple(dict.fromkeys(e for e in located if e))
        if draft.claimed and cited and not found:
            problems.append("the words it quotes are not in the abstract; the nearest are shown")
        return replace(
            statement,
            evidence=found if found and statement.verdict != "supported" else statement.evidence,
            problems=tuple(problems),
            paragraph=draft.paragraph,
        )

    def _settle(self, statements: list[Statement]) -> list[Statement]:
        if self._parts.judge is None:
            return statements
        try:
            settled = self._parts.judge.settle(statements, self._run.papers, self._run.usage)
        except ModelError as exc:
            self._run.warnings.append(f"No model checked the answer: {exc}")
            settled = statements
        self._run.lap("verify")
        return settled

    def _repair(self, statements: list[Statement]) -> list[Statement]:
        """One call for all statements that fail; what holds is not touched."""
        broken = [i for i, s in enumerate(statements) if failing(s)]
        if not broken:
            return statements
        try:
            drafts = repaired(
                self._model,
                self._run.standalone,
                [statements[i] for i in broken],
                self._run.papers,
                self._run.usage,
            )
        except ModelError as exc:
            self._run.warnings.append(f"The answer could not be repaired: {exc}")
            return statements
        fresh = {
            broken[at]: replace(self._checked(draft), paragraph=statements[broken[at]].paragraph)
            for at, draft in drafts.items()
            if draft is not None
        }
        dropped = {broken[at] for at, draft in drafts.items() if draft is None}
        settled = dict(zip(fresh, self._settle(list(fresh.values())), strict=True))
        self._run.lap("repair")
        if dropped:
            self._run.warnings.append(f"{_count(len(dropped), 'sentence')} withdrawn by the model on repair.")
        return [settled.get(i, s) for i, s in enumerate(statements) if i not in dropped]

    def _finish(self, statements: list[Statement], conflict: bool) -> Answer:
        run, name = self._run, self._model.name
        bad = [s for s in statements if failing(s)]
        good = [s for s in statements if not failing(s)]
        if self._strict:
            shown = good
            if bad:
                run.warnings.append(f"{_count(len(bad), 'sentence')} removed: not carried by the abstracts.")
        else:
            shown = [replace(s, struck=True) if failing(s) else s for s in statements]
        if not shown:
            return replace(refusal(run, "not_stated", name), removed=len(bad))
        answer = finish(run, shown, name)
        sides = {c for s in good for c in s.citations}
        disagree = (
            Refusal("conflicting", tuple(p.paper for p in run.papers if p.paper.id in sides))
            if conflict and len(sides) > 1
            else None
        )
        return replace(answer, removed=len(bad), complete=self._complete, refusal=disagree)


def finish(run: _Run, statements: Sequence[Statement], model: str) -> Answer:
    """The answer of checked statements: sources numbered by first appearance, text with `[n]` marks."""
    ids = dict.fromkeys(c for s in statements for c in s.citations)
    papers = {p.paper.id: p.paper for p in run.papers}
    sources = tuple(Source(n, papers[paper_id]) for n, paper_id in enumerate(ids, start=1))
    numbers = {source.paper.id: source.number for source in sources}
    return _answer(run, prose(statements, numbers), model, statements=tuple(statements), sources=sources)


def refusal(run: _Run, kind: RefusalKind, model: str) -> Answer:
    """The honest answer where there is none."""
    nearest = Refusal(kind, tuple(p.paper for p in run.papers[:3]))
    return _answer(run, REFUSAL_PHRASE, model, refusal=nearest)


def _answer(run: _Run, text: str, model: str, **parts: Any) -> Answer:
    return Answer(
        question=run.question,
        text=text,
        passages=_ranked(run.found),
        model=model,
        usage=run.usage.as_dict(),
        timings=run.timings,
        warnings=tuple(dict.fromkeys(run.warnings)),
        standalone=run.standalone,
        score=run.gate.answerable,
        **parts,
    )


def prose(statements: Sequence[Statement], numbers: dict[str, int]) -> str:
    """Statements as text, each with its `[n]` marks before its closing mark; struck ones as such."""
    text = ""
    for before, statement in zip([None, *statements], statements, strict=False):
        marks = "".join(f"[{numbers[c]}]" for c in statement.citations)
        sentence = marked(statement.text, marks)
        if statement.struck:
            sentence = f"~~{sentence}~~ ({statement.verdict})"
        gap = "" if before is None else " " if before.paragraph == statement.paragraph else "\n\n"
        text += gap + sentence
    return text


def marked(sentence: str, marks: str) -> str:
    """The sentence with citation marks before its closing mark."""
    if not marks:
        return sentence
    if sentence[-1:] in ".!?。":
        return f"{sentence[:-1].rstrip()} {marks}{sentence[-1]}"
    return f"{sentence} {marks}"


def _is(statement: Statement, phrase: str) -> bool:
    return statement.text.strip(" .").casefold() == phrase.strip(" .").casefold()


def _ranked(found: Found) -> tuple[Ranked, ...]:
    return tuple(
        Ranked(p.paper.id, p.score, {name: (c.rank, c.score) for name, c in p.channels.items()})
        for p in found.passages
    )


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
