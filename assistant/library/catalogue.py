"""Browse and filter papers, count them, lay them out on a map."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from assistant.core.paper import Paper, author_name, folded
from assistant.core.text.tokens import tokens
from assistant.library.embedder import Vectors


@dataclass(frozen=True)
class Filter:
    """Which papers: all `words` stand in title, authors, venue, id or abstract, and `venue` and `author` in theirs (case and
    accents aside).

    `years` is (first, last), both included, either None for open; `ids`, if any are given, name the papers that may pass.
    """

    words: str = ""
    years: tuple[int | None, int | None] = (None, None)
    venue: str = ""
    author: str = ""
    ids: frozenset[str] | None = None


@dataclass(frozen=True)
class Page:
    """One page of the papers that pass a filter, and the number of all that pass."""

    papers: tuple[Paper, ...]
    total: int


@dataclass(frozen=True)
class Place:
    """Position of a paper on the map: x and y in 0..1."""

    paper: Paper
    x: float
    y: float


@dataclass(frozen=True, eq=False)
class Catalogue:
    """All papers of a library, in the order in which they were added."""

    papers: tuple[Paper, ...]

    def find(self, wanted: Filter, offset: int = 0, limit: int = 50) -> Page:
        """Return the papers that pass the filter, `limit` of them from `offset` on."""
        words = folded(wanted.words).split()
        venue, author = folded(wanted.venue).strip(), folded(wanted.author).strip()
        first, last = wanted.years
        papers = [
            paper
            for paper, (text, where, names) in zip(self.papers, self._texts, strict=True)
            if (wanted.ids is None or paper.id in wanted.ids)
            and all(word in text for word in words)
            and (not venue or venue in where)
            and (not author or author in names)
            and (first is None or (paper.year is not None and paper.year >= first))
            and (last is None or (paper.year is not None and paper.year <= last))
        ]
        return Page(tuple(papers[offset : offset + limit]), len(papers))

    @cached_property
    def years(self) -> dict[int, int]:
        """Return the number of papers per year, oldest year first; papers without a year are not counted."""
        return dict(sorted(Counter(p.year for p in self.papers if p.year is not None).items()))

    @cached_property
    def families(self) -> dict[str, str]:
        """Return the family names of all authors as they are written, by the folded name."""
        names = (author_name(author)[0] for paper in self.papers for author in paper.authors)
        return {folded(name): name for name in names if name}

    @cached_property
    def given(self) -> dict[str, frozenset[str]]:
        """Return the folded given names that stand before each folded family name."""
        names: dict[str, set[str]] = {}
        for family, given in {author_name(author) for paper in self.papers for author in paper.authors}:
            names.setdefault(folded(family), set()).update(folded(given).replace(".", " ").split())
        return {family: frozenset(given) for family, given in names.items()}

    @cached_property
    def venues(self) -> dict[str, tuple[str, ...]]:
        """Return the folded words of every venue, by its name."""
        names = dict.fromkeys(paper.venue.strip() for paper in self.papers)
        return {name: tuple(folded(token.text) for token in tokens(name)) for name in names if name}

    @cached_property
    def _texts(self) -> tuple[tuple[str, str, str], ...]:
        """Return the texts to search for each paper: the whole record, the venue, the authors (one per line)."""
        return tuple(_text(paper) for paper in self.papers)


def _text(paper: Paper) -> tuple[str, str, str]:
    venue, names = folded(paper.venue), folded("\n".join(paper.authors))
    return (
        f"{folded(paper.title)}\n{names}\n{venue}\n{folded(paper.id)}\n{folded(paper.abstract)}",
        venue,
        names,
    )


def lay_out(papers: Sequence[Paper], vectors: Vectors) -> tuple[Place, ...]:
    """Place papers on the plane in which they differ most: the first two principal components of their vectors.

    `vectors` has one unit row per paper, shape (papers, dimension). Both axes are half scaled by rank, so that a paper
    far from the rest does not press the others together; papers that are near stay near along each axis.
    """
    if not len(papers):
        return ()
    centred = vectors - vectors.mean(axis=0)
    _, axes = np.linalg.eigh(centred.T @ centred)
    plane = centred @ axes[:, -2:][:, ::-1]
    # An axis has no sign of its own: the first paper lies on its lower half.
    plane = plane * np.where(plane[:1] > 0, -1.0, 1.0)
    ranks = plane.argsort(axis=0, kind="stable").argsort(axis=0, kind="stable") / max(len(papers) - 1, 1)
    spread = plane - plane.min(axis=0)
    scaled = spread / np.maximum(spread.max(axis=0), 1e-9)
    both = (ranks + scaled) / 2
    return tuple(Place(paper, float(x), float(y)) for paper, (x, y) in zip(papers, both, strict=True))
