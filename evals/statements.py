"""The statements suite: verdicts on hand-written statements, beside what others would say."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from assistant import Assistant, Settings, Statement
from evals import suites
from evals.metrics import auc

LABELS = ("supported", "contradicted", "not_stated")
SHOWN = ("supported", "contradicted", "partly", "unsupported", "unconfirmed")


@dataclass(frozen=True)
class Outcome:
    """One case and the statement that came back."""

    case: suites.Case
    statement: Statement


def run(half: str, library: Assistant | None = None) -> list[Outcome]:
    """The verdicts on one half ("fit" or "report"), by rules alone or with the library's judge."""
    library = library or Assistant.sample(settings=Settings())
    cases = [case for case in suites.load("statements") if case["half"] == half]
    statements = library.check([(case["statement"], [case["paper"]]) for case in cases])
    return [Outcome(case, statement) for case, statement in zip(cases, statements, strict=True)]


def render(outcomes: Sequence[Outcome], half: str) -> str:
    """The confusion table by kind, the precision of what is shown as certain, and ranking by score."""
    kinds = sorted({(o.case["label"], o.case["kind"]) for o in outcomes})
    lines = [f"Statements, {half} half, n={len(outcomes)}", "", _row("truth", "kind", "n", *SHOWN)]
    for label, kind in kinds:
        chosen = [o for o in outcomes if (o.case["label"], o.case["kind"]) == (label, kind)]
        counts: Counter[str] = Counter(o.statement.verdict for o in chosen)
        lines.append(_row(label, kind, str(len(chosen)), *(str(counts[v]) for v in SHOWN)))
    lines.append("")
    for verdict, truth in (
        ("supported", "supported"),
        ("contradicted", "contradicted"),
        ("unsupported", "not_stated"),
    ):
        said = [o for o in outcomes if o.statement.verdict == verdict]
        right = sum(o.case["label"] == truth for o in said)
        real = sum(o.case["label"] == truth for o in outcomes)
        share = f"{right / len(said):.2f}" if said else "-"
        lines.append(f"shown as {verdict}: {len(said)}, right {share}, finds {right / real:.2f} of them")
    lines.append(f"AUC of the score, supported against the rest: {_auc(outcomes):.2f}")
    return "\n".join(lines)


def _row(*cells: str) -> str:
    return "  ".join(cell.ljust(13 if i < 2 else 12) for i, cell in enumerate(cells)).rstrip()


def _auc(outcomes: Sequence[Outcome]) -> float:
    positive = [o.statement.score for o in outcomes if o.case["label"] == "supported"]
    negative = [o.statement.score for o in outcomes if o.case["label"] != "supported"]
    return auc(positive, negative)
