"""The reply of a system, as the values that all metrics read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from pydantic import ConfigDict, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass as checked

from assistant import Answer, Paper
from assistant.core.answers.answer import Ranked, Source
from assistant.core.answers.refusal import Refusal
from assistant.core.answers.statement import Statement
from assistant.core.json_values import first_error
from assistant.core.text.citation_marks import parse
from evals.errors import EvaluationError

Turns = Sequence[Mapping[str, Any]]
"""The conversation before a question: {"role": "user" or "assistant", "content": text} each."""


@checked(frozen=True, config=ConfigDict(extra="forbid"))
class Reply:
    """What a system answers.

    A mark `[n]` in `text` cites the n-th of `citations`, which are ids of papers; without any mark every sentence cites
    them all. `ranked` are the ids of the papers that it retrieved, best first. `refused` says whether it declined to
    answer; None: if it gave no text. `usage` are the tokens that it sent and received, `score` is its confidence in 0..1.
    What a system does not say has no score.
    """

    text: str
    citations: tuple[str, ...] = ()
    ranked: tuple[str, ...] = ()
    refused: bool | None = None
    usage: tuple[int, int] | None = None
    score: float | None = None


@dataclass(frozen=True)
class Answered:
    """An answer as the metrics read it, and what only its system knows.

    `first_statement` are the seconds until the first sentence could be read, `usage` the tokens (sent, received); None if
    not known.
    """

    answer: Answer
    first_statement: float | None = None
    usage: tuple[int, int] | None = None


class System(Protocol):
    """What is evaluated. `name` stands in every report."""

    name: str

    def ask(self, question: str, history: Turns) -> Answered:
        """Answer a question. Whatever it raises is the error of that case."""


_REPLY = TypeAdapter(Reply)


def read_reply(value: Any, name: str) -> Reply:
    """Return a reply from what a system gave: a `Reply`, a text, or a mapping with its fields. Raises `EvaluationError`."""
    if isinstance(value, str):
        return Reply(value)
    try:
        return _REPLY.validate_python(dict(value) if isinstance(value, Mapping) else value)
    except ValidationError as exc:
        raise EvaluationError(
            f"{name} gave no reply: {first_error(exc)}; a reply is a text, or has text, citations, ranked, refused, usage."
        ) from exc


def answer_of(question: str, reply: Reply, papers: Mapping[str, Paper], name: str) -> Answer:
    """Return a reply as an `Answer` whose sentences nobody has checked.

    `papers` are those of the library by id; an id that is not among them is a citation of nothing, which `invalid` counts.
    """
    declined = not reply.text.strip() if reply.refused is None else reply.refused
    statements = () if declined else tuple(_statements(reply, papers))
    cited = dict.fromkeys(paper for statement in statements for paper in statement.citations)
    sources = tuple(Source(n, papers[i]) for n, i in enumerate(cited, start=1))
    ranked = tuple(Ranked(i, 1 / place) for place, i in enumerate(reply.ranked, start=1))
    return Answer(
        question,
        reply.text,
        statements,
        sources,
        ranked,
        Refusal("not_stated") if declined else None,
        model=name,
        score=(0.0 if declined else 1.0) if reply.score is None else reply.score,
    )


def _statements(reply: Reply, papers: Mapping[str, Paper]) -> list[Statement]:
    sentences = parse(reply.text)
    marked = any(sentence.numbers for sentence in sentences)
    everything = tuple(range(1, len(reply.citations) + 1))
    found = []
    for sentence in sentences:
        numbers = sentence.numbers if marked else everything
        known = {n: reply.citations[n - 1] for n in numbers if 1 <= n <= len(reply.citations)}
        cited = tuple(dict.fromkeys(i for i in known.values() if i in papers))
        unknown = tuple(n for n in numbers if known.get(n) not in papers)
        found.append(Statement(sentence.text, cited, unknown=unknown))
    return found
