"""Answer: what a question comes back as, with every statement, its verdict and the words that carry it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from assistant.core.paper import Paper

Verdict = Literal["supported", "partly", "unconfirmed", "unsupported", "contradicted", "uncited"]
RefusalKind = Literal["off_topic", "not_stated", "conflicting"]

VERDICTS: tuple[Verdict, ...] = (
    "supported",
    "partly",
    "unconfirmed",
    "unsupported",
    "contradicted",
    "uncited",
)
REFUSAL_PHRASE = "The abstracts do not say."
"""The one sentence with which a model says, and we recognise, that the abstracts hold no answer."""


@dataclass(frozen=True)
class Evidence:
    """Words of an abstract: `paper.abstract[start:end] == quote`, character offsets.

    `section` is the label of a structured abstract in which they stand, or "".
    """

    paper_id: str
    quote: str
    start: int
    end: int
    section: str = ""


@dataclass(frozen=True)
class Statement:
    """A sentence of an answer (or of a user's text), without its citation marks, and what became of checking it.

    `citations` are ids of cited papers; `how` says what reached the verdict ("verbatim", "rules", or a model's
    name); `score` in 0..1 is the probability that the cited abstracts support it; `problems` are sentences for
    the user (unknown citation, number not in source, ...). `suggested` are ids of papers that carry an uncited
    statement. `unknown` are numbers that a model cited and that name no paper. `struck` is true for a statement that
    failed its check and is shown only as such.
    """

    text: str
    citations: tuple[str, ...] = ()
    verdict: Verdict = "unconfirmed"
    how: str = "rules"
    score: float = 0.0
    evidence: tuple[Evidence, ...] = ()
    problems: tuple[str, ...] = ()
    suggested: tuple[str, ...] = ()
    unknown: tuple[int, ...] = ()
    struck: bool = False
    paragraph: int = 0


@dataclass(frozen=True)
class Source:
    """A cited paper and its number in the answer: 1..k by first appearance."""

    number: int
    paper: Paper


@dataclass(frozen=True)
class Refusal:
    """Why there is no answer, and the nearest papers, best first.

    `off_topic`: nothing here is about it; `not_stated`: papers on the topic are here, their abstracts do not say
    it; `conflicting`: cited abstracts disagree.
    """

    kind: RefusalKind
    nearest: tuple[Paper, ...] = ()


@dataclass(frozen=True)
class Ranked:
    """A retrieved paper as the answer remembers it: fused score in 0..1, and (rank from 1, score) in each channel."""

    paper_id: str
    score: float
    channels: dict[str, tuple[int, float]] = field(default_factory=dict)


@dataclass(frozen=True)
class Exchange:
    """One call of a model: what for ("answer", "verify", ... as the prompts are named), what was sent, what came.

    Tokens as the endpoint counted them, 0 where it did not; `seconds` from sending to the last of the reply.
    """

    purpose: str
    model: str
    system: str
    user: str
    reply: str
    tokens_sent: int = 0
    tokens_received: int = 0
    seconds: float = 0.0


@dataclass(frozen=True)
class Answer:
    """The answer to a question.

    `text` is the answer as prose with `[n]` marks, n being a source's number; `removed` counts statements that
    strict mode took out or show mode struck. `model` is "quotes" or the model's name; `usage` counts tokens;
    `timings` are seconds a stage; `complete` is false where a model's stream broke off.
    `exchanges` are the calls of models that were made for it, whole.
    """

    question: str
    text: str
    statements: tuple[Statement, ...] = ()
    sources: tuple[Source, ...] = ()
    passages: tuple[Ranked, ...] = ()
    refusal: Refusal | None = None
    model: str = "quotes"
    usage: dict[str, int] = field(default_factory=dict)
    timings: dict[str, float] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    standalone: str = ""
    score: float = 0.0
    removed: int = 0
    complete: bool = True
    exchanges: tuple[Exchange, ...] = ()

    @property
    def numbers(self) -> dict[str, int]:
        """The number of each cited paper by its id."""
        return {source.paper.id: source.number for source in self.sources}

    def __str__(self) -> str:
        lines = [self.text]
        lines += [f"[{source.number}] {source.paper.title}" for source in self.sources]
        lines += [f"! {warning}" for warning in self.warnings]
        return "\n".join(lines)

    def to_json(self) -> dict[str, Any]:
        """Plain lists, dicts, numbers and strings; `from_json` reads it back."""
        data = asdict(self)
        data["sources"] = [{"number": s.number, "paper": s.paper.to_json()} for s in self.sources]
        if self.refusal:
            data["refusal"]["nearest"] = [paper.to_json() for paper in self.refusal.nearest]
        return data

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Answer:
        """The answer that `to_json` wrote (also after a trip through a JSON file)."""
        fields = dict(data)
        fields["statements"] = tuple(statement_from_json(item) for item in data["statements"])
        fields["sources"] = tuple(
            Source(item["number"], Paper.from_json(item["paper"])) for item in data["sources"]
        )
        fields["passages"] = tuple(
            Ranked(p["paper_id"], p["score"], {k: (v[0], v[1]) for k, v in p["channels"].items()})
            for p in data["passages"]
        )
        if data["refusal"]:
            nearest = tuple(Paper.from_json(paper) for paper in data["refusal"]["nearest"])
            fields["refusal"] = Refusal(data["refusal"]["kind"], nearest)
        fields["warnings"] = tuple(data["warnings"])
        fields["exchanges"] = tuple(Exchange(**item) for item in data.get("exchanges", ()))
        return cls(**fields)


def paragraphs(statements: Sequence[Statement]) -> list[list[tuple[int, Statement]]]:
    """Statements with their places (from 0), by paragraph."""
    found: dict[int, list[tuple[int, Statement]]] = {}
    for place, statement in enumerate(statements):
        found.setdefault(statement.paragraph, []).append((place, statement))
    return list(found.values())


def statement_from_json(data: dict[str, Any]) -> Statement:
    """The statement that `dataclasses.asdict` wrote."""
    fields = dict(data)
    fields["evidence"] = tuple(Evidence(**item) for item in data["evidence"])
    for name in ("citations", "problems", "suggested", "unknown"):
        fields[name] = tuple(data.get(name, ()))
    return Statement(**fields)


@dataclass
class Usage:
    """Tokens of the calls made so far, and the calls."""

    prompt_tokens: int = 0
    completion_tokens: int = 0
    calls: int = 0
    exchanges: list[Exchange] = field(default_factory=list)

    def as_dict(self) -> dict[str, int]:
        return {
            "prompt_tokens": self.prompt_tokens,
            "completion_tokens": self.completion_tokens,
            "calls": self.calls,
        }


@dataclass(frozen=True)
class Retrieved:
    """First event of a stream: the question as it was understood and the papers that will be read."""

    standalone: str
    papers: tuple[Paper, ...]


@dataclass(frozen=True)
class StatementReady:
    """A sentence that came through its local check; `index` is its place in the answer, from 0.

    A later event of the same index replaces it (a model's verdict, a repair).
    """

    index: int
    statement: Statement


@dataclass(frozen=True)
class Working:
    """A model has begun to write, to check what it wrote, or to repair what failed."""

    stage: Literal["writing", "checking", "repairing"]


@dataclass(frozen=True)
class Finished:
    """Last event of a stream: the whole answer, which replaces what was shown before."""

    answer: Answer


Event = Retrieved | Working | StatementReady | Finished


REFUSALS = {
    "off_topic": "Nothing in this library is about that.",
    "not_stated": "Papers on this are here, but their abstracts do not say it; the full text may.",
    "conflicting": "The cited abstracts disagree; both sides are shown.",
}
