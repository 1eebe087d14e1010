"""Studies. Their parts, of the papers spoken of; and studies of a size."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from assistant.core.answer import Event, Finished
from assistant.core.text.counts import count_of
from assistant.generation.assemble import refusal
from assistant.generation.comparison.parts import part_places, samples
from assistant.generation.extractive import SEVERAL, Extractive, quoted
from assistant.generation.listing.lists import quoted_events
from assistant.generation.listing.matches import matching
from assistant.generation.question.sizes import Sizes
from assistant.generation.run import AnswerRun
from assistant.retrieval.encoder import EncodedPaper, Encoder

# So many papers are looked at for studies of a size that says nothing of what these are about.
SIZED = 300
# So sure is an answer that was found by its form where nothing else tells that it is one.
_SURE = 0.5


def sized_events(
    run: AnswerRun, asked: Sizes, encoder: Encoder, every: Sequence[EncodedPaper], many: int
) -> Iterator[Event]:
    """Yield the events of an answer that lists the studies of a size, each with the sentence that tells it: of those on a topic, or, where
    the question names none, of `every` paper. Asked were `many`.
    """
    about = run.retrieval.question.without(asked.spans)
    topic = " ".join(word.text for word in about.encoded.content)
    papers = matching(about, run.papers) if topic else tuple(every)
    with run.log.timed("quote"):
        told = samples(papers, encoder, asked.who)
        sized = [
            (one, paper) for one, paper in zip(told, papers, strict=True) if one and asked.holds(one.size)
        ]
        sized.sort(key=lambda one: one[0].size, reverse=asked.bounds[0][0].startswith(">"))
        statements = quoted([paper for _, paper in sized], [one.place for one, _ in sized])
    matches = "matches" if len(statements) < 2 else "match"
    among = f"{count_of(len(papers), 'paper')}{f' on “{topic}”' if topic else ''}"
    remark = f"{len(statements) or 'None'} of {among} {matches} “{asked.said}”."
    if silent := told.count(None):
        remark += f" {silent} {'does' if silent == 1 else 'do'} not say how many there were."
    if not topic and many > SIZED:
        remark += f" Only the first {SIZED} of the {many:,} papers of the library were looked at."
    # It was found by its form, whatever words the question has.
    sure = replace(
        run,
        retrieval=replace(run.retrieval, papers=papers),
        answerability=replace(run.answerability, answerable=1.0, kind=None),
    )
    if statements:
        yield from quoted_events(sure, statements, remark)
    else:
        yield Finished(replace(refusal(run, "not_stated", Extractive.name), remark=remark))


def study_events(run: AnswerRun, ids: Sequence[str], encoder: Encoder) -> Iterator[Event] | None:
    """Return the events of an answer that quotes of each of these papers what the question asks of a study; None if it asks
    nothing so, or none tells it."""
    by_id = {paper.paper.id: paper for paper in run.papers}
    papers = [by_id[one] for one in ids if one in by_id][:SEVERAL]
    places = part_places(run.retrieval.question, papers, encoder)
    statements = quoted(papers, places) if places else []
    if not statements:
        return None
    told = run.answerability
    sure = told.answerable if told.kind is None else min(told.answerable, _SURE)
    return quoted_events(
        replace(run, answerability=replace(told, answerable=sure, kind=None)), statements, ""
    )
