"""What others do to check a statement, on the same cases: cosine, string containment, and anchorcite's core install."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from assistant import Assistant, Statement
from evals.analysis.agreement import auc
from evals.studies import sources

COSINE_PASSES = 0.5


@dataclass(frozen=True)
class Rival:
    """A way to check: for each case its score that it is supported, that it is stated at all (most have but one score),
    and whether it passes as supported."""

    name: str
    scores: tuple[float, ...]
    stated: tuple[float, ...]
    passed: tuple[bool, ...]


def rivals(library: Assistant, cases: Sequence[sources.Case]) -> list[Rival]:
    """The rivals' scores on cases that have `statement` and `paper`."""
    pairs = [(case["statement"], library.paper(case["paper"]).abstract) for case in cases]
    features = library.measure([(case["statement"], case["paper"]) for case in cases])
    cosine = [f["cosine"] for f in features]
    contained = [float(_folded(text).rstrip(".") in _folded(abstract)) for text, abstract in pairs]
    anchored = _anchorcite()
    found = [anchored(text, abstract) for text, abstract in pairs]
    return [
        _rival(f"cosine (>= {COSINE_PASSES})", cosine, [c >= COSINE_PASSES for c in cosine]),
        _rival("string containment", contained, [c > 0 for c in contained]),
        _rival("anchorcite 0.1.0, core", [score for score, _ in found], [passed for _, passed in found]),
    ]


def ours(library: Assistant, statements: Sequence[Statement]) -> Rival:
    """The rules' scores on statements that cite one paper each."""
    features = library.measure([(s.text, s.citations[0]) for s in statements])
    about = library.probabilities("about", features)
    scores = tuple(s.score for s in statements)
    return Rival("rules", scores, tuple(about), tuple(s.verdict == "supported" for s in statements))


def _rival(name: str, scores: Sequence[float], passed: Sequence[bool]) -> Rival:
    return Rival(name, tuple(scores), tuple(scores), tuple(passed))


def _folded(text: str) -> str:
    return " ".join(text.lower().split())


def _anchorcite() -> Callable[[str, str], tuple[float, bool]]:
    from anchorcite import anchor_claim

    logging.getLogger("anchorcite").setLevel(logging.ERROR)

    def check(text: str, abstract: str) -> tuple[float, bool]:
        nearest = anchor_claim(text, abstract, threshold=0.0)
        return (nearest.score if nearest else 0.0, anchor_claim(text, abstract) is not None)

    return check


def render(ways: Sequence[Rival], labels: Sequence[str]) -> str:
    """A line each: ranking of supported before the rest, of what the abstract speaks of before what it does not, of
    supported before contradicted; and what it passes as supported."""
    head = "AUC: supported/rest  stated/not  supported/contradicted  passes as supported"
    lines = [f"{'':24}{head}"]
    for rival in ways:
        supported, contradicted, absent = (
            [s for s, x in zip(rival.scores, labels, strict=True) if x == label]
            for label in ("supported", "contradicted", "not_stated")
        )
        stated = [s for s, x in zip(rival.stated, labels, strict=True) if x != "not_stated"]
        not_stated = [s for s, x in zip(rival.stated, labels, strict=True) if x == "not_stated"]
        passed = [x for x, p in zip(labels, rival.passed, strict=True) if p]
        right = f"{sum(x == 'supported' for x in passed)} of {len(passed)} right" if passed else "none"
        lines.append(
            f"{rival.name:24}{auc(supported, contradicted + absent):19.2f}  {auc(stated, not_stated):10.2f}"
            f"  {auc(supported, contradicted):22.2f}  {right}"
        )
    return "\n".join(lines)
