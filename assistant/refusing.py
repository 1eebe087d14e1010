"""Question x what was retrieved -> whether to answer, and if not, the kind of refusal.

Two fitted probabilities: "on_topic" (the library has papers about this) and "answerable" (their abstracts say it).
Their thresholds are chosen on the fitting half of the refusal suite; the evaluation report draws what each would cost.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from assistant.answers import RefusalKind
from assistant.fitted import probability, threshold
from assistant.reading import ReadPaper, ReadText, Weigh
from assistant.retrieval import Found
from assistant.support.quantities import extract
from assistant.words import Token, tokens

_ASKS = re.compile(r"\b(how (many|much|large|fast|well|often|far|long|little|big)|which|what)\b", re.I)
_ASKS_NUMBER = re.compile(
    r"\bhow (many|much|large|fast|often|far|long|little|big)\b|\bby how\b|\bwhat (accuracy|map|score|speed|fvd|"
    r"percentage|number|rate|auc|auroc|f1|bleu|precision|recall|size)\b",
    re.I,
)


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
    if on_topic < threshold("on_topic"):
        kind = "off_topic"
    elif answerable < threshold("answerable"):
        kind = "not_stated"
    return Gate(answerable, on_topic, kind, features)


def measure(found: Found, papers: Sequence[ReadPaper], weigh: Weigh) -> dict[str, float]:
    """Features by name, about the question and the papers retrieved for it."""
    asked = parse(found.asked)
    return {
        **_nearness(found, papers),
        **_coverage(asked, papers, weigh),
        **_likeness(asked, papers, weigh),
        **_fitness(asked, papers[0]),
        "fused_gap": found.passages[0].score - found.passages[min(1, len(found.passages) - 1)].score,
    }


def _nearness(found: Found, papers: Sequence[ReadPaper]) -> dict[str, float]:
    """How near papers and sentences are by vectors (cosines)."""
    best = [float((p.vectors @ found.asked.vector).max()) for p in papers if len(p.sentences)] or [0.0]
    order = sorted(best, reverse=True)
    return {
        "cosine_paper": max(p.cosine for p in found.passages),
        "cosine_sentence": order[0],
        "cosine_gap": order[0] - order[min(len(order) - 1, 3)],
        "cosine_lead": best[0],
    }


def _coverage(asked: Asked, papers: Sequence[ReadPaper], weigh: Weigh) -> dict[str, float]:
    """Which of the question's words the papers have."""
    words, lead = asked.read.content, papers[0]
    shares = [_share(words, p.stems, weigh) for p in papers]
    missing = [t for t in words if all(t.stem not in p.stems for p in papers)]
    unseen = [t for t in words if t.stem not in lead.stems]
    return {
        "share_sentence": max(
            (_share(words, s.stems, weigh) for p in papers[:3] for s in p.sentences), default=0.0
        ),
        "share_paper": max(shares),
        "share_lead": shares[0],
        "share_library": _share(words, frozenset().union(*(p.stems for p in papers)), weigh),
        "missing": float(np.log1p(len(missing))),
        "unseen": float(np.log1p(len(unseen))),
        "unseen_share": len(unseen) / max(len(words), 1),
        "heaviest_unseen": max((weigh(t.stem) for t in unseen), default=0.0) / 10,
        "words": float(np.log1p(len(words))),
    }


def _likeness(asked: Asked, papers: Sequence[ReadPaper], weigh: Weigh) -> dict[str, float]:
    """How near the papers' words come to each of the question's, in other words too (late interaction)."""
    weights = np.array([weigh(t.stem) for t in asked.read.content], dtype=np.float32)
    if not weights.sum():
        return dict.fromkeys(
            ("late_paper", "late_lead", "late_sentence", "late_least", "late_less", "late_head"), 0.0
        )
    near = [p.nearest_words(asked.read) for p in papers]
    lead = near[0].max(axis=1)
    least = np.sort(lead)
    heads = {t.stem for t in asked.head}
    head = [float(value) for value, t in zip(lead, asked.read.content, strict=True) if t.stem in heads]
    return {
        "late_paper": max(float(n.max(axis=1) @ weights) for n in near) / float(weights.sum()),
        "late_lead": float(lead @ weights / weights.sum()),
        "late_sentence": max(float((weights @ n).max()) for n in near[:3]) / float(weights.sum()),
        "late_least": float(least[0]),
        "late_less": float(least[:2].mean()),
        "late_head": float(np.mean(head)) if head else float(lead.mean()),
    }


def _fitness(asked: Asked, lead: ReadPaper) -> dict[str, float]:
    """Whether the first paper has the kind of thing that is asked for: its names, the thing asked for, a number of it."""
    text = f"{lead.paper.title} {lead.paper.abstract}".lower()
    unseen = [t for t in asked.names if t.stem not in lead.stems and t.lower not in text]
    head = {t.stem for t in asked.head}
    numbered = _counted(head, lead) if asked.number else 0
    return {
        "names_unseen": float(len(unseen)),
        "names_seen": float(len(asked.names) - len(unseen)),
        "head_seen": sum(h in lead.stems for h in head) / len(head) if head else 0.5,
        "asks_number": float(asked.number),
        "number_near": float(numbered),
        "number_lacks": float(asked.number and not numbered),
        "asks_who": float(asked.opening == "who"),
        "asks_why": float(asked.opening == "why"),
    }


def _counted(head: set[str], lead: ReadPaper) -> int:
    """How many of the asked words stand near a number of the abstract, at best."""
    best = 0
    for sentence in lead.sentences:
        for quantity in extract(sentence.text):
            near = sentence.text[max(0, quantity.start - 50) : quantity.end + 40]
            best = max(best, sum(t.stem in head for t in tokens(near)))
    return best


@dataclass(frozen=True)
class Asked:
    """What a question asks for: its names, the words behind its question word.

    `opening` is "who", "why" or ""; `number` is true where a figure is asked for.
    """

    read: ReadText
    names: tuple[Token, ...]
    head: tuple[Token, ...]
    number: bool
    opening: str


def parse(read: ReadText) -> Asked:
    """The parts of a question."""
    question, words = read.text, read.tokens
    names = tuple(t for t in words[1:] if t.content and (t.name or t.text[0].isupper()))
    asked = _ASKS.search(question)
    head = tuple(t for t in words if t.content and asked and t.start >= asked.end())[:3]
    opening = words[0].lower if words and words[0].lower in ("who", "why") else ""
    return Asked(read, names, head, bool(_ASKS_NUMBER.search(question)), opening)


def _share(asked: Sequence[Token], there: frozenset[str], weigh: Weigh) -> float:
    """Weighted share of the question's words found there, in 0..1."""
    total = sum(weigh(t.stem) for t in asked)
    return sum(weigh(t.stem) for t in asked if t.stem in there) / total if total else 0.0


def sentence_scores(asked: Asked, paper: ReadPaper, weigh: Weigh) -> list[float]:
    """For each sentence of a paper how well it fits the question: cosine, weighted share of its words, and a little
    for having a figure where one is asked for."""
    cosines = paper.vectors @ asked.read.vector
    return [
        float(cosine)
        + 0.2 * _share(asked.read.content, sentence.stems, weigh)
        + (0.05 if asked.number and extract(sentence.text) else 0.0)
        for cosine, sentence in zip(cosines, paper.sentences, strict=True)
    ]
