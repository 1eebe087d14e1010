"""Answer with a model's sentences as they arrive, each checked, judged, and repaired once."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from itertools import islice
from typing import TYPE_CHECKING

from assistant.core.answer import (
    CONFLICT_PHRASE,
    REFUSAL_PHRASE,
    Answer,
    Event,
    Finished,
    Refusal,
    Statement,
    StatementReady,
    Working,
)
from assistant.core.errors import ModelError, ModelInterrupted, ModelStopped
from assistant.core.settings import VerifySettings
from assistant.generation.assemble import finish, refusal
from assistant.generation.draft import Drafted, drafted
from assistant.generation.repair import repaired
from assistant.generation.run import AnswerRun
from assistant.llm.injection import format_papers
from assistant.llm.prompts import Prompt, load
from assistant.verification.checker import Checker
from assistant.verification.judge import VerdictJudge, locate

if TYPE_CHECKING:
    from assistant.llm.client import Model

MAX_SENTENCES = 12
"""An answer longer than this is cut: each sentence costs a check, and nobody reads a page of them."""


@dataclass(frozen=True)
class Generative:
    """Answers with sentences that `model` writes; `checker` checks each, and `judge`, if any, decides what rules leave open."""

    model: Model
    checker: Checker
    judge: VerdictJudge | None
    verify: VerifySettings

    @property
    def name(self) -> str:
        """The model's name."""
        return self.model.name

    def events(self, run: AnswerRun) -> Iterator[Event]:
        """Yield `Working`, `StatementReady` for each sentence once checked (unless strict), then `Finished`.

        Raises a `ModelError` if the model fails before any text arrived.
        """
        return _Draft(self, run).events()


class _Draft:
    """One answer while a model writes it."""

    def __init__(self, parts: Generative, run: AnswerRun) -> None:
        self._parts = parts
        self._run = run
        self._model = parts.model
        self._strict = parts.verify.mode == "strict"
        self._complete = True

    def events(self) -> Iterator[Event]:
        run = self._run
        prompt = self._prompt()
        statements: list[Statement] = []
        yield Working("writing")
        with run.log.timed("write"):
            for statement in self._sentences(prompt):
                statements.append(statement)
                if not self._strict and not _is(statement, REFUSAL_PHRASE):
                    yield StatementReady(len(statements) - 1, statement)
        conflict = any(_is(s, CONFLICT_PHRASE) for s in statements)
        claims = [s for s in statements if not _is(s, CONFLICT_PHRASE) and not _is(s, REFUSAL_PHRASE)]
        if not claims and self._complete:
            yield Finished(refusal(run, "not_stated", self._model.name))
            return
        if self._parts.judge is not None:
            yield Working("checking")
        with run.log.timed("verify"):
            claims = self._settle(claims)
        if self._parts.verify.repair and self._complete and any(s.fails for s in claims):
            yield Working("repairing")
            with run.log.timed("repair"):
                claims = self._repair(claims)
        yield Finished(self._finish(claims, conflict))

    def _prompt(self) -> Prompt:
        papers, mark = format_papers([p.paper for p in self._run.papers])
        return load(
            "answer",
            papers=papers,
            mark=mark,
            question=self._run.question,
            refusal=REFUSAL_PHRASE,
            conflict=CONFLICT_PHRASE,
        )

    def _sentences(self, prompt: Prompt) -> Iterator[Statement]:
        """Yield each of the first `MAX_SENTENCES` sentences when it is complete, after its check by rules."""
        with closing(self._drafts(prompt)) as drafts:
            for draft in islice(drafts, MAX_SENTENCES):
                yield self._checked(draft)
            if next(drafts, None) is not None:
                self._run.log.warnings.append(
                    f"The answer was cut after {MAX_SENTENCES} sentences. Ask a narrower question to read the rest."
                )

    def _drafts(self, prompt: Prompt) -> Generator[Drafted, None, None]:
        """Yield each sentence of the reply when nothing can be added to it any more."""
        reply, done = "", 0
        try:
            for piece in self._model.stream(prompt, self._run.log.usage):
                reply += piece
                if any(mark in piece for mark in ".!?»\n"):
                    fresh = drafted(reply, final=False)[done:]
                    done += len(fresh)
                    yield from fresh
        except ModelInterrupted as exc:
            self._complete = False
            if isinstance(exc, ModelStopped) and not exc.partial:
                raise
            self._run.log.warnings.append(f"The answer is incomplete. {exc}")
        yield from drafted(reply, final=True)[done:]

    def _checked(self, draft: Drafted) -> Statement:
        papers = self._run.papers
        known = [n for n in draft.numbers if 1 <= n <= len(papers)]
        unknown = [n for n in draft.numbers if n not in known]
        cited = [papers[n - 1] for n in known]
        (statement,) = self._parts.checker.check([draft.text], [cited])
        problems = list(statement.problems)
        for n in unknown:
            problems.append(f"it cites [{n}], and there is no such paper")
            self._run.log.warnings.append(f"The model cited [{n}], and there is no such paper.")
        located = [locate(claim, paper) for claim in draft.claimed for paper in cited]
        quotes = tuple(dict.fromkeys(e for e in located if e))
        if draft.claimed and cited and not quotes:
            problems.append("the words it quotes are not in the abstract; the nearest are shown")
        return replace(
            statement,
            evidence=quotes if quotes and statement.verdict != "supported" else statement.evidence,
            problems=tuple(problems),
            unknown=tuple(unknown),
            paragraph=draft.paragraph,
        )

    def _settle(self, statements: list[Statement]) -> list[Statement]:
        if self._parts.judge is None:
            return statements
        try:
            return self._parts.judge.settle(statements, self._run.papers, self._run.log.usage)
        except ModelError as exc:
            self._run.log.warnings.append(f"No model checked the answer: {exc}")
            return statements

    def _repair(self, statements: list[Statement]) -> list[Statement]:
        """Have the model correct or drop the statements that fail, in one call; leave the others as they are."""
        broken = [i for i, s in enumerate(statements) if s.fails]
        if not broken:
            return statements
        try:
            drafts = repaired(
                self._model,
                self._run.question,
                [statements[i] for i in broken],
                self._run.papers,
                self._run.log.usage,
            )
        except ModelError as exc:
            self._run.log.warnings.append(f"The answer could not be repaired: {exc}")
            return statements
        fresh = {
            broken[at]: replace(self._checked(draft), paragraph=statements[broken[at]].paragraph)
            for at, draft in drafts.items()
            if draft is not None
        }
        dropped = {broken[at] for at, draft in drafts.items() if draft is None}
        settled = dict(zip(fresh, self._settle(list(fresh.values())), strict=True))
        if dropped:
            self._run.log.warnings.append(
                f"{_count(len(dropped), 'sentence')} withdrawn by the model on repair."
            )
        return [settled.get(i, s) for i, s in enumerate(statements) if i not in dropped]

    def _finish(self, statements: list[Statement], conflict: bool) -> Answer:
        run, name = self._run, self._model.name
        bad = [s for s in statements if s.fails]
        good = [s for s in statements if not s.fails]
        if self._strict:
            shown = good
            if bad:
                run.log.warnings.append(
                    f"{_count(len(bad), 'sentence')} removed: not carried by the abstracts."
                )
        else:
            shown = [replace(s, struck=True) if s.fails else s for s in statements]
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


def _is(statement: Statement, phrase: str) -> bool:
    return statement.text.strip(" .").casefold() == phrase.strip(" .").casefold()


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
