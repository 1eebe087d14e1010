"""Answers: statements with their sources, or a refusal."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

from assistant.core.answers.comparison import Comparison
from assistant.core.answers.refusal import REFUSALS, Refusal
from assistant.core.answers.statement import VERDICTS, Statement, paragraphs
from assistant.core.answers.usage import Exchange, Usage
from assistant.core.json_values import dump, load
from assistant.core.paper import CompactPaper

Confidence = Literal["high", "fair", "low"]
"""How likely it is that the abstracts answer the question."""


@dataclass(frozen=True)
class ConfidenceInfo:
    """The least probability that has this confidence, and the words for users."""

    name: Confidence
    least: float
    words: str


CONFIDENCES = (
    ConfidenceInfo("high", 0.9, "The abstracts very likely answer this."),
    ConfidenceInfo("fair", 0.6, "The abstracts probably answer this."),
    ConfidenceInfo("low", 0.0, "The abstracts may not answer this."),
)
"""How well a question is met, highest first."""


@dataclass(frozen=True)
class Source:
    """A cited paper and its number in the answer: 1 to k, in the order of first citation."""

    number: int
    paper: CompactPaper


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
    `affirming` are then those that say yes, as far as that is sure. `comparison` sets the sources side by side, if the question asks for that.
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
    comparison: Comparison | None = None

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
