"""All figures of a run, with intervals, over all cases and by tag."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from statistics import fmean

import numpy as np

from assistant.core.settings import LLMSettings
from evals.analysis.statistics import (
    Interval,
    Statistic,
    aurc,
    bootstrap,
    clusters,
    is_proportion,
    point,
    ratio,
    wilson,
)
from evals.cases.custom_metrics import OwnMetric, open_metric
from evals.cases.judge import Judgement, judged_scores
from evals.cases.record import Record
from evals.cases.score import Pair, Scores, cited_papers, score
from evals.cases.settings import JudgeSettings
from evals.cases.support import recalled
from evals.errors import EvaluationError
from evals.metrics.registry import BY_NAME, METRICS, Metric
from evals.metrics.robustness import agreement
from evals.runs.budget import Spent
from evals.runs.folder import RunFolder
from evals.suites.suite import Case, Suite

AURC = "aurc"


@dataclass(frozen=True)
class Scored:
    """A run with the scores of each case. Reports, gates and comparisons are computed from it.

    `own` are the metrics of the run that its user made.
    """

    run: RunFolder
    suite: Suite
    cases: tuple[Case, ...]
    records: Mapping[str, Record]
    judgements: Mapping[str, Judgement]
    scores: Mapping[str, Scores]
    own: tuple[OwnMetric, ...] = ()

    def rows(self, metric: str) -> dict[str, Pair]:
        """Return (score x weight, weight) of each case that has this score; for "aurc" (score, right).

        A case that was repeated has the means over its repetitions.
        """
        return self._rows.get(metric, {})

    @cached_property
    def _rows(self) -> dict[str, dict[str, Pair]]:
        each: dict[str, dict[str, list[Pair]]] = defaultdict(lambda: defaultdict(list))
        for case in self.cases:
            for metric, (value, weight) in self.scores.get(case.id, {}).items():
                row = (value, weight) if metric == AURC else (value * weight, weight)
                each[metric][case.origin].append(row)
        return {
            metric: {i: (fmean(a for a, _ in pairs), fmean(b for _, b in pairs)) for i, pairs in rows.items()}
            for metric, rows in each.items()
        }

    def clustered(self, metric: str, cases: Sequence[str], rows: Sequence[Pair]) -> Sequence[Sequence[float]]:
        """Return the rows of cases, those of one paper together, as they are resampled. Rows of "aurc" are no sums."""
        if metric == AURC or not rows:
            return rows
        return clusters(rows, [self._paper.get(case, case) for case in cases])

    @cached_property
    def _paper(self) -> dict[str, str]:
        """The first relevant paper of each case that has one."""
        return {case.id: min(case.relevant) for case in self.cases if case.relevant}

    def figure(self, metric: str) -> Interval:
        """Return a metric over all cases, with its interval: Wilson's of a share of cases, else a bootstrap over papers."""
        if metric not in self._figures:
            rows = self.rows(metric)
            chosen = list(rows.values())
            grouped = self.clustered(metric, list(rows), chosen)
            found = replace(bootstrap(grouped, statistic(metric)), n=_counted(metric, chosen))
            if metric != AURC and is_proportion(chosen):
                low, high = wilson([row for row in chosen if row[1]], grouped)
                found = replace(found, low=low, high=high)
            self._figures[metric] = found
        return self._figures[metric]

    @cached_property
    def _figures(self) -> dict[str, Interval]:
        """What has been computed so far: terminal, page and gate show the same figures."""
        return {}

    def value(self, metric: str, cases: Iterable[str]) -> tuple[float, int]:
        """Return a metric over the cases of the given ids (NaN if none has a score), and how many of them count."""
        rows = self.rows(metric)
        chosen = [rows[i] for i in cases if i in rows]
        n = _counted(metric, chosen)
        return (point(chosen, statistic(metric)) if n else math.nan), n

    @property
    def written(self) -> bool:
        """Whether a model or another system wrote the answers, in words that need not be those of the abstracts."""
        made = self.run.manifest()
        return bool(made["system"] or made["settings"]["llm"]["model"])

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
            for tag in case.tags if not case.repeats else ():
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
        known = [m for m in (*METRICS, *(own.metric for own in self.own)) if m.name in names]
        stages = sorted(name for name in names if name.startswith(("seconds.", "tokens.")))
        return known + [Metric(name, "cost", "less", " to ".join(name.split("."))) for name in stages]

    def figures(self) -> list[tuple[Metric, Interval]]:
        """Return every measured metric over all cases."""
        return [(metric, self.figure(metric.name)) for metric in self.measured()]

    def seconds(self) -> tuple[float, float]:
        """Return the median and the 95th percentile of the seconds per answer."""
        times = [record.seconds for record in self.records.values() if record.answer and not record.replayed]
        median, high = np.quantile(times, [0.5, 0.95]) if times else (math.nan, math.nan)
        return float(median), float(high)

    def spent(self) -> Spent:
        """Return what all calls cost that were paid: of the system, the verifier and the judge."""
        made = self.run.manifest()
        llm, judge = LLMSettings(**made["settings"]["llm"]), JudgeSettings(**(made["judge"] or {}))
        spent = Spent()
        for record in self.records.values():
            spent.answered(record, llm, judge)
        for judgement in self.judgements.values():
            spent.judged(judgement, judge)
        return spent


