"""Fit core/weights.json. Which verdict scores and which refusals follow from the features.

Fitted on the shipped suite's cases with the tag "fitted", the fitting half of the statements, `second` (the same kinds of cases by
another hand over another writing of 36 of the papers, for fitting only), and SciFact's fitting claims where the shared data is there; thresholds by cross-validated predictions, so that no case judges itself. Reporting halves are never read.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold, cross_val_predict
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from assistant import Assistant, Paper, Settings
from assistant.core.weights import fitted_file, probability
from assistant.generation.refusals.answerability import measure
from assistant.verification.checker import Checker
from evals.suites.suite import Case, open_suite
from tests.studies import sources

Features = Mapping[str, float]
# A little above what is aimed at, since a threshold chosen on few cases flatters itself.
UNSUPPORTED_PRECISION = 0.81
# Of sentences on whole abstracts, in each set of statements by itself: of one set's threshold another set's true
# paraphrases pay the price.
UNSUPPORTED_IN_EACH_SET = 0.93
REFUSAL_PRECISION = 0.92
ON_TOPIC_PRECISION = 0.95
# What carries over to one to three sentences.
SHORT = ("cosine", "late", "late_spread", "negation", "antonym")


@dataclass(frozen=True)
class FeatureRow:
    """Features of one case, what is true of it, and the group that stays together in cross-validation."""

    features: Features
    label: str
    group: str


def calibrate(folder: Path) -> dict[str, Any]:
    """Writes assistant/core/weights.json and returns it. `folder` is scratch space for libraries."""
    sample = Assistant.sample(settings=Settings())
    second = _library(folder / "second", (Paper.from_json(p) for p in sources.load("second/papers")))
    statements = _statements(sample, [c for c in sources.load("statements") if c["half"] == "fit"])
    claims, short = _scifact(folder)
    others = _statements(second, sources.load("second/statements"))
    every = [*statements, *others, *claims]
    about = _fit(every, lambda label: label not in ("not_stated", "NEI"), 0.03)
    supported = _fit(every, lambda label: label in ("supported", "SUPPORT"), 0.03)
    # Without the shared data the abstracts' statements have to do.
    supported_short = _fit(short or every, lambda label: label in ("supported", "SUPPORT"), 0.03, SHORT)
    about_short = _fit(short or every, lambda label: label not in ("not_stated", "NEI"), 0.03, SHORT)
    shipped = [case for case in open_suite("daily-papers").cases if "fitted" in case.tags]
    plain = [case for case in shipped if case.id.startswith("q")]
    refusals = [case for case in shipped if case not in plain]
    asked = [*_cases(sample, refusals), *_questions(second, sources.load("second/refusals"))]
    # The first questions have nothing to refuse: they are fitted on, each counting three times as what people ask, and no
    # threshold is chosen on them.
    every = [*asked, *_cases(sample, plain) * 3]
    answerable = _fit(every, lambda label: label == "answerable", 1.0)
    on_topic = _fit(every, lambda label: label != "off_topic", 1.0)
    fitted = {
        "supported": supported.weights,
        "supported_short": supported_short.weights,
        "about": about.weights,
        "about_short": about_short.weights,
        "answerable": answerable.weights,
        "on_topic": on_topic.weights,
        "thresholds": {
            "about": _lowest_cut(about.predicted, [statements, others, claims]),
            "about_short": _cut(
                about_short.predicted,
                [row.label in ("not_stated", "NEI") for row in short or every],
                UNSUPPORTED_PRECISION,
            ),
            "answerable": _cut(
                answerable.predicted[: len(asked)],
                [row.label != "answerable" for row in asked],
                REFUSAL_PRECISION,
                even=True,
            ),
            "on_topic": _cut(
                on_topic.predicted, [row.label == "off_topic" for row in every], ON_TOPIC_PRECISION
            ),
        },
    }
    target = fitted_file()
    fitted = _with_rest(fitted, json.loads(target.read_text(encoding="utf-8")))
    target.write_text(json.dumps(fitted, indent=1) + "\n", encoding="utf-8")
    return fitted


def _with_rest(fitted: dict[str, Any], before: dict[str, Any]) -> dict[str, Any]:
    """Return the weights with those that are fitted elsewhere, as they were before."""
    return {**before, **fitted, "thresholds": {**before["thresholds"], **fitted["thresholds"]}}


def _library(folder: Path, papers: Iterable[Paper]) -> Assistant:
    library = Assistant(folder, settings=Settings())
    library.add(papers)
    return library


def _statements(library: Assistant, cases: Sequence[sources.Case]) -> list[FeatureRow]:
    features = claim_features(library, [(c["statement"], c["paper"]) for c in cases])
    return [FeatureRow(f, c["label"], c["paper"]) for c, f in zip(cases, features, strict=True)]


def _questions(library: Assistant, cases: Sequence[sources.Case]) -> list[FeatureRow]:
    return [
        FeatureRow(question_features(library, c["question"]), c.get("kind", "answerable"), c["id"])
        for c in cases
    ]


def _cases(library: Assistant, cases: Sequence[Case]) -> list[FeatureRow]:
    return [FeatureRow(question_features(library, c.question), c.kind or "answerable", c.id) for c in cases]


@dataclass(frozen=True)
class _Fit:
    weights: dict[str, float]
    predicted: list[float]
    fitted: list[float]


def _fit(rows: Sequence[FeatureRow], positive: Any, strength: float, only: Sequence[str] = ()) -> _Fit:
    """Logistic regression on standardised features, its weights turned back to the features' own units."""
    names = [name for name in rows[0].features if not only or name in only]
    x = np.array([[row.features[name] for name in names] for row in rows])
    y = np.array([positive(row.label) for row in rows])
    model = make_pipeline(StandardScaler(), LogisticRegression(C=strength, max_iter=5000))
    predicted = cross_val_predict(
        model, x, y, groups=[row.group for row in rows], cv=GroupKFold(10), method="predict_proba"
    )[:, 1]
    model.fit(x, y)
    scaler, logistic = model[0], model[1]
    own = logistic.coef_[0] / scaler.scale_
    weights = {name: round(float(w), 4) for name, w in zip(names, own, strict=True)}
    intercept = float(logistic.intercept_[0] - (own * scaler.mean_).sum())
    return _Fit(
        {"intercept": round(intercept, 4), **weights},
        [float(p) for p in predicted],
        [float(p) for p in model.predict_proba(x)[:, 1]],
    )


