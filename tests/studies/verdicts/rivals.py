"""Other ways to check a statement. Cosine and string containment, on the same cases."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from assistant import Assistant, Statement
from evals.metrics.citation import contains
from tests.studies import sources
from tests.studies.discrimination import auc
from tests.studies.fit import claim_features, probabilities

COSINE_PASSES = 0.5


@dataclass(frozen=True)
class Rival:
    """A way to check statements: for each case the score of being supported, the score of being stated at all (most have
    one score for both), and whether it passes as supported."""

    name: str
    scores: tuple[float, ...]
    stated: tuple[float, ...]
    passed: tuple[bool, ...]


def rivals(library: Assistant, cases: Sequence[sources.Case]) -> list[Rival]:
    """Score cases that have `statement` and `paper` in each of the other ways."""
    pairs = [(case["statement"], library.paper(case["paper"]).abstract) for case in cases]
    features = claim_features(library, [(case["statement"], case["paper"]) for case in cases])
    cosine = [f["cosine"] for f in features]
    contained = [float(contains(abstract, text.strip().rstrip("."))) for text, abstract in pairs]
    return [
        _rival(f"cosine (>= {COSINE_PASSES})", cosine, [c >= COSINE_PASSES for c in cosine]),
        _rival("string containment", contained, [c > 0 for c in contained]),
    ]


def ours(library: Assistant, statements: Sequence[Statement]) -> Rival:
    """Return the scores of the rules on statements that cite one paper each."""
    features = claim_features(library, [(s.text, s.citations[0]) for s in statements])
    about = probabilities("about", features)
    scores = tuple(s.score for s in statements)
    return Rival("rules", scores, tuple(about), tuple(s.verdict == "supported" for s in statements))


def _rival(name: str, scores: Sequence[float], passed: Sequence[bool]) -> Rival:
    return Rival(name, tuple(scores), tuple(scores), tuple(passed))


def render(ways: Sequence[Rival], labels: Sequence[str]) -> str:
    """Return a table with a line per way to check: AUC of supported against the rest, of stated against not stated, and of
    supported against contradicted; and how much of what passes as supported is right."""
    head = "AUC: supported/rest  stated/not  supported/contradicted  passes as supported"
    lines = [f"{'':24}{head}"]
    supported = [label == "supported" for label in labels]
    stated = [label != "not_stated" for label in labels]
    for rival in ways:
        decided = [
            (score, true)
            for score, true, label in zip(rival.scores, supported, labels, strict=True)
            if label != "not_stated"
        ]
        passed = [true for true, passes in zip(supported, rival.passed, strict=True) if passes]
        right = f"{sum(passed)} of {len(passed)} right" if passed else "none"
        lines.append(
            f"{rival.name:24}{auc(rival.scores, supported):19.2f}  {auc(rival.stated, stated):10.2f}"
            f"  {auc(*zip(*decided, strict=True)):22.2f}  {right}"
        )
    return "\n".join(lines)
