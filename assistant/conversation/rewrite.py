"""Answers -> history; history + follow-up -> a question that stands on its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from assistant.conversation.coreference import HistoryTurn, asks_nothing, points_back, resolved
from assistant.core.answer import REFUSAL_PHRASE, Answer, Usage
from assistant.core.errors import QuestionError
from assistant.core.paper import Paper
from assistant.core.text.sanitize import one_line
from assistant.llm.injection import suspicious
from assistant.llm.prompts import load
from assistant.retrieval.paper_name import name_of

MAX_QUESTION = 4000
# What a model is told of the conversation: this many turns, this much of each text.
_TURNS, _CUT = 3, 500
_LONGEST_NAME = 200

if TYPE_CHECKING:
    from assistant.llm.client import Model

Message = Mapping[str, object]
"""`{"role": "user" | "assistant", "content": text}`; an assistant's may have "papers", see `said`."""


def checked(question: str) -> str:
    """The question, trimmed. Raises `QuestionError` where it is empty or longer than 4,000 characters."""
    question = question.strip()
    if not question:
        raise QuestionError("The question is empty: type what you would like to know.")
    if len(question) > MAX_QUESTION:
        raise QuestionError(
            f"The question has {len(question):,} characters and at most {MAX_QUESTION:,} can be asked: shorten "
            "it, or check a longer text with `assistant verify`."
        )
    return question


def said(answer: Answer) -> list[dict[str, object]]:
    """A question and its answer as history: two messages. The second has in "papers" what the papers listed below the
    answer are called, in their order: those that were cited, or the nearest where nothing was answered."""
    listed = [source.paper for source in answer.sources]
    if answer.refusal and not listed:
        listed = list(answer.refusal.nearest)
    return [
        {"role": "user", "content": answer.question},
        {"role": "assistant", "content": answer.text, "papers": [_called(paper) for paper in listed]},
    ]


def _called(paper: Paper) -> str:
    # What it is called goes into a question, where no order may stand, and nothing that is longer than one.
    called = one_line(name_of(paper) or paper.title)
    return "" if suspicious(paper.title) or len(called) > _LONGEST_NAME else called


def standalone(question: str, history: Sequence[Message], model: Model | None, usage: Usage) -> str:
    """The follow-up as a question that needs no history.

    With a model, it rewrites; without, rules put names for "it" and "the second one", and what they cannot resolve
    is put behind the question before it, which is enough for retrieval. Raises a `ModelError` where the model fails.
    """
    turns = _turns(history)
    if not turns:
        return question
    if model is None:
        return _by_rules(question, turns)
    said_before = "\n".join(line for turn in turns[-_TURNS:] for line in _lines(turn))
    reply = model.ask(load("standalone", history=said_before, question=question), usage).strip()
    first = reply.splitlines()[0].strip() if reply else ""
    return first if 0 < len(first) <= MAX_QUESTION else question


def _by_rules(question: str, turns: Sequence[HistoryTurn]) -> str:
    if not turns:
        return question
    named = resolved(question, turns)
    if points_back(question, turns[-1]) if named == question else asks_nothing(question):
        return f"{_by_rules(turns[-1].question, turns[:-1])} {named}"
    return named


def _lines(turn: HistoryTurn) -> Iterator[str]:
    yield f"user: {turn.question[:_CUT]}"
    yield f"assistant: {turn.answer[:_CUT]}"
    papers = [f"{n}. {paper}" for n, paper in enumerate(turn.papers, start=1) if paper]
    if papers:
        yield f"papers below the answer: {'; '.join(papers)}"


def _turns(history: Sequence[Message]) -> list[HistoryTurn]:
    turns: list[HistoryTurn] = []
    for message in history:
        role, content, papers = message.get("role"), message.get("content"), message.get("papers", ())
        if role not in ("user", "assistant", "system") or not isinstance(content, str):
            raise QuestionError(
                'history is a list of {"role": "user" or "assistant", "content": text}, oldest first.'
            )
        if not isinstance(papers, list | tuple) or not all(isinstance(paper, str) for paper in papers):
            raise QuestionError('"papers" of a message in history is a list of what papers are called.')
        if role == "user":
            turns.append(HistoryTurn(content))
        elif role == "assistant" and turns:
            turns[-1] = replace(
                turns[-1], answer=content, papers=tuple(papers), cited=content != REFUSAL_PHRASE
            )
    return turns
