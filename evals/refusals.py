"""The refusal suite: does the assistant refuse what the abstracts do not say, and answer what they do?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from assistant import Answer, Assistant, Settings
from evals import suites
from evals.metrics import precision_recall, risk_coverage


@dataclass(frozen=True)
class Outcome:
    """A case and its answer."""

    case: suites.Case
    answer: Answer

    @property
    def refused(self) -> bool:
        return self.answer.refusal is not None

    @property
    def should_refuse(self) -> bool:
        return bool(self.case["kind"] != "answerable")


def run(half: str, library: Assistant | None = None) -> list[Outcome]:
    """Asks the questions of one half ("fit" or "report")."""
    library = library or Assistant.sample(settings=Settings())
    return [Outcome(c, library.ask(c["question"])) for c in suites.load("refusals") if c["half"] == half]


def curve(outcomes: Sequence[Outcome]) -> list[tuple[float, float]]:
    """Risk-coverage: (share answered, share of those that should have been refused) by falling score."""
    return risk_coverage([o.answer.score for o in outcomes], [not o.should_refuse for o in outcomes])


def draw(outcomes: Sequence[Outcome], path: Path) -> Path:
    """Draws the curve as SVG, with the point at which the shipped threshold stands."""
    from matplotlib.figure import Figure

    points = curve(outcomes)
    answered = [o for o in outcomes if not o.refused]
    figure = Figure(figsize=(6, 4), layout="constrained")
    axes = figure.add_subplot()
    axes.plot([c for c, _ in points], [r for _, r in points], color="#1f5fa8", label="by falling score")
    risk = sum(o.should_refuse for o in answered) / max(len(answered), 1)
    axes.plot([len(answered) / len(outcomes)], [risk], "o", color="#b3261e", label="as shipped")
    axes.set(xlim=(0, 1), ylim=(0, 1), xlabel="share of the questions answered")
    axes.set(ylabel="share of these that the abstracts do not answer")
    axes.legend(frameon=False)
    axes.grid(alpha=0.3)
    figure.savefig(path, format="svg")
    return path


def render(outcomes: Sequence[Outcome], half: str) -> str:
    """Precision and recall of refusing, what became of each kind, the curve, and every failing case."""
    precision, recall = precision_recall([o.refused for o in outcomes], [o.should_refuse for o in outcomes])
    lines = [
        f"Refusals, {half} half, n={len(outcomes)}",
        "",
        f"precision {precision:.2f}, recall {recall:.2f}",
    ]
    for kind in ("answerable", "not_stated", "off_topic"):
        became = Counter(
            o.answer.refusal.kind if o.answer.refusal else "answered"
            for o in outcomes
            if o.case["kind"] == kind
        )
        lines.append(f"{kind:11} " + ", ".join(f"{n} {what}" for what, n in became.most_common()))
    points = curve(outcomes)
    lines += ["", "share answered -> share of them that the abstracts do not answer"]
    for share in (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0):
        coverage, risk = points[min(len(points) - 1, max(0, round(share * len(points)) - 1))]
        lines.append(f"  {coverage:.2f}  {risk:.2f}  {'#' * round(risk * 40)}")
    lines.append("")
    lines += [
        f"{o.case['id']} {o.case['kind']} {'refused' if o.refused else 'answered'} (score {o.answer.score:.2f}): "
        f"{o.case['question']}"
        for o in outcomes
        if o.refused != o.should_refuse
    ]
    return "\n".join(lines)
