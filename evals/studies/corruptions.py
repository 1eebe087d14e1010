"""The corruptions suite: are changed figures, negations, swapped names and wrong papers caught, and nothing else?

Generated from abstracts by `evals.studies.corrupting`, which shares no code and no word list with the assistant.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from assistant import Assistant, Paper, Settings, Statement
from evals.studies import sources
from evals.studies.corrupting import CORRUPTIONS, EDITS, Altered, corrupt, edit

EACH = 500
PAPERS = 700
SEED = 20
CAUGHT = ("contradicted", "partly", "unsupported")
AIMS = {
    "number": 0.95,
    "negation": 0.90,
    "entity": 0.90,
    "wrong paper": 0.90,
    "verbatim": 0.99,
    "lightly edited": 0.70,
}
LIGHT = tuple(kind for kind in EDITS if kind != "case_marks")


@dataclass(frozen=True)
class CorruptionCase:
    """A statement made from an abstract, and the paper it is said to come from."""

    kind: str
    how: str
    text: str
    source: str
    paper: str


@dataclass(frozen=True)
class CorruptionOutcome:
    """A case and what the rules say."""

    case: CorruptionCase
    statement: Statement

    @property
    def caught(self) -> bool:
        """Shown as failing. *Unconfirmed* does not count: nothing was found."""
        return self.statement.verdict in CAUGHT

    @property
    def supported(self) -> bool:
        return self.statement.verdict == "supported"


def run(half: str, folder: Path, each: int = EACH) -> list[CorruptionOutcome]:
    """Up to `each` cases a kind from SciFact's and as many from machine-learning abstracts; `half` picks the abstracts.

    `folder` keeps the libraries.
    """
    outcomes = []
    for name, papers in (("scifact", sources.scifact_papers()), ("ml", sources.ml_papers())):
        chosen = random.Random(SEED).sample(papers, 2 * PAPERS)[half == "report" :: 2]
        library = Assistant(folder / f"corruptions-{name}-{half}", settings=Settings())
        library.add(chosen)
        outcomes += check(library, list(cases(chosen, each // 2)))
    return outcomes


def check(library: Assistant, made: Sequence[CorruptionCase]) -> list[CorruptionOutcome]:
    """The verdicts on cases."""
    statements = library.check([(case.text, [case.paper]) for case in made])
    return [CorruptionOutcome(case, statement) for case, statement in zip(made, statements, strict=True)]


def cases(papers: Sequence[Paper], each: int, seed: int = SEED) -> Iterator[CorruptionCase]:
    """Intact sentences, the same under a wrong paper, corrupted and lightly edited ones; up to `each` a kind."""
    rng = random.Random(seed)
    sentences = [(paper.id, text) for paper in papers for text in sources.sentences(paper.abstract)]
    others = [text for _, text in sentences]
    order = rng.sample(range(len(sentences)), len(sentences))
    for paper, text in (sentences[i] for i in order[:each]):
        yield CorruptionCase("verbatim", "", text, text, paper)
        wrong = rng.choice([p.id for p in rng.sample(list(papers), 2) if p.id != paper])
        yield CorruptionCase("wrong paper", "", text, text, wrong)
    for kind in CORRUPTIONS:
        altered = ((sentences[i], corrupt(kind, sentences[i][1], others, rng)) for i in order)
        yield from _first(((a, paper) for (paper, _), a in altered), each)
    for kind in LIGHT:
        pairs = (_neighbours(sentences, i, kind == "joined") for i in order)
        yield from _first(((edit(kind, texts, rng), paper) for paper, texts in pairs), each)


def _first(made: Iterator[tuple[Altered | None, str]], each: int) -> Iterator[CorruptionCase]:
    count = 0
    for altered, paper in made:
        if altered and count < each:
            count += 1
            yield CorruptionCase(altered.kind, altered.how, altered.text, altered.source, paper)
        if count == each:
            return


def _neighbours(sentences: Sequence[tuple[str, str]], at: int, two: bool) -> tuple[str, list[str]]:
    paper, text = sentences[at]
    after = [t for p, t in sentences[at + 1 : at + 2] if p == paper]
    return paper, [text, *(after if two else [])]


def render(outcomes: Sequence[CorruptionOutcome], half: str) -> str:
    """A line a kind: how many are caught, how many shown as supported, and the rest; then the commonest misses."""
    lines = [
        f"Corruptions, {half} half, n={len(outcomes)}",
        "",
        _row("kind", "n", "caught", "supported", "unconfirmed"),
    ]
    kinds = ("verbatim", "wrong paper", *CORRUPTIONS, *LIGHT)
    for kind in kinds:
        lines.append(_line(kind, [o for o in outcomes if o.case.kind == kind]))
    lines.append(_line("lightly edited", [o for o in outcomes if o.case.kind in LIGHT]))
    missed = Counter(
        (o.case.kind, o.case.how) for o in outcomes if o.case.kind in CORRUPTIONS and not o.caught
    )
    lines += [
        "",
        "most often missed: " + "; ".join(f"{k} ({how}) {n}" for (k, how), n in missed.most_common(8)),
    ]
    return "\n".join(lines)


def _line(kind: str, chosen: Sequence[CorruptionOutcome]) -> str:
    n = len(chosen) or 1
    caught, supported = sum(o.caught for o in chosen) / n, sum(o.supported for o in chosen) / n
    aim = AIMS.get(kind)
    note = (
        f"aim {aim:.0%} {'supported' if kind in ('verbatim', 'lightly edited') else 'caught'}" if aim else ""
    )
    return _row(
        kind, str(len(chosen)), f"{caught:.1%}", f"{supported:.1%}", f"{1 - caught - supported:.1%}", note
    )


def _row(*cells: str) -> str:
    return "  ".join(cell.ljust(15 if i == 0 else 11) for i, cell in enumerate(cells)).rstrip()
