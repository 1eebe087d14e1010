"""Calibrate thresholds to a library: how near questions come to papers that answer them, and to others.

Both depend on the library: among 5,000 papers on one disease every question is near to some paper. So the library is asked its
own sentences, whole or a third of their words. Each is asked twice: with its paper present, the sentence itself left out; and
with its paper masked. A logistic regression of a few features tells the two apart. Its prior are the default weights, fitted on
several libraries, and count the less the more the library can be asked. A library of fewer than 100 papers is not calibrated.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TypeVar

import numpy as np

from assistant.core.paper import Paper
from assistant.core.weights import weights
from assistant.library.chunks import chunk
from assistant.library.embedding.vectors import Vectors
from assistant.library.sync import LibraryFiles
from assistant.retrieval.encoder import EncodedPaper, EncodedText, Encoder, IdfWeight

# So many sentences are asked, so many papers are read for each, and so many words a sentence must have.
ASKED = 100
READ = 4
WORDS = 8
# A smaller library has no calibration of its own; it is made again when the library has grown by this factor.
FEWEST = 100
GROWTH = 1.5
FEATURES = ("cosine", "cosine_mean", "words_paper", "words_sentence", "cosine_gap", "words_gap")
# Strength of the prior, for the intercept and for each weight; features lie in 0..1, most of them in a fifth of that.
STEPS = 20
PRIOR = (0.02, *[0.04] * len(FEATURES))
FILE = "calibration.json"

T = TypeVar("T")


@dataclass(frozen=True)
class Calibration:
    """The weights of a library by feature, with the "intercept", and the number of papers when they were fitted."""

    papers: int
    weights: Mapping[str, float]

    def log_odds(self, features: Mapping[str, float]) -> float:
        """Return the log odds that a paper of the library is about a question."""
        return self.weights["intercept"] + sum(self.weights[name] * features[name] for name in FEATURES)

    def write(self, folder: Path) -> None:
        """Store it in the library's folder."""
        (folder / FILE).write_text(json.dumps(asdict(self), indent=1) + "\n", encoding="utf-8")


def read(folder: Path) -> Calibration | None:
    """Return a library's calibration; None if it has none, or one of another version."""
    try:
        stored = json.loads((folder / FILE).read_text(encoding="utf-8"))
        calibration = Calibration(int(stored["papers"]), {k: float(v) for k, v in stored["weights"].items()})
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None
    return calibration if calibration.weights.keys() == {"intercept", *FEATURES} else None


def due(before: Calibration | None, papers: int) -> bool:
    """Return whether a library of so many papers is to be calibrated (again)."""
    return papers >= FEWEST and (
        before is None or not before.papers / GROWTH <= papers <= before.papers * GROWTH
    )


@dataclass(frozen=True)
class _Nearness:
    """How near one paper comes: its best sentence's cosine, the mean of its best three; shares of the question's words."""

    cosine: float
    mean: float
    paper: float
    sentence: float


def nearness(
    question: EncodedText, words: Sequence[float], papers: Sequence[EncodedPaper], asked: str = ""
) -> dict[str, float]:
    """Return the features of a question and the papers found for it (at least one); a sentence that is `asked` is left out.

    `words` are the weights of the question's content words.
    """
    each = [_nearness(question, np.array(words, dtype=np.float32), paper, asked) for paper in papers]
    first, *others = sorted(each, key=lambda one: -(one.cosine + one.sentence))
    return {
        "cosine": first.cosine,
        "cosine_mean": first.mean,
        "words_paper": first.paper,
        "words_sentence": first.sentence,
        "cosine_gap": first.cosine - max((one.cosine for one in others), default=0.0),
        "words_gap": first.paper - max((one.paper for one in others), default=0.0),
    }


def _nearness(question: EncodedText, words: Vectors, paper: EncodedPaper, asked: str) -> _Nearness:
    left = [place for place, sentence in enumerate(paper.sentences) if sentence.text != asked]
    cosines = np.sort(paper.vectors[left] @ question.vector)[::-1]
    held = np.array(
        [[t.stem in paper.sentences[place].stems for place in left] for t in question.content],
        dtype=np.float32,
    ).reshape(len(question.content), len(left))
    total = float(words.sum()) or 1.0
    return _Nearness(
        float(cosines.max(initial=0.0)),
        float(cosines[:3].mean()) if len(cosines) else 0.0,
        float(words @ held.max(axis=1, initial=0.0)) / total,
        float((words @ held).max(initial=0.0)) / total,
    )


