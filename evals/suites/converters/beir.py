"""BEIR (Thakur et al. 2021, github.com/beir-cellar/beir): a corpus, queries, and graded relevance.

Reads a folder with corpus.jsonl (`_id`, `title`, `text`), queries.jsonl (`_id`, `text`) and qrels/*.tsv (query, paper,
grade; test.tsv if there is one), or one such qrels file.
"""

from __future__ import annotations

from pathlib import Path

from pydantic import Field

from evals.errors import EvaluationError
from evals.suites.converters.converted import Converted, files, titled
from evals.suites.lines import Row, lines, read_rows
from evals.suites.suite import Case


class Text(Row):
    """A document or a query."""

    id: str = Field(validation_alias="_id")
    title: str = ""
    text: str


def read(path: Path) -> Converted:
    """Read the set in its folder."""
    (qrels, *_) = files(path, "qrels/test.tsv", "qrels/*.tsv")
    folder = path if path.is_dir() else path.parent.parent
    (corpus, *_) = files(folder, "corpus.jsonl*")
    (queries, *_) = files(folder, "queries.jsonl*")
    graded = _graded(qrels)
    asked = {query.id: query.text for _, query in read_rows(queries, Text)}
    papers = (
        {"id": one.id, "title": titled(one.title, one.text), "abstract": one.text}
        for _, one in read_rows(corpus, Text)
    )
    return Converted(
        title=folder.resolve().name,
        measures="Whether the papers that are relevant to a query are found.",
        licence="see the set's own (beir-cellar/beir lists them)",
        papers=papers,
        cases=[Case(id=q, question=asked[q], relevant=graded[q]) for q in graded if asked.get(q)],
        settings={"retrieval.k": 10},
    )


def _graded(qrels: Path) -> dict[str, dict[str, int]]:
    """Return the grades of 1 and more, by query and paper."""
    grades: dict[str, dict[str, int]] = {}
    for number, line in enumerate(lines(qrels), start=1):
        cells = line.split("\t")
        if not line.strip() or (number == 1 and not cells[-1].strip().lstrip("-").isdigit()):
            continue  # the header
        if len(cells) != 3 or not cells[2].strip().lstrip("-").isdigit():
            raise EvaluationError(f"{qrels}:{number}: write query, paper and grade, with tabs between them.")
        grade = int(cells[2])
        if grade >= 1:
            grades.setdefault(cells[0].strip(), {})[cells[1].strip()] = grade
    return grades
