"""Verdicts on hand-written statements. Beside other ways to check them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from assistant import Assistant, Settings, Statement
from evals.analysis.agreement import agree
from tests.studies import sources
from tests.studies.discrimination import auc, calibration_error
from tests.studies.scripted import LINE, SCRIPTED, ScriptedModel, numbered_sentences, verdicts
from tests.studies.verdicts.rivals import ours, rivals
from tests.studies.verdicts.rivals import render as table

CERTAIN = {"supported": "supported", "contradicted": "contradicted", "unsupported": "not_stated"}
WRONG_EVERY = 7
_SETTINGS = {"llm": {"base_url": "http://judge.invalid/v1"}, "verify": {"model": SCRIPTED}, "api_key": "none"}
_SAYS = {"supported": "supported", "contradicted": "contradicted", "not_stated": "unsupported"}
SHOWN = ("supported", "contradicted", "partly", "unsupported", "unconfirmed")


@dataclass(frozen=True)
class StatementOutcome:
    """A case and its checked statement."""

    case: sources.Case
    statement: Statement


def cases(half: str) -> list[sources.Case]:
    """Return the cases of one half ("fit" or "report")."""
    return [case for case in sources.load("statements") if case["half"] == half]


def run(half: str, library: Assistant, *, judged: bool = False) -> list[StatementOutcome]:
    """Check the statements of one half, by rules alone or with the library's judge."""
    chosen = cases(half)
    statements = library.check([(c["statement"], [c["paper"]]) for c in chosen], judged=judged)
    return [StatementOutcome(case, statement) for case, statement in zip(chosen, statements, strict=True)]


def report(half: str, judge: str = "") -> str:
    """Return the tables of one half: by rules, compared with other ways; with `judge`, also with a model's verdicts.

    `judge` is "scripted", or a model's name at the endpoint of the settings.
    """
    with Assistant.sample(settings=Settings()) as library:
        outcomes = run(half, library)
        ways = [ours(library, [o.statement for o in outcomes]), *rivals(library, cases(half))]
        parts = [render(outcomes, f"{half} half, by rules"), table(ways, [o.case["label"] for o in outcomes])]
    if judge == SCRIPTED:
        settings = Settings.model_validate(_SETTINGS)
        parts.append(_judged(half, settings, judge, scripted_judge(cases(half))))
    elif judge:
        settings = Settings.load()
        verify = settings.verify.model_copy(update={"model": judge})
        parts.append(_judged(half, settings.model_copy(update={"verify": verify}), judge))
    return "\n\n".join(parts)


def _judged(half: str, settings: Settings, judge: str, transport: ScriptedModel | None = None) -> str:
    with Assistant.sample(settings=settings, transport=transport) as library:
        return render(run(half, library, judged=True), f"{half} half, {judge} as judge under the rules")


def render(outcomes: Sequence[StatementOutcome], title: str) -> str:
    """Return the verdicts by truth and kind, the precision of the certain verdicts, and how well scores rank."""
    kinds = sorted({(o.case["label"], o.case["kind"]) for o in outcomes})
    lines = [f"Statements, {title}, n={len(outcomes)}", "", _row("truth", "kind", "n", *SHOWN)]
    for label, kind in kinds:
        chosen = [o for o in outcomes if (o.case["label"], o.case["kind"]) == (label, kind)]
        counts: Counter[str] = Counter(o.statement.verdict for o in chosen)
        lines.append(_row(label, kind, str(len(chosen)), *(str(counts[v]) for v in SHOWN)))
    lines.append("")
    for verdict, truth in CERTAIN.items():
        labels = [o.case["label"] for o in outcomes if o.statement.verdict == verdict]
        right = labels.count(truth)
        total = sum(o.case["label"] == truth for o in outcomes)
        share = f"{right / len(labels):.2f}" if labels else "-"
        lines.append(f"shown as {verdict}: {len(labels)}, right {share}, finds {right / total:.2f} of them")
    return "\n".join([*lines, *_agreement(outcomes)])


def _agreement(outcomes: Sequence[StatementOutcome]) -> list[str]:
    """Agreement with people: on the three certain verdicts (any other verdict counts as wrong), and on supported or not."""
    labels = [o.case["label"] for o in outcomes]
    supported = [label == "supported" for label in labels]
    scores = [o.statement.score for o in outcomes]
    three = agree(labels, [CERTAIN.get(o.statement.verdict, "undecided") for o in outcomes])
    two = agree([str(s) for s in supported], [str(o.statement.verdict == "supported") for o in outcomes])
    lines = [f"AUC of the score, supported against the rest: {auc(scores, supported):.2f}"]
    for name, result in (("three verdicts", three), ("supported or not", two)):
        if result:
            lines.append(f"{name}: accuracy {result.accuracy:.2f}, kappa {result.kappa:.2f}")
    return [*lines, f"calibration error of the score: {calibration_error(scores, supported):.2f}"]


def _row(*cells: str) -> str:
    return "  ".join(cell.ljust(13 if i < 2 else 12) for i, cell in enumerate(cells)).rstrip()


def scripted_judge(cases: Sequence[sources.Case]) -> ScriptedModel:
    """Return an endpoint whose model knows the labels, and says "supported" to every seventh statement.

    It shows what the path does with a model's verdicts, not how well any model judges.
    """
    known = {_bare(case["statement"]): (i, case) for i, case in enumerate(cases)}

    def reply(prompt: str) -> str:
        excerpts = numbered_sentences(prompt)
        judged = []
        for number, sentence in LINE.findall(prompt):
            place, case = known[_bare(sentence)]
            verdict = "supported" if place % WRONG_EVERY == 0 else _SAYS[case["label"]]
            nearest = _nearest(sentence, excerpts) if verdict != "unsupported" else ""
            words = "" if verdict == "supported" else sentence.split()[0]
            judged.append((int(number), verdict, nearest, words))
        return verdicts(*judged)

    return ScriptedModel(reply)


def _bare(statement: str) -> str:
    return " ".join(statement.split()).rstrip(".!?")


def _nearest(statement: str, excerpts: Sequence[tuple[str, str]]) -> str:
    """Return the number of the excerpt that shares most words with the statement."""
    words = set(statement.lower().split())
    number, _ = max(excerpts, key=lambda e: len(words & set(e[1].lower().split())), default=("", ""))
    return number
