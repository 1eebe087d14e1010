"""Inquiry: one question on its way to its answer, and the parts it is answered with."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from assistant.core.answer import Usage
from assistant.core.settings import Settings
from assistant.generation.answerability import Answerability
from assistant.retrieval.encoder import EncodedPaper, Encoder, IdfWeight
from assistant.retrieval.names import Subject
from assistant.retrieval.retriever import RetrievalResult, Retriever
from assistant.verification.checker import Checker
from assistant.verification.judge import VerdictJudge

if TYPE_CHECKING:
    from assistant.llm.client import Model


@dataclass(frozen=True)
class Components:
    """What an answer is made with. Without a `model`, answers are quotes; without a `judge`, rules decide alone."""

    retriever: Retriever
    reader: Encoder
    checker: Checker
    weigh: IdfWeight
    settings: Settings
    model: Model | None = None
    judge: VerdictJudge | None = None


@dataclass
class AnswerRun:
    """One question on its way: what is known so far; `named` are the papers that it names side by side."""

    question: str
    standalone: str
    found: RetrievalResult
    papers: tuple[EncodedPaper, ...]
    usage: Usage
    gate: Answerability
    named: tuple[Subject, ...] = ()
    warnings: list[str] = field(default_factory=list)
    timings: dict[str, float] = field(default_factory=dict)
    clock: float = field(default_factory=time.perf_counter)

    def lap(self, stage: str) -> None:
        now = time.perf_counter()
        self.timings[stage] = self.timings.get(stage, 0.0) + now - self.clock
        self.clock = now
