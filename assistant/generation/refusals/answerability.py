"""Decide whether to answer, from the retrieved papers; if not, the kind of refusal.

Fitted probabilities say whether the library has papers about the question ("on_topic"), whether these seem to state what is asked
("answerable", and for a yes-or-no question the likeliest paper's), and whether one comes as near as papers come in this library (see
`calibration`). How far the least of them lies above its threshold, and what answer sentence selection says of the likeliest sentence,
are weighed at last ("answered"). Thresholds are chosen on fitting halves; the evaluation report draws what others would cost.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import combinations_with_replacement

import numpy as np

from assistant.core.answers.refusal import RefusalKind
from assistant.core.text.quantities import extract
from assistant.core.text.tokens import tokens
from assistant.core.weights import log_odds, probability, threshold
from assistant.generation.refusals.calibration import READ, Calibration, nearness
from assistant.generation.refusals.paper_fit import paper_probabilities, selected, tells
from assistant.generation.run import Answerability, Retrieval
from assistant.library.embedding.vectors import Vectors
from assistant.retrieval.encoder import EncodedPaper, nearness_across
from assistant.retrieval.names import about_one
from assistant.retrieval.question import Question
from assistant.retrieval.sentences.fit import QuestionForm, form_of

SELECTED_FROM = 3
"""Sentences of so many papers may answer: among 1,700 papers the one that does is one of these in 0.999 of cases."""
# Chosen on fitting halves: of SciFact's claims with evidence, 96 % are answered.
_NEAR: dict[QuestionForm, str] = {
    "thing": "near_thing",
    "definition": "near_thing",
    "closed": "near",
    "statement": "near_statement",
}
_MOST = 6.0
"""Log odds above a threshold count up to so much."""


def assess_answerability(retrieval: Retrieval, calibration: Calibration | None = None) -> Answerability:
    """Return whether the retrieved papers can answer the question, by the library's `calibration` too if it has one.

    If the question names papers side by side, each is assessed alone, and one that answers is enough.
    """
    if not retrieval.papers:
        return Answerability(0.0, 0.0, "off_topic", {})
    if retrieval.across:
        return _across_languages(retrieval)
    if not retrieval.named:
        return _assess(retrieval, calibration)
    each = []
    for subject in retrieval.named:
        alone = about_one(retrieval.question, retrieval.named, subject)
        each.append(_assess(replace(_led_by(subject.paper, retrieval), question=alone), None))
    return max(each, key=lambda assessed: (assessed.kind is None, assessed.answerable))


def _led_by(paper: EncodedPaper, retrieval: Retrieval) -> Retrieval:
    """Return what was retrieved with one of its papers first."""
    order = sorted(range(len(retrieval.papers)), key=lambda i: retrieval.papers[i].paper.id != paper.paper.id)
    papers, passages = retrieval.papers, retrieval.passages
    return replace(
        retrieval, papers=tuple(papers[i] for i in order), passages=tuple(passages[i] for i in order)
    )


def _across_languages(retrieval: Retrieval) -> Answerability:
    """Judge by meaning alone where question or paper is in another language than English: what else tells is fitted on English.

    What is on something else is refused. Whether an abstract on it says what is asked, only the words for the probability tell.
    """
    near = max(nearness_across(p.across) for p in retrieval.papers if p.across is not None)
    likely = probability("across", {"near": near})
    kind: RefusalKind | None = None if likely >= threshold("across") else "off_topic"
    return Answerability(likely, likely, kind, {"across": near})


def _assess(retrieval: Retrieval, calibration: Calibration | None) -> Answerability:
    measured = measure(retrieval)
    told = above(retrieval, measured, calibration)
    features = measured | closing(retrieval, told)
    likely, on_topic = probability("answered", features), probability("on_topic", measured)
    kind: RefusalKind | None = None
    # What the library has nothing on is not answered by a sentence that looks like an answer.
    if likely < threshold("answered") or told.get("on_topic", 0.0) < 0:
        off_topic = on_topic < threshold("on_topic") or told.get("near", 0.0) < 0
        kind = "off_topic" if off_topic else "not_stated"
    return Answerability(likely, on_topic, kind, features)


def closing(retrieval: Retrieval, above: Mapping[str, float]) -> dict[str, float]:
    """Return the features that decide at last, of what lies `above` its threshold and of answer sentence selection.

    What tells whether a paper answers a yes-or-no question has the selection in it.
    """
    least = max(-_MOST, min(_MOST, *above.values()))
    if "paper" in above:
        return {"by_paper": 1.0, "paper": least, "above": 0.0, "selected": 0.0}
    return {"by_paper": 0.0, "paper": 0.0, "above": least, "selected": _selected(retrieval)}


def above(
    retrieval: Retrieval, measured: Mapping[str, float], calibration: Calibration | None
) -> dict[str, float]:
    """Return by how much the log odds of what tells lie above their thresholds, by name; `measured` are the question's features.

    A statement asks for what speaks of it, for or against: whether an abstract says the same is for its reader to see.
    """
    question, form = retrieval.question, form_of(retrieval.question)
    if calibration and form == "closed" and tells(question):
        best = max(paper_probabilities(retrieval, SELECTED_FROM))
        return {"paper": log_odds(best) - log_odds(threshold("paper_answers"))}
    found = {"on_topic": log_odds(probability("on_topic", measured)) - log_odds(threshold("on_topic"))}
    if calibration:
        features = nearness(question.encoded, question.weights, retrieval.papers[:READ])
        found["near"] = calibration.log_odds(features) - log_odds(threshold(_NEAR[form]))
    if not calibration or form != "statement":
        found["answerable"] = log_odds(probability("answerable", measured)) - log_odds(
            threshold("answerable")
        )
    return found


def measure(retrieval: Retrieval) -> dict[str, float]:
    """Return features, by name, of a question and the papers retrieved for it (at least one)."""
    return {
        **_nearness(retrieval),
        **_word_matches(retrieval.question, retrieval.papers),
        **_top_paper(retrieval.question, retrieval.papers[0]),
        "selected": _selected(retrieval),
        "selected_first": selected(retrieval.papers[0]),
    }


def _selected(retrieval: Retrieval) -> float:
    """Return the log odds of the sentence of the first papers that is likeliest to answer."""
    return max(selected(paper) for paper in retrieval.papers[:SELECTED_FROM])


def _nearness(retrieval: Retrieval) -> dict[str, float]:
    """Return features: the highest cosines of papers and sentences, and the lead of the first over the others."""
    vector, passages = retrieval.question.encoded.vector, retrieval.passages
    best = [float((p.vectors @ vector).max(initial=0.0)) for p in retrieval.papers]
    order = sorted(best, reverse=True)
    # A retriever of another make gives no cosines: the nearest sentence's stands for them.
    cosines = [order[0] if p.cosine is None else p.cosine for p in passages]
    return {
        "cosine_paper": max(cosines),
        "cosine_sentence": order[0],
        "cosine_lead": order[0] - order[min(len(order) - 1, 3)],
        "score_lead": passages[0].score - passages[min(1, len(passages) - 1)].score,
    }


def _word_matches(question: Question, papers: Sequence[EncodedPaper]) -> dict[str, float]:
    """Return features: how near the papers' words come to each word of the question, also in other words (late interaction)."""
    words = question.encoded.content
    weights = np.array(question.weights or [1.0], dtype=np.float32)
    nothing = (np.zeros((1, 1 + len(p.sentences)), np.float32) for p in papers)
    near = [p.nearest_words(question.encoded) for p in papers] if words else list(nothing)
    first = near[0].max(axis=1)
    anywhere = np.max([n.max(axis=1) for n in near], axis=0)
    head = [float(value) for value, token in zip(first, words, strict=False) if token in question.head[:1]]
    return {
        "late_sentence": max(float((weights @ n).max()) for n in near[:3]) / float(weights.sum()),
        "late_least": float(np.sort(first)[:2].mean()),
        "late_pair": _pair(near[0], weights),
        "late_head": head[0] if head else float(first.mean()),
        "gaps": float(weights @ (1 - first)),
        "gap_anywhere": float((weights * (1 - anywhere)).max()),
        "numbered": _numbered(papers[0], near[0], weights) if question.number else 0.0,
    }


