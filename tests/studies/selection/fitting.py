"""Fit what stands beside answer sentence selection: which sentence of the papers found leads, whether a paper answers, and whether to
answer at all.

Asked are questions over abstracts that the selection was not trained on: those written for it, with and without their abstract in a
library of all, and those of the fitting halves of PubMedQA and SciFact; and the cases of three suites that are not held out. Each
collection counts alike.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from assistant import Assistant, Paper, Settings
from assistant.core.weights import fitted_file, forget, log_odds
from assistant.generation.refusals import calibration
from assistant.generation.refusals.answerability import SELECTED_FROM, above, closing, measure
from assistant.generation.refusals.paper_fit import paper_features, paper_probabilities
from assistant.generation.run import Retrieval
from assistant.library.embedding.vectors import Vectors
from assistant.retrieval.sentences.fit import fit_features, form_of
from evals.metrics.answer import states
from evals.suites.suite import Case, open_suite
from tests.studies import sources
from tests.studies.answers import conditional
from tests.studies.answers.conditional import Choice
from tests.studies.answers.lead import pubmedqa_library
from tests.studies.selection.questions import HELD_BACK, Asked, fold_of, written

SUITES = ("two-fields", "four-fields")
# Of the questions written for what is held back, every second one is asked.
EVERY = 2
# Chosen by cross-validation among 0.0003, 0.001 and 0.003, and among 0.1 and 1.
LEAD_STRENGTH, PAPER_STRENGTH = 0.0003, 1.0
# Of the answerable questions of a collection so many are answered, on average.
ANSWERED = 0.97
# Questions of which kind are answered from the records, or with a list.
_OTHERWISE = {"library", "list"}

Right = Callable[[str, str], float]
"""How right a sentence of a paper is, by the paper's id and its text: 1 if it answers, 0.5 if it also does, else 0."""


@dataclass(frozen=True)
class Row:
    """What was found for a question: the first papers, features of the question, of these papers (papers, features), and of the
    sentences of all papers with how right they are, if any is."""

    collection: str
    answerable: bool
    found: Retrieval
    measured: dict[str, float]
    papers: Sequence[dict[str, float]]
    answers: Sequence[bool]
    lead: tuple[dict[str, Vectors], Vectors] | None
    library: calibration.Calibration | None


def fit(folder: Path) -> None:
    """Fit the weights and thresholds and write them. `folder` keeps the libraries."""
    rows = [*_written(folder), *_pubmedqa(folder), *_scifact(folder), *_of_suites(folder)]
    _write("lead", _lead(rows))
    _write("paper_answers", _papers(rows))
    closed = [row for row in rows if row.answerable and form_of(row.found.question) == "closed"]
    best = [log_odds(max(paper_probabilities(row.found, SELECTED_FROM))) for row in closed]
    _write("thresholds", {"paper_answers": _threshold([row.collection for row in closed], best)})
    weights, odds = _answered(rows)
    _write("answered", weights)
    answerable = [row.answerable for row in rows]
    collections = [row.collection for row in rows if row.answerable]
    _write(
        "thresholds",
        {"answered": _threshold(collections, [z for z, y in zip(odds, answerable, strict=True) if y])},
    )


def _write(name: str, values: dict[str, float]) -> None:
    """Write fitted values, and have them used."""
    target = fitted_file()
    fitted = json.loads(target.read_text(encoding="utf-8"))
    rounded = {key: round(float(value), 4) for key, value in values.items()}
    fitted[name] = fitted[name] | rounded if name == "thresholds" else rounded
    target.write_text(json.dumps(fitted, indent=1) + "\n", encoding="utf-8")
    forget()


def _lead(rows: Sequence[Row]) -> dict[str, float]:
    """Return the weights by which sentences of several papers are ranked."""
    chosen = [(row.collection, row.lead) for row in rows if row.lead]
    # No role tells what defines a term.
    every = dict.fromkeys(name for _, (columns, _) in chosen for name in columns)
    names = [name for name in every if not name.endswith("_definition")]
    sizes = Counter(collection for collection, _ in chosen)
    choices = [
        Choice(
            np.stack([columns.get(name, np.zeros(len(right))) for name in names], axis=1),
            right,
            1 / sizes[collection],
        )
        for collection, (columns, right) in chosen
    ]
    return dict(zip(names, conditional.fit(choices, LEAD_STRENGTH), strict=True))


