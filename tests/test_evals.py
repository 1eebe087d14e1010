"""The suites run, their figures are what their definitions say, and what the checker promises holds on every change."""

from __future__ import annotations

import math
from collections import Counter
from pathlib import Path

import pytest
from evals.corrupting import CORRUPTIONS

from assistant import Assistant
from assistant.errors import EvaluationError
from evals import __main__ as command
from evals import corruptions, questions, refusals, rivals, statements, suites
from evals.metrics import auc, bootstrap, ndcg, percentile, precision_recall, risk_coverage


def test_what_is_intact_passes_and_what_is_changed_is_caught(sample: Assistant) -> None:
    made = list(corruptions.cases(sample.papers(), each=60))
    outcomes = corruptions.check(sample, made)

    def share(kinds: tuple[str, ...], what: str) -> float:
        chosen = [o for o in outcomes if o.case.kind in kinds]
        return sum(getattr(o, what) for o in chosen) / len(chosen)

    assert share(("verbatim",), "supported") == 1.0
    assert share(("wrong paper",), "caught") >= 0.9
    assert share(("number",), "caught") >= 0.9
    assert share(("negation", "entity"), "caught") >= 0.85
    assert share(corruptions.LIGHT, "supported") >= 0.7
    assert share(CORRUPTIONS, "supported") == 0.0
    assert "wrong paper" in corruptions.render(outcomes, "test")


def test_the_same_seed_makes_the_same_cases(sample: Assistant) -> None:
    papers = sample.papers()[:10]
    assert list(corruptions.cases(papers, 5)) == list(corruptions.cases(papers, 5))


def test_a_verdict_shown_as_certain_is_right(sample: Assistant) -> None:
    outcomes = statements.run("fit", sample)
    certain = [o for o in outcomes if o.statement.verdict in ("supported", "contradicted")]
    assert sum(o.statement.verdict == o.case["label"] for o in certain) >= 0.9 * len(certain)
    ours = rivals.ours(sample, [o.statement for o in outcomes])
    others = rivals.rivals(sample, statements.cases("fit"))
    table = rivals.render([ours, *others], [o.case["label"] for o in outcomes])
    assert [line.split("  ")[0] for line in table.splitlines()[1:]] == [
        "rules",
        "cosine (>= 0.5)",
        "string containment",
        "anchorcite 0.1.0, core",
    ]


def test_evidence_is_verbatim_over_every_suite(sample: Assistant) -> None:
    papers = {paper.id: paper for paper in sample.papers()}
    checked = [o.statement for half in ("fit", "report") for o in statements.run(half, sample)]
    asked = [o.answer for o in questions.run(sample)]
    checked += [statement for answer in asked for statement in answer.statements]
    evidence = [item for statement in checked for item in statement.evidence]
    assert len(evidence) > 500
    for item in evidence:
        assert papers[item.paper_id].abstract[item.start : item.end] == item.quote


def test_a_scripted_judge_goes_the_way_of_a_real_one() -> None:
    text = statements.report("fit", judge="scripted")
    assert "scripted as judge under the rules, n=151" in text
    # It says "supported" to every seventh case; the rules keep it from passing changed figures.
    assert "shown as supported" in text.split("scripted as judge")[1]


def test_the_shipped_questions_are_answered(sample: Assistant) -> None:
    outcomes = questions.run(sample)
    assert sum(o.facts for o in outcomes) >= 48
    assert sum(o.right for o in outcomes) >= 53
    assert sum(bool(o.foreign) for o in outcomes) <= 6


def test_refusals_are_right_nine_times_in_ten_where_thresholds_were_chosen(sample: Assistant) -> None:
    outcomes = refusals.run("fit", sample)
    precision, recall = precision_recall([o.refused for o in outcomes], [o.should_refuse for o in outcomes])
    assert precision >= 0.9
    assert recall >= 0.7


def test_the_risk_coverage_curve_is_drawn(sample: Assistant, tmp_path: Path) -> None:
    outcomes = refusals.run("fit", sample)[:12]
    path = refusals.draw(outcomes, tmp_path / "curve.svg")
    assert path.read_text().lstrip().startswith("<?xml")


def test_every_suite_is_well_formed(sample: Assistant) -> None:
    known = {paper.id for paper in sample.papers()}
    second = {paper["id"] for paper in suites.load("second/papers")}
    for name, field, ids in (
        ("questions", "question", known),
        ("refusals", "question", known),
        ("refusals_more", "question", known),
        ("statements", "statement", known),
        ("second/statements", "statement", second),
        ("second/refusals", "question", second),
    ):
        cases = suites.load(name)
        assert not [i for i, n in Counter(case["id"] for case in cases).items() if n > 1], name
        assert not [t for t, n in Counter(case[field] for case in cases).items() if n > 1], name
        assert {case["paper"] for case in cases if case["paper"]} <= ids, name


def test_no_fitting_case_is_a_reporting_case() -> None:
    reported = {c["question"].casefold() for c in suites.load("refusals") if c["half"] == "report"}
    fitted = [*suites.load("refusals_more"), *suites.load("second/refusals"), *suites.load("questions")]
    assert not reported & {c["question"].casefold() for c in fitted}


def test_an_unknown_suite_is_a_users_error(capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main(["run", "nonesuch"]) == 1
    assert "No suite nonesuch" in capsys.readouterr().err


def test_shared_data_that_is_absent_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("EVALS_SHARED", str(tmp_path))
    with pytest.raises(EvaluationError, match="EVALS_SHARED"):
        suites.need_shared("scifact", "claims_fit.jsonl")


def test_metrics_agree_with_examples_worked_by_hand() -> None:
    assert auc([3.0, 1.0], [2.0, 0.0]) == 0.75
    assert auc([1.0], [1.0]) == 0.5
    assert ndcg(["a", "b", "c"], {"b"}) == pytest.approx(1 / math.log2(3))
    assert ndcg(["a", "b", "c"], {"a", "c"}) == pytest.approx((1 + 1 / 2) / (1 + 1 / math.log2(3)))
    assert precision_recall([True, True, False], [True, False, True]) == (0.5, 0.5)
    assert risk_coverage([0.9, 0.5, 0.7], [True, False, True]) == [
        (1 / 3, 0.0),
        (2 / 3, 0.0),
        (1.0, pytest.approx(1 / 3)),
    ]
    assert percentile([1.0, 2.0, 3.0, 4.0], 0.95) == 4.0
    interval = bootstrap([0.0, 1.0] * 50)
    assert interval.low < interval.mean == 0.5 < interval.high
