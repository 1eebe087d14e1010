"""Changed statements are noticed. Figures, negations, names, wrong papers, and nothing else.

Cases are made from abstracts by `evals.studies.generators`, which shares no code and no word list with the assistant.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from assistant import Assistant, Paper, Settings, Statement
from evals.studies import sources
from evals.studies.generators import CORRUPTIONS, EDITS, Alteration, corrupt, edit

EACH = 500
PAPERS = 700
SEED = 20
CAUGHT = ("contradicted", "partly", "unsupported")
# The share that should be caught; of intact and edited sentences, the share that should be supported.
AIMS = {
    "verbatim": 0.99,
    "wrong paper": 0.90,
    "number": 0.95,
    "negation": 0.90,
    "entity": 0.90,
    "lightly edited": 0.70,
}


@dataclass(frozen=True)
class CorruptionCase:
    """A statement made from an abstract, and the paper it cites."""

    kind: str
    how: str
    text: str
    source: str
    paper: str


@dataclass(frozen=True)
class CorruptionOutcome:
    """A case and the statement as the rules checked it."""

    case: CorruptionCase
    statement: Statement

    @property
    def caught(self) -> bool:
        """Whether it is shown as failing. *Unconfirmed* does not count as caught."""
        return self.statement.verdict in CAUGHT

    @property
    def supported(self) -> bool:
        return self.statement.verdict == "supported"


def run(half: str, folder: Path, each: int = EACH) -> list[CorruptionOutcome]:
    """Check up to `each` cases of every kind, half of them from SciFact and half from machine-learning abstracts.

    `half` ("fit" or "report") selects the abstracts. The libraries are stored in `folder`.
    """
    outcomes = []
    for name, papers in (("scifact", sources.scifact_papers()), ("ml", sources.ml_papers())):
        chosen = random.Random(SEED).sample(papers, 2 * PAPERS)[half == "report" :: 2]
        library = Assistant(folder / f"corruptions-{name}-{half}", settings=Settings())
        library.add(chosen)
        outcomes += check(library, list(cases(chosen, each // 2)))
    return outcomes


def check(library: Assistant, corrupted: Sequence[CorruptionCase]) -> list[CorruptionOutcome]:
    """Check cases with the library's rules."""
    statements = library.check([(case.text, [case.paper]) for case in corrupted])
    return [CorruptionOutcome(case, statement) for case, statement in zip(corrupted, statements, strict=True)]


def cases(papers: Sequence[Paper], each: int, seed: int = SEED) -> Iterator[CorruptionCase]:
    """Yield up to `each` cases of every kind: intact sentences, the same citing a wrong paper, corrupted sentences, and
    lightly edited ones."""
    rng = random.Random(seed)
    sentences = [(paper.id, text) for paper in papers for text in sources.sentences(paper.abstract)]
    others = [text for _, text in sentences]
    order = rng.sample(range(len(sentences)), len(sentences))
    for paper, text in (sentences[i] for i in order[:each]):
        yield CorruptionCase("verbatim", "", text, text, paper)
        wrong = rng.choice([p.id for p in rng.sample(list(papers), 2) if p.id != paper])
        yield CorruptionCase("wrong paper", "", text, text, wrong)
    for kind in CORRUPTIONS:
        corrupted = ((corrupt(kind, sentences[i][1], others, rng), sentences[i][0]) for i in order)
        yield from _first(corrupted, each)
    for kind in EDITS:
        edited = ((edit(kind, _with_next(sentences, i), rng), sentences[i][0]) for i in order)
        yield from _first(edited, each)


def _first(pairs: Iterable[tuple[Alteration | None, str]], count: int) -> Iterator[CorruptionCase]:
    altered = ((alteration, paper) for alteration, paper in pairs if alteration)
    for made, paper in islice(altered, count):
        yield CorruptionCase(made.kind, made.how, made.text, made.source, paper)


def _with_next(sentences: Sequence[tuple[str, str]], at: int) -> list[str]:
    """Return a sentence and the next one of the same paper, if there is one."""
    paper = sentences[at][0]
    return [text for owner, text in sentences[at : at + 2] if owner == paper]


def render(outcomes: Sequence[CorruptionOutcome], half: str) -> str:
    """Return a table with a line per kind (shares caught, supported and unconfirmed), and the commonest misses."""
    lines = [
        f"Corruptions, {half} half, n={len(outcomes)}",
        "",
        _row("kind", "n", "caught", "supported", "unconfirmed"),
    ]
    for kind in ("verbatim", "wrong paper", *CORRUPTIONS, *EDITS):
        lines.append(_line(kind, [o for o in outcomes if o.case.kind == kind]))
    lines.append(_line("lightly edited", [o for o in outcomes if o.case.kind in EDITS]))
    missed = Counter(
        (o.case.kind, o.case.how) for o in outcomes if o.case.kind in CORRUPTIONS and not o.caught
    )
    misses = "; ".join(f"{kind} ({how}) {n}" for (kind, how), n in missed.most_common(8))
    return "\n".join([*lines, "", f"most often missed: {misses}"])


def _line(kind: str, outcomes: Sequence[CorruptionOutcome]) -> str:
    n = len(outcomes) or 1
    caught, supported = sum(o.caught for o in outcomes) / n, sum(o.supported for o in outcomes) / n
    wanted = "supported" if kind in ("verbatim", "lightly edited") else "caught"
    aim = f"aim {AIMS[kind]:.0%} {wanted}" if kind in AIMS else ""
    shares = (f"{share:.1%}" for share in (caught, supported, 1 - caught - supported))
    return _row(kind, str(len(outcomes)), *shares, aim)


def _row(*cells: str) -> str:
    return "  ".join(cell.ljust(15 if i == 0 else 11) for i, cell in enumerate(cells)).rstrip()
