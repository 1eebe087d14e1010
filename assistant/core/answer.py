"""Answers, statements, verdicts, refusals, and the events of a stream."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import PlainSerializer

from assistant.core.json_values import dump, load
from assistant.core.paper import Paper

CompactPaper = Annotated[Paper, PlainSerializer(Paper.to_json)]
"""A paper that is written to JSON without its empty fields."""

Verdict = Literal[
    "supported", "partly", "unconfirmed", "not_stated", "unsupported", "contradicted", "uncited"
]
RefusalKind = Literal["off_topic", "not_stated", "conflicting"]


Confidence = Literal["high", "fair", "low"]
"""How likely it is that the abstracts answer the question."""


@dataclass(frozen=True)
class ConfidenceInfo:
    """The least probability that has this confidence, and the words for users."""

    name: Confidence
    least: float
    words: str


@dataclass(frozen=True)
class VerdictInfo:
    """Everything that is said about one verdict, wherever it is shown or used.

    `sign` stands before the name, so that no reader depends on the colour. `colour` is a class of the style sheets.
    `words` is the short explanation, `meaning` the long one (documentation). `fails` tells whether such a statement must
    be repaired or struck: always, only if the rules decided it, or never. `definition` is for a model that judges; a
    model cannot give a verdict without one. `score` is the probability of support if a model gives the verdict.
    `reviewed` tells whether a model may replace the verdict if the rules gave it. `decided` tells whether words of the abstract decide
    it, and so are its proof; else they are only the nearest ones.
    """

    name: Verdict
    sign: str
    colour: Literal["good", "warn", "bad"]
    words: str
    meaning: str
    fails: Literal["always", "by rules", "never"] = "never"
    reviewed: bool = False
    definition: str = ""
    score: float = 0.0
    decided: bool = False

    @property
    def label(self) -> str:
        """The name as a user reads it."""
        return self.name.replace("_", " ")


@dataclass(frozen=True)
class RefusalInfo:
    """Everything that is said about one kind of refusal: its name in reports, the sentence for users, and the sentence
    with which a model that writes must say it ("" if a model does not decide it)."""

    name: str
    words: str
    phrase: str = ""


VERDICTS: Mapping[Verdict, VerdictInfo] = {
    info.name: info
    for info in (
        VerdictInfo(
            "supported", "✓", "good", "supported by the abstract",
            "word for word, or aligned with the abstract with nothing changed that matters; or approved by the model with "
            "words of the abstract",
            definition="the abstracts say all of it, or it follows from them directly",
            score=0.95, decided=True,
        ),
        VerdictInfo(
            "partly", "≈", "warn", "partly supported",
            "a part is not there: a figure, an extent, a certainty",
            fails="by rules", reviewed=True,
            definition="a part of it is said, another part is not",
            score=0.4, decided=True,
        ),
        VerdictInfo(
            "unconfirmed", "?", "warn", "not confirmed: compare it with the abstract",
            "in other words, and no model has confirmed them; the closest words are shown",
            reviewed=True,
        ),
        VerdictInfo(
            "not_stated", "–", "warn", "says what the abstracts leave open",
            "it says that the abstracts do not state something, and cites nothing",
            definition="it says only that the abstracts do not state something, and they do not",
            score=0.5,
        ),
        VerdictInfo(
            "contradicted", "≠", "bad", "the abstract says otherwise",
            "the abstract says otherwise, and the difference is named",
            fails="always",
            definition="the abstracts say otherwise (number, direction, role, scope, cause, negation)",
            score=0.03, decided=True,
        ),
        VerdictInfo(
            "unsupported", "✗", "bad", "the abstract does not say this",
            "the abstract does not say this",
            fails="always", reviewed=True,
            definition="the abstracts do not say it, however plausible it is",
            score=0.05,
        ),
        VerdictInfo(
            "uncited", "∅", "bad", "no citation",
            "it cites no paper of the library; one that supports it is suggested if there is one",
            fails="always",
        ),
    )
}  # fmt: skip
"""The verdicts, in the order in which they are listed everywhere. A new one needs a row here and the code that decides it."""

CONFIDENCES = (
    ConfidenceInfo("high", 0.9, "The abstracts very likely answer this."),
    ConfidenceInfo("fair", 0.6, "The abstracts probably answer this."),
    ConfidenceInfo("low", 0.0, "The abstracts may not answer this."),
)
"""How well a question is met, highest first."""

REFUSALS: Mapping[RefusalKind, RefusalInfo] = {
    "off_topic": RefusalInfo("off topic", "I found nothing about this in the library."),
    "not_stated": RefusalInfo(
        "not stated",
        "The abstracts here don't answer this. The full papers might.",
        phrase="The abstracts do not say.",
    ),
    "conflicting": RefusalInfo(
        "conflicting",
        "The cited abstracts disagree. Both sides are shown.",
        phrase="The abstracts disagree.",
    ),
}
"""The kinds of refusal. A new one needs a row here and the code that decides it."""

REFUSAL_PHRASE = REFUSALS["not_stated"].phrase
CONFLICT_PHRASE = REFUSALS["conflicting"].phrase


@dataclass(frozen=True)
class Evidence:
    """A verbatim quote: `paper.abstract[start:end] == quote`, offsets in characters.

    `section` is the label of the abstract's section that holds the quote, or "".
    """

    paper_id: str
    quote: str
    start: int
    end: int
    section: str = ""


@dataclass(frozen=True)
class Statement:
    """A sentence of an answer (or of a user's text) without its citation marks, and the result of its check.

    `citations` are ids of cited papers. `how` names what decided the verdict: "verbatim", "rules", or a model. `score` in
    0..1 is the probability that the cited abstracts support the sentence. `problems` are sentences for the user (unknown
    citation, number not in source, ...). `suggested` are ids of papers that support an uncited statement. `unknown` are
    cited numbers that no paper has. `struck` marks a statement that failed its check and is shown struck through.
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

    @property
    def clean(self) -> bool:
        """Whether the statement needs no note: a good verdict and no problem."""
        return VERDICTS[self.verdict].colour == "good" and not self.problems

    @property
    def fails(self) -> bool:
        """Whether the statement must not stand as it is."""
        rule = VERDICTS[self.verdict].fails
        return rule == "always" or (rule == "by rules" and self.how == "rules")


@dataclass(frozen=True)
class Source:
    """A cited paper and its number in the answer: 1 to k, in the order of first citation."""

    number: int
    paper: CompactPaper


@dataclass(frozen=True)
class Refusal:
    """The reason why a question has no (plain) answer, and the nearest papers, best first.

    `off_topic`: the library has no paper on the question. `not_stated`: it has papers on the topic, but their abstracts
    do not give the answer. `conflicting`: the cited abstracts disagree.
    """

    kind: RefusalKind
    nearest: tuple[CompactPaper, ...] = ()


@dataclass(frozen=True)
class Ranked:
    """A retrieved paper: its fused score in 0..1, and its (rank from 1, score) in each channel."""

    paper_id: str
    score: float
    channels: dict[str, tuple[int, float]] = field(default_factory=dict)


FilterKind = Literal["year", "author", "venue", "source", "collection", "type", "id"]


@dataclass(frozen=True)
class QuestionFilter:
    """A restriction by which the papers to answer from were chosen: one that the question says in words, or was asked with.

    `value` is as the library has it ("2020 to 2023", "Hansen", "Journal of Sleep"); `words` are those of the question, "" if none.
    """

    kind: FilterKind
    value: str
    words: str


@dataclass(frozen=True)
class Exchange:
    """One call of a model. `purpose` is the name of its prompt: "answer", "verify", ...

    Tokens are the endpoint's own counts, 0 if it gives none. `seconds` run from the request to the end of the reply.
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

    `text` is the answer as prose with `[n]` marks, where n is the number of a source. `standalone` is the question as it
    was understood. `model` is "quotes" or the model's name. `removed` counts failed statements: strict mode leaves them
    out, show mode strikes them through. `usage` counts tokens, `timings` are seconds per stage, `exchanges` are all calls
    of models. `complete` is false if a model's stream broke off. `cost` is the money that the calls cost by the prices of
    the settings, 0 without prices. `remark` is what the program itself says about the
    library or the answer ("5 of 72 papers are from 2023."): it comes from the records, so it has no verdict. If `listed`,
    the sources are what was asked for, to be shown as a list. `filters` are what the question restricts the search to.
    `denying` are the places of the statements that deny something, if others do not and the papers may so disagree;
    `affirming` are then those that say yes, as far as that is sure.
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
    cost: float = 0.0
    remark: str = ""
    listed: bool = False
    filters: tuple[QuestionFilter, ...] = ()
    denying: tuple[int, ...] = ()
    affirming: tuple[int, ...] = ()

    @property
    def numbers(self) -> dict[str, int]:
        """The number of each cited paper, by paper id."""
        return {source.paper.id: source.number for source in self.sources}

    @property
    def confidence(self) -> ConfidenceInfo:
        """How well the question is met: `score`, the probability that the abstracts answer it, in words.

        A verdict tells whether a sentence is true to its source, which a quote always is; this tells whether it answers. A refusal has the
        least.
        """
        score = 0.0 if self.refusal else self.score
        return next(info for info in CONFIDENCES if score >= info.least)

    def with_usage(self, more: Usage) -> Answer:
        """Return the answer with calls that were made for it afterwards (suggestions of what to ask next)."""
        counts = {name: self.usage.get(name, 0) + count for name, count in more.as_dict().items()}
        exchanges = (*self.exchanges, *more.exchanges)
        return (
            replace(self, usage=counts, cost=self.cost + more.cost, exchanges=exchanges)
            if more.calls
            else self
        )

    def __str__(self) -> str:
        lines = [self.text]
        lines += [f"[{source.number}] {source.paper.title}" for source in self.sources]
        lines += [f"! {warning}" for warning in self.warnings]
        return "\n".join(lines)

    def to_json(self) -> dict[str, Any]:
        """Return the answer as lists, dicts, strings and numbers."""
        return dump(self)

    def to_dict(self) -> dict[str, Any]:
        """Return the same as `to_json`, under the name by which tables of data ask for it."""
        return self.to_json()

    def _repr_html_(self) -> str:
        """Return the answer as notebooks show it. Text of papers and models stays text."""
        # Templates are loaded only where a notebook asks for one.
        from assistant.core.markup import environment

        shown = environment(
            Path(__file__).parent, verdicts=VERDICTS, refusals=REFUSALS, paragraphs=paragraphs
        )
        return shown.get_template("answer.html").render(answer=self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Answer:
        """Read an answer that `to_json` wrote. Raises `ValueError` if a field is missing, unknown or of another type."""
        return load(cls, data)


def paragraphs(statements: Sequence[Statement]) -> list[list[tuple[int, Statement]]]:
    """Group statements by paragraph, each with its index in the answer (from 0)."""
    groups: dict[int, list[tuple[int, Statement]]] = {}
    for index, statement in enumerate(statements):
        groups.setdefault(statement.paragraph, []).append((index, statement))
    return list(groups.values())


@dataclass
class Usage:
    """Counter of tokens and calls of models, and of the money that they cost."""

    prompt_tokens: int = 0
    completion_tokens: int = 0
    calls: int = 0
    cost: float = 0.0
    exchanges: list[Exchange] = field(default_factory=list)

    def as_dict(self) -> dict[str, int]:
        """Return the counts by name."""
        return {
            "prompt_tokens": self.prompt_tokens,
            "completion_tokens": self.completion_tokens,
            "calls": self.calls,
        }


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
