"""Table of all metrics: name, group, direction, meaning."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Group = Literal["retrieval", "citation", "answer", "refusal", "robustness", "judge", "cost", "own"]
Better = Literal["more", "less", ""]


@dataclass(frozen=True)
class Metric:
    """A metric: whether more or less of it is better ("" for neither), and what it measures.

    `headline` metrics are shown first; the others with `--all`. What a `verified` metric says depends on the verifier.
    """

    name: str
    group: Group
    better: Better
    about: str
    headline: bool = False
    verified: bool = False

    @property
    def timed(self) -> bool:
        """Whether it is in seconds, which depend on the load of the machine."""
        return self.name.startswith(("seconds", "first_"))

    @property
    def share(self) -> bool:
        """Whether it lies between 0 and 1."""
        return self.group != "cost" and self.name not in ("citations", "words")


def _metric(name: str, group: Group, better: Better, about: str, *marks: str) -> Metric:
    return Metric(name, group, better, about, "headline" in marks, "verified" in marks)


METRICS = (
    _metric("recall@5", "retrieval", "more", "share of the relevant papers among the first five", "headline"),
    _metric("recall", "retrieval", "more", "the same among all papers that were read (`retrieval.k`)"),
    _metric("hit@1", "retrieval", "more", "the first retrieved paper is relevant"),
    _metric("mrr", "retrieval", "more", "1 / rank of the first relevant paper"),
    _metric("ndcg", "retrieval", "more", "discounted gain of the papers that were read against the ideal order"),
    _metric("right_paper", "citation", "more", "a relevant paper is cited (answerable cases)", "headline"),
    _metric("cited_recall", "citation", "more", "share of the relevant papers that are cited (answerable cases)"),
    _metric("foreign", "citation", "less", "share of cited papers that are not about the question"),
    _metric("citation_recall", "citation", "more", "share of claims that their citations support (ALCE, corrected)",
            "headline", "verified"),
    _metric("citation_precision", "citation", "more", "share of citations that are needed for that (ALCE, corrected)",
            "headline", "verified"),
    _metric("citation_recall_partial", "citation", "more", "citation recall where partial support counts one half", "verified"),
    _metric("refuted", "citation", "less", "share of claims that their citations contradict or do not say", "headline", "verified"),
    _metric("misattributed", "citation", "less", "share of cited claims that only an uncited paper supports", "verified"),
    _metric("uncited", "citation", "less", "share of claims that cite no paper"),
    _metric("invalid", "citation", "less", "share of citations that name no paper"),
    _metric("verbatim", "citation", "more", "share of quotes that are word for word in the paper"),
    _metric("supported", "citation", "more", "share of sentences that the system itself shows as supported"),
    _metric("struck", "citation", "less", "share of sentences that failed the system's own check"),
    _metric("citations", "citation", "", "papers cited per answer"),
    _metric("key_fact_recall", "answer", "more",
            "share of the key facts that a sentence states which is not refuted (answerable cases)", "headline", "verified"),
    _metric("fact_precision", "answer", "more", "share of an answer's sentences that state a key fact", "verified"),
    _metric("answered", "answer", "more", "answerable cases that get an answer", "headline"),
    _metric("right", "answer", "more", "cases with facts whose answer states all vital ones", "verified"),
    _metric("wrong", "answer", "less", "cases with facts whose answer lacks a vital one", "verified"),
    _metric("first_sentence", "answer", "more", "cases with facts whose first sentence states one", "verified"),
    _metric("words", "answer", "", "words per answer", "headline"),
    _metric("refusal_precision", "refusal", "more", "refusals that are right", "headline"),
    _metric("refusal_recall", "refusal", "more", "unanswerable cases that are refused", "headline"),
    _metric("refusal_f1", "refusal", "more", "harmonic mean of the two"),
    _metric("refusal_kind", "refusal", "more", "right refusals that are of the right kind"),
    _metric("aurc", "refusal", "less", "area under the risk-coverage curve: mean share of wrong answers among the surest"),
    _metric("paraphrase_agreement", "robustness", "more", "Jaccard index of the papers cited for one question asked in several ways"),
    _metric("pass_all", "robustness", "more", "cases with facts that are right in every repetition (pass^k)"),
    _metric("judged_correct", "judge", "more", "the judge's grade: correct 1, partly 0.5, incorrect 0", "headline"),
    _metric("judged_facts", "judge", "more", "share of the key facts that the judge finds stated: in part counts one half"),
    _metric("judged_faithful", "judge", "more", "share of statements that the judge finds in what they cite"),
    _metric("tokens_sent", "cost", "less", "tokens sent to models, per case"),
    _metric("tokens_received", "cost", "less", "tokens received, per case"),
    _metric("money", "cost", "less", "price of these, per case (if prices are set)", "headline"),
    _metric("first_token", "cost", "less", "seconds to the model's first token"),
    _metric("first_statement", "cost", "less", "seconds to the first checked sentence"),
    _metric("seconds", "cost", "less", "seconds to the whole answer", "headline"),
)  # fmt: skip
BY_NAME = {metric.name: metric for metric in METRICS}
