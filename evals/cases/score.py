"""Compute every metric of one case."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from assistant import Answer, Statement
from assistant.core.settings import LLMSettings
from evals.cases.record import Record, tokens
from evals.cases.support import RULES
from evals.metrics import citation, retrieval
from evals.metrics.answer import all_vital, fact_recall, foreign, stated, states
from evals.metrics.citation import NONE, Claim, Supports
from evals.metrics.cost import money
from evals.suites.suite import Case

Pair = tuple[float, float]
"""A score and its weight. A metric over cases is the weighted mean; a case that cannot be scored has no pair."""
Scores = dict[str, Pair]
NOT_STATED = "not_stated"


@dataclass(frozen=True)
class Facts:
    """Which key facts an answer states: `found[f]`, and `sentences[s]` whether sentence s states any that counts.

    The first `own` sentences are the program's own remark.
    """

    found: tuple[bool, ...]
    sentences: tuple[bool, ...]
    own: int = 0

    @property
    def leads(self) -> bool:
        """Whether the first sentence of the answer states a fact, behind a remark if anything stands there."""
        return self.sentences[self.own if self.own < len(self.sentences) else 0]


def score(case: Case, record: Record, supports: Supports, llm: LLMSettings, verifier: str = RULES) -> Scores:
    """Return all scores of one case, except those of a judge and those over several cases.

    `supports` is the verifier of that name, `llm` has the prices. Only the rules, which cost nothing, are asked about papers that were not cited.
    """
    answer = record.answer
    if answer is None:
        return {}
    refused = not sentences(answer)
    facts = _facts(case, answer, supports)
    values = {
        **_retrieval(case, answer),
        **_answer(case, answer, refused, facts),
        **_refusal(case, answer, refused),
        **({} if refused else _citation(case, answer, supports, every_paper=verifier == RULES)),
        **_cost(record, llm),
    }
    weighted = {name: (float(value), 1.0) for name, value in values.items() if value is not None}
    return weighted | _ratios(case, refused) | _aurc(case, answer, refused, facts)


def _retrieval(case: Case, answer: Answer) -> dict[str, float | None]:
    ranked = [passage.paper_id for passage in answer.passages]
    # A system that does not say what it retrieved has no score.
    if not case.relevant or not ranked:
        return {}
    gold = case.relevant
    return {
        "hit@1": retrieval.hit(ranked, gold, 1),
        "recall@5": retrieval.recall(ranked, gold, 5),
        "recall": retrieval.recall(ranked, gold, len(ranked)),
        "mrr": retrieval.reciprocal_rank(ranked, gold),
        "ndcg": retrieval.ndcg(ranked, gold, len(ranked)),
    }


def asserted(answer: Answer) -> list[Statement]:
    """Return what an answer claims: no statement that failed its check and is struck through, and none that says that
    something is not stated."""
    return [s for s in answer.statements if not s.struck and s.verdict != NOT_STATED]


def cited_papers(answer: Answer) -> list[str]:
    """Return the ids of the papers that an answer cites, in the order of first citation."""
    listed = [source.paper.id for source in answer.sources] if answer.listed else []
    return list(dict.fromkeys([*listed, *(c for s in asserted(answer) for c in s.citations)]))


def sentences(answer: Answer) -> list[str]:
    """Return the sentences of an answer, its remark first; none for a refusal, whose remark says why it is one."""
    told = [statement.text for statement in asserted(answer)]
    return [answer.remark, *told] if answer.remark and (told or not answer.refusal) else told


def _facts(case: Case, answer: Answer, supports: Supports) -> Facts:
    shown = asserted(answer)
    texts = sentences(answer)
    offset = len(texts) - len(shown)

    def stands(place: int) -> bool:
        # The remark is the program's own, and says what the records say.
        statement = shown[place - offset] if place >= offset else None
        return (
            statement is None
            or not statement.citations
            or supports(statement.citations, statement.text) != NONE
        )

    found = stated(case.facts, texts, stands)
    spellings = [s for fact in case.facts for s in fact.spellings]
    holds = [states(text, spellings) and stands(place) for place, text in enumerate(texts)]
    return Facts(tuple(found), tuple(holds), offset)


def _answer(case: Case, answer: Answer, refused: bool, facts: Facts) -> dict[str, float | None]:
    if not case.answerable:
        return {}
    cited = cited_papers(answer)
    values: dict[str, float | None] = {
        "answered": not refused,
        "key_fact_recall": fact_recall(case.facts, facts.found),
    }
    if case.facts:
        right = all_vital(case.facts, facts.found) and not refused
        values |= {"right": right, "wrong": not right and not refused}
        if not refused:
            values["fact_precision"] = sum(facts.sentences) / len(facts.sentences)
            values["first_sentence"] = facts.leads
    if case.relevant:
        values["right_paper"] = any(paper in case.relevant for paper in cited)
        values["cited_recall"] = retrieval.recall(cited, case.relevant, len(cited))
    return values


def _ratios(case: Case, refused: bool) -> Scores:
    """Return metrics whose denominator counts what the assistant did, such as its refusals."""
    due = not case.answerable
    return {
        "refusal_precision": (float(due), float(refused)),
        "refusal_recall": (float(refused), float(due)),
        # Sum of 2 TP over sum of (refused + due) is F1.
        "refusal_f1": (float(refused and due), (refused + due) / 2),
    }


def _aurc(case: Case, answer: Answer, refused: bool, facts: Facts) -> Scores:
    """Return (confidence, whether an answer is right). An answer to what is not stated is wrong, and so is one without the
    vital facts, or without a relevant paper where the case has no facts."""
    right = case.answerable and not refused
    if case.facts:
        right = right and all_vital(case.facts, facts.found)
    elif case.relevant:
        right = right and not set(cited_papers(answer)).isdisjoint(case.relevant)
    return {"aurc": (answer.score, float(right))}


def _refusal(case: Case, answer: Answer, refused: bool) -> dict[str, float | None]:
    """Return metrics of a refusal, and of statements that failed their check."""
    kind = answer.refusal.kind if answer.refusal else ""
    shown = len(asserted(answer))
    return {
        "refusal_kind": kind == case.kind if refused and case.kind else None,
        "struck": answer.removed / (answer.removed + shown) if answer.removed or shown else None,
    }


def _citation(
    case: Case, answer: Answer, supports: Supports, *, every_paper: bool
) -> dict[str, float | None]:
    shown = asserted(answer)
    claims = [Claim(s.text, s.citations, len(s.unknown)) for s in shown]
    read = [passage.paper_id for passage in answer.passages]
    strict = citation.score(claims, supports)
    partial = citation.score(claims, supports, partial=True)
    return {
        "foreign": foreign(cited_papers(answer), list(case.relevant), case.related),
        "misattributed": citation.misattributed(claims, read, supports) if every_paper else None,
        "refuted": citation.refuted(claims, supports),
        "uncited": citation.uncited(claims),
        "invalid": citation.invalid(claims),
        "verbatim": citation.verbatim(_quotes(answer, shown)),
        "supported": _own_verdicts(shown),
        "citations": len(answer.sources),
        "words": len(" ".join(sentences(answer)).split()),
        "citation_recall": strict.recall if strict else None,
        "citation_precision": strict.precision if strict else None,
        "citation_recall_partial": partial.recall if partial else None,
    }


def _quotes(answer: Answer, shown: Sequence[Statement]) -> list[tuple[str, str]]:
    texts = {source.paper.id: source.paper.abstract for source in answer.sources}
    return [(e.quote, texts[e.paper_id]) for s in shown for e in s.evidence if e.paper_id in texts]


def _own_verdicts(shown: Sequence[Statement]) -> float | None:
    """Return the share of statements that a system shows as supported; None if it gives no verdicts."""
    decided = any(s.verdict != "unconfirmed" or s.evidence for s in shown)
    return sum(s.verdict == "supported" for s in shown) / len(shown) if decided else None


def _cost(record: Record, llm: LLMSettings) -> dict[str, float | None]:
    sent, received = record.usage or tokens(record.calls)
    known = bool(record.calls or record.usage)
    prices = (llm.input_price, llm.output_price)
    values: dict[str, float | None] = {
        "tokens_sent": sent if known else None,
        "tokens_received": received if known else None,
        "money": money(sent, received, *prices) if known and any(prices) else None,
    }
    if not record.replayed:
        values |= {"first_token": record.first_token, "first_statement": record.first_statement}
        values["seconds"] = record.seconds
        if record.answer:
            values |= {f"seconds.{stage}": value for stage, value in record.answer.timings.items()}
    for call in record.calls:
        name = f"tokens.{call.stage}"
        values[name] = (values.get(name) or 0) + call.sent + call.received
    return values
