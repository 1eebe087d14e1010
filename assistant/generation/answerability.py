"""Question x what was retrieved -> whether to answer, and if not, the kind of refusal.

Two fitted probabilities: "on_topic" (the library has papers about this) and "answerable" (their abstracts say it).
Their thresholds are chosen on the fitting half of the refusal suite; the evaluation report draws what each would cost.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations_with_replacement

import numpy as np

from assistant.core.answer import RefusalKind
from assistant.core.text.quantities import extract
from assistant.core.text.tokens import tokens
from assistant.core.weights import probability, threshold
from assistant.library.embedder import Vectors
from assistant.retrieval.encoder import EncodedPaper, IdfWeight
from assistant.retrieval.names import Subject, without
from assistant.retrieval.question import Question, parse
from assistant.retrieval.retriever import RetrievalResult


@dataclass(frozen=True)
class Answerability:
    """`answerable` and `on_topic` are probabilities in 0..1; `kind` is None where an answer should be tried."""

    answerable: float
    on_topic: float
    kind: RefusalKind | None
    features: dict[str, float]


def assess_answerability(
    found: RetrievalResult, papers: Sequence[EncodedPaper], weigh: IdfWeight, named: Sequence[Subject] = ()
) -> Answerability:
    """Whether to answer. `weigh` gives a word's weight in this library (rare words weigh more, > 0).

    Of the papers that a question names side by side, each is asked by itself, and one that answers is enough.
    """
    if not papers:
        return Answerability(0.0, 0.0, "off_topic", {})
    if not named:
        return _gate(measure(found, papers, weigh))
    gates = []
    for subject in named:
        alone = replace(found, asked=without(found.asked, [other for other in named if other is not subject]))
        rest = [paper for paper in papers if paper is not subject.paper]
        gates.append(_gate(measure(alone, [subject.paper, *rest], weigh)))
    return max(gates, key=lambda gate: (gate.kind is None, gate.answerable))


def _gate(features: dict[str, float]) -> Answerability:
    answerable = probability("answerable", features)
    on_topic = probability("on_topic", features)
    kind: RefusalKind | None = None
    if on_topic < threshold("on_topic"):
        kind = "off_topic"
    elif answerable < threshold("answerable"):
        kind = "not_stated"
    return Answerability(answerable, on_topic, kind, features)


def measure(found: RetrievalResult, papers: Sequence[EncodedPaper], weigh: IdfWeight) -> dict[str, float]:
    """Features by name, about the question and the papers retrieved for it."""
    asked = parse(found.asked)
    return {
        **_nearness(found, papers),
        **_likeness(asked, papers, weigh),
        **_fitness(asked, papers[0]),
    }


def _nearness(found: RetrievalResult, papers: Sequence[EncodedPaper]) -> dict[str, float]:
    """How near papers and sentences are by their vectors, and how far the first is ahead."""
    best = [float((p.vectors @ found.asked.vector).max(initial=0.0)) for p in papers]
    order = sorted(best, reverse=True)
    return {
        "cosine_paper": max(p.cosine for p in found.passages),
        "cosine_sentence": order[0],
        "cosine_lead": order[0] - order[min(len(order) - 1, 3)],
        "score_lead": found.passages[0].score - found.passages[min(1, len(found.passages) - 1)].score,
    }


def _likeness(asked: Question, papers: Sequence[EncodedPaper], weigh: IdfWeight) -> dict[str, float]:
    """How near the papers' words come to each of the question's, in other words too (late interaction)."""
    words = asked.read.content
    weights = np.array([weigh(t.stem) for t in words] or [1.0], dtype=np.float32)
    nothing = (np.zeros((1, 1 + len(p.sentences)), np.float32) for p in papers)
    near = [p.nearest_words(asked.read) for p in papers] if words else list(nothing)
    first = near[0].max(axis=1)
    anywhere = np.max([n.max(axis=1) for n in near], axis=0)
    head = [float(value) for value, token in zip(first, words, strict=False) if token in asked.head[:1]]
    return {
        "late_sentence": max(float((weights @ n).max()) for n in near[:3]) / float(weights.sum()),
        "late_least": float(np.sort(first)[:2].mean()),
        "late_pair": _pair(near[0], weights),
        "late_head": head[0] if head else float(first.mean()),
        "gaps": float(weights @ (1 - first)),
        "gap_anywhere": float((weights * (1 - anywhere)).max()),
        "numbered": _numbered(asked, papers[0], near[0], weights) if asked.number else 0.0,
    }


def _with_title(near: Vectors) -> Vectors:
    """Each sentence read with the title: shape (words, sentences)."""
    best: Vectors = np.maximum(near[:, 1:], near[:, :1])
    return best


def _pair(near: Vectors, weights: Vectors) -> float:
    """Of the two sentences that together have most of the question, how near the word comes that they have least."""
    columns = _with_title(near).T
    joined = [np.maximum(one, other) for one, other in combinations_with_replacement(columns, 2)]
    return float(max(joined, key=lambda best: float(weights @ best)).min()) if joined else 0.0


def _numbered(asked: Question, lead: EncodedPaper, near: Vectors, weights: Vectors) -> float:
    """How much nearer the best sentence is than the best that has a figure, where a figure is asked for; <= 0."""
    fit = weights @ _with_title(near) / weights.sum()
    figured = [float(v) for v, sentence in zip(fit, lead.sentences, strict=True) if extract(sentence.text)]
    return max(figured, default=0.0) - float(fit.max(initial=0.0))


def _fitness(asked: Question, lead: EncodedPaper) -> dict[str, float]:
    """Whether the first paper has the kind of thing that is asked for: its names, a number of it."""
    text = f"{lead.paper.title} {lead.paper.abstract}".lower()
    words = asked.read.content
    return {
        "unseen": sum(t.stem not in lead.stems for t in words) / max(len(words), 1),
        "names_unseen": float(sum(t.stem not in lead.stems and t.lower not in text for t in asked.names)),
        "number_near": float(_counted({t.stem for t in asked.head}, lead)) if asked.number else 0.0,
        "asks_who": float(asked.opening == "who"),
        "asks_why": float(asked.opening == "why"),
    }


def _counted(head: set[str], lead: EncodedPaper) -> int:
    """How many of the asked words stand near a number of the abstract, at best."""
    best = 0
    for sentence in lead.sentences:
        for quantity in extract(sentence.text):
            near = sentence.text[max(0, quantity.start - 50) : quantity.end + 40]
            best = max(best, sum(t.stem in head for t in tokens(near)))
    return best
