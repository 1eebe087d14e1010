"""Verifiers: whether papers support a sentence. By rules, a judge, or any model that scores pairs of texts."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from typing import Any, Literal, NamedTuple, Protocol

from assistant import Assistant, Model
from assistant.core.errors import ModelReplyInvalid
from assistant.core.text.sanitize import one_line
from evals.cases.record import Checks
from evals.errors import EvaluationError
from evals.forms import Form, filled
from evals.metrics.citation import FULL, NONE, OPEN, PARTLY, Supports, contains
from evals.systems.named import imported

RULES, JUDGE = "rules", "judge"
_BY_VERDICT = {"supported": FULL, "partly": PARTLY, "unsupported": NONE, "contradicted": NONE}
_BY_WORD = {"full": FULL, "partial": PARTLY, "none": NONE}
# Between these a score decides nothing.
_SURE, _UNSURE, _NOT = 0.9, 0.5, 0.1
_SEVERAL = "\n\n"


class Share(NamedTuple):
    """How many of some sentences, and the 95 % interval of their share."""

    hits: int
    sentences: int
    low: float
    high: float

    def __str__(self) -> str:
        share = self.hits / self.sentences
        return f"{self.hits} of {self.sentences} ({share:.3f}; {self.low:.3f} to {self.high:.3f})"


RULES_ON_PARAPHRASES = Share(20, 100, 0.125, 0.312)
"""The faithful paraphrases that the rules doubt: their level is `PARTLY` or `NONE`. Measured on the sealed half of
tests/studies/data/paraphrases.jsonl by `python -m tests.studies paraphrases --held-out`; a test measures it again."""


class Verifier(Protocol):
    """Decides how far papers support a sentence. `name` stands beside every figure that it decides."""

    name: str

    def level(self, papers: Sequence[str], text: str) -> float:
        """Return `FULL`, `PARTLY`, `NONE`, or `OPEN` where it cannot tell; `papers` are ids."""


class Rules:
    """The library's own rules. They call what is word for word or nearly *full*, other faithful wording mostly *open*.

    `RULES_ON_PARAPHRASES` says how much of it they doubt.
    """

    name = RULES

    def __init__(self, library: Assistant) -> None:
        self._library = library

    def verdict(self, papers: Sequence[str], text: str) -> str:
        """Return the rules' verdict."""
        (statement,) = self._library.check([(text, papers)])
        return statement.verdict

    def level(self, papers: Sequence[str], text: str) -> float:
        """Return the level of the verdict."""
        return _BY_VERDICT.get(self.verdict(papers, text), OPEN)


class Asked:
    """Asks `decide(abstract, sentence)` what the rules leave open.

    What the rules find word for word is *full*, and what they find contradicted is *none*, whatever `decide` says.
    """

    def __init__(self, name: str, library: Assistant, decide: Callable[[str, str], float]) -> None:
        self.name = name
        self._library = library
        self._rules = Rules(library)
        self._decide = decide

    def level(self, papers: Sequence[str], text: str) -> float:
        """Return the level of the rules where they are certain, otherwise that of the one asked."""
        certain = {"supported": FULL, "contradicted": NONE}.get(self._rules.verdict(papers, text))
        if certain is not None:
            return certain
        texts = [f"{one_line(p.title)}. {one_line(p.abstract)}" for p in self._library.papers(papers)]
        return self._decide(_SEVERAL.join(texts), text)


class _Reply(Form):
    evidence: str = ""
    support: Literal["full", "partial", "none"]


class Judge:
    """A model that reads an abstract and one sentence, quotes its evidence, and says how far it supports the sentence."""

    def __init__(self, model: Model) -> None:
        self._model = model

    def __call__(self, abstract: str, sentence: str) -> float:
        """Return the level; `OPEN` if the model replies in another form, or quotes what the abstract does not have.

        Raises a `ModelError` if it fails otherwise.
        """
        try:
            reply = filled(self._model, _Reply, "support", abstract=abstract, statement=one_line(sentence))
        except ModelReplyInvalid:
            return OPEN
        if reply.support != "none" and not contains(abstract, reply.evidence):
            return OPEN
        return _BY_WORD[reply.support]


def verifier_of(name: str, library: Assistant, model: Model | None = None) -> Verifier:
    """Return a verifier by name: "rules", "judge" (the judge's `model`), or "module:object".

    The object has `score(pairs of (abstract, sentence))` that returns probabilities, as cross-encoders do, or `evaluate(response=,
    contexts=)`, as LlamaIndex's evaluators do, or is a function `(abstract, sentence)` that returns a probability. Raises
    `EvaluationError`.
    """
    if name == RULES:
        return Rules(library)
    if name == JUDGE:
        if model is None:
            raise EvaluationError("--verifier judge needs a judge: --set judge.model=...")
        return Asked(f"{JUDGE} {model.name}", library, Judge(model))
    if ":" not in name:
        raise EvaluationError(f"There is no verifier {name!r}: use rules, judge, or module:object.")
    found = imported(name, "verifier")
    return Asked(name, library, _scoring(found() if inspect.isclass(found) else found, name))


def _scoring(thing: Any, name: str) -> Callable[[str, str], float]:
    if hasattr(thing, "score"):
        return lambda abstract, sentence: _leveled(float(thing.score([(abstract, sentence)])[0]))
    if hasattr(thing, "evaluate"):
        return lambda abstract, sentence: _evaluated(thing.evaluate(response=sentence, contexts=[abstract]))
    if callable(thing):
        return lambda abstract, sentence: _leveled(float(thing(abstract, sentence)))
    raise EvaluationError(f"{name} is no verifier: it must be a function, or have `score` or `evaluate`.")


def _evaluated(result: Any) -> float:
    if result.passing is not None:
        return FULL if result.passing else NONE
    return OPEN if result.score is None else _leveled(float(result.score))


def _leveled(probability: float) -> float:
    if probability >= _SURE:
        return FULL
    if probability >= _UNSURE:
        return PARTLY
    return OPEN if probability > _NOT else NONE


def remembering(checks: Checks, verifier: Verifier) -> Supports:
    """Return a function that asks a verifier, and keeps each of its levels in `checks`."""
    return _remembered(checks, verifier.level)


def recalled(checks: Checks) -> Supports:
    """Return a function that looks the levels up in `checks`. It raises KeyError for what was not checked then."""

    def unknown(papers: Sequence[str], text: str) -> float:
        raise KeyError(text)

    return _remembered(checks, unknown)


def _remembered(checks: Checks, decide: Supports) -> Supports:
    def supports(papers: Sequence[str], text: str) -> float:
        key = (text, tuple(sorted(papers)))
        if key not in checks:
            checks[key] = decide(key[1], text)
        return checks[key]

    return supports
