"""Papers -> a comparison: what each abstract says of the same aspects, word for word, and where two speak to each other.

A cell is one sentence of the paper's own abstract, or None: none was found, which is not to say that there is none. A relation needs that two
sentences speak of the same thing and that nothing differs but what is named; most papers have none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from assistant.core.answer import CompactPaper, Statement
from assistant.core.json_values import dump, load
from assistant.core.text.tokens import tokens
from assistant.generation.comparison.aspects import ASPECT_ROLES, ASPECTS, aspects
from assistant.generation.comparison.relations import Relation, relations
from assistant.llm.injection import is_instruction
from assistant.retrieval.encoder import EncodedPaper, EncodedText, Encoder, IdfWeight
from assistant.retrieval.question import parse, sentence_scores
from assistant.verification.checker import Checker, evidence

__all__ = ["FEWEST", "MOST", "Aspect", "Cell", "Comparison", "Relation", "asks_for_comparison", "compare"]

FEWEST, MOST = 2, 5
NAME_LENGTH = 60
# Below this a sentence is far off what was asked for; chosen on half of the sample's papers.
ASKED_BAR = 0.3
_OPENS = r"(?:please |now |and |can you |could you |would you |i(?:'d| would) like (?:you )?to |i want (?:you )?to |help me |let's )*"
_WANTED = re.compile(
    rf"^\W*{_OPENS}(?:compare|contrast)\b|^\W*(?:a |the )?comparison (?:of|between)\b|"
    r"\b(?:differences?|similarit(?:y|ies)|comparison) between\b|"
    r"\bhow (?:do|does|did|are|is) .{2,200}\b(?:and|from) .{2,200}\b(?:differ|different|compare)\b(?! (?:with|to)\b)|"
    r"\bhow (?:do|does|is|are) .{2,200}\b(?:differ|different) from\b|"
    r"\bwhat (?:sets|distinguishes) .{2,200}\b(?:apart from|from)\b",
    re.I,
)
_VERSUS = re.compile(r"\w\W+(?:versus|vs)\b\.?\W+\w", re.I)
_FIGURE = re.compile(
    r"\b(?:how (?:much|many|large|fast|often|far|long)|by how|what \w+ (?:does|do|did|is|was))\b", re.I
)
_REQUEST = re.compile(
    rf"^\W*{_OPENS}(?:compare|contrast)\b|\b(?:differences?|similarit(?:y|ies)|comparison) (?:of|between|in)\b|\b(?:how|what) "
    r"(?:do|does|did|are|is)?\b|\b(?:they|them|these|those|papers?|differ|compare|different|regarding|respect|terms|versus|vs|"
    r"methods?|approach(?:es)?|sets?|apart|distinguishes)\b",
    re.I,
)


@dataclass(frozen=True)
class Cell:
    """What one abstract says of an aspect; `statement` is None where no sentence was found that does."""

    paper_id: str
    statement: Statement | None


@dataclass(frozen=True)
class Aspect:
    """One row of a comparison; the cells stand in the order of the papers."""

    name: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Comparison:
    """Two to five papers side by side."""

    papers: tuple[CompactPaper, ...]
    aspects: tuple[Aspect, ...]
    relations: tuple[Relation, ...]

    def to_json(self) -> dict[str, Any]:
        """Return the comparison as lists, dicts, strings and numbers."""
        return dump(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Comparison:
        """Read a comparison that `to_json` wrote. Raises `ValueError` if a field is missing, unknown or of another type."""
        return load(cls, data)


def asks_for_comparison(question: str) -> bool:
    """Whether a question asks that things be set side by side: "compare A and B", "how do A and B differ?", "A vs B".

    "How does A compare with B in speed?" is none: it asks for a finding, which A's abstract may state by itself.
    """
    if _WANTED.search(question):
        return True
    return bool(_VERSUS.search(question)) and not _FIGURE.search(question)


def compare(
    papers: Sequence[EncodedPaper], reader: Encoder, checker: Checker, weigh: IdfWeight, asked: str = ""
) -> Comparison:
    """The papers aspect by aspect, and what they say of each other; `asked` in the user's words comes first.

    `weigh` gives a word's weight in this library (rare words weigh more, > 0).
    """
    table = aspects(papers)
    rows = [
        Aspect(
            name, tuple(_quoted(paper, cells.get(name)) for paper, cells in zip(papers, table, strict=True))
        )
        for name in ASPECTS
        if name in ASPECT_ROLES or any(name in cells for cells in table)
    ]
    return Comparison(
        tuple(p.paper for p in papers),
        (*_asked(asked, papers, reader, weigh), *rows),
        tuple(relations(papers, checker)),
    )


def _quoted(paper: EncodedPaper, place: int | None) -> Cell:
    if place is None:
        return Cell(paper.paper.id, None)
    words = evidence(paper, (place,))
    return Cell(
        paper.paper.id, Statement(words.quote, (paper.paper.id,), "supported", "verbatim", 1.0, (words,))
    )


def _asked(asked: str, papers: Sequence[EncodedPaper], reader: Encoder, weigh: IdfWeight) -> Iterator[Aspect]:
    """The row of what was asked for; none where only the papers were named."""
    titles = {t.stem for paper in papers for t in tokens(paper.paper.title) if t.name or t.text[0].isupper()}
    bare = _REQUEST.sub(" ", asked)
    left = [t for t in tokens(bare) if t.content and not (t.stem in titles and t.text[0].isupper())]
    if not left:
        return
    (read,) = reader.texts([" ".join(t.text for t in left)])
    name = " ".join(asked.split())
    short = name if len(name) <= NAME_LENGTH else name[: NAME_LENGTH - 1].rstrip() + "…"
    yield Aspect(short, tuple(_quoted(paper, _best(read, paper, weigh)) for paper in papers))


def _best(read: EncodedText, paper: EncodedPaper, weigh: IdfWeight) -> int | None:
    scores = sentence_scores(parse(read), paper, weigh)
    near = paper.nearest_words(read)[:, 1:].mean(axis=0)
    fit = [s + 0.3 * float(n) for s, n in zip(scores, near, strict=True)]
    ranked = sorted((-f, i) for i, f in enumerate(fit) if not is_instruction(paper.sentences[i].text))
    return ranked[0][1] if ranked and -ranked[0][0] >= ASKED_BAR else None
