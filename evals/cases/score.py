"""Case x Record -> Scores: puts what an answer holds into the measures. The only place that knows both."""

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
"""A score and its weight: over cases, a figure is the weighted mean. What cannot be scored has no pair."""
Scores = dict[str, Pair]


@dataclass(frozen=True)
class Prices:
    """Of a million tokens sent and received; 0 where it is not known."""

    sent: float = 0.0
    received: float = 0.0


def score(case: Case, record: Record, supports: Supports, prices: Prices) -> Scores:
    """All scores of one case but the judge's and those of several cases together."""
    found: Scores = {}
    answer = record.answer
    if answer is None:
        return found
    refused = not asserted(answer)
    for part in (_retrieval(case, answer), _answer(case, answer, refused), _refusal(case, answer, refused)):
        found |= {name: (float(value), 1.0) for name, value in part.items() if value is not None}
    found |= _ratios(case, answer, refused)
    if not refused:
        cited = _citation(case, answer, supports)
        found |= {name: (float(value), 1.0) for name, value in cited.items() if value is not None}
    found |= {name: (float(value), 1.0) for name, value in _cost(record, prices).items() if value is not None}
    return found


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
    """The statements that an answer stands by: not those that failed their check and are shown as such."""
    return [statement for statement in answer.statements if not statement.struck]


def cited_papers(answer: Answer) -> list[str]:
    """Ids of the papers that an answer cites, in their order."""
    return list(dict.fromkeys(c for s in asserted(answer) for c in s.citations))


def _answer(case: Case, answer: Answer, refused: bool) -> dict[str, float | None]:
    if not case.answerable:
        return {}
    cited = cited_papers(answer)
    strangers = foreign(cited, list(case.relevant), case.related)
    found: dict[str, float | None] = {
        "answered": not refused,
        "key_fact_recall": fact_recall(said(answer), case.facts),
        "no_foreign": None if strangers is None else not strangers,
    }
    if case.relevant:
        found["right_paper"] = any(paper in case.relevant for paper in cited)
        found["cited_recall"] = retrieval.recall(cited, case.relevant, len(cited))
        found["cited_map"] = retrieval.average_precision(cited, case.relevant)
    return found


def said(answer: Answer) -> str:
    """What an answer says, without what failed its check."""
    return " ".join(statement.text for statement in asserted(answer))


def _ratios(case: Case, answer: Answer, refused: bool) -> Scores:
    """Figures whose denominator is what was done, not what there is."""
    due = not case.answerable
    found: Scores = {
        "refusal_precision": (float(due), float(refused)),
        "refusal_recall": (float(refused), float(due)),
        # Sum of 2 TP over sum of (refused + due) is F1.
        "refusal_f1": (float(refused and due), (refused + due) / 2),
    }
    recall = fact_recall(said(answer), case.facts)
    if recall is not None:
        right = float(recall == 1 and not refused)
        found |= {"accuracy": (right, 1.0), "precision": (right, float(not refused))}
    return found


def _refusal(case: Case, answer: Answer, refused: bool) -> dict[str, float | None]:
    """What became of a refusal, and of what failed its check."""
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
    found: dict[str, float | None] = {
        "foreign": foreign(cited_papers(answer), list(case.relevant), case.related),
        "misattributed": citation.misattributed(claims, read, supports),
        "uncited": citation.uncited(claims),
        "invalid": citation.invalid(claims),
        "verbatim": citation.verbatim(quotes),
        "supported": sum(s.verdict == "supported" for s in shown) / len(shown) if shown else None,
        "citations": len(answer.sources),
        "words": len(said(answer).split()),
        "noise_irrelevant": _noise(case, answer, supports),
    }
    if strict:
        found |= {
            "citation_recall": strict.recall,
            "citation_precision": strict.precision,
            "citation_f1": strict.f1,
        }
    if partial:
        found["citation_recall_partial"] = partial.recall
    return found | _alce(answer, supports)


def _alce(answer: Answer, supports: Supports) -> dict[str, float | None]:
    """On the text as shown, sources numbered as in it."""
    ids = [source.paper.id for source in answer.sources]
    if not ids:
        return {}
    text = answer.text
    result = alce(text, len(ids), lambda places, claim: supports([ids[i] for i in places], claim) >= 1)
    return {"alce_recall": result.recall, "alce_precision": result.precision} if result else {}


def _noise(case: Case, answer: Answer, supports: Supports) -> float | None:
    """Irrelevant mode without a judge: a statement counts as correct where a relevant paper entails it.

    Of the papers read, those that are relevant or cited are asked: no other can change the figure by much, and all would
    cost ten times as much.
    """
    if not case.relevant:
        return None
    matrix = entailment(case, answer, supports)
    correct = [any(e and r for e, r in zip(row, matrix.relevant, strict=True)) for row in matrix.entailed]
    result = noise_sensitivity(matrix.relevant, matrix.entailed, correct)
    return result.irrelevant if result else None


@dataclass(frozen=True)
class Entailment:
    """`relevant[c]` of the papers asked; `entailed[a][c]` for each statement that is shown as good."""

    relevant: list[bool]
    entailed: list[list[bool]]


def entailment(case: Case, answer: Answer, supports: Supports) -> Entailment:
    """Which of the papers that were read, and are relevant or cited, entail which statements."""
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
    found: dict[str, float | None] = {
        "tokens_sent": sent if record.calls else None,
        "tokens_received": received if record.calls else None,
        "money": money(sent, received, prices.sent, prices.received) if record.calls and priced else None,
        "first_token": record.first_token,
        "first_statement": record.first_statement,
        "seconds": record.seconds,
    }
    if record.answer:
        found |= {f"seconds.{stage}": value for stage, value in record.answer.timings.items()}
    for call in record.calls:
        name = f"tokens.{call.stage}"
        found[name] = (found.get(name) or 0) + call.sent + call.received
    return found
