"""Source cards of an answer: cited papers with their number, quoted words marked, and why each was found."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from assistant.core.answers.answer import Answer, Ranked
from assistant.core.answers.statement import VERDICTS, Evidence, Statement
from assistant.core.paper import Paper
from assistant.core.text.sentences import split
from assistant.web.html.elements import HTML, channel_label

HINT = HTML["sources.hint"]()


@dataclass(frozen=True)
class Piece:
    """A part of an abstract: its sentence (from 0, None between sentences) and the statements that quote it. `near`: it proves none of
    them, and is only what comes nearest."""

    text: str
    sentence: int | None
    statements: tuple[int, ...]
    near: bool = False


@dataclass(frozen=True)
class Card:
    """One source card; `bars` are (label, share in 0..1, words) of each channel that found the paper."""

    number: int
    paper: Paper
    pieces: tuple[Piece, ...]
    bars: tuple[tuple[str, float, str], ...]


def panel(
    turn: int,
    papers: Sequence[Paper],
    statements: Sequence[Statement],
    passages: Sequence[Ranked] = (),
    also: Mapping[str, Paper] | None = None,
) -> Markup:
    """Return the cards of one answer: the cited `papers` in the order of their numbers, then those `also` read."""
    best = max((p.channels["lexical"][1] for p in passages if "lexical" in p.channels), default=0.0)
    bars = {p.paper_id: _bars(p, best) for p in passages}
    open_ = {index for index, one in enumerate(statements) if not VERDICTS[one.verdict].decided}
    cards = [
        Card(number, paper, pieces(paper.abstract, _marks(paper, statements), open_), bars.get(paper.id, ()))
        for number, paper in enumerate(papers, start=1)
    ]
    others = [
        Card(len(papers) + number, paper, pieces(paper.abstract, ()), bars.get(paper.id, ()))
        for number, paper in enumerate((also or {}).values(), start=1)
    ]
    return HTML["sources.panel"](turn, cards, others, bool(passages))


def of_answer(answer: Answer, turn: int, also: Mapping[str, Paper] | None = None) -> Markup:
    """Return the cards of a whole answer."""
    papers = [source.paper for source in answer.sources]
    return panel(turn, papers, answer.statements, answer.passages, also)


def _marks(paper: Paper, statements: Sequence[Statement]) -> list[tuple[Evidence, int]]:
    return [
        (evidence, index)
        for index, statement in enumerate(statements)
        for evidence in statement.evidence
        if evidence.paper_id == paper.id
    ]


def _bars(ranked: Ranked, best: float) -> tuple[tuple[str, float, str], ...]:
    """Return each score as a share of its scale. BM25 has no upper end: its scale ends at the `best` of this answer."""
    bars = [("combined", ranked.score, f"{ranked.score:.2f}")]
    for name, (rank, score) in ranked.channels.items():
        share = score / best if name == "lexical" and best else score
        bars.append((channel_label(name), share, f"{ordinal(rank)}, score {score:.2f}"))
    return tuple((label, min(max(share, 0.0), 1.0), words) for label, share, words in bars)


def ordinal(rank: int) -> str:
    """Return "1st" for 1, "2nd" for 2, "11th" for 11."""
    ending = {1: "st", 2: "nd", 3: "rd"}.get(rank % 10, "th")
    return f"{rank}{'th' if rank % 100 in (11, 12, 13) else ending}"


def pieces(
    abstract: str, marks: Sequence[tuple[Evidence, int]], unproven: Collection[int] = ()
) -> tuple[Piece, ...]:
    """Cut an abstract at the ends of its sentences and of the evidence; overlapping evidence gives a piece with several
    statements, of which those `unproven` only come near to it."""
    sentences = split(abstract)
    cuts = (x for span in sentences for x in (span.start, span.end))
    edges = sorted({0, len(abstract), *cuts, *(x for e, _ in marks for x in (e.start, e.end))})
    made: list[Piece] = []
    for start, end in itertools.pairwise(edges):
        quoting = sorted({i for e, i in marks if e.start <= start and end <= e.end})
        sentence = next((n for n, s in enumerate(sentences) if s.start <= start < s.end), None)
        near = bool(quoting) and all(i in unproven for i in quoting)
        made.append(Piece(abstract[start:end], sentence, tuple(quoting), near))
    return tuple(made)


def marked(abstract: str, marks: Sequence[tuple[Evidence, int]]) -> Markup:
    """Return an abstract with the evidence in `<mark>` and every sentence numbered."""
    return HTML["sources.marked"](pieces(abstract, marks))
