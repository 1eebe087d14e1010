"""The events of a stream, from the papers found to the whole answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from assistant.core.answers.answer import Answer
from assistant.core.answers.statement import Statement
from assistant.core.paper import Paper


@dataclass(frozen=True)
class Retrieved:
    """First event of a stream: the question as it was understood, and the papers found for it."""

    standalone: str
    papers: tuple[Paper, ...]


@dataclass(frozen=True)
class StatementReady:
    """A sentence with its verdict so far; `index` is its place in the answer, from 0.

    A later event with the same index replaces it (a model's verdict, a repair).
    """

    index: int
    statement: Statement


@dataclass(frozen=True)
class TextDelta:
    """The sentence that a model is writing, as far as it has come, without its citations. Nothing has checked it yet.

    `text` is the whole of it so far; the next `TextDelta` or `StatementReady` takes its place.
    """

    text: str


@dataclass(frozen=True)
class Working:
    """A model has begun to write, to check its sentences, or to repair those that failed."""

    stage: Literal["writing", "checking", "repairing"]


@dataclass(frozen=True)
class Finished:
    """Last event of a stream: the whole answer. It replaces all sentences sent before."""

    answer: Answer


Event = Retrieved | Working | TextDelta | StatementReady | Finished
