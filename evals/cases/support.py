"""Verifiers: whether papers support a sentence. By rules, a judge, or any model that scores pairs of texts."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, Literal, Protocol

from assistant import Assistant, Model
from assistant.core.errors import ModelReplyInvalid
from assistant.core.text.sanitize import one_line
from evals.cases.record import Checks
from evals.errors import EvaluationError
from evals.metrics.citation import FULL, NONE, OPEN, PARTLY, Supports, contains
from evals.structured import Form, filled
from evals.systems.user_code import imported

RULES, JUDGE = "rules", "judge"
_BY_VERDICT = {"supported": FULL, "partly": PARTLY, "unsupported": NONE, "contradicted": NONE}
_BY_WORD = {"full": FULL, "partial": PARTLY, "none": NONE}
# Between these a score decides nothing.
_SURE, _UNSURE, _NOT = 0.9, 0.5, 0.1
_SEVERAL = "\n\n"


RULES_ON_PARAPHRASES = "18 of 100 (0.180; 0.114 to 0.272)"
"""The faithful paraphrases that the rules doubt (`PARTLY` or `NONE`), with the 95 % interval of their share. Measured on the
sealed half of its texts by `python -m tests.studies paraphrases --held-out`; a test measures it again."""


class Verifier(Protocol):
    """Decides how far papers support a sentence. `name` stands beside every figure that it decides."""

    name: str

    def level(self, papers: Sequence[str], text: str) -> float:
        """Return `FULL`, `PARTLY`, `NONE`, or `OPEN` where it cannot tell; `papers` are ids."""


class Checker:
    """The library's own rules, and one that is asked `decide(abstract, sentence)` what they leave open.

    The rules call what is word for word or nearly *full*; other faithful wording is mostly *open* to them, and
    `RULES_ON_PARAPHRASES` says how much of it they doubt. Whatever `decide` says, what the rules find word for word is *full*,
    and what they find contradicted is *none*.
    """

    def __init__(
        self, name: str, library: Assistant, decide: Callable[[str, str], float] | None = None
    ) -> None:
        self.name = name
        self._library = library
        self._decide = decide

    def level(self, papers: Sequence[str], text: str) -> float:
        """Return the level of the rules if they are certain or alone, otherwise that of the one asked."""
        (statement,) = self._library.check([(text, papers)])
        if self._decide is None or statement.verdict in ("supported", "contradicted"):
            return _BY_VERDICT.get(statement.verdict, OPEN)
        texts = [f"{one_line(p.title)}. {one_line(p.abstract)}" for p in self._library.papers(papers)]
        return self._decide(_SEVERAL.join(texts), text)


class _Reply(Form):
    evidence: str = ""
    support: Literal["full", "partial", "none"]


def judged(model: Model, abstract: str, sentence: str) -> float:
    """Return how far a model that reads an abstract and one sentence, and quotes its evidence, finds the sentence supported.

    `OPEN` if it replies in another form, or quotes what the abstract does not have. Raises a `ModelError` if it fails otherwise.
    """
    try:
        reply = filled(model, _Reply, "support", abstract=abstract, statement=one_line(sentence))
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
        return Checker(RULES, library)
    if name == JUDGE:
        if model is None:
            raise EvaluationError("--verifier judge needs a judge: --set judge.model=...")
        return Checker(f"{JUDGE} {model.name}", library, partial(judged, model))
    if ":" not in name:
        raise EvaluationError(f"There is no verifier {name!r}: use rules, judge, or module:object.")
    found = imported(name, "verifier")
    return Checker(name, library, _scoring(found() if inspect.isclass(found) else found, name))


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


def remembering(checks: Checks, decide: Supports) -> Supports:
    """Return a function that asks a verifier's `level`, and keeps what it says in `checks`."""

    def supports(papers: Sequence[str], text: str) -> float:
        key = (text, tuple(sorted(papers)))
        if key not in checks:
            checks[key] = decide(key[1], text)
        return checks[key]

    return supports


def recalled(checks: Checks) -> Supports:
    """Return a function that looks the levels up in `checks`. It raises KeyError for what was not checked then."""
    return lambda papers, text: checks[text, tuple(sorted(papers))]
