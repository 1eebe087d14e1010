"""Papers as lists: every paper that matches, with the sentence that fits best."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from assistant.core.answer import Event, Finished, StatementReady
from assistant.core.text.counts import count_of
from assistant.generation.assemble import finish
from assistant.generation.extractive import Extractive, quoted_once
from assistant.generation.run import AnswerRun
from assistant.retrieval.encoder import EncodedPaper

# So many papers are looked at for a list.
WIDE = 50


def list_events(run: AnswerRun, papers: Sequence[EncodedPaper]) -> Iterator[Event]:
    """Yield the events of an answer that lists these papers (at least one), each with the sentence that fits best."""
    with run.log.timed("quote"):
        statements = quoted_once(run.retrieval, papers)
    for index, statement in enumerate(statements):
        yield StatementReady(index, statement)
    remark = f"{count_of(len(statements), 'paper')} {'matches' if len(statements) == 1 else 'match'}."
    yield Finished(finish(run, statements, Extractive.name, remark=remark, listed=True))
