"""The statements suite: verdicts on hand-written statements, beside what others would say."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from assistant import Assistant, Settings, Statement
from evals.analysis.agreement import agree, auc, calibration_error
from evals.studies import sources
from evals.studies.rivals import ours, rivals
from evals.studies.rivals import render as table
from evals.studies.scripted_judge import NAME, scripted_judge

CERTAIN = {"supported": "supported", "contradicted": "contradicted", "unsupported": "not_stated"}
SHOWN = ("supported", "contradicted", "partly", "unsupported", "unconfirmed")


@dataclass(frozen=True)
class StatementOutcome:
    """One case and the statement that came back."""

    case: sources.Case
    statement: Statement


def cases(half: str) -> list[sources.Case]:
    """The cases of one half ("fit" or "report")."""
    return [case for case in sources.load("statements") if case["half"] == half]


def run(half: str, library: Assistant, *, judged: bool = False) -> list[StatementOutcome]:
    """The verdicts on one half, by rules alone or with the library's judge."""
    chosen = cases(half)
    statements = library.check([(c["statement"], [c["paper"]]) for c in chosen], judged=judged)
    return [StatementOutcome(case, statement) for case, statement in zip(chosen, statements, strict=True)]


def report(half: str, judge: str = "") -> str:
    """The tables of one half: by rules beside what others do; with `judge`, also under a model's verdicts.

    `judge` is "scripted", or a model's name at the endpoint of the settings.
    """
    with Assistant.sample(settings=Settings()) as library:
        outcomes = run(half, library)
        ways = [ours(library, [o.statement for o in outcomes]), *rivals(library, cases(half))]
        parts = [render(outcomes, f"{half} half, by rules"), table(ways, [o.case["label"] for o in outcomes])]
        abstracts = {c["statement"]: library.paper(c["paper"]).abstract for c in cases(half)}
    if judge == NAME:
        with scripted_judge(cases(half), abstracts) as settings:
            parts.append(_judged(half, settings, judge))
    elif judge:
        settings = Settings.load()
        verify = settings.verify.model_copy(update={"model": judge})
        parts.append(_judged(half, settings.model_copy(update={"verify": verify}), judge))
    return "\n\n".join(parts)


def _judged(half: str, settings: Settings, judge: str) -> str:
    with Assistant.sample(settings=settings) as library:
        return render(run(half, library, judged=True), f"{half} half, {judge} as judge under the rules")


def render(outcomes: Sequence[StatementOutcome], what: str) -> str:
    """The confusion table by kind, the precision of what is shown as certain, and ranking by score."""
    kinds = sorted({(o.case["label"], o.case["kind"]) for o in outcomes})
    lines = [f"Statements, {what}, n={len(outcomes)}", "", _row("truth", "kind", "n", *SHOWN)]
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
    lines += [f"AUC of the score, supported against the rest: {_auc(outcomes):.2f}", *_agreement(outcomes)]
    return "\n".join(lines)


def _agreement(outcomes: Sequence[StatementOutcome]) -> list[str]:
    """With people: of the three verdicts that are certain (anything else is never right), and of supported or not."""
    labels = [o.case["label"] for o in outcomes]
    three = agree(labels, [CERTAIN.get(o.statement.verdict, "undecided") for o in outcomes])
    is_so = [label == "supported" for label in labels]
    two = agree([str(s) for s in is_so], [str(o.statement.verdict == "supported") for o in outcomes])
    error = calibration_error([o.statement.score for o in outcomes], is_so)
    return [
        f"{name}: accuracy {found.accuracy:.2f}, kappa {found.kappa:.2f}"
        for name, found in (("three verdicts", three), ("supported or not", two))
        if found
    ] + [f"calibration error of the score: {error:.2f}"]


def _row(*cells: str) -> str:
    return "  ".join(cell.ljust(13 if i < 2 else 12) for i, cell in enumerate(cells)).rstrip()


def _auc(outcomes: Sequence[StatementOutcome]) -> float:
    positive = [o.statement.score for o in outcomes if o.case["label"] == "supported"]
    negative = [o.statement.score for o in outcomes if o.case["label"] != "supported"]
    return auc(positive, negative)
