"""What a written answer costs: tokens of its calls, and the program's own time, with an endpoint that replies at once.

The endpoint is in this process. Its model writes two sentences from the prompt alone, in words that the rules leave
open, and approves as judge what it wrote, so each answer takes the two calls that a careful model's takes.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean, median, quantiles
from typing import Any

import httpx
from llama_index.core.utils import get_tokenizer

from assistant import Assistant, Settings, StatementReady
from assistant.core.answers.answer import Answer
from assistant.core.text.tokens import stems, tokens
from evals.suites.suite import Case, open_suite
from tests.studies.scripted import numbered_sentences

OLD_PROMPT, OLD_COMPLETION = 6191, 169
"""Mean tokens a question when quotes were copied and the judge read eight abstracts, over 44 questions, 9 unanswerable."""
_SETTINGS = {"llm": {"model": "careful", "base_url": "http://careful.invalid/v1"}, "api_key": "none"}
_COPIED = 11  # words of a sentence that are taken over: an answer has 36, careful models wrote 35
_NOTHING = "The abstracts do not state this [none]. "
_MARKED = re.compile(r"\[(\d+\.\d+)\]")


class CarefulModel(httpx.BaseTransport):
    """An endpoint whose model replies at once; that the papers do not state it to the `refused` questions.

    `first` is when it sent the last piece of the first sentence of an answer. `spent` are the seconds that it took itself.
    """

    def __init__(self, refused: Collection[str] = ()) -> None:
        self.first = self.spent = 0.0
        self._refused = refused

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Reply to a request for an answer, or for verdicts."""
        began = time.perf_counter()
        body = json.loads(request.read())
        text = body["messages"][-1]["content"]
        judging = "Check these sentences:" in text
        refuses = any(f"Question: {question}\n" in text for question in self._refused)
        reply = _verdicts(text) if judging else _NOTHING if refuses else _answer(text)
        self.spent += time.perf_counter() - began
        return httpx.Response(
            200,
            headers={"content-type": "text/event-stream"},
            stream=_Streamed(self, reply, judging),
        )


class _Streamed(httpx.SyncByteStream):
    """A reply as server-sent events; notes when its first sentence has been sent."""

    def __init__(self, model: CarefulModel, text: str, judging: bool) -> None:
        self._model, self._text, self._judging = model, text, judging

    def __iter__(self) -> Any:
        sentence = len(self._text) if self._judging else self._text.index("]. ") + 4
        for at in range(0, len(self._text), 5):
            if not self._judging and at < sentence <= at + 5:
                self._model.first = time.perf_counter()
            yield _event({"content": self._text[at : at + 5]})
        yield _event({}, "stop")
        yield b"data: [DONE]\n\n"


def _event(delta: dict[str, str], finish: str | None = None) -> bytes:
    return f"data: {json.dumps({'choices': [{'index': 0, 'delta': delta, 'finish_reason': finish}]})}\n\n".encode()


def _answer(prompt: str) -> str:
    """Return two sentences, each the beginning of one that shares most words with the question, with its number."""
    wanted = stems(tokens(prompt.rpartition("Question:")[2]))
    found = [
        (len(stems(tokens(text)) & wanted), number, text)
        for number, text in numbered_sentences(prompt)
        if not number.endswith(".0")
    ]
    best = sorted(found, key=lambda one: -one[0])[:2]
    return " ".join(
        f"In a careful summary of its authors, {' '.join(text.rstrip('.').split()[:_COPIED])} [{mark}]."
        for _, mark, text in best
    )


def _verdicts(prompt: str) -> str:
    """Approve what is asked about, with the sentences that it cites as evidence."""
    lines = dict(re.findall(r"^(\d+): (.*)$", prompt.rpartition("Answer:")[2], re.M))
    asked = re.findall(r"\d+", prompt.rpartition("Check these sentences:")[2])
    items = [
        {"index": int(n), "evidence": _MARKED.findall(lines[n]), "words": "", "verdict": "supported"}
        for n in asked
    ]
    return json.dumps({"verdicts": items}, separators=(",", ":"))


