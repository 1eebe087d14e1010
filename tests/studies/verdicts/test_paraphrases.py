from __future__ import annotations

from collections import Counter

import pytest

from evals.cases.support import RULES_ON_PARAPHRASES
from evals.metrics.citation import FULL, NONE, OPEN, PARTLY, contains
from tests.studies import sources
from tests.studies.__main__ import main
from tests.studies.verdicts import invented, paraphrases
from tests.studies.verdicts.paraphrases import Level, Written, cases, render, run


def test_200_pairs_of_40_abstracts_of_two_fields_half_of_each_sealed() -> None:
    rows = invented.rows("paraphrases")
    assert Counter((row["field"], row["half"]) for row in rows) == dict.fromkeys(
        [(field, half) for field in ("soil science", "labour economics") for half in ("fit", "report")], 10
    )
    assert all(6 <= len(sources.sentences(row["abstract"])) <= 9 for row in rows)
    found = cases()
    assert Counter(case.faithful for case in found) == {True: 200, False: 200}
    assert len({case.text for case in found}) == 400
    assert len(cases("report")) == len(cases("fit")) == 200
    assert {case.style for case in found} == {"note", "textbook", "chat"}


def test_no_sentence_is_copied_from_its_abstract() -> None:
    abstracts = {row["id"]: row["abstract"] for row in invented.rows("paraphrases")}
    for case in cases():
        assert case.decided_by in abstracts[case.paper]
        assert not contains(abstracts[case.paper], case.text.rstrip("."))


def test_under_a_truthful_judge_all_pairs_are_told_apart() -> None:
    outcomes = run("fit", "scripted")
    assert Counter((o.case.faithful, o.level) for o in outcomes) == {(True, FULL): 100, (False, NONE): 100}


def test_the_figures_that_reports_state_of_the_rules_are_those_of_the_sealed_half() -> None:
    outcomes = run("report")
    found = paraphrases.doubted([o for o in outcomes if o.case.faithful])
    assert found == RULES_ON_PARAPHRASES, "the rules changed: look once, then write down the new figures"
    assert not any(o.passed for o in outcomes)


def test_the_table_counts_levels_by_truth() -> None:
    levels = ((True, FULL), (True, OPEN), (True, PARTLY), (True, NONE), (False, FULL), (False, NONE))
    outcomes = [
        Level(Written(f"p{n}", "It is 5.", f"Five {n}.", "note", "figure", faithful), level)
        for n, (faithful, level) in enumerate(levels)
    ]
    said = render(outcomes, "test")
    assert "paraphrase           1        1        1        1" in said
    assert "invention            1        0        0        1" in said
    assert "paraphrases doubted (PARTLY or NONE), false alarms: 2 of 4 (0.500; " in said
    assert "inventions passed (FULL): 1 of 2" in said


def test_a_judge_without_an_endpoint_is_a_sentence_and_no_traceback(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(paraphrases, "cases", lambda half="": cases(half)[:2])
    monkeypatch.setenv("ASSISTANT_LLM_BASE_URL", "http://127.0.0.1:9/v1")
    assert main(["paraphrases", "--judge", "gone"]) != 0
    assert "Traceback" not in capsys.readouterr().err
