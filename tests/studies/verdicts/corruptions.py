"""Changed statements are noticed. Figures, negations, names, wrong papers, and nothing else.

The cases are in data/corruptions_*.jsonl, each as the pieces of an abstract that it is made of, so that no abstract of others is copied.
Programs that shared no code and no word list with the assistant made them once, by chance with the seed 20: from each set and
half up to 250 cases of a kind, over 700 abstracts. A row has the half, the kind, how it was changed, the paper that is cited,
the paper whose abstract it was made of, and the pieces: places [start, end] in that abstract, or words of its own.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from assistant import Assistant, Paper, Settings, Statement
from tests.studies import sources

CORRUPTIONS = ("number", "negation", "entity")
EDITS = ("reordered", "joined")
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


def run(half: str, folder: Path) -> list[CorruptionOutcome]:
    """Check the cases of one half ("fit" or "report"): of SciFact, and of machine-learning abstracts.

    The libraries are stored in `folder`.
    """
    outcomes = []
    for name, papers in (("scifact", sources.scifact_papers()), ("ml", sources.ml_papers())):
        chosen = random.Random(SEED).sample(papers, 2 * PAPERS)[half == "report" :: 2]
        library = Assistant(folder / f"corruptions-{name}-{half}", settings=Settings())
        library.add(chosen)
        outcomes += check(library, cases(name, half, chosen))
    return outcomes


def check(library: Assistant, corrupted: Sequence[CorruptionCase]) -> list[CorruptionOutcome]:
    """Check cases with the library's rules."""
    statements = library.check([(case.text, [case.paper]) for case in corrupted])
    return [CorruptionOutcome(case, statement) for case, statement in zip(corrupted, statements, strict=True)]


def cases(name: str, half: str, papers: Sequence[Paper]) -> list[CorruptionCase]:
    """Return the cases of one half of a set ("scifact", "ml" or "sample"), made of these papers' abstracts: intact
    sentences, the same citing a wrong paper, corrupted sentences, and lightly edited ones."""
    abstracts = {paper.id: paper.abstract for paper in papers}
    found = []
    for part, kind, how, cited, source, *pieces in sources.load(f"corruptions_{name}"):
        if part == half:
            abstract = abstracts[source]
            text = "".join(p if isinstance(p, str) else abstract[slice(*p)] for p in pieces)
            found.append(CorruptionCase(kind, how, text, cited))
    return found


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
