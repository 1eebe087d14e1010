"""Comparison tables; and a user's own sentences with their verdicts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from markupsafe import Markup

from assistant.core.answers.comparison import Comparison
from assistant.core.answers.statement import VERDICTS, Statement
from assistant.core.paper import Paper
from assistant.web.html.elements import HTML


def picked(papers: Sequence[Paper]) -> Markup:
    """Return the papers that were chosen for a comparison."""
    return HTML["comparison.picked"](papers)


def comparison(table: Comparison, named: str = "") -> Markup:
    """Return a table of papers and aspects, each cell a quote or a sentence with its source; below it where the papers
    agree and disagree."""
    return HTML["comparison.comparison"](table, named)


def checking(done: int, total: int) -> Markup:
    """Return how many of the user's own sentences are checked already."""
    return HTML["comparison.checking"](done, total)


def checked(statements: Sequence[Statement], papers: Mapping[str, Paper]) -> Markup:
    """Return the user's own sentences, each with verdict, reasons and the closest quotes; first how many have which."""
    given = Counter(statement.verdict for statement in statements)
    counts = [(info, given[name]) for name, info in VERDICTS.items() if given[name]]
    return HTML["comparison.checked"](statements, papers, counts)
