"""A model as judge of answers.

It reads its data between marks that no text can guess. A case that cannot be scored (a failing endpoint, a reply of
another form, an answer that speaks to the judge) is *unscored* with a reason, and never counts as zero.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from pydantic import Field

from assistant import Answer, AssistantError, Model, Settings
from assistant.core.errors import ModelReplyInvalid
from assistant.core.text.sanitize import one_line
from assistant.llm.injection import suspicious
from evals.cases.record import Record, tokens
from evals.cases.recorded_calls import Metered
from evals.cases.score import Scores, asserted
from evals.cases.settings import JudgeSettings, as_settings
from evals.metrics.answer import GRADES, OKAY, Grade
from evals.structured import Form, filled
from evals.suites.suite import Case


class _Judged(Form):
    index: int
    faithful: bool


class _Stated(Form):
    index: int
    stated: Literal["full", "partial", "none"]


_SHARES = {"full": 1.0, "partial": 0.5, "none": 0.0}


class _GradeReply(Form):
    grade: Grade
    facts: list[_Stated] = Field(default_factory=list)
    statements: list[_Judged] = Field(default_factory=list)
    reason: str = ""


@dataclass(frozen=True)
class Judgement:
    """A judge's grade of a case's answer, whether each statement is faithful, and how far each key fact is stated (1, 0.5 or
    0; None for what it did not say).

    `unscored` is the reason why there is no grade, "" if there is one. Tokens are those of the call.
    """

    case: str
    judge: str
    grade: Grade | None = None
    faithful: tuple[bool | None, ...] = ()
    facts: tuple[float | None, ...] = ()
    reason: str = ""
    unscored: str = ""
    sent: int = 0
    received: int = 0


class AnswerGrader:
    """A model that grades answers. Its calls are metered and stored."""

    def __init__(self, judge: JudgeSettings, answering: Settings, meter: Metered) -> None:
        self.name = judge.model
        self._meter = meter
        self.model = Model.from_settings(as_settings(judge, answering), judge.model, meter)

    def judge(self, case: Case, record: Record) -> Judgement | None:
        """Return the judgement of a case, or None if it has no answer or nothing to compare the answer with."""
        answer = record.answer
        reference = case.reference or "; ".join(fact.spellings[0] for fact in case.facts)
        if answer is None or not case.answerable or not reference:
            return None
        if not asserted(answer):
            return Judgement(case.id, self.name, grade="incorrect", reason="It was refused.")
        if any(suspicious(statement.text) for statement in asserted(answer)):
            return Judgement(case.id, self.name, unscored="the answer speaks to its judge")
        with self._meter.metering() as calls:
            try:
                reply = filled(self.model, _GradeReply, "judge", **_parts(case, reference, answer))
            except AssistantError as exc:
                other = "the judge's reply has another form than asked for"
                said = other if isinstance(exc, ModelReplyInvalid) else str(exc)
                return Judgement(case.id, self.name, unscored=said)
        sent, received = tokens([call for call in calls if not call.replayed])
        faithful = {item.index: item.faithful for item in reply.statements}
        stated = {item.index: _SHARES[item.stated] for item in reply.facts}
        return Judgement(
            case.id,
            self.name,
            reply.grade,
            tuple(faithful.get(n) for n, _ in enumerate(asserted(answer), start=1)),
            tuple(stated.get(n) for n, _ in enumerate(case.facts, start=1)),
            one_line(reply.reason)[:300],
            sent=sent,
            received=received,
        )


def _parts(case: Case, reference: str, answer: Answer) -> dict[str, str]:
    papers = {source.paper.id: source for source in answer.sources}
    abstracts = [
        f"[{s.number}] {one_line(s.paper.title)}. {one_line(s.paper.abstract)}" for s in answer.sources
    ]
    lines = []
    for number, statement in enumerate(asserted(answer), start=1):
        marks = "".join(f"[{papers[c].number}]" for c in statement.citations if c in papers)
        lines.append(f"{number}. {one_line(statement.text)} {marks}".rstrip())
    return {
        "question": one_line(answer.standalone or case.question),
        "reference": one_line(reference),
        "facts": "\n".join(f"{n}. {one_line(f.spellings[0])}" for n, f in enumerate(case.facts, start=1))
        or "(none)",
        "abstracts": "\n".join(abstracts) or "(none)",
        "answer": "\n".join(lines),
    }


def judged_scores(case: Case, judgement: Judgement | None) -> Scores:
    """Return the judge's scores of one case: none if it is unscored."""
    if judgement is None or judgement.unscored or judgement.grade is None:
        return {}
    scores: Scores = {"judged_correct": (GRADES[judgement.grade], 1.0)}
    known = [value for value in judgement.faithful if value is not None]
    if known:
        scores["judged_faithful"] = (sum(known) / len(known), 1.0)
    facts = [value for value in judgement.facts if value is not None]
    if facts and len(facts) == len(case.facts):
        weights = [1.0 if fact.vital else OKAY for fact in case.facts]
        total = sum(value * weight for value, weight in zip(facts, weights, strict=True))
        scores["judged_facts"] = (total / sum(weights), 1.0)
    return scores
