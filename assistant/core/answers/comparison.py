"""Papers side by side: what each abstract says on each aspect, and where two of them agree or disagree.

A cell without a sentence means that none was found, not that there is none.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from assistant.core.answers.statement import Statement
from assistant.core.json_values import dump, load
from assistant.core.paper import CompactPaper


@dataclass(frozen=True)
class Cell:
    """What one abstract says on an aspect, one of its sentences or a model's; `statement` is None if none was found."""

    paper_id: str
    statement: Statement | None

    @property
    def words(self) -> str:
        """What a table shows: a quote in quotation marks, a model's own sentence without, or that none was found."""
        if self.statement is None:
            return "no sentence found"
        return f"“{self.statement.text}”" if self.statement.how == "verbatim" else self.statement.text


@dataclass(frozen=True)
class Aspect:
    """One row of a comparison; the cells stand in the order of the papers."""

    name: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Relation:
    """A sentence of `paper_id` that the abstract of `other` says too, or denies.

    `statement` is the sentence, checked against `other`, whose words are its evidence; for "disagree" its `problems`
    name the difference.
    """

    kind: Literal["agree", "disagree"]
    statement: Statement
    paper_id: str
    other: str


@dataclass(frozen=True)
class Comparison:
    """Two to five papers side by side.

    `model` is what wrote the cells: "quotes", or a model's name, with the tokens and the money that this took; `warnings`
    say why there are quotes where a model was asked.
    """

    papers: tuple[CompactPaper, ...]
    aspects: tuple[Aspect, ...]
    relations: tuple[Relation, ...]
    model: str = "quotes"
    tokens: int = 0
    cost: float = 0.0
    warnings: tuple[str, ...] = ()

    @property
    def numbers(self) -> dict[str, int]:
        """The number of each paper's column, by paper id."""
        return {paper.id: number for number, paper in enumerate(self.papers, start=1)}

    @property
    def titles(self) -> dict[str, str]:
        """The title of each paper, by paper id."""
        return {paper.id: paper.title for paper in self.papers}

    @property
    def notes(self) -> tuple[str, ...]:
        """What a reader of the table has to know: that a model wrote it, the warnings, that no two papers were related."""
        written = "" if self.model == "quotes" else f"Written by {self.model}, each sentence checked."
        unrelated = (
            "" if self.relations else "No two sentences agree or contradict each other in so many words."
        )
        return tuple(filter(None, (written, *self.warnings, unrelated)))

    def lines(self, names: Mapping[str, str]) -> Iterator[str]:
        """Yield the table as lines of plain text, indented by level; `names` say how papers are called, by id."""
        for aspect in self.aspects:
            yield f"  {aspect.name}"
            yield from (f"    {names[cell.paper_id]} {cell.words}" for cell in aspect.cells)
        for one in self.relations:
            yield f"  {names[one.paper_id]} and {names[one.other]} {one.kind}:"
            said = (one.statement.text, *(item.quote for item in one.statement.evidence))
            yield from (f"    “{text}”" for text in said)
            yield from (f"    - {problem}" for problem in one.statement.problems)
        yield from (f"  {note}" for note in self.notes)

    def to_json(self) -> dict[str, Any]:
        """Return the comparison as lists, dicts, strings and numbers."""
        return dump(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Comparison:
        """Read a comparison that `to_json` wrote. Raises `ValueError` if a field is missing, unknown or of another type."""
        return load(cls, data)