def _with_title(near: Vectors) -> Vectors:
    """Return the nearest words of each sentence and the title together: shape (words, sentences)."""
    best: Vectors = np.maximum(near[:, 1:], near[:, :1])
    return best


def _pair(near: Vectors, weights: Vectors) -> float:
    """Take the pair of sentences that covers the question best; return the cosine of the word they cover worst."""
    columns = _with_title(near).T
    joined = [np.maximum(one, other) for one, other in combinations_with_replacement(columns, 2)]
    return float(max(joined, key=lambda best: float(weights @ best)).min()) if joined else 0.0


def _numbered(paper: EncodedPaper, near: Vectors, weights: Vectors) -> float:
    """Return the best score of a sentence with a number minus the best score of any sentence; <= 0."""
    fit = weights @ _with_title(near) / weights.sum()
    numbered = [float(v) for v, sentence in zip(fit, paper.sentences, strict=True) if extract(sentence.text)]
    return max(numbered, default=0.0) - float(fit.max(initial=0.0))


def _top_paper(question: Question, paper: EncodedPaper) -> dict[str, float]:
    """Return features: whether the top paper contains the question's words and names, and a number of the kind asked for."""
    text = f"{paper.paper.title} {paper.paper.abstract}".lower()
    words = question.encoded.content
    unseen_names = [t for t in question.names if t.stem not in paper.stems and t.lower not in text]
    return {
        "unseen": sum(t.stem not in paper.stems for t in words) / max(len(words), 1),
        "names_unseen": float(len(unseen_names)),
        "number_near": float(_near_number({t.stem for t in question.head}, paper))
        if question.number
        else 0.0,
        "asks_who": float(question.opening == "who"),
        "asks_why": float(question.opening == "why"),
    }


def _near_number(stems: set[str], paper: EncodedPaper) -> int:
    """Return how many of the stems stand near one number of the abstract (50 characters before, 40 behind), at best."""
    best = 0
    for sentence in paper.sentences:
        for quantity in extract(sentence.text):
            near = sentence.text[max(0, quantity.start - 50) : quantity.end + 40]
            best = max(best, sum(t.stem in stems for t in tokens(near)))
    return best
