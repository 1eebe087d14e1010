"""Draft cases for a new suite. From a template, from users' feedback, or drafted from a library for confirmation."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from assistant import Model, Paper, Settings
from assistant.conversation.feedback import Feedback
from assistant.core.errors import ModelReplyInvalid
from assistant.core.text.sanitize import one_line
from assistant.core.text.sentences import split
from assistant.llm.injection import suspicious
from evals.structured import Form, filled
from evals.suites.suite import Case, CaseTurn

TEMPLATE = Path(__file__).resolve().parent / "template.jsonl"
"""Cases that say what to write in their place."""
SEED = 5
_FIGURE = re.compile(r"\b\d[\d.,]*\s?(?:%|times|x|fps|ms|[a-z]+)?", re.I)
_NAMED = re.compile(r"[A-Z]\w*[A-Z0-9]\w*")


class _Drafted(Form):
    question: str
    fact: str
    reference: str


def from_feedback(entries: Sequence[Feedback]) -> list[Case]:
    """Return one case per question with feedback; the latest feedback on a question counts.

    A good answer makes a confirmed case. Any other is unconfirmed, since its right answer is not known.
    """
    cases: dict[tuple[str, tuple[Any, ...]], Case] = {}
    for number, feedback in enumerate(entries, start=1):
        answer = feedback.answer
        history = tuple(CaseTurn.model_validate(message) for message in feedback.history)
        refused = answer.refusal is not None and not answer.statements
        good = feedback.kind == "good"
        # No case can expect a refusal of the kind "conflicting" yet.
        kind = answer.refusal.kind if answer.refusal else ""
        cited = {source.paper.id: 1 for source in answer.sources}
        case = Case(
            id=f"feedback-{number:03}",
            question=answer.question,
            history=history,
            relevant={} if refused and good else cited,
            answerable=not (refused and good),
            kind=kind if refused and good and kind != "conflicting" else "",
            reference="" if refused or not good else answer.text,
            tags=("feedback", feedback.kind.replace("_", "-")),
            note=feedback.comment,
            confirmed=good,
        )
        cases[answer.question, tuple((t.role, t.content) for t in history)] = case
    return list(cases.values())


def drafted(papers: Sequence[Paper], count: int, settings: Settings) -> Iterator[Case]:
    """Return up to `count` unconfirmed cases, one per paper, in a random order that is always the same.

    A model in the settings writes the question; its draft is dropped if the fact is not in the abstract, or is already in
    the question. Without a model the question quotes a sentence and asks for its paper, which is easy until rewritten.
    Raises a `ModelError` if the model cannot be reached.
    """
    order = random.Random(SEED).sample(list(papers), len(papers))
    model = Model.from_settings(settings, settings.llm.model) if settings.llm.model else None
    cases = (_written(paper, model) if model else _quoted(paper) for paper in order)
    return islice(filter(None, cases), count)


def _written(paper: Paper, model: Model) -> Case | None:
    text = f"{one_line(paper.title)}\n{one_line(paper.abstract)}"
    try:
        draft = filled(model, _Drafted, "draft", paper=text)
    except ModelReplyInvalid:
        return None
    fact, question = draft.fact.strip(), one_line(draft.question).strip()
    if not fact or fact.lower() not in paper.abstract.lower() or fact.lower() in question.lower():
        return None
    if not question or suspicious(question):
        return None
    return Case(
        id=f"draft-{paper.id}",
        question=question,
        relevant={paper.id: 1},
        facts=((fact,),),
        reference=one_line(draft.reference),
        tags=("drafted",),
        confirmed=False,
    )


def _quoted(paper: Paper) -> Case | None:
    """Make a question of a sentence, if possible one with a number or a name."""
    sentences = [paper.abstract[span.start : span.end] for span in split(paper.abstract)]
    candidates = [s for s in sentences if 8 <= len(s.split()) <= 40 and not suspicious(s)]
    candidates.sort(key=lambda s: (bool(_FIGURE.search(s)), bool(_NAMED.search(s))), reverse=True)
    if not candidates:
        return None
    sentence = candidates[0].rstrip(".!? ")
    return Case(
        id=f"draft-{paper.id}",
        question=f"Which paper says this: {one_line(sentence)}?",
        relevant={paper.id: 1},
        reference=one_line(paper.title),
        tags=("drafted", "which-paper"),
        confirmed=False,
    )
