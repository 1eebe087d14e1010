"""Parts of a study. Found in an abstract by their form: who took part, a p value, the method, the finding, the aim."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from assistant.conversation.phrases import is_plural
from assistant.conversation.study import ANYBODY, StudyPart, asked_of_study, counted
from assistant.core.answer import Event
from assistant.core.text.quantities import Quantity, extract
from assistant.core.text.tokens import stem, tokens
from assistant.generation.comparison.aspects import aspects, main_finding
from assistant.generation.extractive import SEVERAL, quoted
from assistant.generation.listing.lists import quoted_events
from assistant.generation.run import AnswerRun
from assistant.llm.injection import unquoted
from assistant.retrieval.encoder import EncodedPaper, Encoder
from assistant.retrieval.question import Question

_ASPECTS: dict[StudyPart, str] = {"method": "Approach", "aim": "Problem"}
# Those who take part are called something nearer to the first than to the second.
_PEOPLE = ("people", "persons", "participants", "patients")
_THINGS = ("things", "items", "tasks", "objects", "measures")
# So sure is an answer that was found by its form where nothing else tells that it is one.
_SURE = 0.5


def study_events(run: AnswerRun, ids: Sequence[str], encoder: Encoder) -> Iterator[Event] | None:
    """Return the events of an answer that quotes of each of these papers what the question asks of a study; None if it asks
    nothing so, or none tells it."""
    question = run.retrieval.question
    part = asked_of_study(question.text)
    if part is None:
        return None
    by_id = {paper.paper.id: paper for paper in run.papers}
    papers = [by_id[one] for one in ids if one in by_id][:SEVERAL]
    found = [
        (paper, place) for paper in papers if (place := _place(part, question, paper, encoder)) is not None
    ]
    statements = quoted([paper for paper, _ in found], [place for _, place in found])
    if not statements:
        return None
    told = run.answerability
    sure = told.answerable if told.kind is None else min(told.answerable, _SURE)
    return quoted_events(
        replace(run, answerability=replace(told, answerable=sure, kind=None)), statements, ""
    )


def _place(part: StudyPart, question: Question, paper: EncodedPaper, encoder: Encoder) -> int | None:
    """Return the place of the sentence of a paper that tells a part, None if none does."""
    if part == "finding":
        return main_finding(paper)
    if part in _ASPECTS:
        return aspects([paper])[0].get(_ASPECTS[part])
    who = counted(question.text)
    fits: dict[int, float] = {}
    barred = unquoted(paper.paper)
    for place, sentence in enumerate(paper.sentences):
        for quantity in extract(sentence.text) if sentence.span.start not in barred else ():
            fit = _sample(quantity, who, encoder) if part == "sample" else float(quantity.kind == "pvalue")
            if fit > fits.get(place, 0.0):
                fits[place] = fit
    return max(fits, key=fits.__getitem__, default=None)


def _sample(quantity: Quantity, who: str, encoder: Encoder) -> float:
    """Return how surely a quantity counts those who take part, 0 if it does not: "96 nurses", not "five tasks" or "3 mg"."""
    nouns = [noun for noun in quantity.nouns if is_plural(tokens(noun))] if quantity.counts else []
    if who and who not in ANYBODY:
        return float(who in map(stem, nouns))
    return max(
        (_likeness(noun, _PEOPLE, encoder) - _likeness(noun, _THINGS, encoder) for noun in nouns), default=0.0
    )


def _likeness(noun: str, others: Sequence[str], encoder: Encoder) -> float:
    vector = encoder.text(noun).vector
    return max(float(vector @ encoder.text(other).vector) for other in others)
