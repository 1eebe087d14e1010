"""Compute every metric of one case."""

from __future__ import annotations

from dataclasses import dataclass

from assistant import Answer, Statement
from evals.cases.record import Record, tokens
from evals.metrics import citation, retrieval
from evals.metrics.alce import alce
from evals.metrics.answer import fact_recall, foreign
from evals.metrics.citation import Claim, Supports
from evals.metrics.cost import money
from evals.metrics.robustness import noise_sensitivity
from evals.suites.suite import Case

Pair = tuple[float, float]
"""A score and its weight. A metric over cases is the weighted mean; a case that cannot be scored has no pair."""
Scores = dict[str, Pair]


@dataclass(frozen=True)
class Prices:
    """Prices of a million tokens sent and received; 0 if not known."""

    sent: float = 0.0
    received: float = 0.0


def score(case: Case, record: Record, supports: Supports, prices: Prices) -> Scores:
    """Return all scores of one case, except those of a judge and those over several cases."""
    answer = record.answer
    if answer is None:
        return {}
    refused = not (asserted(answer) or answer.remark)
    values = {
        **_retrieval(case, answer),
        **_answer(case, answer, refused),
        **_refusal(case, answer, refused),
        **({} if refused else _citation(case, answer, supports)),
        **_cost(record, prices),
    }
    weighted = {name: (float(value), 1.0) for name, value in values.items() if value is not None}
    return weighted | _ratios(case, answer, refused)


def _retrieval(case: Case, answer: Answer) -> dict[str, float | None]:
    if not case.relevant:
        return {}
    ranked = [passage.paper_id for passage in answer.passages]
    gold = case.relevant
    return {
        "hit@1": retrieval.hit(ranked, gold, 1),
        "hit@5": retrieval.hit(ranked, gold, 5),
        "recall@5": retrieval.recall(ranked, gold, 5),
        "recall@10": retrieval.recall(ranked, gold, 10),
        "mrr": retrieval.reciprocal_rank(ranked, gold),
        "map": retrieval.average_precision(ranked, gold),
        "ndcg@10": retrieval.ndcg(ranked, gold, 10),
    }


def asserted(answer: Answer) -> list[Statement]:
    """Return the statements of an answer without those that failed their check and are struck through."""
    return [statement for statement in answer.statements if not statement.struck]


def cited_papers(answer: Answer) -> list[str]:
    """Return the ids of the papers that an answer cites, in the order of first citation."""
    listed = [source.paper.id for source in answer.sources] if answer.listed else []
    return list(dict.fromkeys([*listed, *(c for s in asserted(answer) for c in s.citations)]))


def _answer(case: Case, answer: Answer, refused: bool) -> dict[str, float | None]:
    if not case.answerable:
        return {}
    cited = cited_papers(answer)
    foreign_share = foreign(cited, list(case.relevant), case.related)
    values: dict[str, float | None] = {
        "answered": not refused,
        "key_fact_recall": fact_recall(asserted_text(answer), case.facts),
        "no_foreign": None if foreign_share is None else not foreign_share,
    }
    if case.relevant:
        values["right_paper"] = any(paper in case.relevant for paper in cited)
        values["cited_recall"] = retrieval.recall(cited, case.relevant, len(cited))
        values["cited_map"] = retrieval.average_precision(cited, case.relevant)
    return values


def asserted_text(answer: Answer) -> str:
    """Return the text of an answer, its remark included, without the statements that failed their check."""
    return " ".join(filter(None, [answer.remark, *(statement.text for statement in asserted(answer))]))


def _ratios(case: Case, answer: Answer, refused: bool) -> Scores:
    """Metrics whose denominator counts what the assistant did, such as its refusals."""
    due = not case.answerable
    scores: Scores = {
        "refusal_precision": (float(due), float(refused)),
        "refusal_recall": (float(refused), float(due)),
        # Sum of 2 TP over sum of (refused + due) is F1.
        "refusal_f1": (float(refused and due), (refused + due) / 2),
    }
    recall = fact_recall(asserted_text(answer), case.facts)
    if recall is not None:
        right = float(recall == 1 and not refused)
        scores |= {"accuracy": (right, 1.0), "precision": (right, float(not refused))}
    return scores