@dataclass(frozen=True)
class _Sample:
    paper: Paper
    sentence: str
    question: str


def evenly(values: Sequence[T]) -> Sequence[T]:
    """Return at most `ASKED` values, evenly taken from all."""
    return values[:: max(1, len(values) // ASKED)][:ASKED]


def samples(papers: Sequence[Paper]) -> list[_Sample]:
    """Return sentences of papers evenly taken from all, each as a question: whole, or a third of its words.

    The same papers give the same samples.
    """
    made = []
    for turn, paper in enumerate(evenly(papers)):
        draw = random.Random(paper.id)
        spans = [s for s in chunk(paper).sentences if len(paper.abstract[s.start : s.end].split()) >= WORDS]
        if len(spans) > 1:
            span = draw.choice(spans)
            sentence = paper.abstract[span.start : span.end]
            words = sentence.split()
            some = sorted(draw.sample(range(len(words)), -(-len(words) // 3)))
            made.append(_Sample(paper, sentence, sentence if turn % 2 else " ".join(words[i] for i in some)))
    return made


Retrieve = Callable[[EncodedText], Sequence[EncodedPaper]]
"""Finds papers for a question, best first."""


def measured(
    papers: Sequence[Paper],
    encode: Callable[[Sequence[str]], Sequence[EncodedText]],
    weigh: IdfWeight,
    retrieve: Retrieve,
) -> tuple[Vectors, Vectors]:
    """Return the features of the samples, shape (rows, features), and whether the paper was present, shape (rows,)."""
    asked = samples(papers)
    rows, present = [], []
    for sample, question in zip(asked, encode([one.question for one in asked]), strict=True):
        words = [weigh(token.stem) for token in question.content]
        found = list(retrieve(question))
        masked = [paper for paper in found if paper.paper.id != sample.paper.id]
        for among, there in ((found, len(masked) < len(found)), (masked, False)):
            # A paper that was not found says nothing of how near a paper comes that is.
            if among and (there or among is masked):
                features = nearness(question, words, among[:READ], sample.sentence)
                rows.append([features[name] for name in FEATURES])
                present.append(there)
    return np.array(rows, dtype=np.float32).reshape(-1, len(FEATURES)), np.array(present, dtype=np.float32)


def fit(rows: Vectors, present: Vectors, papers: int) -> Calibration:
    """Fit the regression by Newton's method, with a normal prior around the default weights."""
    names = ("intercept", *FEATURES)
    start = np.array([weights("nearness")[name] for name in names], dtype=np.float64)
    x = np.hstack([np.ones((len(rows), 1)), rows.astype(np.float64)])
    strength, w = np.array(PRIOR), start.copy()
    for _ in range(STEPS):
        p = 1 / (1 + np.exp(-np.clip(x @ w, -30, 30)))
        gradient = x.T @ (p - present) + strength * (w - start)
        curvature = (x * (p * (1 - p))[:, None]).T @ x + np.diag(strength)
        w -= np.linalg.solve(curvature, gradient)
    return Calibration(papers, {name: round(float(value), 4) for name, value in zip(names, w, strict=True)})


def calibrated(files: LibraryFiles, encoder: Encoder, *, dense: bool) -> Calibration:
    """Calibrate a library. The same papers give the same calibration.

    `dense`: whether the encoder's vectors are those that the library is searched by; else papers are found by words alone.
    """

    def retrieve(question: EncodedText) -> Sequence[EncodedPaper]:
        near = files.store.nearest_papers(question.vector, READ + 1) if dense else {}
        ids = list(dict.fromkeys([*near, *files.lexical.search(question.text, READ + 1)]))
        papers = files.records.get(ids)
        return encoder.read([papers[paper_id] for paper_id in ids if paper_id in papers])

    ids = list(files.records.known())
    papers = list(files.records.get(evenly(ids)).values())
    rows, present = measured(papers, encoder.texts, files.lexical.weight, retrieve)
    return fit(rows, present, len(ids))
