"""State and timings of one question."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Protocol

from assistant.core.answers.answer import QuestionFilter
from assistant.core.answers.events import Event
from assistant.core.answers.refusal import RefusalKind
from assistant.core.answers.usage import Usage
from assistant.retrieval.encoder import EncodedPaper
from assistant.retrieval.names import Subject
from assistant.retrieval.passage import Passage
from assistant.retrieval.question import Question


@dataclass(frozen=True)
class Retrieval:
    """The question that was searched for, its passages, best first, and their papers in the same order.

    `named` are the papers that the question names side by side.
    """

    question: Question
    passages: tuple[Passage, ...]
    papers: tuple[EncodedPaper, ...]
    named: tuple[Subject, ...] = ()

    def apart_from(self, ids: Collection[str]) -> Retrieval:
        """Return what was found without the papers of these ids."""
        return replace(
            self,
            passages=tuple(one for one in self.passages if one.paper.id not in ids),
            papers=tuple(one for one in self.papers if one.paper.id not in ids),
            named=tuple(one for one in self.named if one.paper.paper.id not in ids),
        )

    @property
    def across(self) -> bool:
        """Whether the question or the first paper is in another language than English."""
        return bool(self.papers) and self.papers[0].across is not None


@dataclass(frozen=True)
class Answerability:
    """`answerable` and `on_topic` are probabilities in 0..1; `kind` is None if an answer should be tried."""

    answerable: float
    on_topic: float
    kind: RefusalKind | None
    features: dict[str, float]


@dataclass
class RunLog:
    """What a run has taken so far: tokens, warnings for the user, seconds by stage."""

    usage: Usage = field(default_factory=Usage)
    warnings: list[str] = field(default_factory=list)
    timings: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def timed(self, stage: str) -> Iterator[None]:
        """Add the seconds of the block to a stage."""
        started = time.perf_counter()
        try:
            yield
        finally:
            self.timings[stage] = self.timings.get(stage, 0.0) + time.perf_counter() - started


@dataclass(frozen=True)
class AnswerRun:
    """A question as it was typed, what was retrieved for it, and whether that can answer it.

    `filters` are those that the question says in words; `translated` is the question in the user's language if another one
    was searched for, else "".
    """

    asked: str
    retrieval: Retrieval
    answerability: Answerability
    log: RunLog
    filters: tuple[QuestionFilter, ...] = ()
    translated: str = ""

    @property
    def question(self) -> str:
        """The question as it was understood, in the user's language: it needs no history."""
        return self.translated or self.retrieval.question.text

    @property
    def papers(self) -> tuple[EncodedPaper, ...]:
        """The papers to answer from."""
        return self.retrieval.papers


class Answerer(Protocol):
    """Turns retrieved papers into an answer of checked statements. `name` is what answers: "quotes", a model's name."""

    @property
    def name(self) -> str: ...

    def events(self, run: AnswerRun) -> Iterator[Event]:
        """Yield the events of an answer; the last one is `Finished`."""
        ...
