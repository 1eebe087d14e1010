"""Answers and papers as text for a terminal, and as JSON."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from assistant.core.answers.answer import Answer
from assistant.core.answers.comparison import Comparison
from assistant.core.answers.refusal import REFUSALS
from assistant.core.answers.statement import VERDICTS, Statement, reasons
from assistant.core.paper import Paper, byline, caution
from assistant.retrieval.passage import Passage

if TYPE_CHECKING:
    from assistant.library.readers import Problem
    from assistant.llm.discovery import Server, Trial

WIDTH = 96
_LISTED = 12  # of each server's models


def answer_text(answer: Answer) -> str:
    """Return an answer for a terminal: prose with [n], the sources with the quoted words, warnings."""
    lines = []
    if answer.refusal:
        lines.append(REFUSALS[answer.refusal.kind].words)
    prose = bool(answer.statements) and not answer.listed
    # The text mostly begins with the remark.
    if answer.remark and not (prose and answer.text.startswith(answer.remark)):
        lines.append(_wrap(answer.remark))
    if answer.filters:
        chosen = "; ".join(f"{one.kind} {one.value}" for one in answer.filters)
        lines.append(_wrap(f"(searched only: {chosen})"))
    if prose:
        lines += [_wrap(paragraph) for paragraph in answer.text.split("\n\n")]
    for statement in answer.statements:
        if not statement.clean:
            lines.append(_wrap(f"({VERDICTS[statement.verdict].label}) {_short(statement.text)}", "  "))
            lines += [_wrap(f"- {problem}", "    ") for problem in statement.problems]
    for source in answer.sources:
        lines += ["", _wrap(f"[{source.number}] {source.paper.title}{byline(source.paper)}")]
        lines += [_wrap(f"“{quote}”", "    ") for quote in _quotes(answer, source.paper.id)]
        if source.paper.note:
            lines.append(f"    ({source.paper.note})")
    if answer.comparison:
        lines += ["", *_comparison_lines(answer.comparison)]
    if answer.refusal and answer.refusal.nearest and not answer.statements:
        lines += ["", "Nearest papers:"]
        lines += [_wrap(f"- {paper.title}", "  ") for paper in answer.refusal.nearest]
    lines += [f"Warning: {warning}" for warning in answer.warnings]
    return "\n".join(lines)


def _comparison_lines(table: Comparison) -> Iterator[str]:
    """Yield a comparison row by row, each with what every paper says; then where papers agree and disagree."""
    yield "Side by side:"
    for line in table.lines({key: f"[{number}]" for key, number in table.numbers.items()}):
        text = line.lstrip()
        yield _wrap(text, " " * (len(line) - len(text)))


def _quotes(answer: Answer, paper_id: str) -> list[str]:
    quotes = [e.quote for s in answer.statements for e in s.evidence if e.paper_id == paper_id]
    return list(dict.fromkeys(quotes))


def statements_text(statements: Sequence[Statement], titles: dict[str, str]) -> str:
    """Checked statements for a terminal: verdict, score, text, problems, evidence."""
    lines = []
    for statement in statements:
        lines.append(
            _wrap(f"{VERDICTS[statement.verdict].label.upper()} ({statement.score:.2f})  {statement.text}")
        )
        lines += [_wrap(f"- {problem}", "    ") for problem in reasons(statement)]
        for paper_id in statement.suggested:
            lines.append(_wrap(f"- could cite: {titles.get(paper_id, paper_id)}", "    "))
        for item in statement.evidence:
            section = f" ({item.section})" if item.section else ""
            lines.append(
                _wrap(f"“{item.quote}” — {titles.get(item.paper_id, item.paper_id)}{section}", "    ")
            )
        lines.append("")
    return "\n".join(lines).rstrip()


def passages_text(passages: Sequence[Passage]) -> str:
    """Search results for a terminal."""
    lines = []
    for rank, p in enumerate(passages, start=1):
        channels = ", ".join(f"{name} #{c.rank} {c.score:.2f}" for name, c in p.channels.items())
        lines.append(_wrap(f"{rank:2}. {p.paper.title}{byline(p.paper)}"))
        lines.append(f"    {p.score:.2f} ({channels})  id {p.paper.id}")
        lines += [_wrap(p.paper.note, "    ")] * bool(caution(p.paper))
    return "\n".join(lines)


def problem_lines(problems: Iterable[Problem]) -> Iterator[str]:
    """Yield problems as lines; advice that stands above already is not said again for the next file."""
    given: set[str] = set()
    for problem in problems:
        what, _, advice = str(problem).partition(". ")
        yield f"{what}." if advice in given else str(problem)
        if advice:
            given.add(advice)


def flagged(paper: Paper) -> str:
    """Return what a list says behind the title of a paper that was retracted or the like, or ""."""
    return f"\t{_printable(paper.note)}" if caution(paper) else ""


def passage_json(passage: Passage) -> dict[str, Any]:
    """Return a passage as plain values."""
    return {
        "paper": passage.paper.to_json(),
        "chunk": asdict(passage.chunk),
        "score": passage.score,
        "channels": {name: asdict(channel) for name, channel in passage.channels.items()},
    }


def models_text(servers: Sequence[Server], trial: Trial | None) -> str:
    """Servers with their models, and the trial of one, for a terminal."""
    lines = []
    for server in servers:
        lines.append(f"{server.name} at {server.address}" + (f": {server.problem}" if server.problem else ""))
        lines += [f"  {_printable(model.model)}{_reads(model.context)}" for model in server.models[:_LISTED]]
        if len(server.models) > _LISTED:
            lines.append(f"  and {len(server.models) - _LISTED} more (--json lists all)")
    lines.append("")
    if trial is None:
        lines.append(
            "No model answers here: docs/models.md tells how to get one. Until then, answers are quotes."
        )
    elif trial.problem:
        lines.append(_wrap(f"{trial.model} did not answer: {trial.problem}"))
    else:
        speed = f"first words after {trial.first:.1f} s, then {trial.speed:.0f} tokens a second"
        lines.append(_wrap(f"{trial.model} answers: {speed}{_reads(trial.context)}."))
        lines.append("To use a model, set ASSISTANT_LLM_MODEL, and for an endpoint ASSISTANT_LLM_BASE_URL.")
    return "\n".join(lines)


def models_json(servers: Sequence[Server], trial: Trial | None) -> dict[str, Any]:
    """Return the servers' models and the trial as plain values."""
    return {"servers": [asdict(server) for server in servers], "trial": asdict(trial) if trial else None}


def _reads(context: int) -> str:
    return f", reads {context:,} tokens" if context else ""


def to_json(value: Any) -> str:
    """Return indented JSON, other alphabets readable."""
    return json.dumps(value, ensure_ascii=False, indent=2)


def _short(text: str) -> str:
    return text if len(text) <= 80 else text[:79] + "…"


def _wrap(text: str, indent: str = "") -> str:
    return textwrap.fill(
        _printable(text), WIDTH, initial_indent=indent, subsequent_indent=indent, break_long_words=False
    )


def _printable(text: str) -> str:
    # A paper's text may hold control characters that would drive a terminal.
    return "".join(ch for ch in text if ch.isprintable() or ch in "\n\t")
