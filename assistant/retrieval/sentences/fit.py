"""Rate sentences. How well does each answer?

Four things count, in any field: what answer sentence selection says of a sentence, how near it comes to the question in meaning and
words, whether it has a number if one is asked for, and its role in the abstract. How much the role counts depends on the form of the
question: "Does X help?" wants a conclusion, "Which X ...?" the sentence with X, a statement the sentence that says the same. The weights
are those of a conditional logistic regression (McFadden 1974): the probability that a sentence is the answer is the softmax of its fit
over all sentences of the papers found. They are fitted on questions over some thirty fields (`python -m tests.studies selection`); `python
-m tests.studies lead` measures it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

import numpy as np

from assistant.core.text.quantities import extract
from assistant.core.text.tokens import tokens
from assistant.core.weights import weights
from assistant.library.embedding.vectors import Vectors
from assistant.retrieval.encoder import EncodedPaper
from assistant.retrieval.question import Question
from assistant.retrieval.sentences.hearsay import asks_for_hearsay, hearsay, leaves_open
from assistant.retrieval.sentences.lead_roles import lead_roles
from assistant.retrieval.sentences.roles import ROLES, findings

QuestionForm = Literal["definition", "thing", "closed", "statement"]
"""Asks what something is; asks for a thing ("which", "how", "list"); asks yes or no, or is a title with a question mark;
is a statement."""

_QUESTION_WORDS = frozenset("what which who whom whose where when how why what's who's".split())
_REQUESTS = frozenset("list name find show give tell".split())
_DEFINES = (["what", "is"], ["what", "are"], ["who", "is"], ["who", "are"])
_DEFINE = (["what's"], ["who's"], ["define"])
_DEFINITE = frozenset("the this that these those its their your said known".split())
# "What is a state space model?" has six words: longer questions ask for more than a term.
_TERM = 7
# So near to hearsay in fit is a finding that takes its place. Of 438 questions on 73 abstracts with hearsay, six are led by it: the finding
# is right where it comes as near as 1, hearsay where none comes nearer than 6.
_NEAR_HEARSAY = 3.0
# From this probability on a sentence is a finding.
_FOUND = 0.5
# Of a sentence that was not read: as little as of one that says something else.
UNREAD = -6.0
# "Effect of caffeine on sleep" is a title, with or without a question mark.
EFFECTS = frozenset(
    """effect effects impact influence role relationship relation association efficacy effectiveness safety benefit benefits risk
    risks""".split()
)
_AUXILIARIES = frozenset(
    "is are was were do does did can could has have had will would should may might".split()
)


def sentence_fit(question: Question, paper: EncodedPaper, score: float) -> Vectors:
    """Return how well each sentence answers the question, shape (sentences,): a higher one is likelier to be the answer.

    `score` is the paper's retrieval score in 0..1. The fits of sentences of several papers compare.
    """
    fitted = weights("lead" if paper.across is None else "lead_across")
    columns = fit_features(question, paper, score)
    # No role tells what defines a term: such columns have no weight.
    fit: Vectors = np.sum([fitted.get(name, 0.0) * column for name, column in columns.items()], axis=0)
    return fit


def own_first(fit: Vectors, question: Question, paper: EncodedPaper) -> Vectors:
    """Return the fits of a paper's sentences in which one that tells nothing gives the first place to the likeliest finding of the paper that
    is nearly as likely; the two exchange their fits, so that papers compare as before."""
    if not len(fit):
        return fit
    best = int(fit.argmax())
    if not tells_nothing(question, paper.sentences[best].text):
        return fit
    found = findings(paper) >= _FOUND
    other = int(np.where(found, fit, -np.inf).argmax())
    return exchanged(fit, best, other) if found[other] and fit[best] - fit[other] <= _NEAR_HEARSAY else fit


def tells_nothing(question: Question, text: str) -> bool:
    """Return whether a sentence tells nothing of its own: hearsay, unless the question asks for that; or, where yes or no or a claim is
    asked, what the paper itself only asks."""
    asked = form_of(question) in ("closed", "statement") and leaves_open(text)
    return asked or (hearsay(text) and not asks_for_hearsay(question.text))


def exchanged(fit: Vectors, one: int, other: int) -> Vectors:
    """Return fits in which two sentences have exchanged theirs."""
    fit = fit.copy()
    fit[[one, other]] = fit[[other, one]]
    return fit


def fit_features(question: Question, paper: EncodedPaper, score: float) -> Mapping[str, Vectors]:
    """Return the features of each sentence by name, each of shape (sentences,)."""
    near = paper.nearest_words(question.encoded)
    word_weights = np.array(question.weights, dtype=np.float32)
    with_title = np.maximum(near[:, 1:], near[:, :1])
    numbered = [question.number and bool(extract(sentence.text)) for sentence in paper.sentences]
    form = form_of(question)
    roles = {f"{role}_{form}": column for role, column in zip(ROLES, lead_roles(paper).T, strict=True)}
    unread = np.full(len(paper.sentences), UNREAD, dtype=np.float32)
    return {
        "selected": unread if paper.answers is None else paper.answers,
        "cosine": paper.near(question.encoded),
        "late": _share(with_title, word_weights),
        "rare": _rare_words(question, paper),
        "number": np.array(numbered, dtype=np.float32),
        "paper": np.full(len(paper.sentences), score, dtype=np.float32),
        "introduces": _introduces(question, paper) * (form == "definition"),
        **roles,
    }


def form_of(question: Question) -> QuestionForm:
    """Return the form of a question; one in another language than English counts as one that asks for a thing."""
    return "thing" if question.encoded.other else question_form(question.text)


def question_form(question: str) -> QuestionForm:
    """Return the form of a question, which tells what kind of sentence answers it."""
    words = [token.lower for token in tokens(question)]
    asks = 2 if words[:2] in _DEFINES else 1 if words[:1] in _DEFINE else 0
    means = words[:2] in (["what", "does"], ["what", "do"]) and words[-1] == "mean"
    if len(words) <= _TERM and (
        means or (asks and _DEFINITE.isdisjoint(words[asks : asks + 1] or _DEFINITE))
    ):
        return "definition"
    if words[:1] and words[0] in EFFECTS and not _QUESTION_WORDS.intersection(words):
        return "closed"
    if _QUESTION_WORDS.intersection(words) or _REQUESTS.intersection(words[:1]):
        return "thing"
    closed = question.rstrip().endswith(("?", "？")) or _AUXILIARIES.intersection(words[:1])
    return "closed" if closed else "statement"


def _rare_words(question: Question, paper: EncodedPaper) -> Vectors:
    """Return for each sentence the share of the question's words in it, those that few sentences have counting most."""
    count = len(paper.sentences)
    inside = np.array(
        [[t.stem in s.stems for s in paper.sentences] for t in question.encoded.content], dtype=np.float32
    ).reshape(-1, count)
    rarity = np.log((count + 1) / (inside.sum(axis=1) + 0.5)).clip(0.1)
    word_weights = np.array(question.weights, dtype=np.float32)
    return _share(inside, word_weights * rarity)


def _introduces(question: Question, paper: EncodedPaper) -> Vectors:
    """Return 1 for the first sentence that has all of the question's content words, 0 for the others."""
    words = {token.stem for token in question.encoded.content}
    has = [bool(words) and words <= sentence.stems for sentence in paper.sentences]
    first: Vectors = np.array(
        [here and not any(has[:place]) for place, here in enumerate(has)], dtype=np.float32
    )
    return first


def _share(values: Vectors, word_weights: Vectors) -> Vectors:
    """Return the weighted mean over the question's words, shape (sentences,); 0 without words."""
    total = float(word_weights.sum())
    mean: Vectors = word_weights @ values / (total or 1.0)
    return mean


def probabilities(fits: Sequence[Vectors]) -> list[Vectors]:
    """Return the softmax over the sentences of all papers, paper by paper."""
    if not fits:
        return []
    most = max(float(fit.max(initial=-np.inf)) for fit in fits)
    exponents = [np.exp(fit - most) for fit in fits]
    total = sum(float(e.sum()) for e in exponents)
    return [e / total for e in exponents]
