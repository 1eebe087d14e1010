from __future__ import annotations

from tests.studies.verdicts.alarms import ALARMS, load, run


def test_the_sentences_are_of_two_fields_and_three_styles() -> None:
    papers, cases = load()
    true = [case for case in cases if not case.words]
    assert (len(papers), len(true), len(cases) - len(true)) == (6, 102, 22)
    assert {case.kind for case in true} == {"terse", "plain", "flowing"}
    assert all(case.words in case.text for case in cases if case.words != "5.1")


def test_an_honest_judge_catches_all_and_few_true_sentences_are_doubted() -> None:
    outcomes = run("honest")
    assert sum(s.verdict in ALARMS for c, s in outcomes if not c.words) <= 0.03 * 102
    assert not [c.text for c, s in outcomes if c.words and s.verdict == "supported"]


def test_a_judge_that_approves_everything_lets_few_false_sentences_pass() -> None:
    assert sum(s.verdict == "supported" for c, s in run("fooled") if c.words) <= 3