def _cut(scores: Sequence[float], truth: Sequence[bool], wanted: float, *, even: bool = False) -> float:
    """The highest threshold below which at least `wanted` of the cases are truly negative (else the best F1).

    `even` counts both sides alike, however many cases each has.
    """
    positive, negative = (len(truth) / 2,) * 2 if even else (sum(truth), len(truth) - sum(truth))
    best, chosen = (-1.0, -1.0), 0.5
    for cut in sorted(set(scores)):
        hits = _share(scores, truth, True, cut)
        alarms = _share(scores, truth, False, cut)
        precision = hits * positive / max(hits * positive + alarms * negative, 1e-9)
        value = (
            (1.0, hits) if precision >= wanted else (0.0, 2 * precision * hits / (precision + hits + 1e-9))
        )
        if value > best:
            best, chosen = value, cut
    return round(chosen, 4)


def _lowest_cut(scores: Sequence[float], sets: Sequence[Sequence[FeatureRow]]) -> float:
    """Return the lowest of the thresholds of these sets, whose scores stand one after the other."""
    left, cuts = iter(scores), []
    for rows in filter(None, sets):
        truth = [row.label in ("not_stated", "NEI") for row in rows]
        cuts.append(_cut(list(islice(left, len(rows))), truth, UNSUPPORTED_IN_EACH_SET))
    return min(cuts)


def _share(scores: Sequence[float], truth: Sequence[bool], side: bool, cut: float) -> float:
    chosen = [score for score, true in zip(scores, truth, strict=True) if true is side]
    return sum(score <= cut for score in chosen) / max(len(chosen), 1)


def _scifact(folder: Path) -> tuple[list[FeatureRow], list[FeatureRow]]:
    """SciFact's fitting claims against the abstracts they cite; and against single sentences of these: the evidence, or
    where there is none the sentence that shares most words."""
    if not sources.shared("scifact"):
        return [], []
    claims = sources.read_lines(sources.need_shared("scifact", "claims_fit.jsonl"))
    library = scifact_library(folder, claims)
    pairs = [pair for claim in claims for pair in claim_pairs(claim)]
    rows = _measured(library, pairs)
    evidence = [_evidence(claim, paper) for claim in claims for paper in claim["cited_doc_ids"]]
    keys = {text: f"s{i}" for i, text in enumerate(dict.fromkeys(evidence))}
    papers = (Paper(key, "Evidence", text, source="scifact") for text, key in keys.items())
    short = _library(folder / "scifact-short", papers)
    cut = [(text, keys[words], label) for (text, _, label), words in zip(pairs, evidence, strict=True)]
    again = _measured(short, cut)
    return rows, [FeatureRow(r.features, r.label, whole.group) for r, whole in zip(again, rows, strict=True)]


def _measured(library: Assistant, pairs: Sequence[tuple[str, str, str]]) -> list[FeatureRow]:
    features = claim_features(library, [(text, paper) for text, paper, _ in pairs])
    return [FeatureRow(f, label, paper) for f, (_, paper, label) in zip(features, pairs, strict=True)]


def _evidence(claim: sources.Case, paper: str) -> str:
    carried = {item["doc"]: item["sentences"] for item in claim["evidence"]}
    sentences = sources.scifact_sentences(paper)
    if paper in carried:
        return " ".join(sentences[i] for i in carried[paper])
    words = set(claim["text"].lower().split())
    return max(sentences, key=lambda sentence: len(words & set(sentence.lower().split())))


def scifact_library(folder: Path, claims: Sequence[sources.Case]) -> Assistant:
    """A library of the abstracts that the claims cite."""
    cited = {paper for claim in claims for paper in claim["cited_doc_ids"]}
    return _library(folder / "scifact-cited", (p for p in sources.scifact_papers() if p.id in cited))


def claim_pairs(claim: sources.Case) -> list[tuple[str, str, str]]:
    """(claim, cited abstract, label): a cited abstract without evidence counts as NEI."""
    carried = {item["doc"] for item in claim["evidence"]}
    return [
        (claim["text"], paper, claim["label"] if paper in carried else "NEI")
        for paper in claim["cited_doc_ids"]
    ]


def claim_features(library: Assistant, claims: Sequence[tuple[str, str]]) -> list[dict[str, float]]:
    """Return the features of each (sentence, paper id)."""
    encoder = library.query_engine().encoder
    checker = Checker(encoder)
    papers = library.papers([paper_id for _, paper_id in claims])
    encoded = {paper.paper.id: paper for paper in encoder.read(papers)}
    return [checker.features(text, encoded[paper_id]) for text, paper_id in claims]


def question_features(library: Assistant, question: str) -> dict[str, float]:
    """Return the features of a question and the papers retrieved for it."""
    engine = library.query_engine()
    return measure(engine.search.retrieval(engine.search.parse(question)))


def probabilities(name: str, features: Sequence[dict[str, float]]) -> list[float]:
    """Return the fitted probability ("supported", "about" ...) for each set of features."""
    return [probability(name, one) for one in features]
