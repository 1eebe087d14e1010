"""Find papers. Those that a question names are among them, and each comes with its sentences."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from assistant.core.paper import Paper
from assistant.generation.run import Retrieval
from assistant.library.sync import LibraryFiles
from assistant.retrieval.encoder import Encoder
from assistant.retrieval.names import (
    about_sides,
    named_in,
    named_together,
    names_not_retrieved,
    paper_named,
    sides,
    subjects,
)
from assistant.retrieval.passage import Passage
from assistant.retrieval.question import Question, parse
from assistant.retrieval.rerank import RerankedRetriever

# Papers that are retrieved for a name in the question that no paper found so far has.
NAMESAKES = 8
# Papers that are retrieved for each side of a comparison, besides those for the whole question.
EACH_SIDE = 2


@dataclass(frozen=True)
class PaperSearch:
    """Finds papers for questions. `files` gives the library's open files.

    `for_model`: a model sees for itself what fits, so that papers of each side of a comparison are found though one has none.
    """

    files: Callable[[], LibraryFiles]
    encoder: Encoder
    retriever: RerankedRetriever
    for_model: bool

    def within(self, ids: Iterable[str] | None, k: int | None = None) -> PaperSearch:
        """Return the search among those papers of its scope that are among these ids (None: all), k at most (default: its own k)."""
        return replace(self, retriever=self.retriever.within(ids, k))

    def parse(self, question: str) -> Question:
        """Return what a question asks for."""
        return parse(self.encoder.text(question), self.files().lexical.weight)

    def find(self, question: Question) -> Retrieval:
        """Retrieve papers for a question, and those that it names and that retrieval missed."""
        found = self.retrieval(question)
        for name in names_not_retrieved(question, found.papers):
            found = self._with_named(name, found)
        named = subjects(question, found.papers)
        if named and not self.for_model:
            return replace(found, named=named)
        if named_together(question, found.papers) and not self.for_model:
            return found
        beside = {
            side: self.read(question, self.retriever.passages(searched, EACH_SIDE))
            for side, searched in sides(question).items()
        }
        # Quotes set papers side by side only where each side has one.
        named = named or about_sides(question, {side: read.papers for side, read in beside.items()})
        for read in beside.values() if named or self.for_model else ():
            found = _joined(found, read)
        return replace(found, named=named)

    def retrieval(self, question: Question) -> Retrieval:
        """Retrieve papers for a question."""
        return self.read(question, self.retriever.passages(question.text))

    def read(self, question: Question, found: Sequence[Passage]) -> Retrieval:
        """Return what was found for a question, with its sentences."""
        papers = self.encoder.read([passage.paper for passage in found], question.encoded)
        return Retrieval(question, tuple(found), papers)

    def named(self, text: str, found: Retrieval) -> list[Paper]:
        """Return the papers that a text names, those that were found or others."""
        papers = dict[str, Paper]()
        for name in named_in(text):
            found = self._with_named(name, found)
            if named := paper_named(name, found.papers):
                papers[named.paper.id] = named.paper
        return list(papers.values())

    def _with_named(self, name: str, found: Retrieval) -> Retrieval:
        """Append the paper that a name in the question refers to, if retrieval missed it."""
        namesakes = self.read(found.question, self.retriever.passages(name, NAMESAKES))
        paper = paper_named(name, namesakes.papers)
        if paper is None:
            return found
        passage = namesakes.passages[namesakes.papers.index(paper)]
        return _joined(found, replace(namesakes, passages=(passage,), papers=(paper,)))


def _joined(found: Retrieval, more: Retrieval) -> Retrieval:
    """Return what was found with what else another search found, last: scores of two searches do not compare."""
    least = min((p.score for p in found.passages), default=0.0)
    known = {p.paper.id for p in found.papers}
    new = [
        (passage, paper)
        for passage, paper in zip(more.passages, more.papers, strict=True)
        if paper.paper.id not in known
    ]
    passages = (replace(passage, score=min(passage.score, least)) for passage, _ in new)
    return replace(
        found, passages=(*found.passages, *passages), papers=(*found.papers, *(paper for _, paper in new))
    )
