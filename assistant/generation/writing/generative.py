"""Answer with a model: its sentences as they arrive, each checked, judged, and repaired once."""

from __future__ import annotations

import time
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from assistant.core.answers.answer import Answer
from assistant.core.answers.events import Event, Finished, StatementReady, TextDelta, Working
from assistant.core.answers.refusal import CONFLICT_PHRASE, Refusal
from assistant.core.answers.statement import Statement
from assistant.core.errors import ModelError, ModelInterrupted, ModelReplyInvalid
from assistant.core.length import Length
from assistant.core.settings import VerifySettings
from assistant.core.text.counts import count_of
from assistant.generation.assemble import finish, refusal
from assistant.generation.run import AnswerRun
from assistant.generation.writing.attribution import Attribution
from assistant.generation.writing.draft import Draft, Drafted, draft
from assistant.generation.writing.pointers import NOWHERE
from assistant.generation.writing.refusal_detection import RefusalDetector
from assistant.generation.writing.repair import repaired
from assistant.llm.injection import format_papers
from assistant.llm.prompts import Prompt, load
from assistant.retrieval.paper_name import name_of
from assistant.verification.checker import Checker
from assistant.verification.judge import UNJUDGED, VerdictJudge

if TYPE_CHECKING:
    from assistant.llm.client import Model

MAX_SENTENCES = 12
"""An answer longer than this is cut: each sentence costs a check, and nobody reads a page of them."""
_LENGTHS: dict[Length, str] = {
    "short": "one sentence is often enough, two at most",
    "normal": "one or two sentences are often enough, six at most",
    "long": "then the details that the papers give, twelve sentences at most",
}
_PACE = 0.04  # seconds from one look at a growing reply to the next, unless a sentence has just ended
_TAIL = 16
_FEWEST_WORDS = 3
_CUT = f"The answer was cut after {MAX_SENTENCES} sentences. Ask a narrower question to read the rest."


@dataclass(frozen=True)
class Generative:
    """Answers with sentences that `model` writes; `checker` checks each, and `judge`, if any, decides what rules leave open."""

    model: Model
    checker: Checker
    judge: VerdictJudge | None
    verify: VerifySettings
    declining: RefusalDetector
    length: Length = "normal"

    @property
    def name(self) -> str:
        """The model's name."""
        return self.model.name

    def events(self, run: AnswerRun) -> Iterator[Event]:
        """Yield `Working`, `TextDelta` and `StatementReady` as sentences are written and checked (unless strict), then
        `Finished`.

        A `StatementReady` comes again with each later verdict. Raises a `ModelError` if the model fails before any
        text arrived, or if nothing of its reply can be shown as an answer.
        """
        return _Writing(self, run).events()


