"""Class LibraryRecords. Tell what questions ask about the library itself, and answer them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

from assistant.conversation.shown import OfShown, of_record
from assistant.core.answers.events import Event, Finished, Retrieved
from assistant.generation.listing.record_answers import LANGUAGES_SAMPLED, count_sentence, from_records
from assistant.generation.run import RunLog
from assistant.library.catalogue import Catalogue
from assistant.library.embedding.language import language_of
from assistant.library.opened import OpenedLibrary
from assistant.retrieval.library_question import LibraryQuestion, library_question, speaks_of_records
from assistant.retrieval.names import is_called
from assistant.retrieval.retriever import Scope

# So many papers are looked at for one that bears a name.
_NAMESAKES = 20


class LibraryRecords:
    """Answers what is asked about the library itself, as far as its papers are in the scope."""

    def __init__(self, library: OpenedLibrary, scope: Scope) -> None:
        self._library = library
        self._scope = scope

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages of the papers, the most frequent first: "english", "german", ...; "" stands for those not known."""
        return self._library.derived(_written_in)

    def read(self, question: str) -> LibraryQuestion | None:
        """Return what a question asks about the library and its filters; None if it can ask nothing of that kind.

        A question that asks for something else, too, is restricted only if any paper passes its filters.
        """
        if not speaks_of_records(question):
            return None
        about = library_question(question, self._catalogue(), self._library.files().lexical.holds)
        return about if about.papers or not about.rest else None

    def of_shown(self, asked: OfShown) -> LibraryQuestion | None:
        """Return what is asked of papers below an earlier answer; None if none of them is in the scope any more."""
        papers = self._catalogue().within(asked.ids)
        held = tuple(one for one in asked.ids if one in papers.ids)
        return LibraryQuestion(asked.asked, (), "", papers, shown=held) if held else None

    def of_record(self, question: str) -> LibraryQuestion | None:
        """Return what is asked of the record of one paper that the question names: "Who wrote the SSD paper?"; None if of none."""
        found = of_record(question)
        if found is None:
            return None
        asked, name = found
        near = self._library.files().lexical.search(name, _NAMESAKES)
        papers = self._catalogue().records.get([one for one in near if self._scope.holds(one)])
        called = [paper for paper in papers.values() if is_called(name, paper)]
        return self.of_shown(OfShown(asked, (called[0].id,))) if len(called) == 1 else None

    def events(self, asked: str, question: str, about: LibraryQuestion, log: RunLog) -> Iterator[Event]:
        """Yield `Retrieved` and `Finished` for a question that needs nothing but records: `about.rest` is empty.

        `asked` is the question as it was typed, `question` needs no history.
        """
        with log.timed("records"):
            answer = from_records(question, about, self._catalogue())
        yield Retrieved(question, tuple(source.paper for source in answer.sources))
        usage, exchanges = log.usage.as_dict(), tuple(log.usage.exchanges)
        yield Finished(replace(answer, question=asked, timings=log.timings, usage=usage, exchanges=exchanges))

    def remark(self, about: LibraryQuestion) -> str:
        """Return a sentence on how many papers pass the filters of a question, or are compared of those by its authors; "" without a filter."""
        if about.among > len(about.papers):
            authors = dict.fromkeys(one.value for one in about.filters if one.kind == "author")
            return f"{len(about.papers):,} of the {about.among:,} papers by {' or '.join(authors)}, side by side:"
        return count_sentence(about, self._catalogue()) if about.filters or about.either else ""

    def is_author(self, name: str) -> bool:
        """Return whether an author of the library has this family name."""
        return bool(self._catalogue().family_called(name))

    def _catalogue(self) -> Catalogue:
        catalogue, scope = self._library.catalogue, self._scope
        if scope.only is None and not scope.without:
            return catalogue
        return catalogue.within(filter(scope.holds, catalogue.ids))


def _written_in(catalogue: Catalogue) -> tuple[str, ...]:
    papers = catalogue.sample(LANGUAGES_SAMPLED)
    counts = Counter(language_of(f"{paper.title} {paper.abstract}") for paper in papers)
    return tuple(language for language, _ in counts.most_common())
