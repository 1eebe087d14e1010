"""Question x what was retrieved -> whether to answer, and if not, the kind of refusal.

Two fitted probabilities: "on_topic" (the library has papers about this) and "answerable" (their abstracts say it).
Their thresholds are chosen on the fitting half of the refusal suite; the evaluation report draws what each would cost.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from assistant.answers import RefusalKind
from assistant.embedding import Vectors
from assistant.fitted import probability, threshold
from assistant.reading import ReadPaper
from assistant.retrieval import Found
from assistant.words import Token, tokens

Weigh = Callable[[str], float]


@dataclass(frozen=True)
class Gate:
    """`answerable` and `on_topic` are probabilities in 0..1; `kind` is None where an answer should be tried."""

    answerable: float
    on_topic: float
    kind: RefusalKind | None
    features: dict[str, float]


def decide(found: Found, papers: Sequence[ReadPaper], weigh: Weigh) -> Gate:
    """Whether to answer. `weigh` gives a word's weight in this library (rare words weigh more, > 0)."""
    if not papers:
        return Gate(0.0, 0.0, "off_topic", {})
    features = measure(found, papers, weigh)
    answerable = probability("answerable", features)
    on_topic = probability("on_topic", features)
    kind: RefusalKind | None = None
    if answerable < threshold("answerable"):
        kind = "not_stated" if on_topic >= threshold("on_topic") else "off_topic"
    return Gate(answerable, on_topic, kind, features)


def measure(found: Found, papers: Sequence[ReadPaper], weigh: Weigh) -> dict[str, float]:
    """Features by name, all about the question and the papers retrieved for it."""
    asked = [token for token in tokens(found.question) if token.content]
    cosines = [p.cosine for p in found.passages]
    rows = [paper.vectors @ found.vector for paper in papers if len(paper.sentences)]
    best = [float(row.max()) for row in rows] or [0.0]
    order = sorted(best, reverse=True)
    lead = papers[0]
    shares = [_share(asked, s.stems, weigh) for p in papers[:3] for s in p.sentences] or [0.0]
    papers_share = [_share(asked, p.stems, weigh) for p in papers]
    missing = [t for t in asked if all(t.stem not in p.stems for p in papers)]
    unseen = [t for t in asked if t.stem not in lead.stems]
    return {
        "cosine_paper": max(cosines),
        "cosine_sentence": order[0],
        "cosine_gap": order[0] - order[min(len(order) - 1, 3)],
        "cosine_lead": best[0],
        "share_sentence": max(shares),
        "share_paper": max(papers_share),
        "share_lead": papers_share[0],
        "share_library": _share(asked, frozenset().union(*(p.stems for p in papers)), weigh),
        "missing": float(np.log1p(len(missing))),
        "missing_names": float(sum(t.name for t in missing)),
        "unseen": float(np.log1p(len(unseen))),
        "heaviest_unseen": max((weigh(t.stem) for t in unseen), default=0.0) / 10,
        "words": float(np.log1p(len(asked))),
        "fused_gap": found.passages[0].score - found.passages[min(1, len(found.passages) - 1)].score,
    }


def _share(asked: Sequence[Token], there: frozenset[str], weigh: Weigh) -> float:
    """Weighted share of the question's words found there, in 0..1."""
    total = sum(weigh(t.stem) for t in asked)
    return sum(weigh(t.stem) for t in asked if t.stem in there) / total if total else 0.0


def sentence_scores(
    question: Sequence[Token], vector: Vectors, paper: ReadPaper, weigh: Weigh
) -> list[float]:
    """For each sentence of a paper how well it fits the question: cosine plus weighted share of its words."""
    cosines = paper.vectors @ vector
    return [
        float(cosine) + 0.4 * _share(question, sentence.stems, weigh)
        for cosine, sentence in zip(cosines, paper.sentences, strict=True)
    ]
