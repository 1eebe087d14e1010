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
from evals.cases.settings import JudgeSettings
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
    """Tokens and money (0 if no price is set) for the remaining cases, and the hosts that they go to."""

    cases: int
    sent: int
    received: int
    money: float
    priced: bool
    hosts: tuple[str, ...]

    def __add__(self, other: Estimate) -> Estimate:
        return Estimate(
            self.cases + other.cases,
            self.sent + other.sent,
            self.received + other.received,
            self.money + other.money,
            self.priced or other.priced,
            tuple(dict.fromkeys((*self.hosts, *other.hosts))),
        )

    def __str__(self) -> str:
        price = (
            f", about {self.money:.2f}"
            if self.priced
            else " (no price is set: llm.input_price, llm.output_price)"
        )
        return (
            f"{self.cases} cases will send about {self.sent:,} tokens to {' and '.join(self.hosts)} and receive about "
            f"{self.received:,}{price}."
        )


def estimate(
    library: Assistant,
    settings: Settings,
    judge: JudgeSettings,
    cases: Sequence[Case],
    *,
    verified: bool = False,
) -> Estimate | None:
    """Estimate the tokens of the cases from the abstracts that a sample of them would read. None without a model.

    `verified` says that the judge also decides whether citations support sentences.
    """
    llm = settings.llm
    if not (llm.model or judge.model) or not cases:
        return None
    chosen = cases[:: max(1, len(cases) // SAMPLED)]
    read = sum(_length(library, case, settings.retrieval.k) for case in chosen) // len(chosen)
    sent = received = 0
    if llm.model:
        checked = settings.verify.model != "none"
        sent += (read + _INSTRUCTIONS) * (2 if checked else 1)
        received += _WRITTEN + (_VERDICTS if checked else 0)
    followed = sum(bool(case.history) for case in cases) if llm.model else 0
    graded = sum(case.answerable for case in cases) if judge.model else 0
    answering = (sent * len(cases) + followed * _INSTRUCTIONS, received * len(cases) + followed * _REWRITTEN)
    judging = ((read // 2 + _INSTRUCTIONS + _WRITTEN) * graded, _GRADED * graded)
    if verified:
        calls = _CHECKED * len(cases)
        judging = (
            judging[0] + calls * (read // max(1, settings.retrieval.k) + _INSTRUCTIONS),
            judging[1] + calls * _GRADED,
        )
    priced = any((llm.input_price, llm.output_price, judge.input_price, judge.output_price))
    total = money(*answering, llm.input_price, llm.output_price)
    total += money(*judging, judge.input_price, judge.output_price)
    return Estimate(
        len(cases),
        answering[0] + judging[0],
        answering[1] + judging[1],
        total,
        priced,
        tuple(dict.fromkeys(_host(url) for url in _endpoints(settings, judge))),
    )


def _length(library: Assistant, case: Case, k: int) -> int:
    try:
        passages = library.search(case.question, k)
    except AssistantError:
        return 0
    return sum(len(p.paper.abstract) + len(p.paper.title) for p in passages) // CHARACTERS_A_TOKEN


def costs(settings: Settings, judge: JudgeSettings) -> bool:
    """Whether a run may cost money: a price is set, or an endpoint is on another machine."""
    llm = settings.llm
    prices = (llm.input_price, llm.output_price, judge.input_price, judge.output_price)
    return any(prices) or not all(_local(url) for url in _endpoints(settings, judge))


def _endpoints(settings: Settings, judge: JudgeSettings) -> list[str]:
    answering = [settings.llm.base_url] if settings.llm.model else []
    return answering + ([judge.base_url] if judge.model else [])


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

    def answered(self, record: Record, llm: LLMSettings, judge: JudgeSettings) -> None:
        """Count the calls of a case that were not replayed: those of its system and those of the verifier."""
        self._add(_paid(record.calls), llm.input_price, llm.output_price)
        self._add(record.usage or (0, 0), llm.input_price, llm.output_price)
        self._add(_paid(record.checking), judge.input_price, judge.output_price)

    def judged(self, judgement: Judgement, judge: JudgeSettings) -> None:
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
