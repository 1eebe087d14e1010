"""Suites are run and compared from Python in a few lines."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import evals
from assistant import Answer
from evals import EvaluationError, Reply, assert_not_worse, compare, load, metric, run
from evals.suites.suite import Case

QUESTIONS = [
    {
        "id": "c1",
        "question": "How many encoders does LXMERT have?",
        "relevant": ["lxmert"],
        "facts": [["three"]],
    },
    {
        "id": "c2",
        "question": "Who won the football world cup in 1998?",
        "answerable": False,
        "kind": "off_topic",
    },
]


@pytest.fixture
def suite(tmp_path: Path) -> Path:
    folder = tmp_path / "small"
    folder.mkdir()
    folder.joinpath("suite.yaml").write_text(
        "title: Small\nmeasures: a little\nlicence: none\nlibrary: sample\nprimary: [right, refusal_recall]\n"
    )
    folder.joinpath("cases.jsonl").write_text("".join(json.dumps(case) + "\n" for case in QUESTIONS))
    return folder


@metric("has_figure")
def has_figure(case: Case, answer: Answer) -> float:
    """Whether the answer has a figure."""
    return float(any(letter.isdigit() for letter in answer.text))


def always(question: str) -> Reply:
    return Reply("It has three encoders [1].", ("lxmert",))


def test_two_systems_are_run_and_compared(suite: Path, tmp_path: Path) -> None:
    ours = run(suite, name="ours", runs=tmp_path, metrics=[has_figure])
    theirs = run(suite, always, name="theirs", runs=tmp_path, metrics=[has_figure])
    assert (ours["refusal_recall"], theirs["refusal_recall"]) == (1.0, 0.0)
    assert theirs["has_figure"] == 1.0
    frame = theirs.frame().set_index("case")
    assert frame.loc["c1", "right"] == 1.0
    assert theirs.figures().loc["right", "n"] == 1
    assert "has_figure" in str(theirs)
    assert theirs.path.joinpath("report.html").exists()
    found = compare("ours", theirs, runs=tmp_path)
    assert found.frame().loc["refusal_recall", "change"] == -1.0
    assert found.conclusion.startswith("ours and theirs cannot be told apart at n = 1")
    assert_not_worse(ours, ours, margin=0.1)
    with pytest.raises(AssertionError, match=r"refusal_recall is at most 0\.1 worse"):
        assert_not_worse(theirs, ours, margin=0.1)


def test_what_a_system_raises_is_the_error_of_that_case(suite: Path, tmp_path: Path) -> None:
    def sometimes(question: str) -> Reply:
        if "football" in question:
            raise ZeroDivisionError("no goals")
        return always(question)

    found = run(suite, sometimes, name="broken", runs=tmp_path)
    assert "ZeroDivisionError: no goals" in found.frame().set_index("case").loc["c2", "error"]
    assert found["right"] == 1.0


def test_metrics_need_a_name_of_their_own_and_are_computed_again(suite: Path, tmp_path: Path) -> None:
    with pytest.raises(EvaluationError, match="There is a metric 'right' already"):
        metric("right")
    run(suite, name="own", runs=tmp_path, metrics=[has_figure])
    assert compare("own", "own", runs=tmp_path).frame().loc["has_figure", "change"] == 0.0
    assert has_figure.metric.about == "Whether the answer has a figure."


def test_a_paper_that_the_library_lacks_is_named(suite: Path, tmp_path: Path) -> None:
    cases = suite / "cases.jsonl"
    cases.write_text(cases.read_text().replace('["lxmert"]', '["no-such-paper"]'))
    with pytest.raises(EvaluationError, match="Case c1 of small names the paper 'no-such-paper'"):
        run(suite, name="typo", runs=tmp_path)


def test_a_fact_of_another_form_is_explained(suite: Path) -> None:
    cases = suite / "cases.jsonl"
    cases.write_text(cases.read_text().replace('[["three"]]', '["three"]'))
    with pytest.raises(EvaluationError, match=r"a fact is a list of its spellings"):
        load(suite)
    cases.write_text(cases.read_text().replace('["three"]', '[{"spellings": ["three"], "vital": false}]'))
    assert load(suite).cases[0].facts[0].vital is False


def test_only_the_public_names_are_there() -> None:
    assert set(evals.__all__) <= set(dir(evals)) | set(evals.__all__)
    assert evals.System is not None
    with pytest.raises(AttributeError):
        evals.nothing  # noqa: B018
