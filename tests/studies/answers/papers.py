"""Fit which papers answer a yes-or-no question: PubMedQA's fitting half, and the cases of two suites that are not held out.

Each question gives its retrieved papers, of which some answer it; each collection counts alike.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from assistant import Assistant, Settings
from assistant.core.weights import fitted_file
from assistant.generation.refusals.paper_fit import paper_features, tells
from assistant.retrieval.sentence_fit import question_form
from evals.suites.suite import open_suite
from tests.studies import sources
from tests.studies.answers.lead import pubmedqa_library

SUITES = ("two-fields", "four-fields")
# Chosen by cross-validation among 0.1 and 1.
STRENGTH = 0.1


@dataclass(frozen=True)
class Asked:
    """A retrieved paper of a question: its features, whether it answers, and the collection that the question is of."""

    collection: str
    features: dict[str, float]
    answers: bool


def fit(folder: Path) -> None:
    """Fit the weights and write them."""
    rows = list(_asked(folder))
    names = list(rows[0].features)
    counts = Counter(row.collection for row in rows)
    model = make_pipeline(StandardScaler(), LogisticRegression(C=STRENGTH, max_iter=3000))
    model.fit(
        np.array([[row.features[name] for name in names] for row in rows]),
        [row.answers for row in rows],
        logisticregression__sample_weight=[len(rows) / counts[row.collection] / len(counts) for row in rows],
    )
    scaler, logistic = model[0], model[1]
    own = logistic.coef_[0] / scaler.scale_
    intercept = float(logistic.intercept_[0] - (own * scaler.mean_).sum())
    written = {"intercept": intercept, **dict(zip(names, own, strict=True))}
    target = fitted_file()
    fitted = json.loads(target.read_text(encoding="utf-8"))
    fitted["paper_answers"] = {name: round(float(weight), 4) for name, weight in written.items()}
    target.write_text(json.dumps(fitted, indent=1) + "\n", encoding="utf-8")


def _asked(folder: Path) -> Iterator[Asked]:
    if sources.shared("pubmedqa"):
        rows = sources.read_lines(sources.need_shared("pubmedqa", "fit.jsonl"))
        for side in (0, 1):
            with pubmedqa_library("fit", side, folder) as library:
                asked = [(row["question"], [row["pmid"]]) for row in rows]
                yield from _of(library, "pubmedqa", asked)
    for name in SUITES:
        suite = open_suite(name)
        asked = [(case.question, list(case.relevant)) for case in suite.chosen() if not case.history]
        with Assistant(folder / name, settings=Settings()) as library:
            library.add(*(suite.folder / file for file in suite.manifest.library))
            yield from _of(library, name, asked)


def _of(library: Assistant, collection: str, asked: Sequence[tuple[str, Sequence[str]]]) -> Iterator[Asked]:
    engine = library.query_engine()
    for text, answering in asked:
        question = engine.search.parse(text)
        if question_form(text) == "closed" and tells(question):
            found = engine.search.retrieval(question)
            for paper, passage in zip(found.papers, found.passages, strict=True):
                features = paper_features(question, paper, passage)
                yield Asked(collection, features, paper.paper.id in answering)
