"""Table of all metrics: name, group, direction, meaning."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Group = Literal["retrieval", "citation", "answer", "refusal", "robustness", "judge", "cost"]


@dataclass(frozen=True)
class Metric:
    """A metric: whether more or less of it is better ("" for neither), and what it measures."""

    name: str
    group: Group
    better: Literal["more", "less", ""]
    about: str

    @property
    def timed(self) -> bool:
        """Whether it is in seconds, which depend on the load of the machine."""
        return self.name.startswith(("seconds", "first_"))


METRICS = (
    Metric("hit@1", "retrieval", "more", "the first retrieved paper is relevant"),
    Metric("hit@5", "retrieval", "more", "one of the first five is relevant"),
    Metric("recall@5", "retrieval", "more", "share of the relevant papers that are among the first five"),
    Metric("recall@10", "retrieval", "more", "the same among the first ten (at most as many as are read)"),
    Metric("mrr", "retrieval", "more", "1 / rank of the first relevant paper"),
    Metric("map", "retrieval", "more", "average precision of the retrieved papers"),
    Metric("ndcg@10", "retrieval", "more", "discounted gain of the first ten against the ideal order"),
    Metric("right_paper", "citation", "more", "a relevant paper is cited (answerable cases)"),
    Metric("cited_recall", "citation", "more", "share of the relevant papers that are cited (answerable cases)"),
    Metric("cited_map", "citation", "more", "average precision of the cited papers, in their order"),
    Metric("foreign", "citation", "less", "share of cited papers that are not about the question"),
    Metric("no_foreign", "citation", "more", "answers to answerable cases without such a paper"),
    Metric("citation_recall", "citation", "more", "share of claims that their citations support (ALCE, corrected)"),
    Metric("citation_precision", "citation", "more", "share of citations that are needed for that (ALCE, corrected)"),
    Metric("citation_f1", "citation", "more", "harmonic mean of the two, per answer"),
    Metric("citation_recall_partial", "citation", "more", "citation recall where partial support counts one half"),
    Metric("alce_recall", "citation", "more", "citation recall as ALCE's script computes it, faults included"),
    Metric("alce_precision", "citation", "more", "citation precision likewise"),
    Metric("misattributed", "citation", "less", "share of cited claims that only an uncited paper supports"),
    Metric("uncited", "citation", "less", "share of claims that cite no paper"),
    Metric("invalid", "citation", "less", "share of citations that name no paper"),
    Metric("verbatim", "citation", "more", "share of quotes that are word for word in the paper"),
    Metric("supported", "citation", "more", "share of statements shown as supported"),
    Metric("struck", "citation", "less", "share of statements that failed their check"),
    Metric("citations", "citation", "", "papers cited per answer"),
    Metric("key_fact_recall", "answer", "more", "share of the key facts that are in the answer (answerable cases)"),
    Metric("answered", "answer", "more", "answerable cases that get an answer"),
    Metric("precision", "answer", "more", "right answers (all key facts) among those given to cases that have facts"),
    Metric("accuracy", "answer", "more", "right answers among all cases that have facts"),
    Metric("words", "answer", "", "words per answer"),
    Metric("refusal_precision", "refusal", "more", "refusals that are right"),
    Metric("refusal_recall", "refusal", "more", "unanswerable cases that are refused"),
    Metric("refusal_f1", "refusal", "more", "harmonic mean of the two"),
    Metric("refusal_kind", "refusal", "more", "right refusals that are of the right kind"),
    Metric("aurc", "refusal", "less", "area under the risk-coverage curve: mean share unanswerable among the answered"),
    Metric("noise_irrelevant", "robustness", "less", "share of statements that only irrelevant papers support"),
    Metric("paraphrase_agreement", "robustness", "more", "Jaccard index of the papers cited for one question asked in several ways"),
    Metric("judged_correct", "judge", "more", "the judge's grade: correct 1, partly 0.5, incorrect 0"),
    Metric("judged_faithful", "judge", "more", "share of statements that the judge finds in what they cite"),
    Metric("judged_noise_relevant", "judge", "less", "share of statements from relevant papers that the judge finds wrong"),
    Metric("judged_noise_irrelevant", "judge", "less", "the same from irrelevant papers"),
    Metric("tokens_sent", "cost", "less", "tokens sent to models, per case"),
    Metric("tokens_received", "cost", "less", "tokens received, per case"),
    Metric("money", "cost", "less", "price of these, per case (if prices are set)"),
    Metric("first_token", "cost", "less", "seconds to the model's first token"),
    Metric("first_statement", "cost", "less", "seconds to the first checked sentence"),
    Metric("seconds", "cost", "less", "seconds to the whole answer"),
)  # fmt: skip
BY_NAME = {metric.name: metric for metric in METRICS}
