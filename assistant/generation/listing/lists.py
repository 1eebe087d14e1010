"""List matching papers, each with the sentence that fits best; and what a few named papers find."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from assistant.core.answers.events import Event, Finished, StatementReady
from assistant.core.answers.statement import Statement
from assistant.core.text.counts import count_of
from assistant.core.text.tokens import tokens
from assistant.generation.assemble import finish
from assistant.generation.comparison.aspects import main_finding
from assistant.generation.listing.matches import asks_who
from assistant.generation.quotes.choice import quoted_once
from assistant.generation.quotes.extractive import Extractive, asked_of_each
from assistant.generation.quotes.quoted import quoted_at
from assistant.generation.run import AnswerRun
from assistant.retrieval.encoder import SELECTED, EncodedPaper, Encoder
from assistant.retrieval.filter_words import PLURAL
from assistant.retrieval.library_question import Asked
from assistant.retrieval.question import Question

# So many papers are looked at for a list.
WIDE = 50
# Of at most so many papers that are named by author, year or venue alone, the findings are quoted.
FEW = 8


def nearest_events(run: AnswerRun, encoder: Encoder) -> Iterator[Event]:
    """Yield the events of an answer that quotes of every paper the sentence that comes nearest to what is asked of each."""
    with run.log.timed("quote"):
        statements = asked_of_each(run.retrieval.question, run.papers, encoder)
    yield from quoted_events(
        run,
        statements,
        f"{count_of(len(statements), 'paper')}: of each, the sentence that comes nearest to what you ask.",
    )


def list_events(
    run: AnswerRun,
    papers: Sequence[EncodedPaper],
    by_age: Asked = "",
    said: str = "",
    topic: Question | None = None,
) -> Iterator[Event]:
    """Yield the events of an answer that lists these papers (at least one), each with the sentence that fits best.

    `by_age`: the "newest" or "oldest" first, and only those where the question asks for one. `said`: how they match. `topic`: what they
    are on, if the question asks for nothing else.
    """
    remark = said or f"{count_of(len(papers), 'paper')} {'matches' if len(papers) == 1 else 'match'}."
    if by_age and any(paper.paper.year for paper in papers):
        papers, remark = _by_age(run.retrieval.question.text, papers, by_age)
    elif by_age:
        remark += " Their records give no year." if len(papers) > 1 else " Its record gives no year."
    elif asks_who(run.question) and len(papers) <= FEW:
        remark += f" {_authors(papers)}"
    with run.log.timed("quote"):
        asked = topic or run.retrieval.question
        # To read takes time: the first papers only are read for what they say of the topic.
        read = (
            [replace(p, asked=topic.text if n < SELECTED else "") for n, p in enumerate(papers)]
            if topic
            else papers
        )
        statements = quoted_once(asked, read)
    yield from quoted_events(run, statements, remark)


def finding_events(run: AnswerRun, ids: Sequence[str], remark: str) -> Iterator[Event] | None:
    """Return the events of an answer that quotes what each of these papers finds; None where no sentence may be quoted."""
    named = (paper for paper in run.papers if paper.paper.id in ids)
    papers = sorted(named, key=lambda paper: ids.index(paper.paper.id))
    with run.log.timed("quote"):
        statements = quoted_at(papers, [main_finding(paper) for paper in papers])
    return quoted_events(run, statements, remark) if statements else None


def quoted_events(run: AnswerRun, statements: Sequence[Statement], remark: str) -> Iterator[Event]:
    """Yield the events of an answer that lists papers by these quotes."""
    for index, statement in enumerate(statements):
        yield StatementReady(index, statement)
    yield Finished(finish(run, statements, Extractive.name, remark=remark, listed=True))


def _authors(papers: Sequence[EncodedPaper]) -> str:
    """Return who wrote these papers, by the numbers that they have in a list of quotes."""
    names = ["; ".join(one.paper.authors) or "not in the record" for one in papers]
    marked = [f"[{n}] {name}" for n, name in enumerate(names, start=1)] if len(names) > 1 else names
    return f"Authors: {'. '.join(marked)}."


def _by_age(
    question: str, papers: Sequence[EncodedPaper], by_age: Asked
) -> tuple[Sequence[EncodedPaper], str]:
    """Return papers by age, and what is said of them: all where the question speaks of papers, else those of the first year."""
    dated = sorted(
        (p for p in papers if p.paper.year), key=lambda p: p.paper.year or 0, reverse=by_age == "newest"
    )
    year, count = dated[0].paper.year, count_of(len(papers), "paper")
    if len(papers) == 1:
        return papers, f"The only paper that matches is from {year}."
    if not PLURAL.isdisjoint(token.lower for token in tokens(question)):
        return [*dated, *(p for p in papers if not p.paper.year)], f"{count} match, {by_age} first."
    first = [paper for paper in dated if paper.paper.year == year]
    return first, f"The {by_age} of the {count} that match {'is' if len(first) == 1 else 'are'} from {year}."
