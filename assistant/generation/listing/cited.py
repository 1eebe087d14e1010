"""Compare or summarise cited papers: what each finds, side by side; a summary; what was not quoted yet."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from assistant.conversation.cited import OfCited, answered_before
from assistant.conversation.history_turn import HistoryTurn
from assistant.core.answers.events import Event
from assistant.core.answers.statement import Statement
from assistant.core.text.counts import count_of
from assistant.generation.comparison.aspects import aspects, main_finding
from assistant.generation.listing.lists import FEW, quoted_events
from assistant.generation.listing.overview import contrast_events
from assistant.generation.quotes.extractive import asked_of_each
from assistant.generation.quotes.quoted import quoted_at
from assistant.generation.run import AnswerRun
from assistant.llm.injection import unquoted
from assistant.retrieval.encoder import EncodedPaper, Encoder
from assistant.retrieval.question import Question

# So many more sentences are quoted of one paper.
_MORE = 3


def cited_events(
    run: AnswerRun,
    about: OfCited,
    turns: Sequence[HistoryTurn],
    parse: Callable[[str], Question],
    encoder: Encoder,
) -> Iterator[Event] | None:
    """Return the events of an answer that quotes what is asked of cited papers; None where no sentence may be quoted.

    What goes on after the answers of the `turns` is near to the last question.
    """
    by_id = {paper.paper.id: paper for paper in run.papers}
    papers = [by_id[one] for one in about.ids if one in by_id][:FEW]
    if about.asked == "agreement":
        return contrast_events(run, papers, answered_before(turns), parse)
    topic, told = parse(about.topic or turns[-1].question), " ".join(turn.answer for turn in turns)
    with run.log.timed("quote"):
        statements = _statements(about, papers, topic, told, encoder)
    if not statements:
        return None
    # It is what was asked for, whatever words the question has.
    sure = run if about.topic else replace(run, answerability=replace(run.answerability, answerable=1.0))
    return quoted_events(sure, statements, _remark(about, len({s.citations for s in statements})))


def _statements(
    about: OfCited, papers: Sequence[EncodedPaper], topic: Question, told: str, encoder: Encoder
) -> list[Statement]:
    if about.topic:
        return asked_of_each(topic, papers, encoder)
    if about.asked == "more":
        count = max(1, _MORE // max(len(papers), 1))
        further = [(paper, place) for paper in papers for place in _further(paper, topic, told)[:count]]
        return quoted_at([paper for paper, _ in further], [place for _, place in further])
    if (
        about.asked == "summary"
        and len(papers) == 1
        and len(places := sorted(aspects(papers)[0].values())) > 1
    ):
        return quoted_at([papers[0]] * len(places), places)
    return quoted_at(papers, [main_finding(paper) for paper in papers])


def _further(paper: EncodedPaper, topic: Question, told: str) -> list[int]:
    """Return the places of the sentences that were not quoted yet, the nearest to the topic first."""
    barred = unquoted(paper.paper)
    left = [
        place
        for place, sentence in enumerate(paper.sentences)
        if sentence.span.start not in barred and sentence.text.rstrip(".!?") not in told
    ]
    near = paper.near(topic.encoded)
    return sorted(left, key=lambda place: -float(near[place]))


def _remark(about: OfCited, count: int) -> str:
    if count < 2 or about.asked == "more":
        return ""
    of = (
        f"The first {count} of the {about.many:,} papers"
        if count < about.many
        else f"The {count_of(count, 'paper')}"
    )
    what = f"the sentence nearest to “{about.topic}”" if about.topic else "its main finding"
    return f"{of}, each with {what}."
