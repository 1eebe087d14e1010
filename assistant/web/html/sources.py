"""The source cards of an answer: the cited papers, numbered as in the text, their quoted words marked; why each was found."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence

from assistant.core.answer import Answer, Evidence, Ranked, Statement
from assistant.core.paper import Paper
from assistant.core.text.sentences import split
from assistant.web.html.elements import about, button, escape, isolated

HINT = (
    '<p class="hint">The papers that an answer cites appear here. Choose a number such as [1] in the answer to see the '
    "words that carry it.</p>"
)
CHANNELS = {
    "dense": "by meaning",
    "lexical": "by its words",
    "late": "word by word",
    "title": "by its title",
}


def panel(
    turn: int,
    papers: Sequence[Paper],
    statements: Sequence[Statement],
    passages: Sequence[Ranked] = (),
    also: Mapping[str, Paper] | None = None,
) -> str:
    """The cards of one answer: `papers` cited, in the order of their numbers, then those that were `also` read."""
    best = max((p.channels["lexical"][1] for p in passages if "lexical" in p.channels), default=0.0)
    found = {p.paper_id: p for p in passages}
    cards = [
        _card(turn, number, paper, statements, _why(found.get(paper.id), best))
        for number, paper in enumerate(papers, start=1)
    ]
    rest = [
        _card(turn, len(papers) + n, paper, (), _why(found.get(paper.id), best), cited=False)
        for n, paper in enumerate((also or {}).values(), start=1)
    ]
    if not cards and (rest or passages):
        cards = ['<p class="hint">This answer cites no paper.</p>']
    if rest:
        cards.append(f'<h3 class="also">Read and not cited</h3>{"".join(rest)}')
    return f'<section class="sources-of" data-turn="{turn}" aria-label="Sources">{"".join(cards)}</section>'


def of_answer(answer: Answer, turn: int, also: Mapping[str, Paper] | None = None) -> str:
    """The cards of a whole answer."""
    papers = [source.paper for source in answer.sources]
    return panel(turn, papers, answer.statements, answer.passages, also)


def _card(
    turn: int, number: int, paper: Paper, statements: Sequence[Statement], why: str, *, cited: bool = True
) -> str:
    marks = [
        (item, index)
        for index, statement in enumerate(statements)
        for item in statement.evidence
        if item.paper_id == paper.id
    ]
    sign = f'<span class="number">{number}</span>' if cited else ""
    opened = " open" if cited and number == 1 else ""
    return (
        f'<details class="card" id="card-{turn}-{number}"{opened}><summary>{sign} {isolated(paper.title)}</summary>'
        f'{about(paper)}<p class="abstract" dir="auto">{marked(paper.abstract, marks)}</p>{why}'
        f'<p class="actions">{button("Ask about this paper", "about", paper.id)}'
        f"{button('Similar papers', 'similar', paper.id)}{button('Exclude', 'exclude', paper.id)}"
        f"{button('Compare', 'pick', paper.id)}</p></details>"
    )


def _why(found: Ranked | None, best: float) -> str:
    """Why a paper was found: each channel's score as a bar with words; BM25 against the best of this answer."""
    if found is None:
        return ""
    lines = [_bar("all together", found.score, f"{found.score:.2f}")]
    for name, (rank, score) in found.channels.items():
        share = score / best if name == "lexical" and best else score
        lines.append(_bar(CHANNELS[name], share, f"{_nth(rank)}, score {score:.2f}"))
    return f'<details class="why"><summary>Why it was found</summary><ul>{"".join(lines)}</ul></details>'


def _bar(label: str, share: float, words: str) -> str:
    width = round(100 * min(max(share, 0.0), 1.0))
    return (
        f'<li><span class="label">{label}</span><span class="bar" aria-hidden="true"><i style="width:{width}%"></i></span>'
        f'<span class="words">{escape(words)}</span></li>'
    )


def _nth(rank: int) -> str:
    return "first" if rank == 1 else f"place {rank}"


def marked(abstract: str, marks: Sequence[tuple[Evidence, int]]) -> str:
    """The abstract, its sentences apart, with the evidence in <mark>; overlapping evidence is one mark of several
    statements."""
    sentences = split(abstract)
    cuts = (x for span in sentences for x in (span.start, span.end))
    edges = sorted({0, len(abstract), *cuts, *(x for e, _ in marks for x in (e.start, e.end))})
    out = []
    for start, end in itertools.pairwise(edges):
        inside = sorted({i for e, i in marks if e.start <= start and end <= e.end})
        place = next((n for n, s in enumerate(sentences) if s.start <= start < s.end), None)
        text, kept = escape(abstract[start:end]), "" if place is None else f' data-s="{place}"'
        if inside:
            names = " ".join(f"s{i}" for i in inside)
            out.append(f'<mark class="{names}"{kept}>{text}</mark>')
        else:
            out.append(f"<span{kept}>{text}</span>" if kept else text)
    return "".join(out)
