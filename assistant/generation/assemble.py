"""Assemble an answer or a refusal: number its sources and write its marks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from assistant.core.answers.answer import Answer, Ranked, Source
from assistant.core.answers.refusal import REFUSAL_PHRASE, Refusal, RefusalKind
from assistant.core.answers.statement import Statement
from assistant.core.text.sentences import marked
from assistant.generation.run import AnswerRun
from assistant.retrieval.passage import Passage


def finish(
    run: AnswerRun, statements: Sequence[Statement], model: str, *, remark: str = "", **parts: Any
) -> Answer:
    """Return the answer of checked statements: sources numbered by first appearance, text with `[n]` marks.

    `remark` is the program's own sentence, which goes first; `parts` are further fields of the answer.
    """
    ids = dict.fromkeys(c for s in statements for c in s.citations)
    papers = {p.paper.id: p.paper for p in run.papers}
    sources = tuple(Source(n, papers[paper_id]) for n, paper_id in enumerate(ids, start=1))
    numbers = {source.paper.id: source.number for source in sources}
    text = "\n\n".join(filter(None, [remark, prose(statements, numbers)]))
    return _answer(run, text, model, statements=tuple(statements), sources=sources, remark=remark, **parts)


def refusal(run: AnswerRun, kind: RefusalKind, model: str) -> Answer:
    """Return an answer that says why there is none, with the three nearest papers."""
    nearest = tuple(p.paper for p in run.papers[:3])
    return _answer(run, REFUSAL_PHRASE, model, refusal=Refusal(kind, nearest))


def nothing(question: str) -> Answer:
    """Return the refusal of a library that was not made yet."""
    return Answer(question, REFUSAL_PHRASE, refusal=Refusal("off_topic"), standalone=question)


def _answer(run: AnswerRun, text: str, model: str, **parts: Any) -> Answer:
    return Answer(
        question=run.asked,
        text=text,
        passages=_ranked(run.retrieval.passages),
        model=model,
        usage=run.log.usage.as_dict(),
        timings=run.log.timings,
        warnings=tuple(dict.fromkeys(run.log.warnings)),
        standalone=run.question,
        score=run.answerability.answerable,
        exchanges=tuple(run.log.usage.exchanges),
        cost=run.log.usage.cost,
        filters=run.filters,
        **parts,
    )


def prose(statements: Sequence[Statement], numbers: dict[str, int]) -> str:
    """Return statements as text: each with its `[n]` marks before its closing mark, struck ones between `~~`."""
    text = ""
    for before, statement in zip([None, *statements], statements, strict=False):
        marks = "".join(f"[{numbers[c]}]" for c in statement.citations)
        sentence = marked(statement.text, marks)
        if statement.struck:
            sentence = f"~~{sentence}~~ ({statement.verdict})"
        gap = "" if before is None else " " if before.paragraph == statement.paragraph else "\n\n"
        text += gap + sentence
    return text


def _ranked(passages: Sequence[Passage]) -> tuple[Ranked, ...]:
    return tuple(
        Ranked(p.paper.id, p.score, {name: (c.rank, c.score) for name, c in p.channels.items()})
        for p in passages
    )
