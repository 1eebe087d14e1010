"""nDCG on SciFact. Of the fused channels, of each channel alone, and of other fusions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean, pstdev

from assistant import Assistant, Passage, Settings
from evals.analysis.statistics import Interval, bootstrap
from evals.metrics.retrieval import ndcg
from tests.studies import sources

DEPTH = 200
FUSED = ("dense", "lexical")
Order = Callable[[list[Passage]], list[str]]


@dataclass(frozen=True)
class RetrievalFigures:
    """nDCG@10 for each way of ranking."""

    half: str
    scores: dict[str, Interval]


def run(half: str, folder: Path) -> RetrievalFigures:
    """Search all 5,183 abstracts for the claims of one half that cite a paper. The library is stored in `folder`."""
    library = Assistant(folder / "scifact", settings=Settings())
    library.add(sources.scifact_papers())
    claims = sources.read_lines(sources.need_shared("scifact", f"claims_{half}.jsonl"))
    gains: dict[str, list[float]] = {name: [] for name in ORDERS}
    for claim in claims:
        gold = set(claim["cited_doc_ids"])
        if not gold:
            continue
        passages = library.search(claim["text"], k=2 * DEPTH)
        for name, order in ORDERS.items():
            gains[name].append(ndcg(order(passages), dict.fromkeys(gold, 1)))
    return RetrievalFigures(
        half, {name: bootstrap([(value, 1.0) for value in values]) for name, values in gains.items()}
    )


def render(result: RetrievalFigures) -> str:
    """Return one line per way of ranking."""
    lines = [f"SciFact claims_{result.half}, 5,183 abstracts, nDCG@10 [95 % interval]", ""]
    return "\n".join([*lines, *(f"{name:28} {score}" for name, score in result.scores.items())])


def _by(passages: list[Passage], channel: str) -> list[str]:
    ranked = [p for p in passages if channel in p.channels]
    return [p.paper.id for p in sorted(ranked, key=lambda p: p.channels[channel].rank)]


def _rrf(passages: list[Passage]) -> list[str]:
    """Reciprocal rank fusion with k=60 (Cormack et al. 2009)."""
    scores = {
        p.paper.id: sum(1 / (60 + p.channels[c].rank) for c in FUSED if c in p.channels) for p in passages
    }
    return sorted(scores, key=lambda paper: -scores[paper])


def _scaled(scale: Callable[[list[float], float], float]) -> Order:
    """Return an order by the sum of both channels' scores, each scaled among those of its channel; a paper that a channel
    lacks gets the channel's lowest score."""

    def order(passages: list[Passage]) -> list[str]:
        totals: dict[str, float] = {p.paper.id: 0.0 for p in passages}
        for channel in FUSED:
            scores = {p.paper.id: p.channels[channel].score for p in passages if channel in p.channels}
            if len(scores) < 2:
                continue
            every = list(scores.values())
            for paper in totals:
                totals[paper] += scale(every, scores.get(paper, min(every)))
        return sorted(totals, key=lambda paper: -totals[paper])

    return order


def _z(every: list[float], score: float) -> float:
    return (score - fmean(every)) / (pstdev(every) or 1.0)


def _min_max(every: list[float], score: float) -> float:
    return (score - min(every)) / (max(every) - min(every) or 1.0)


ORDERS: dict[str, Order] = {
    "dense alone": lambda p: _by(p, "dense"),
    "lexical alone": lambda p: _by(p, "lexical"),
    "reciprocal rank fusion": _rrf,
    "sum of z-scores": _scaled(_z),
    "sum of min-max-scaled scores": _scaled(_min_max),
    "as shipped (that, and late)": lambda p: [x.paper.id for x in p],
}