def _papers(rows: Sequence[Row]) -> dict[str, float]:
    """Return the weights of the regression that tells whether a paper answers."""
    names = list(rows[0].papers[0])
    sizes = Counter(row.collection for row in rows for _ in row.answers)
    counts = np.array([1 / sizes[row.collection] for row in rows for _ in row.answers])
    model = make_pipeline(StandardScaler(), LogisticRegression(C=PAPER_STRENGTH, max_iter=3000))
    model.fit(
        np.array([[paper[name] for name in names] for row in rows for paper in row.papers]),
        np.array([answers for row in rows for answers in row.answers]),
        logisticregression__sample_weight=counts * len(counts) / len(sizes),
    )
    own = model[1].coef_[0] / model[0].scale_
    intercept = float(model[1].intercept_[0] - (own * model[0].mean_).sum())
    return {"intercept": intercept, **dict(zip(names, own, strict=True))}


def _answered(rows: Sequence[Row]) -> tuple[dict[str, float], Vectors]:
    """Return the weights of the regression that tells whether to answer, and its log odds for each row.

    Of what people ask, about two questions in three can be answered.
    """
    features = [closing(row.found, above(row.found, row.measured, row.library)) for row in rows]
    names = list(features[0])
    x = np.array([[one[name] for name in names] for one in features])
    sizes = Counter((row.collection, row.answerable) for row in rows)
    counts = np.array([(1 + row.answerable) / sizes[row.collection, row.answerable] for row in rows])
    model = LogisticRegression().fit(
        x, [row.answerable for row in rows], sample_weight=counts * len(counts) / counts.sum()
    )
    weights = {"intercept": float(model.intercept_[0]), **dict(zip(names, model.coef_[0], strict=True))}
    return weights, model.decision_function(x)


def _threshold(collections: Sequence[str], odds: Sequence[float]) -> float:
    """Return the probability from which the share wanted of a collection's answerable questions is answered, on average."""
    by_name: dict[str, list[float]] = {}
    for name, value in zip(collections, odds, strict=True):
        by_name.setdefault(name, []).append(value)
    cuts = np.linspace(-5, 5, 1001)
    kept = [np.mean([np.mean(np.array(values) >= cut) for values in by_name.values()]) for cut in cuts]
    return float(1 / (1 + np.exp(-cuts[int(np.abs(np.array(kept) - ANSWERED).argmin())])))


def _asked(
    library: Assistant,
    collection: str,
    question: str,
    answering: Sequence[str],
    right: Right,
    without: str = "",
) -> Iterator[Row]:
    """Yield what a library gives for a question that these papers answer."""
    engine = library.query_engine(without=[without] if without else [])
    asked = engine.search.parse(question)
    found = engine.search.retrieval(asked)
    if not found.papers or found.across or not asked.encoded.content:
        return
    first = found.papers[:SELECTED_FROM]
    passages = found.passages[:SELECTED_FROM]
    rights = [
        np.array([right(paper.paper.id, sentence.text) for sentence in paper.sentences])
        for paper in found.papers
    ]
    lead = None
    if any((one == 1).any() for one in rights):
        columns = [
            fit_features(asked, paper, passage.score)
            for paper, passage in zip(found.papers, found.passages, strict=True)
        ]
        names = dict.fromkeys(name for one in columns for name in one)
        lead = (
            {name: np.concatenate([one[name] for one in columns]) for name in names},
            np.concatenate(rights),
        )
    yield Row(
        collection,
        bool(answering),
        replace(found, papers=found.papers[: calibration.READ], passages=found.passages[: calibration.READ]),
        measure(found),
        [paper_features(asked, paper, passage) for paper, passage in zip(first, passages, strict=True)],
        [paper.paper.id in answering for paper in first],
        lead,
        calibration.read(library.path),
    )