def _refusal(case: Case, answer: Answer, refused: bool) -> dict[str, float | None]:
    """Metrics of a refusal, and of statements that failed their check."""
    kind = answer.refusal.kind if answer.refusal else ""
    shown = len(asserted(answer))
    return {
        "refusal_kind": kind == case.kind if refused and case.kind else None,
        "struck": answer.removed / (answer.removed + shown) if answer.removed or shown else None,
    }


def _citation(case: Case, answer: Answer, supports: Supports) -> dict[str, float | None]:
    shown = asserted(answer)
    claims = [Claim(s.text, s.citations, len(s.unknown)) for s in shown]
    read = [passage.paper_id for passage in answer.passages]
    strict = citation.score(claims, supports)
    partial = citation.score(claims, supports, partial=True)
    texts = {source.paper.id: source.paper.abstract for source in answer.sources}
    quotes = [(e.quote, texts[e.paper_id]) for s in shown for e in s.evidence if e.paper_id in texts]
    values: dict[str, float | None] = {
        "foreign": foreign(cited_papers(answer), list(case.relevant), case.related),
        "misattributed": citation.misattributed(claims, read, supports),
        "uncited": citation.uncited(claims),
        "invalid": citation.invalid(claims),
        "verbatim": citation.verbatim(quotes),
        "supported": sum(s.verdict == "supported" for s in shown) / len(shown) if shown else None,
        "citations": len(answer.sources),
        "words": len(asserted_text(answer).split()),
        "noise_irrelevant": _noise(case, answer, supports),
    }
    if strict:
        values |= {
            "citation_recall": strict.recall,
            "citation_precision": strict.precision,
            "citation_f1": strict.f1,
        }
    if partial:
        values["citation_recall_partial"] = partial.recall
    return values | _alce(answer, supports)


def _alce(answer: Answer, supports: Supports) -> dict[str, float | None]:
    """ALCE's own scores of the text as shown, with the numbers of its sources."""
    ids = [source.paper.id for source in answer.sources]
    if not ids:
        return {}
    text = answer.text
    result = alce(text, len(ids), lambda places, claim: supports([ids[i] for i in places], claim) >= 1)
    return {"alce_recall": result.recall, "alce_precision": result.precision} if result else {}


def _noise(case: Case, answer: Answer, supports: Supports) -> float | None:
    """Noise sensitivity to irrelevant papers without a judge: a statement is correct if a relevant paper entails it."""
    if not case.relevant:
        return None
    matrix = entailment(case, answer, supports)
    correct = [any(e and r for e, r in zip(row, matrix.relevant, strict=True)) for row in matrix.entailed]
    result = noise_sensitivity(matrix.relevant, matrix.entailed, correct)
    return result.irrelevant if result else None


@dataclass(frozen=True)
class Entailment:
    """`relevant[c]`: whether paper c is relevant. `entailed[a][c]`: whether it entails statement a."""

    relevant: list[bool]
    entailed: list[list[bool]]


def entailment(case: Case, answer: Answer, supports: Supports) -> Entailment:
    """Return which papers entail which statements of an answer.

    Of the papers read only the relevant and the cited ones are checked: others hardly change the figure, and all together
    would take ten times as long.
    """
    read = [passage.paper_id for passage in answer.passages]
    cited = cited_papers(answer)
    papers = [paper for paper in read if paper in case.relevant or paper in cited]
    shown = asserted(answer)
    return Entailment(
        [paper in case.relevant for paper in papers],
        [[supports([paper], s.text) >= 1 for paper in papers] for s in shown],
    )


def _cost(record: Record, prices: Prices) -> dict[str, float | None]:
    sent, received = tokens(record.calls)
    priced = prices.sent or prices.received
    values: dict[str, float | None] = {
        "tokens_sent": sent if record.calls else None,
        "tokens_received": received if record.calls else None,
        "money": money(sent, received, prices.sent, prices.received) if record.calls and priced else None,
        "first_token": record.first_token,
        "first_statement": record.first_statement,
        "seconds": record.seconds,
    }
    if record.answer:
        values |= {f"seconds.{stage}": value for stage, value in record.answer.timings.items()}
    for call in record.calls:
        name = f"tokens.{call.stage}"
        values[name] = (values.get(name) or 0) + call.sent + call.received
    return values
