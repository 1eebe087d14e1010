"""Statements beside each other: papers compared aspect by aspect, and the user's own sentences with their verdicts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from assistant.core.answer import Statement
from assistant.core.paper import Paper
from assistant.generation.comparison.compare import FEWEST, MOST, Comparison, Relation
from assistant.web.html.elements import VERDICTS, button, escape, isolated, message, quotation


def picked(papers: Sequence[Paper]) -> str:
    """The papers that were picked for a comparison."""
    if not papers:
        return message(
            f"Pick {FEWEST} to {MOST} papers: with “Compare” on a paper's card in the chat or in the library.",
            "hint",
        )
    items = "".join(
        f"<li>{isolated(p.title)} {button('×', 'unpick', p.id, says=f'Leave {p.title} out', kind='sign')}</li>"
        for p in papers
    )
    return f'<ul class="scope" aria-label="Papers to compare">{items}</ul>'


def comparison(made: Comparison, named: str = "") -> str:
    """Papers x aspects, each cell a quote; below it where they agree and disagree."""
    titles = {paper.id: paper.title for paper in made.papers}
    heads = "".join(
        f'<th scope="col"><span class="number">{n}</span> {isolated(paper.title)}</th>'
        for n, paper in enumerate(made.papers, start=1)
    )
    numbers = {paper.id: n for n, paper in enumerate(made.papers, start=1)}
    rows = []
    for aspect in made.aspects:
        cells = "".join(
            f'<td dir="auto">{_quote(cell.statement, numbers[cell.paper_id])}</td>' for cell in aspect.cells
        )
        rows.append(f'<tr><th scope="row">{isolated(aspect.name)}</th>{cells}</tr>')
    return (
        f'<div class="wide compared" tabindex="0" role="region" aria-label="Comparison {escape(named)}"><table><thead><tr>'
        f"<td></td>{heads}</tr></thead><tbody>{''.join(rows)}</tbody></table></div>{_relations(made.relations, titles)}"
    )


def _quote(statement: Statement | None, number: int) -> str:
    if statement is None:
        return '<span class="hint">nothing found</span>'
    return f"{isolated(statement.text)} <b>[{number}]</b>"


def _relations(relations: Sequence[Relation], titles: Mapping[str, str]) -> str:
    words = {"agree": ("✓ They agree", "agree"), "disagree": ("≠ They disagree", "disagree")}
    parts = []
    for kind, (head, name) in words.items():
        items = []
        for one in (r for r in relations if r.kind == kind):
            why = "".join(f"<p class='problem'>{isolated(problem)}</p>" for problem in one.statement.problems)
            theirs = "".join(quotation(e.quote, titles[one.other]) for e in one.statement.evidence)
            items.append(
                f"<li>{quotation(one.statement.text, titles[one.paper_id])}{theirs}"
                f"{_certainty(one.statement)}{why}</li>"
            )
        if items:
            parts.append(f'<h3>{head}</h3><ul class="relations {name}">{"".join(items)}</ul>')
    none = message("No sentence of one abstract states again, or denies, what another says.", "hint")
    return f'<section class="related" aria-label="Agreement">{"".join(parts) or none}</section>'


def _certainty(statement: Statement) -> str:
    """The verdict of the one sentence against the other paper, where it is not the certain one."""
    if statement.verdict in ("supported", "contradicted"):
        return ""
    sign, words = VERDICTS[statement.verdict]
    return f"<p class='problem'>{sign} {escape(words)}</p>"


def checked(statements: Sequence[Statement], papers: Mapping[str, Paper]) -> str:
    """The user's own sentences, each with verdict, reasons and the closest words."""
    if not statements:
        return message("There is no sentence to check.", "hint")
    rows = []
    for statement in statements:
        sign, words = VERDICTS[statement.verdict]
        reasons = "".join(f"<li>{isolated(p)}</li>" for p in statement.problems)
        could = "".join(
            f"<li>could cite: {isolated(papers[p].title)}</li>" for p in statement.suggested if p in papers
        )
        quotes = "".join(
            quotation(e.quote, papers[e.paper_id].title, e.section)
            for e in statement.evidence
            if e.paper_id in papers
        )
        listed = f"<ul>{reasons}{could}</ul>" if reasons or could else ""
        rows.append(
            f'<article class="checked"><p dir="auto"><span class="verdict {statement.verdict}" title="{escape(words)}">'
            f'<span aria-hidden="true">{sign}</span> {statement.verdict}</span> <span class="score">{statement.score:.2f}</span> '
            f"{isolated(statement.text)}</p>{listed}{quotes}</article>"
        )
    return "".join(rows)
