"""A run's scores -> its figures: each with an interval, over all cases and by tag."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from evals.analysis.statistics import Interval, Statistic, aurc, bootstrap, point, ratio
from evals.cases.ask import recalled
from evals.cases.judge import Judgement, judged_scores
from evals.cases.record import Record
from evals.cases.score import Pair, Prices, Scores, asserted, cited_papers, entailment, score
from evals.errors import EvaluationError
from evals.metrics.cost import percentile
from evals.metrics.registry import BY_NAME, METRICS, Metric
from evals.metrics.robustness import agreement
from evals.runs.folder import RunFolder
from evals.suites.suite import Case, Suite

AURC = "aurc"


@dataclass(frozen=True)
class Scored:
    """A run with the scores of each case: whatever is said about it is computed from this."""

    run: RunFolder
    suite: Suite
    cases: tuple[Case, ...]
    records: Mapping[str, Record]
    judgements: Mapping[str, Judgement]
    scores: Mapping[str, Scores]

    def rows(self, metric: str) -> dict[str, Pair]:
        """(score x weight, weight) of each case that has this score; of "aurc" (score, right)."""
        if metric == AURC:
            return {i: pair for i, found in self.scores.items() if (pair := found.get(AURC))}
        return {
            i: (value * weight, weight)
            for i, found in self.scores.items()
            for value, weight in [found.get(metric, (0.0, -1.0))]
            if weight >= 0
        }

    def figure(self, metric: str) -> Interval:
        """A metric over all cases."""
        chosen = list(self.rows(metric).values())
        return replace(bootstrap(chosen, statistic(metric)), n=_counted(metric, chosen))

    def value(self, metric: str, cases: Iterable[str]) -> float:
        """A metric over the cases of the given ids; NaN where none of them has a score."""
        rows = self.rows(metric)
        chosen = [rows[i] for i in cases if i in rows]
        return point(chosen, statistic(metric)) if _counted(metric, chosen) else math.nan

    @property
    def errors(self) -> dict[str, str]:
        """Cases that ended in an error instead of an answer."""
        return {i: record.error for i, record in self.records.items() if record.error}

    @property
    def unfinished(self) -> int:
        """Cases that the run has not come to."""
        return len(self.cases) - len(self.records)

    @property
    def unscored(self) -> dict[str, str]:
        """Cases that the judge could not score, and why."""
        return {i: judged.unscored for i, judged in self.judgements.items() if judged.unscored}

    def by_tag(self) -> dict[str, list[str]]:
        """Ids of the cases of each tag, tags by how many they have."""
        found: dict[str, list[str]] = defaultdict(list)
        for case in self.cases:
            for tag in case.tags:
                found[tag].append(case.id)
        return dict(sorted(found.items(), key=lambda item: (-len(item[1]), item[0])))

    def common_tags(self) -> dict[str, list[str]]:
        """The same without tags that less than a hundredth of the cases have."""
        return {tag: ids for tag, ids in self.by_tag().items() if 100 * len(ids) >= len(self.cases)}

    def measured(self) -> list[Metric]:
        """The metrics that any case has a score of, stages of answering last."""
        names = {
            n for found in self.scores.values() for n, (_, weight) in found.items() if weight or n == AURC
        }
        known = [metric for metric in METRICS if metric.name in names]
        stages = sorted(name for name in names if name.startswith(("seconds.", "tokens.")))
        return known + [Metric(name, "cost", "less", " to ".join(name.split("."))) for name in stages]

    def seconds(self) -> tuple[float, float]:
        """Median and 95th percentile of the seconds that an answer took."""
        taken = [record.seconds for record in self.records.values() if record.answer]
        return (percentile(taken, 0.5), percentile(taken, 0.95)) if taken else (math.nan, math.nan)


def _counted(metric: str, rows: Sequence[Pair]) -> int:
    """How many cases have a say: in a ratio, those with a weight."""
    return len(rows) if metric == AURC else sum(weight > 0 for _, weight in rows)


def statistic(metric: str) -> Statistic:
    """What a metric is of its rows."""
    return aurc if metric == AURC else ratio


def metric_of(name: str) -> Metric:
    """A metric by name. Raises `EvaluationError` with the names that there are."""
    if name not in BY_NAME:
        raise EvaluationError(f"No metric {name!r}: there are {', '.join(BY_NAME)}.")
    return BY_NAME[name]


def scored(run: RunFolder) -> Scored:
    """The scores of a run from what it has on disk, without a library or a model.

    Raises `EvaluationError` where the run was made by a version that had the rules check less than is asked for now.
    """
    suite = run.suite()
    records = run.records()
    judgements = run.judgements()
    prices = prices_of(run.manifest()["settings"]["llm"])
    scores: dict[str, Scores] = {}
    for case in suite.cases:
        record = records.get(case.id)
        if record is None:
            continue
        try:
            found = score(case, record, recalled(dict(record.checks)), prices)
            found |= _advice(case, record, judgements.get(case.id))
        except KeyError as exc:
            raise EvaluationError(
                f"{run.path} was made by another version, which did not check all that is measured now: run it again."
            ) from exc
        scores[case.id] = found
    for case_id, pair in _agreement(suite.cases, records).items():
        scores[case_id]["paraphrase_agreement"] = pair
    if all(case.answerable for case in suite.cases):
        # Where nothing is to be refused, figures of refusing say nothing that `answered` does not.
        for found in scores.values():
            for name in [name for name in found if name == AURC or name.startswith("refusal_")]:
                del found[name]
    return Scored(run, suite, suite.cases, records, judgements, scores)


def prices_of(llm: Mapping[str, float]) -> Prices:
    """The prices in a model's settings."""
    return Prices(float(llm["input_price"]), float(llm["output_price"]))


def _advice(case: Case, record: Record, judgement: Judgement | None) -> Scores:
    matrix = None
    if judgement and record.answer and case.relevant and asserted(record.answer):
        matrix = entailment(case, record.answer, recalled(dict(record.checks)))
    found = judged_scores(judgement, matrix)
    if record.answer:
        found[AURC] = (record.answer.score, float(case.answerable))
    return found


def _agreement(cases: Sequence[Case], records: Mapping[str, Record]) -> dict[str, Pair]:
    """One score a group of cases that ask the same, at the case that the others point to."""
    groups: dict[str, list[str]] = defaultdict(list)
    for case in cases:
        if case.same_as:
            groups[case.same_as].append(case.id)
    found = {}
    for origin, others in groups.items():
        answers = [records[i].answer for i in (origin, *others) if i in records]
        cited = [frozenset(cited_papers(answer)) for answer in answers if answer]
        value = agreement(cited)
        if value is not None and origin in records:
            found[origin] = (value, 1.0)
    return found
