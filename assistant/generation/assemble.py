"""Checked statements -> Answer: sources numbered by first appearance, the text with its marks; or a refusal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from assistant.core.answer import REFUSAL_PHRASE, Answer, Ranked, Refusal, RefusalKind, Source, Statement
from assistant.core.text.sentences import marked
from assistant.generation.run import AnswerRun
from assistant.retrieval.retriever import RetrievalResult


def finish(run: AnswerRun, statements: Sequence[Statement], model: str) -> Answer:
    """The answer of checked statements: sources numbered by first appearance, text with `[n]` marks."""
    ids = dict.fromkeys(c for s in statements for c in s.citations)
    papers = {p.paper.id: p.paper for p in run.papers}
    sources = tuple(Source(n, papers[paper_id]) for n, paper_id in enumerate(ids, start=1))
    numbers = {source.paper.id: source.number for source in sources}
    return _answer(run, prose(statements, numbers), model, statements=tuple(statements), sources=sources)


def refusal(run: AnswerRun, kind: RefusalKind, model: str) -> Answer:
    """The honest answer where there is none."""
    nearest = Refusal(kind, tuple(p.paper for p in run.papers[:3]))
    return _answer(run, REFUSAL_PHRASE, model, refusal=nearest)


def _answer(run: AnswerRun, text: str, model: str, **parts: Any) -> Answer:
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
        exchanges=tuple(run.usage.exchanges),
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


def _ranked(found: RetrievalResult) -> tuple[Ranked, ...]:
    return tuple(
        Ranked(p.paper.id, p.score, {name: (c.rank, c.score) for name, c in p.channels.items()})
        for p in found.passages
    )
