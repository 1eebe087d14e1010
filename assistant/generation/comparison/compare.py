"""The table of papers and aspects, and the statements on which two papers agree or disagree.

A cell without a sentence means that none was found, not that there is none. A relation needs two sentences about the
same thing that differ in nothing but what is named; most papers have none.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import replace

from assistant.core.answers.answer import Answer
from assistant.core.answers.comparison import Aspect, Cell, Comparison
from assistant.core.answers.statement import Statement
from assistant.core.text.tokens import tokens
from assistant.generation.comparison.aspects import ASPECTS, aspects, whole
from assistant.generation.comparison.parts import part_places
from assistant.generation.comparison.relations import relations
from assistant.llm.injection import unquotable
from assistant.retrieval.encoder import EncodedPaper, Encoder, IdfWeight
from assistant.retrieval.names import named_in, paper_named
from assistant.retrieval.question import Question, comparison_topic, kind_of, parse, sentence_scores
from assistant.verification.checker import Checker, evidence

FEWEST, MOST = 2, 5
NAME_LENGTH = 60
# Below this a sentence is far off what was asked for; chosen on half of the sample's papers.
ASKED_BAR = 0.3
WORDS_WEIGHT = 0.3


def asks_for_comparison(question: str) -> bool:
    """Return whether a question asks to set things side by side: "compare A and B", "how do A and B differ?", "A vs B"."""
    return kind_of(question) == "comparison"


def side_by_side(answer: Answer, encoder: Encoder, checker: Checker, weigh: IdfWeight) -> Answer:
    """Return an answer with a comparison of its sources, in quotes, where its question asks for one and at least two are cited."""
    # Papers that were read beside the only one that is cited are not what it is to be compared with.
    if not asks_for_comparison(answer.standalone or answer.question) or len(answer.sources) < FEWEST:
        return answer
    started = time.perf_counter()
    papers = encoder.read([source.paper for source in answer.sources[:MOST]])
    # The row of what is asked for is called as the user called it: what a follow-up was understood as has whole titles.
    table = told_once(compare(papers, encoder, checker, weigh, answer.question))
    timings = answer.timings | {"compare": time.perf_counter() - started}
    return replace(answer, comparison=table, timings=timings)


def told_once(table: Comparison) -> Comparison:
    """Return a comparison without the row of what was asked where the other rows have every sentence of it: a question that only
    says which papers to compare asks for no more than that."""
    others = [row for row in table.aspects if row.name in ASPECTS]
    own = [row for row in table.aspects if row not in others]
    told = {(cell.paper_id, _said(cell)) for row in others for cell in row.cells}
    kept = [
        row
        for row in own
        if any((cell.paper_id, _said(cell)) not in told for cell in row.cells if cell.statement)
    ]
    return replace(table, aspects=(*kept, *others))


def _said(cell: Cell) -> str:
    return cell.statement.text if cell.statement else ""


def compare(
    papers: Sequence[EncodedPaper], encoder: Encoder, checker: Checker, weigh: IdfWeight, asked: str = ""
) -> Comparison:
    """Compare papers aspect by aspect, and find relations between them. `asked`, in the user's words, is the first aspect.
    An aspect that no paper tells is left out.

    `weigh` gives a word's weight in the library (rare words weigh more, > 0).
    """
    table = aspects(papers)
    rows = [
        Aspect(
            name, tuple(_quoted(paper, cells.get(name)) for paper, cells in zip(papers, table, strict=True))
        )
        for name in ASPECTS
        if any(name in cells for cells in table)
    ]
    return Comparison(
        tuple(p.paper for p in papers),
        (*_asked(asked, papers, encoder, weigh), *rows),
        tuple(relations(papers, checker, lambda text: parse(encoder.text(text), weigh))),
    )


def _quoted(paper: EncodedPaper, place: int | None) -> Cell:
    if place is None:
        return Cell(paper.paper.id, None)
    words = evidence(paper, whole(paper, place))
    return Cell(
        paper.paper.id, Statement(words.quote, (paper.paper.id,), "supported", "verbatim", 1.0, (words,))
    )


def _asked(
    asked: str, papers: Sequence[EncodedPaper], encoder: Encoder, weigh: IdfWeight
) -> Iterator[Aspect]:
    """Yield the row of what was asked for; nothing if only the papers were named."""
    called = [text for paper in papers for text in (paper.paper.title, *paper.paper.authors)]
    # "S4" is not in the title of the paper that presents it.
    called += [name for name in named_in(asked) if paper_named(name, papers)]
    names = {t.stem for text in called for t in tokens(text) if t.name or t.text[0].isupper()}
    topic = comparison_topic(asked, frozenset(names))
    if not topic:
        return
    question = parse(encoder.text(topic), weigh)
    name = " ".join(asked.split())
    short = name if len(name) <= NAME_LENGTH else name[: NAME_LENGTH - 1].rstrip() + "…"
    # What is measured in every paper may be told in no word of the question.
    places = part_places(question, papers, encoder) or [_best(question, paper) for paper in papers]
    yield Aspect(short, tuple(_quoted(paper, place) for paper, place in zip(papers, places, strict=True)))


def _best(question: Question, paper: EncodedPaper) -> int | None:
    """Return the index of the sentence that fits the question best, or None if none comes near."""
    near = paper.nearest_words(question.encoded)[:, 1:].mean(axis=0)
    fit = [s + WORDS_WEIGHT * float(n) for s, n in zip(sentence_scores(question, paper), near, strict=True)]
    barred = unquotable(paper.paper)
    ranked = sorted((-f, i) for i, f in enumerate(fit) if paper.sentences[i].span.start not in barred)
    return ranked[0][1] if ranked and -ranked[0][0] >= ASKED_BAR else None
