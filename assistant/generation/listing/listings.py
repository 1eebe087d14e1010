"""Which questions list papers: tried in turn, of what was cited, by age, size or name, without an effect, on a topic, that match."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from assistant.conversation.rewrite import Message, turns_of
from assistant.core.answers.events import Event, Finished
from assistant.core.text.tokens import tokens
from assistant.generation.listing.ages import asks_for_age, of_ages
from assistant.generation.listing.cited import cited_events
from assistant.generation.listing.joined import joined
from assistant.generation.listing.lists import WIDE, finding_events, list_events, nearest_events
from assistant.generation.listing.matches import found_by_name
from assistant.generation.listing.overview import agreement_events, on_topic, overview_events
from assistant.generation.listing.records import LibraryRecords
from assistant.generation.listing.study import SIZED, asks_for_no_effect, no_effect_events, sized_events
from assistant.generation.question.meaning import Meaning
from assistant.generation.question.topic import topic_listed, topic_of
from assistant.generation.run import AnswerRun
from assistant.generation.search import PaperSearch
from assistant.library.sync import LibraryFiles
from assistant.retrieval.author_sides import asks_for_agreement
from assistant.retrieval.encoder import EncodedPaper
from assistant.retrieval.paper_name import name_of


@dataclass(frozen=True)
class Listings:
    """Answers that list papers, of one library. For `files`, `records` and `history` see `AnswerEngine`."""

    search: PaperSearch
    files: Callable[[], LibraryFiles]
    records: LibraryRecords | None
    history: Sequence[Message]

    def events(self, meaning: Meaning, run: AnswerRun) -> Iterator[Event] | None:
        """Return the events of an answer that lists papers; None if the question asks for none, or none matches.

        Where a model writes, only ages are compared, and papers that match are listed.
        """
        quotes = not self.search.for_model
        if quotes and meaning.cited:
            return cited_events(
                run, meaning.cited, turns_of(self.history), self.search.parse, self.search.encoder
            )
        if quotes and self.records and meaning.about and meaning.findings:
            ids, remark = meaning.about.papers.ids, self.records.remark(meaning.about)
            if meaning.about.either and asks_for_agreement([word.lower for word in tokens(meaning.query)]):
                return agreement_events(run, ids, remark, self.search.parse)
            return finding_events(run, ids, remark)
        told = self._ages(meaning, run) or (self._told(meaning, run) if quotes else None)
        return told or (self._matching(meaning, run) if meaning.listed else None)

    def _told(self, meaning: Meaning, run: AnswerRun) -> Iterator[Event] | None:
        """Return the events of an answer that quotes of each paper what is asked of it; None if nothing of the kind is."""
        if meaning.of_every_paper and 0 < self._among(meaning) <= WIDE:
            return nearest_events(run, self.search.encoder)
        if (sizes := meaning.sizes) and run.papers:
            return sized_events(
                run, sizes, self.search.encoder, self._of_scope(meaning), self._among(meaning)
            )
        if (denied := asks_for_no_effect(meaning.query)) is not None:
            of = self.search.parse(denied) if denied else None
            if events := no_effect_events(
                run, of, () if of else self._of_scope(meaning), self._among(meaning)
            ):
                return events
        topic = topic_of(run.question) if meaning.topic else ""
        named = found_by_name(run.retrieval.question, run.papers)
        if named and not (topic and self._many_on(topic, named, run)):
            return finding_events(run, [named.paper.id], "")
        counted = not (meaning.spoken_of or meaning.aspect_of)
        return overview_events(run, topic, self.search.parse, counted=counted) if topic else None

    def _many_on(self, topic: str, named: EncodedPaper, run: AnswerRun) -> bool:
        """Return whether a topic is not the name of a paper, though near to it ("Mamba", "Mamba-360"), and several papers are on it."""
        other = name_of(named.paper).casefold() != topic.casefold()
        return other and len(on_topic(self.search.parse(topic), run.papers)) > 1

    def _matching(self, meaning: Meaning, run: AnswerRun) -> Iterator[Event] | None:
        papers, said = joined(run.retrieval.question, run.papers)
        by_age = meaning.about.asked if meaning.about and meaning.by_age else ""
        topic = topic_listed(meaning.query)
        on = self.search.parse(topic) if topic else None
        return list_events(run, papers, by_age, said, on) if papers else None

    def _ages(self, meaning: Meaning, run: AnswerRun) -> Iterator[Event] | None:
        """Return the events of an answer that says which of two named papers is newer; None if nothing of the kind is asked."""
        if not asks_for_age(meaning.search):
            return None
        papers = self.search.named(meaning.search, run.retrieval)
        if len(papers) != 2:
            return None
        answer = of_ages(meaning.question, *papers)
        usage = run.log.usage
        told = replace(answer, question=meaning.asked, timings=run.log.timings, usage=usage.as_dict())
        return iter([Finished(replace(told, exchanges=tuple(usage.exchanges)))])

    def _among(self, meaning: Meaning) -> int:
        """Return among how many papers a question is asked."""
        scope = self.search.retriever.scope
        if (ids := scope.only if meaning.ids is None else meaning.ids) is not None:
            return sum(map(scope.holds, ids))
        return len(self.files().records) - len(scope.without)

    def _of_scope(self, meaning: Meaning) -> Sequence[EncodedPaper]:
        """Return the first papers with an abstract among which a question is asked."""
        records = self.files().records
        asked = records.known() if meaning.ids is None else meaning.ids
        ids = [one for one in asked if self.search.retriever.scope.holds(one)]
        return self.search.encoder.read(
            [paper for paper in records.get(ids[:SIZED]).values() if paper.abstract]
        )
