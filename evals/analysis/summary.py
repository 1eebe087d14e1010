"""All figures of a run. With intervals, over all cases and by tag."""

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
    """A run with the scores of each case. Reports, gates and comparisons are computed from it."""

    run: RunFolder
    suite: Suite
    cases: tuple[Case, ...]
    records: Mapping[str, Record]
    judgements: Mapping[str, Judgement]
    scores: Mapping[str, Scores]

    def rows(self, metric: str) -> dict[str, Pair]:
        """Return (score x weight, weight) of each case that has this score; for "aurc" (score, right)."""
        if metric == AURC:
            return {i: pair for i, scores in self.scores.items() if (pair := scores.get(AURC))}
        return {
            i: (value * weight, weight)
            for i, scores in self.scores.items()
            for value, weight in [scores.get(metric, (0.0, -1.0))]
            if weight >= 0
        }

    def figure(self, metric: str) -> Interval:
        """Return a metric over all cases, with its interval."""
        chosen = list(self.rows(metric).values())
        return replace(bootstrap(chosen, statistic(metric)), n=_counted(metric, chosen))

    def value(self, metric: str, cases: Iterable[str]) -> float:
        """Return a metric over the cases of the given ids; NaN if none of them has a score."""
        rows = self.rows(metric)
        chosen = [rows[i] for i in cases if i in rows]
        return point(chosen, statistic(metric)) if _counted(metric, chosen) else math.nan

    @property
    def errors(self) -> dict[str, str]:
        """The errors of cases that have no answer."""
        return {i: record.error for i, record in self.records.items() if record.error}

    @property
    def unfinished(self) -> int:
        """How many cases have not been run yet."""
        return len(self.cases) - len(self.records)

    @property
    def unscored(self) -> dict[str, str]:
        """The reasons why the judge could not score a case."""
        return {i: judged.unscored for i, judged in self.judgements.items() if judged.unscored}

    def by_tag(self) -> dict[str, list[str]]:
        """Return the ids of the cases of each tag, the commonest tag first."""
        ids: dict[str, list[str]] = defaultdict(list)
        for case in self.cases:
            for tag in case.tags:
                ids[tag].append(case.id)
        return dict(sorted(ids.items(), key=lambda item: (-len(item[1]), item[0])))

    def common_tags(self) -> dict[str, list[str]]:
        """Return the same without tags of less than 1 % of the cases."""
        return {tag: ids for tag, ids in self.by_tag().items() if 100 * len(ids) >= len(self.cases)}

    def measured(self) -> list[Metric]:
        """Return the metrics of which any case has a score; the stages of answering come last."""
        names = {
            n for scores in self.scores.values() for n, (_, weight) in scores.items() if weight or n == AURC
        }
        known = [metric for metric in METRICS if metric.name in names]
        stages = sorted(name for name in names if name.startswith(("seconds.", "tokens.")))
        return known + [Metric(name, "cost", "less", " to ".join(name.split("."))) for name in stages]

    def seconds(self) -> tuple[float, float]:
        """Return the median and the 95th percentile of the seconds per answer."""
        times = [record.seconds for record in self.records.values() if record.answer]
        return (percentile(times, 0.5), percentile(times, 0.95)) if times else (math.nan, math.nan)


def _counted(metric: str, rows: Sequence[Pair]) -> int:
    """Count the cases that matter: for a ratio, those with a weight."""
    return len(rows) if metric == AURC else sum(weight > 0 for _, weight in rows)


def statistic(metric: str) -> Statistic:
    """Return the function that computes a metric from its rows."""
    return aurc if metric == AURC else ratio


def metric_of(name: str) -> Metric:
    """Return a metric by name. Raises `EvaluationError` with all names."""
    if name not in BY_NAME:
        raise EvaluationError(f"There is no metric {name!r}; the metrics are {', '.join(BY_NAME)}.")
    return BY_NAME[name]


def scored(run: RunFolder) -> Scored:
    """Compute the scores of a run from its files, without a library or a model.

    Raises `EvaluationError` if an older version made the run and did not check everything that the metrics now need.
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
            scores[case.id] = score(case, record, recalled(dict(record.checks)), prices)
            scores[case.id] |= _advice(case, record, judgements.get(case.id))
        except KeyError as exc:
            raise EvaluationError(
                f"{run.path} was made by another version, which checked less than is measured now: run it again."
            ) from exc
    for case_id, pair in _agreement(suite.cases, records).items():
        scores[case_id]["paraphrase_agreement"] = pair
    if all(case.answerable for case in suite.cases):
        # If nothing should be refused, metrics of refusals repeat what `answered` says.
        for values in scores.values():
            for name in [name for name in values if name == AURC or name.startswith("refusal_")]:
                del values[name]
    return Scored(run, suite, suite.cases, records, judgements, scores)


def prices_of(llm: Mapping[str, float]) -> Prices:
    """Return the prices in a model's settings."""
    return Prices(float(llm["input_price"]), float(llm["output_price"]))


def _advice(case: Case, record: Record, judgement: Judgement | None) -> Scores:
    matrix = None
    if judgement and record.answer and case.relevant and asserted(record.answer):
        matrix = entailment(case, record.answer, recalled(dict(record.checks)))
    scores = judged_scores(judgement, matrix)
    if record.answer:
        scores[AURC] = (record.answer.score, float(case.answerable))
    return scores


def _agreement(cases: Sequence[Case], records: Mapping[str, Record]) -> dict[str, Pair]:
    """Return one score per group of cases that ask the same, stored at the case that the others name."""
    groups: dict[str, list[str]] = defaultdict(list)
    for case in cases:
        if case.same_as:
            groups[case.same_as].append(case.id)
    scores = {}
    for origin, others in groups.items():
        answers = [records[i].answer for i in (origin, *others) if i in records]
        cited = [frozenset(cited_papers(answer)) for answer in answers if answer]
        value = agreement(cited)
        if value is not None and origin in records:
            scores[origin] = (value, 1.0)
    return scores
