"""Cells that a model writes, each checked as the sentences of answers are; a cell that fails stays a quote."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from assistant.core.answers.comparison import Aspect, Cell, Comparison
from assistant.core.answers.statement import Statement
from assistant.core.answers.usage import Usage
from assistant.generation.comparison.aspects import ASPECTS
from assistant.generation.writing.attribution import Attribution
from assistant.generation.writing.draft import draft
from assistant.generation.writing.visible import visible
from assistant.llm.injection import format_papers
from assistant.llm.prompts import load
from assistant.retrieval.encoder import EncodedPaper
from assistant.verification.checker import Checker
from assistant.verification.judge import VerdictJudge

if TYPE_CHECKING:
    from assistant.llm.client import Model

_LINE = re.compile(r"^[\s*|-]*+\[?(?P<paper>\d)\]?\s*+\|(?P<aspect>[^|]++)\|(?P<text>[^|]++)[\s|*]*+$")

_Place = tuple[str, int]
"""The name of a row, and the number of a paper from 1."""


def written(
    table: Comparison,
    papers: Sequence[EncodedPaper],
    model: Model,
    checker: Checker,
    judge: VerdictJudge | None,
) -> Comparison:
    """Return a comparison of quotes with the sentences that `model` writes in their place, as far as they hold.

    A row that only the model fills stands where `ASPECTS` has it. `papers` are those of the table in its order. Raises a
    `ModelError` if the model or its judge fails.
    """
    usage = Usage()
    rows = _with_all_aspects(table)
    shown = format_papers([paper.paper for paper in papers])
    aspects = "\n".join(row.name for row in rows)
    reply = model.ask(load("compare", papers=shown.text, mark=shown.mark, aspects=aspects), usage)
    drafted = _drafted(reply, {row.name.casefold(): row.name for row in rows}, len(papers))
    attribution = Attribution(checker, papers)
    found = {
        place: attribution.statement(one, model.name)
        for place, text in drafted.items()
        for one in draft(text, final=True).sentences[:1]
    }
    settled = judge.settle(list(found.values()), papers, usage) if judge and found else list(found.values())
    held = {
        place: statement
        for place, statement in zip(found, settled, strict=True)
        if _holds(statement, papers[place[1] - 1])
    }
    filled = [_filled(row, held) for row in rows]
    kept = tuple(row for row in filled if any(cell.statement for cell in row.cells))
    tokens = usage.prompt_tokens + usage.completion_tokens
    return replace(table, aspects=kept, model=model.name, tokens=tokens, cost=usage.cost)


def _with_all_aspects(table: Comparison) -> list[Aspect]:
    """Return the rows of a table and an empty one for each aspect that it lacks, the user's own row first."""
    there = {row.name: row for row in table.aspects}
    empty = tuple(Cell(paper.id, None) for paper in table.papers)
    own = [row for row in table.aspects if row.name not in ASPECTS]
    return [*own, *(there.get(name) or Aspect(name, empty) for name in ASPECTS)]


def _drafted(reply: str, names: dict[str, str], papers: int) -> dict[_Place, str]:
    """Read the lines of a reply: the text of each cell that says something, the first of several."""
    cells: dict[_Place, str] = {}
    for line in visible(reply, final=True).splitlines():
        match = _LINE.match(line)
        name = names.get(match["aspect"].strip().strip("*").casefold()) if match else None
        if match and name and 1 <= int(match["paper"]) <= papers and "[" in match["text"]:
            cells.setdefault((name, int(match["paper"])), match["text"].strip().rstrip("* ").strip())
    return cells


def _holds(statement: Statement, paper: EncodedPaper) -> bool:
    """Return whether a sentence may stand in a paper's cell: that paper alone carries it, and nothing speaks against it."""
    told = statement.verdict not in ("uncited", "not_stated") and not statement.fails
    return told and statement.citations == (paper.paper.id,)


def _filled(row: Aspect, held: dict[_Place, Statement]) -> Aspect:
    cells = enumerate(row.cells, start=1)
    return replace(
        row,
        cells=tuple(replace(cell, statement=held.get((row.name, n), cell.statement)) for n, cell in cells),
    )
