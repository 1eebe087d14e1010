"""Fit what is compared across languages.

The map from the model of other languages into MiniLM's space needs no translation: both read the same English texts. How likely an
answer is, and which sentence leads, is fitted on 80 questions of the shipped suite, translated into ten languages
(data/translated.jsonl), each asked with its papers and without. The suite `languages` has other questions over other papers.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
from sklearn.linear_model import LogisticRegression

from assistant import Assistant, Settings
from assistant.core.weights import fitted_file
from assistant.generation.run import Retrieval
from assistant.library.embedding.minilm import DIMENSION, minilm
from assistant.library.embedding.multilingual import FITTED, multilingual
from assistant.library.embedding.vectors import Vectors, unit
from assistant.retrieval.encoder import nearness_across
from assistant.retrieval.sentences.fit import fit_features
from evals.metrics.answer import states
from evals.suites.suite import Case, open_suite
from tests.studies import sources
from tests.studies.answers import conditional
from tests.studies.answers.conditional import Choice

# Chosen by cross-validation among 0.1, 1, 10 and 100: of 2,000 other sentences, 0.85 are nearest to themselves.
RIDGE = 1.0
WORDS = 9000
"""So many single words are mapped, too: words are compared one by one."""
STRENGTH = 0.001
# Of the questions that can be answered, four in five are; what is on something else is refused.
ANSWERED = 0.8


@dataclass
class _Rows:
    near: list[float] = field(default_factory=list)
    answerable: list[bool] = field(default_factory=list)
    sentences: list[Choice] = field(default_factory=list)
    names: Sequence[str] = ()


def fit() -> None:
    """Fit the map where the shared data is there, then the weights."""
    if all(map(sources.shared, ("scifact", "sentence_roles", "pubmedqa"))):
        fit_map()
    target = fitted_file()
    fitted = json.loads(target.read_text(encoding="utf-8"))
    fitted |= fit_weights()
    fitted["thresholds"] = {**fitted.pop("thresholds"), "across": fitted["across"].pop("threshold")}
    target.write_text(json.dumps(fitted, indent=1) + "\n", encoding="utf-8")


def fit_map() -> None:
    """Fit the map by ridge regression, and the scale of cosines; write both."""
    texts, pairs = _english()
    words = [word for word, _ in sorted(_counted(texts).items(), key=lambda item: -item[1])[:WORDS]]
    read = [*texts, *words]
    x = np.c_[_read_by_other(read), np.ones(len(read))]
    y = _read_by_minilm(read)
    mapped = np.linalg.solve(x.T @ x + RIDGE * np.eye(x.shape[1]), x.T @ y)
    ours, other = _cosines(pairs, _read_by_minilm), _cosines(pairs, _read_by_other)
    # A regression would draw all cosines to the mean; these are to have the same spread.
    slope = float(ours.std() / other.std())
    shift = float(ours.mean()) - slope * float(other.mean())
    np.savez_compressed(FITTED, map=mapped.astype(np.float16), cosine=np.array([slope, shift], np.float32))
    multilingual.cache_clear()


def fit_weights() -> dict[str, dict[str, float]]:
    """Return the weights "across" with their threshold, and "lead_across"."""
    rows = _asked()
    model = LogisticRegression(C=1000).fit(np.array(rows.near)[:, None], rows.answerable)
    likely = model.predict_proba(np.array(rows.near)[:, None])[:, 1][np.array(rows.answerable)]
    across = {
        "intercept": float(model.intercept_[0]),
        "near": float(model.coef_[0, 0]),
        "threshold": float(np.quantile(likely, 1 - ANSWERED)),
    }
    lead = dict(zip(rows.names, map(float, conditional.fit(rows.sentences, STRENGTH)), strict=True))
    # What role answers which form of a question, too few translations tell: each form gets the same.
    forms = {
        name.replace("_thing", f"_{form}"): weight
        for name, weight in lead.items()
        if name.endswith("_thing")
        for form in ("closed", "statement")
    }
    rounded = {"across": across, "lead_across": lead | forms}
    return {name: {key: round(w, 4) for key, w in one.items()} for name, one in rounded.items()}


def _asked() -> _Rows:
    cases = {case.id: case for case in open_suite("daily-papers").cases}
    rows = _Rows()
    with Assistant.sample(settings=Settings()) as library:
        for translated in sources.load("translated"):
            case = cases[translated["case"]]
            engine = library.query_engine()
            found = engine.search.find(engine.search.parse(translated["question"]))
            _add(rows, found, bool(case.relevant))
            if case.relevant:
                _add_sentences(rows, found, case)
                without = library.query_engine(without=list(case.relevant))
                _add(rows, without.search.find(without.search.parse(translated["question"])), False)
    return rows


def _add(rows: _Rows, found: Retrieval, answerable: bool) -> None:
    near = [nearness_across(paper.across) for paper in found.papers if paper.across is not None]
    if near:
        rows.near.append(max(near))
        rows.answerable.append(answerable)


def _add_sentences(rows: _Rows, found: Retrieval, case: Case) -> None:
    parts, answers = [], []
    for paper, passage in zip(found.papers, found.passages, strict=True):
        if paper.across is None:
            return
        features = fit_features(found.question, paper, passage.score)
        used = {n: f for n, f in features.items() if n in ("cosine", "paper") or n.endswith("_thing")}
        rows.names = list(used)
        parts.append(np.stack(list(used.values()), axis=1))
        for sentence in paper.sentences:
            told = any(states(sentence.text, fact.spellings) for fact in case.facts)
            answers.append(paper.paper.id in case.relevant and told)
    if any(answers):
        rows.sentences.append(Choice(np.concatenate(parts), np.array(answers, dtype=np.float32)))


def _english() -> tuple[list[str], list[tuple[str, str]]]:
    """Return texts in English, and pairs of a title and a sentence below it."""
    drawn = random.Random(1)
    texts, pairs = [], []
    for row in sources.read_lines(sources.need_shared("scifact", "corpus.jsonl.gz")):
        chosen = drawn.sample(row["sentences"], min(3, len(row["sentences"])))
        texts += [row["title"], *chosen]
        pairs += [(row["title"], sentence) for sentence in chosen]
    for row in sources.read_lines(sources.need_shared("sentence_roles", "fit.jsonl")):
        texts += row["sentences"]
    texts += [row["question"] for row in sources.read_lines(sources.need_shared("pubmedqa", "fit.jsonl"))]
    return list(dict.fromkeys(filter(None, texts))), drawn.sample(pairs, 3000)


def _counted(texts: Sequence[str]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for word in (word for text in texts for word in text.split() if word.isalpha() and len(word) > 3):
        counts[word] = counts.get(word, 0) + 1
    return counts


def _cosines(pairs: Sequence[tuple[str, str]], read_by: Callable[[Sequence[str]], Vectors]) -> Vectors:
    one, other = (read_by(side) for side in zip(*pairs, strict=True))
    cosines: Vectors = np.einsum("ij,ij->i", one, other)
    return cosines


def _read_by_minilm(texts: Sequence[str]) -> Vectors:
    rows = np.empty((len(texts), DIMENSION), dtype=np.float32)
    for at, tokens, _ in minilm().run(texts):
        rows[at] = tokens.mean(axis=0)
    return unit(rows)


def _read_by_other(texts: Sequence[str]) -> Vectors:
    return multilingual().own(texts)
