"""A comparison concludes only what it can: corrected for its tests, with the difference that it could have seen."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import numpy as np
import pytest
from support.runs import plan, through

from evals.analysis.comparison import MetricRow, RunComparison, _change, compared, conclusion
from evals.analysis.gate import against
from evals.analysis.statistics import PairedDifference, compare, holm
from evals.analysis.summary import Scored
from evals.metrics.registry import BY_NAME
from evals.suites.suite import Case, Manifest, open_suite, write_suite


def row(name: str, before: float, after: float, p: float, n: int = 93) -> MetricRow:
    change = after - before
    return MetricRow(
        BY_NAME[name], PairedDifference(before, after, change - 0.05, change + 0.05, p, n), True, p, 0.08
    )


@pytest.mark.parametrize("times", [100, pytest.param(1000, marks=pytest.mark.slow)])
def test_of_many_comparisons_of_equal_runs_few_say_that_they_differ(times: int) -> None:
    rng = np.random.default_rng(3)
    false = 0
    for _ in range(times):
        # Six metrics of 60 cases that go together, as those of one answer do; the runs differ by chance only.
        skill = rng.random((60, 1))
        one, two = ((rng.random((60, 6)) < skill).astype(float) for _ in range(2))
        weights = np.ones(60)
        values = [
            compare(np.c_[one[:, i], weights].tolist(), np.c_[two[:, i], weights].tolist(), rounds=200).p
            for i in range(6)
        ]
        false += min(holm(values)) < 0.05
    # 5 %, and two standard errors of that.
    assert false <= 0.05 * times + 2 * math.sqrt(0.05 * 0.95 * times)


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> tuple[Scored, Scored]:
    """Twenty cases over the sample library, asked with eight papers and with one."""
    folder = tmp_path_factory.mktemp("compared")
    cases = [case for case in open_suite("daily-papers").chosen() if case.facts and not case.history][:20]
    manifest = Manifest(
        title="Small", measures="a little", licence="none", library="sample", primary=("recall", "answered")
    )
    write_suite(folder / "small", manifest, cases)
    one = through(plan(folder / "small", folder / "runs", name="one"))
    two = through(plan(folder / "small", folder / "runs", name="two", set={"retrieval.k": 1}))
    return one, two


def test_only_the_primary_metrics_are_tested(runs: tuple[Scored, Scored]) -> None:
    found = compared(*runs)
    assert [r.metric.name for r in found.primary] == ["recall", "answered"]
    assert {r.verdict for r in found.rows if not r.primary} == {""}
    assert all(r.smallest > 0 for r in found.primary)
    # Of one case the weight is 0 in refusal_precision: it is none of the cases that count.
    counted = next(r for r in found.rows if r.metric.name == "answered").difference.n
    assert counted == 20


def test_equal_runs_cannot_be_told_apart(runs: tuple[Scored, Scored]) -> None:
    found = compared(runs[0], runs[0])
    said = conclusion(found)
    assert said.startswith("one and one cannot be told apart at n = 20: a difference below 0.")
    assert not [r for r in found.primary if r.verdict]
    # The same is no proof that it is not worse by 0.01: the interval of no change is a point here, so it is.
    assert all(check.passed for check in against(found, 0.01))


def comparison(runs: tuple[Scored, Scored], *rows: MetricRow) -> RunComparison:
    return replace(compared(*runs), rows=rows, tags=())


def test_the_conclusion_names_what_differs_and_what_could_not_be_seen(runs: tuple[Scored, Scored]) -> None:
    found = comparison(runs, row("key_fact_recall", 0.7, 0.76, 0.01), row("recall@5", 0.9, 0.91, 0.6))
    assert conclusion(found) == (
        "two: key_fact_recall is better by 0.060 (p = 0.010); nothing else can be told apart at n = 93; "
        "a difference below 0.08 would often go unseen."
    )
    assert conclusion(comparison(runs)).startswith("The suite names no primary metrics")


def test_a_margin_asks_for_proof_that_nothing_was_lost(runs: tuple[Scored, Scored]) -> None:
    found = comparison(runs, row("key_fact_recall", 0.70, 0.69, 0.6))
    (significant,) = against(found, None)
    assert significant.passed
    assert "a fall below 0.08 would often go unseen" in significant.said
    (tight,) = against(found, 0.05)
    (loose,) = against(found, 0.07)
    # The interval goes down to -0.06.
    assert (tight.passed, loose.passed) == (False, True)
    # Of a metric of which less is better the upper end counts.
    (refuted,) = against(comparison(runs, row("refuted", 0.1, 0.1, 1.0)), 0.04)
    assert not refuted.passed


def test_repetitions_are_one_case(tmp_path: Path) -> None:
    from evals.runs.plan import repeated

    suite = open_suite("daily-papers")
    cases = repeated([case for case in suite.chosen() if case.facts][:3], 2)
    assert [case.origin for case in cases] == [cases[0].id, cases[1].id, cases[2].id] * 2
    found = through(plan("daily-papers", tmp_path / "runs", name="twice", cases=cases))
    assert len(found.records) == 6
    assert found.figure("key_fact_recall").n == 3
    assert found.figure("pass_all").value == found.figure("right").value


def test_a_case_that_is_refuted_more_got_worse() -> None:
    runs = [SimpleNamespace(scores={"c": {"refuted": (value, 1.0)}}) for value in (0.0, 1.0)]
    one, two = (cast(Scored, run) for run in runs)
    worse_case, better_case = _change(one, two, "c", "Why?"), _change(two, one, "c", "Why?")
    assert worse_case is not None
    assert better_case is not None
    assert (worse_case.better, better_case.better) == (False, True)
    assert _change(one, one, "c", "Why?") is None


TAGS = tuple("abcdefghijklmnopqrst")


def test_with_many_tags_a_great_difference_is_still_found(tmp_path: Path) -> None:
    # Six metrics by 20 tags are 120 tests: with 2,000 rounds the least corrected p would be 0.06.
    cases = [Case(id=f"c{n}", question=f"Question {n}?", facts=(("three",),), tags=TAGS) for n in range(30)]
    names = ("right", "key_fact_recall", "wrong", "answered", "fact_precision", "first_sentence")
    manifest = Manifest(title="T", measures="m", licence="none", library="sample", primary=names)
    write_suite(tmp_path / "tagged", manifest, cases)
    good, bad = (
        through(plan(tmp_path / "tagged", tmp_path / "runs", name=said, system=lambda _, said=said: said))
        for said in ("It is three.", "It is four.")
    )
    found = {(row.tag, row.metric.name): row.verdict for row in compared(good, bad).tags}
    assert len(found) == 120
    assert {found[tag, "right"] for tag in TAGS} == {"worse"}