def _counted(metric: str, rows: Sequence[Pair]) -> int:
    """Count the cases that matter: for a ratio, those with a weight."""
    return len(rows) if metric == AURC else sum(weight > 0 for _, weight in rows)


def statistic(metric: str) -> Statistic:
    """Return the function that computes a metric from its rows."""
    return aurc if metric == AURC else ratio


def metric_of(name: str) -> Metric:
    """Return a metric of the program by name. Raises `EvaluationError` with all names."""
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
    made = run.manifest()
    if "system" not in made:
        raise EvaluationError(
            f"{run.path} was made by an older version, which measured otherwise: run it again."
        )
    llm = LLMSettings(**made["settings"]["llm"])
    own = tuple(open_metric(spec) for spec in made["metrics"])
    scores: dict[str, Scores] = {}
    for case in suite.cases:
        record = records.get(case.id)
        if record is None:
            continue
        try:
            scores[case.id] = score(case, record, recalled(record.checked()), llm, made["verifier"])
            scores[case.id] |= judged_scores(case, judgements.get(case.id)) | _own(case, record, own)
        except KeyError as exc:
            raise EvaluationError(
                f"{run.path} was made by another version, which checked less than is measured now: run it again."
            ) from exc
    for case_id, pair in _agreement(suite.cases, records).items():
        scores[case_id]["paraphrase_agreement"] = pair
    for case_id, pair in _always_right(suite.cases, scores).items():
        scores[case_id]["pass_all"] = pair
    if all(case.answerable for case in suite.cases):
        # If nothing should be refused, metrics of refusals repeat what `answered` says.
        for values in scores.values():
            for name in [name for name in values if name == AURC or name.startswith("refusal_")]:
                del values[name]
    return Scored(run, suite, suite.cases, records, judgements, scores, own)


def _own(case: Case, record: Record, metrics: Sequence[OwnMetric]) -> Scores:
    if record.answer is None:
        return {}
    values = {own.metric.name: own(case, record.answer) for own in metrics}
    return {name: (float(value), 1.0) for name, value in values.items() if value is not None}


def _always_right(cases: Sequence[Case], scores: Mapping[str, Scores]) -> dict[str, Pair]:
    """Return for each case that was repeated whether all of its answers are right."""
    rights: dict[str, list[float]] = defaultdict(list)
    for case in cases:
        if "right" in scores.get(case.id, {}):
            rights[case.origin].append(scores[case.id]["right"][0])
    return {i: (min(values), 1.0) for i, values in rights.items() if len(values) > 1 and i in scores}


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
