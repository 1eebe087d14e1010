"""Estimate costs, stop at a cap."""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from assistant import Assistant, AssistantError, Settings
from assistant.core.settings import LLMSettings
from evals.cases.judge import Judgement
from evals.cases.record import Record, tokens
from evals.cases.recorded_calls import CHARACTERS_A_TOKEN, Call
from evals.metrics.cost import money
from evals.suites.suite import Case

SAMPLED = 20
# Tokens of a prompt's instructions and of replies, measured with scripted and small real models.
_INSTRUCTIONS = 400
_WRITTEN = 250
_VERDICTS = 200
_REWRITTEN = 40
_GRADED = 150
# Sentences of an answer that a verifier is asked about.
_CHECKED = 3


@dataclass(frozen=True)
class Estimate:
    """What cases will cost: (model, tokens sent to it, tokens received) for each model."""

    cases: int
    calls: tuple[tuple[LLMSettings, int, int], ...]

    def __add__(self, other: Estimate) -> Estimate:
        return Estimate(self.cases + other.cases, self.calls + other.calls)

    @property
    def priced(self) -> bool:
        """Whether a model has a price."""
        return any(model.input_price or model.output_price for model, _, _ in self.calls)

    @property
    def costly(self) -> bool:
        """Whether it may cost money: a price is set, or a model is on another machine."""
        return self.priced or not all(_local(model.base_url) for model, _, _ in self.calls)

    def __str__(self) -> str:
        hosts = " and ".join(dict.fromkeys(_host(model.base_url) for model, _, _ in self.calls))
        total = sum(
            money(sent, got, model.input_price, model.output_price) for model, sent, got in self.calls
        )
        unknown = " (no price is set: llm.input_price, llm.output_price)"
        return (
            f"{self.cases} cases will send about {sum(sent for _, sent, _ in self.calls):,} tokens to {hosts} and receive "
            f"about {sum(received for *_, received in self.calls):,}{f', about {total:.2f}' if self.priced else unknown}."
        )


def estimate(
    library: Assistant,
    settings: Settings,
    judge: LLMSettings,
    cases: Sequence[Case],
    *,
    verified: bool = False,
) -> Estimate | None:
    """Estimate the tokens of the cases from the abstracts that a sample of them would read. None without a model.

    `verified` says that the judge also decides whether citations support sentences.
    """
    llm, k, n = settings.llm, settings.retrieval.k, len(cases)
    if not (llm.model or judge.model) or not cases:
        return None
    chosen = cases[:: max(1, n // SAMPLED)]
    read = sum(_length(library, case, k) for case in chosen) // len(chosen)
    calls = []
    if llm.model:
        checked = settings.verify.model != "none"
        followed = sum(bool(case.history) for case in cases)
        sent = (read + _INSTRUCTIONS) * (2 if checked else 1) * n + _INSTRUCTIONS * followed
        received = (_WRITTEN + (_VERDICTS if checked else 0)) * n + _REWRITTEN * followed
        calls.append((llm, sent, received))
    if judge.model:
        graded, asked = sum(case.answerable for case in cases), _CHECKED * n if verified else 0
        sent = (read // 2 + _INSTRUCTIONS + _WRITTEN) * graded + (read // max(1, k) + _INSTRUCTIONS) * asked
        calls.append((judge, sent, _GRADED * (graded + asked)))
    return Estimate(n, tuple(calls))


def _length(library: Assistant, case: Case, k: int) -> int:
    try:
        passages = library.search(case.question, k)
    except AssistantError:
        return 0
    return sum(len(p.paper.abstract) + len(p.paper.title) for p in passages) // CHARACTERS_A_TOKEN


def _host(base_url: str) -> str:
    return urlsplit(base_url).netloc.rpartition("@")[2] or "api.openai.com"


def _local(base_url: str) -> bool:
    host = urlsplit(base_url).hostname or "api.openai.com"
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


class Spent:
    """Money and tokens spent so far, in all runs that it is given to, and a cap on each (None: no cap)."""

    def __init__(self, cap: float | None = None, cap_tokens: int | None = None) -> None:
        self._cap = cap
        self._cap_tokens = cap_tokens
        self.money = 0.0
        self.tokens = 0

    def answered(self, record: Record, llm: LLMSettings, judge: LLMSettings) -> None:
        """Count the calls of a case that were not replayed: those of its system and those of the verifier."""
        self._add(_paid(record.calls), llm.input_price, llm.output_price)
        self._add(record.usage or (0, 0), llm.input_price, llm.output_price)
        self._add(_paid(record.checking), judge.input_price, judge.output_price)

    def judged(self, judgement: Judgement, judge: LLMSettings) -> None:
        """Count a judge's call."""
        self._add((judgement.sent, judgement.received), judge.input_price, judge.output_price)

    def earlier(self, other: Spent) -> None:
        """Count what a run that is finished has spent."""
        self.tokens += other.tokens
        self.money += other.money

    def _add(self, counted: tuple[int, int], input_price: float, output_price: float) -> None:
        self.money += money(*counted, input_price, output_price)
        self.tokens += sum(counted)

    def over(self) -> str:
        """Return why no further case may start, or ""."""
        if self._cap is not None and self.money >= self._cap:
            return f"the cap of {self._cap:g} is reached: {self.money:.4f} spent"
        if self._cap_tokens is not None and self.tokens >= self._cap_tokens:
            return f"the cap of {self._cap_tokens:,} tokens is reached: {self.tokens:,} used"
        return ""


def _paid(calls: Sequence[Call]) -> tuple[int, int]:
    return tokens([call for call in calls if not call.replayed])
