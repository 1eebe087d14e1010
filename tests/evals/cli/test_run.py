"""What the commands promise: one cap for a whole sweep, the same figures with one worker and with eight."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from support.runs import QUESTION, figures, one_case, plan, through
from support.scripted_server import ScriptedServer

from evals import __main__ as command
from evals.runs.folder import all_runs
from evals.suites.suite import open_suite

# The scripted endpoint counts 100 tokens sent and 10 received a call.
PRICE = (100 * 2 + 10 * 10) / 1e6


def test_a_sweep_spends_no_more_than_its_cap_in_all_its_runs(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    suite = one_case(tmp_path / "one", *(f"{QUESTION[:-1]} in version {n}?" for n in range(4)))
    with ScriptedServer(*["The abstracts do not say."] * 100) as server:
        arguments = ["sweep", str(suite), "--grid", "retrieval.k=2,4,8", "--yes", "--workers", "1"]
        arguments += ["--runs", str(tmp_path / "runs"), "--cap", str(5.5 * PRICE)]
        for setting in (
            f"llm.base_url={server.url}",
            "llm.model=m",
            "llm.input_price=2",
            "llm.output_price=10",
            "verify.model=none",
        ):
            arguments += ["--set", setting]
        assert command.main(arguments) == 1
        asked = len(server.requests)
    # Four cases of the first run and two of the second; a call begun is ended.
    assert asked == 6
    assert [len(run.records()) for run in all_runs(tmp_path / "runs")] == [4, 2]
    err = capsys.readouterr().err
    assert "12 cases will send about" in err
    assert "the cap of" in err


def test_a_run_with_eight_workers_equals_one_with_one(tmp_path: Path) -> None:
    cases: Any = tuple(case for case in open_suite("daily-papers").chosen()[::12] if not case.same_as)
    one, eight = (
        through(plan("daily-papers", tmp_path / "runs", name=f"with-{n}", cases=cases, workers=n))
        for n in (1, 8)
    )
    assert figures(one) == pytest.approx(figures(eight), nan_ok=True)
    for case, record in one.records.items():
        other = eight.records[case]
        assert record.answer is not None
        assert other.answer is not None
        assert (record.answer.text, record.answer.passages) == (other.answer.text, other.answer.passages)
        assert record.checks == other.checks


def test_a_run_of_an_older_version_is_listed_and_said_to_be_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = through(plan(one_case(tmp_path / "one"), tmp_path / "runs", name="old"))
    manifest = found.run.manifest()
    del manifest["system"], manifest["metrics"]
    found.run.write(manifest)
    at = ["--runs", str(tmp_path / "runs")]
    assert command.main(["runs", *at]) == 0
    assert "| old " in capsys.readouterr().out
    assert command.main(["report", "old", *at]) == 1
    assert "was made by an older version" in capsys.readouterr().err