def _written(folder: Path) -> Iterator[Row]:
    asked = written()
    with Assistant(folder / "selection", settings=Settings()) as library:
        library.add(
            Paper(one.id, one.title or f"Record {one.id}", " ".join(one.sentences), source="selection")
            for one in {one.abstract.id: one.abstract for one in asked}.values()
        )
        for one in [one for one in asked if one.abstract.fold == HELD_BACK][::EVERY]:
            answering = [one.abstract.id] if one.best else []
            yield from _asked(library, "written", one.question, answering, _Written(one))
            if one.best:
                yield from _asked(library, "written", one.question, [], _none, one.abstract.id)


@dataclass(frozen=True)
class _Written:
    asked: Asked

    def __call__(self, paper: str, text: str) -> float:
        if paper != self.asked.abstract.id:
            return 0.0
        sentences = self.asked.abstract.sentences
        for places, value in ((self.asked.best, 1.0), (self.asked.also, 0.5)):
            if any(_same(text, sentences[place]) for place in places):
                return value
        return 0.0


def _same(text: str, other: str) -> bool:
    """Return whether two texts are one sentence, also where it was cut in two."""
    return text == other or (len(text) > 30 and (text in other or other in text))


def _none(paper: str, text: str) -> float:
    return 0.0


def _pubmedqa(folder: Path) -> Iterator[Row]:
    rows = sources.read_lines(sources.need_shared("pubmedqa", "fit.jsonl"))
    for side in (0, 1):
        with pubmedqa_library("fit", side, folder) as library:
            for place, row in enumerate(rows):
                if fold_of(f"pubmedqa:{row['pmid']}") != HELD_BACK:
                    continue
                answering = [row["pmid"]] if place % 2 == side else []
                yield from _asked(library, "pubmedqa", row["question"], answering, _Conclusion(row))


@dataclass(frozen=True)
class _Conclusion:
    row: sources.Case

    def __call__(self, paper: str, text: str) -> float:
        return float(paper == self.row["pmid"] and text in self.row["long_answer"])


def _scifact(folder: Path) -> Iterator[Row]:
    with Assistant(folder / "scifact", settings=Settings()) as library:
        library.add(sources.scifact_papers())
        for claim in sources.read_lines(sources.need_shared("scifact", "claims_fit.jsonl")):
            if any(fold_of(f"scifact:{paper}") != HELD_BACK for paper in claim["cited_doc_ids"]):
                continue
            evidence = {
                item["doc"]: [sources.scifact_sentences(item["doc"])[i].strip() for i in item["sentences"]]
                for item in claim["evidence"]
            }
            yield from _asked(library, "scifact", claim["text"], list(evidence), _Evidence(evidence))


@dataclass(frozen=True)
class _Evidence:
    sentences: dict[str, list[str]]

    def __call__(self, paper: str, text: str) -> float:
        return float(any(_same(text, sentence) for sentence in self.sentences.get(paper, ())))


def _of_suites(folder: Path) -> Iterator[Row]:
    with Assistant.sample(settings=Settings()) as library:
        shipped = [case for case in open_suite("daily-papers").cases if "fitted" in case.tags]
        yield from _cases(library, "daily-papers", shipped)
    for name in SUITES:
        suite = open_suite(name)
        with Assistant(folder / name, settings=Settings()) as library:
            library.add(*(suite.folder / file for file in suite.manifest.library))
            yield from _cases(library, name, suite.chosen())


def _cases(library: Assistant, name: str, cases: Sequence[Case]) -> Iterator[Row]:
    for case in cases:
        if not case.history and not _OTHERWISE.intersection(case.tags):
            yield from _asked(library, name, case.question, list(case.relevant), _Stating(case))


@dataclass(frozen=True)
class _Stating:
    case: Case

    def __call__(self, paper: str, text: str) -> float:
        told = any(states(text, fact.spellings) for fact in self.case.facts)
        return float(paper in self.case.relevant and told)