@dataclass(frozen=True)
class Costs:
    """Of each question: calls, tokens sent and received, milliseconds of a written answer and of quotes, and from
    the first sentence's last piece until it is shown."""

    calls: tuple[int, ...]
    sent: tuple[int, ...]
    received: tuple[int, ...]
    written: tuple[float, ...]
    quoted: tuple[float, ...]
    shown: tuple[float, ...]

    def render(self) -> str:
        """Return the figures as lines."""
        over = [w - q for w, q in zip(self.written, self.quoted, strict=True)]
        sent, received = fmean(self.sent), fmean(self.received)
        return "\n".join(
            [
                f"{len(self.calls)} questions: {fmean(self.calls):.2f} calls, at most {max(self.calls)}",
                f"prompt tokens: mean {sent:.0f} ({sent / OLD_PROMPT - 1:+.0%} of {OLD_PROMPT}, at most -40%)",
                f"completion tokens: mean {received:.0f} ({received / OLD_COMPLETION - 1:+.0%} of {OLD_COMPLETION}, at most -40%)",
                f"own time over quotes: {_spread(over)} (at most 60); quotes {_spread(self.quoted)}",
                f"a first sentence is shown after its last piece: {_spread(self.shown)} (at most 50)",
            ]
        )


def _spread(times: Sequence[float]) -> str:
    low, _, high = quantiles(times, n=4)
    return f"median {median(times):.0f} ms, quartiles {low:.0f}-{high:.0f}"


def cases(count: int) -> list[Case]:
    """Return so many English questions of the shipped suite to which nothing was fitted, evenly from all kinds; of five
    one is unanswerable. A question in another language takes one more call, to be translated for the search."""
    free = [
        c
        for c in open_suite("daily-papers").cases
        if not c.history and not {"report", "fitted", "other-language"} & set(c.tags)
    ]
    refused = _evenly([c for c in free if not c.answerable], count // 5)
    return [*_evenly([c for c in free if c.answerable], count - len(refused)), *refused]


def _evenly(found: Sequence[Case], count: int) -> list[Case]:
    return [found[i * len(found) // count] for i in range(min(count, len(found)))]


def measure(count: int = 40, library: Path | None = None) -> Costs:
    """Ask each question for a written answer and for quotes, in turn, after one of each that is not timed.

    `library` is a folder of papers in place of the sample.
    """
    chosen, encode = cases(count), get_tokenizer()
    model = CarefulModel([case.question for case in chosen if not case.answerable])
    settings = Settings.model_validate(_SETTINGS)
    rows, late = [], list[float]()
    with (
        Assistant(library, settings=settings, transport=model)
        if library
        else Assistant.sample(settings=settings, transport=model)
    ) as written:
        written.ask("What is a detector?")
        for case in chosen:
            written.ask(case.question, quotes=True)
            quoted = _timed(written, case.question, quotes=True)
            model.spent = 0.0
            answer, seconds, first = _timed(written, case.question)
            sent = sum(len(encode(e.system)) + len(encode(e.user)) for e in answer.exchanges)
            received = sum(len(encode(e.reply)) for e in answer.exchanges)
            rows.append(
                (len(answer.exchanges), sent, received, (seconds - model.spent) * 1000, quoted[1] * 1000)
            )
            if answer.statements:
                late.append((first - model.first) * 1000)
    calls, tokens_sent, tokens_received, took, quoting = zip(*rows, strict=True)
    return Costs(calls, tokens_sent, tokens_received, took, quoting, tuple(late))


def _timed(library: Assistant, question: str, *, quotes: bool = False) -> tuple[Answer, float, float]:
    """Return an answer, the seconds it took, and when its first sentence came."""
    began, first, answer = time.perf_counter(), 0.0, None
    for event in library.stream(question, quotes=quotes):
        if isinstance(event, StatementReady):
            first = first or time.perf_counter()
        answer = getattr(event, "answer", answer)
    assert answer is not None, "a stream ends with its answer"
    return answer, time.perf_counter() - began, first
