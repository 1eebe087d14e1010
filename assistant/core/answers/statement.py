"""Checked sentences: a statement, its verdict, and the words that support it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

Verdict = Literal[
    "supported", "partly", "unconfirmed", "not_stated", "unsupported", "contradicted", "uncited"
]


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


def reasons(statement: Statement) -> tuple[str, ...]:
    """Return what speaks against a statement: its problems, or where none is named, what its verdict means."""
    if statement.problems or statement.clean:
        return statement.problems
    return (f"{VERDICTS[statement.verdict].words.rpartition(': ')[2].capitalize()}.",)


def paragraphs(statements: Sequence[Statement]) -> list[list[tuple[int, Statement]]]:
    """Group statements by paragraph, each with its index in the answer (from 0)."""
    groups: dict[int, list[tuple[int, Statement]]] = {}
    for index, statement in enumerate(statements):
        groups.setdefault(statement.paragraph, []).append((index, statement))
    return list(groups.values())