class _Writing:
    """One answer while a model writes it."""

    def __init__(self, parts: Generative, run: AnswerRun) -> None:
        self._parts = parts
        self._run = run
        self._model = parts.model
        self._strict = parts.verify.mode == "strict"
        self._attribution = Attribution(parts.checker, run.papers)
        self._names = [name_of(paper.paper) for paper in run.papers]
        self._complete = True
        self._checked: dict[Drafted, Statement] = {}
        self._shown: list[Statement] = []

    def events(self) -> Iterator[Event]:
        run = self._run
        yield Working("writing")
        with run.log.timed("write"):
            drafts, conflict = yield from self._written()
        statements = self._statements(drafts)
        if all(s.verdict == "uncited" and len(s.text.split()) < _FEWEST_WORDS for s in statements):
            raise ModelReplyInvalid(
                f"The reply of {self._model.name} holds no answer: ask again, or choose another model."
            )
        if self._complete and all(s.verdict == "not_stated" for s in statements):
            yield Finished(self._refused(statements))
            return
        if self._parts.judge is not None:
            yield Working("checking")
        with run.log.timed("verify"):
            statements = self._settle(statements)
        yield from self._fresh(statements)
        if self._parts.verify.repair and self._complete and any(s.fails for s in statements):
            yield Working("repairing")
            with run.log.timed("repair"):
                corrected = self._repair(statements)
            with run.log.timed("verify"):
                statements = self._settle_corrected(statements, corrected)
        yield Finished(self._finish(statements, conflict))

    def _prompt(self) -> Prompt:
        papers = format_papers([p.paper for p in self._run.papers])
        return load(
            "answer",
            papers=papers.text,
            mark=papers.mark,
            question=self._run.question,
            conflict=CONFLICT_PHRASE,
            length=_LENGTHS[self._parts.length],
        )

    def _written(self) -> Generator[Event, None, tuple[list[Drafted], bool]]:
        """Yield sentences as they come; return those of the whole reply, and whether it says that papers conflict."""
        reply, due, spent = "", 0.0, 0.0
        try:
            for piece in self._model.stream(self._prompt(), self._run.log.usage):
                reply += piece
                began = time.monotonic()
                ends = any(mark in reply[-_TAIL:] for mark in ".!?。]\n")
                if began < due and (not ends or spent > _PACE):
                    continue
                drafts, _ = _without_conflict_phrase((so_far := self._draft(reply, final=False)).sentences)
                yield from self._fresh(self._statements(drafts[:MAX_SENTENCES]))
                if so_far.unfinished and not self._strict:
                    yield TextDelta(so_far.unfinished)
                if sum(bool(one.pointers) for one in drafts) > MAX_SENTENCES:
                    break
                # Reading a long reply again and again takes at most a fifth of the time.
                spent = time.monotonic() - began
                due = began + max(_PACE, 5 * spent)
        except ModelInterrupted as exc:
            self._interrupted(reply, exc)
        drafts, conflict = _without_conflict_phrase(self._draft(reply, final=True).sentences)
        if not self._complete and drafts and _is_fragment(drafts[-1]):
            drafts = drafts[:-1]
        if len(drafts) > MAX_SENTENCES:
            self._run.log.warnings.append(_CUT)
        drafts = drafts[:MAX_SENTENCES]
        yield from self._fresh(self._statements(drafts))
        return drafts, conflict

    def _draft(self, reply: str, *, final: bool) -> Draft:
        return draft(reply, final=final, names=self._names)

    def _interrupted(self, reply: str, exc: ModelInterrupted) -> None:
        """Note that a reply broke off; raise the error if it holds no whole sentence."""
        drafts = self._draft(reply, final=True).sentences
        if not drafts or (len(drafts) == 1 and _is_fragment(drafts[0])):
            raise exc
        self._complete = False
        self._run.log.warnings.append(f"The answer is incomplete. {exc}")

    def _statements(self, drafts: Sequence[Drafted]) -> list[Statement]:
        """Return the checked statements of drafts; each draft is checked once, and new ones are encoded together."""
        new = [one for one in drafts if one not in self._checked]
        if len(new) > 1:
            self._parts.checker.prepare([one.text for one in new])
        self._checked |= {one: self._check(one) for one in new}
        return [self._checked[one] for one in drafts]

    def _check(self, one: Drafted) -> Statement:
        declining = self._parts.declining
        if one.states_nothing and not declining.plausible(one.text, self._run.question):
            one = replace(one, pointers=tuple(p for p in one.pointers if p.paper))
        statement = self._attribution.statement(one, self._model.name)
        for n in statement.unknown:
            self._run.log.warnings.append(f"The model cited [{n}], and there is no such paper.")
        if statement.verdict == "uncited" and declining.refuses(one.text):
            return self._attribution.statement(replace(one, pointers=(NOWHERE,)), self._model.name)
        return statement

    def _fresh(self, statements: Sequence[Statement]) -> Iterator[Event]:
        """Yield those statements that were not shown yet, or otherwise."""
        if self._strict:
            return
        for i, statement in enumerate(statements):
            if i >= len(self._shown) or self._shown[i] != statement:
                self._shown[i : i + 1] = [statement]
                yield StatementReady(i, statement)

    def _settle(self, statements: list[Statement], only: Sequence[int] | None = None) -> list[Statement]:
        """Return the statements with the judge's verdicts."""
        run, judge = self._run, self._parts.judge
        if judge is None:
            return statements
        try:
            settled = judge.settle(statements, run.papers, run.log.usage, question=run.question, only=only)
        except ModelError as exc:
            run.log.warnings.append(f"No model checked the answer: {exc}")
            return statements
        if left := sum(UNJUDGED in s.problems for s in settled):
            run.log.warnings.append(f"The model that checks gave no verdict on {count_of(left, 'sentence')}.")
        return settled

    def _repair(self, statements: list[Statement]) -> dict[int, Drafted | None]:
        """Have the model correct or drop the statements that fail, in one call."""
        run = self._run
        failing = [i for i, s in enumerate(statements) if s.fails]
        try:
            return repaired(self._model, run.question, statements, failing, run.papers, run.log.usage)
        except ModelError as exc:
            run.log.warnings.append(f"The answer could not be repaired: {exc}")
            return {}

    def _settle_corrected(
        self, statements: list[Statement], corrected: dict[int, Drafted | None]
    ) -> list[Statement]:
        fresh = {
            i: replace(self._check(one), paragraph=statements[i].paragraph)
            for i, one in corrected.items()
            if one is not None
        }
        # What the model repeats unchanged keeps its verdict: the same question would get the same reply.
        fresh = {i: s for i, s in fresh.items() if _differs(s, statements[i])}
        settled = self._settle([fresh.get(i, s) for i, s in enumerate(statements)], list(fresh))
        if dropped := sum(one is None for one in corrected.values()):
            self._run.log.warnings.append(
                f"{count_of(dropped, 'sentence')} withdrawn by the model on repair."
            )
        return [s for i, s in enumerate(settled) if i not in corrected or corrected[i] is not None]

    def _refused(self, statements: Sequence[Statement]) -> Answer:
        """Return the refusal in the model's words, which are in the language of the question."""
        answer = refusal(self._run, "not_stated", self._model.name)
        return replace(answer, text=" ".join(s.text for s in statements))

    def _finish(self, statements: list[Statement], conflict: bool) -> Answer:
        run, name = self._run, self._model.name
        bad = [s for s in statements if s.fails]
        good = [s for s in statements if not s.fails]
        if self._strict:
            shown = good
            if bad:
                run.log.warnings.append(
                    f"{count_of(len(bad), 'sentence')} removed: not carried by the abstracts."
                )
        else:
            shown = [replace(s, struck=True) if s.fails else s for s in statements]
        if not shown:
            raise ModelReplyInvalid(
                f"Nothing that {name} wrote is supported by the abstracts: ask in other words, or for quotes."
            )
        if good and all(s.verdict == "not_stated" for s in shown):
            return self._refused(shown)
        answer = finish(run, shown, name)
        sides = {c for s in good for c in s.citations}
        disagree = (
            Refusal("conflicting", tuple(p.paper for p in run.papers if p.paper.id in sides))
            if conflict and len(sides) > 1
            else None
        )
        return replace(answer, removed=len(bad), complete=self._complete, refusal=disagree)


def _without_conflict_phrase(drafts: Sequence[Drafted]) -> tuple[list[Drafted], bool]:
    """Return the sentences without the one that says that papers conflict, and whether it was there."""
    phrase = CONFLICT_PHRASE.strip(" .").casefold()
    claims = [one for one in drafts if one.text.strip(" .").casefold() != phrase]
    return claims, len(claims) < len(drafts)


def _differs(one: Statement, other: Statement) -> bool:
    return (one.text, one.citations) != (other.text, other.citations) or one.verdict == "not_stated"


def _is_fragment(one: Drafted) -> bool:
    """Return whether a sentence that a reply ends with was broken off."""
    return not one.pointers and not one.text.endswith((".", "!", "?", "。"))
