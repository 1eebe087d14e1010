"""A chosen sentence, and what is stated with it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from assistant.core.answers.statement import Statement
from assistant.generation.comparison.aspects import whole
from assistant.llm.injection import unquoted
from assistant.retrieval.encoder import EncodedPaper, EncodedSentence
from assistant.verification.checker import evidence


@dataclass(frozen=True)
class Quoted:
    """A sentence chosen as (part of) the answer, the probability, in 0..1, that it is the answer, and whether it is the first that
    is quoted of its paper."""

    paper: EncodedPaper
    sentence: EncodedSentence
    probability: float
    first: bool = True

    @property
    def place(self) -> int:
        """Its index in the abstract."""
        return self.paper.sentences.index(self.sentence)

    @property
    def places(self) -> tuple[int, ...]:
        """Its index, behind that of the sentence without which it is not understood."""
        return whole(self.paper, self.place, first=self.first)

    @property
    def words(self) -> int:
        """The number of words that are quoted."""
        return len(evidence(self.paper, self.places).quote.split())


def once(chosen: Sequence[Quoted]) -> tuple[Quoted, ...]:
    """Return the quotes without those that stand in another one, which takes the place of the first of them."""
    papers = [one.paper.paper.id for one in chosen]
    marked = [replace(one, first=papers.index(papers[n]) == n) for n, one in enumerate(chosen)]
    holding = {(one.paper.paper.id, place): one for one in marked for place in one.places[:-1]}
    return tuple(dict.fromkeys(holding.get((one.paper.paper.id, one.place), one) for one in marked))


def quoted_at(papers: Sequence[EncodedPaper], places: Sequence[int | None]) -> list[Statement]:
    """Return the sentence at a place of each paper as statements; a paper without a place is left out, and what may not be quoted."""
    return stated(
        Quoted(paper, paper.sentences[place], 1.0)
        for paper, place in zip(papers, places, strict=True)
        if place is not None and paper.sentences[place].span.start not in unquoted(paper.paper)
    )


def stated(chosen: Iterable[Quoted]) -> list[Statement]:
    """Return chosen sentences as statements; another paper than before begins a paragraph."""
    statements: list[Statement] = []
    for one in chosen:
        statements.append(statement_of(one, statements))
    return statements


def statement_of(quoted: Quoted, before: Sequence[Statement]) -> Statement:
    """Return a quoted sentence as a statement; another paper than before begins a paragraph."""
    cited = (quoted.paper.paper.id,)
    paragraph = before[-1].paragraph + (before[-1].citations != cited) if before else 0
    words = evidence(quoted.paper, quoted.places)
    return Statement(words.quote, cited, "supported", "verbatim", 1.0, (words,), paragraph=paragraph)


def papers_of(chosen: Sequence[Quoted]) -> list[EncodedPaper]:
    """Return the papers of chosen sentences, each once, in their order."""
    return list({one.paper.paper.id: one.paper for one in chosen}.values())
