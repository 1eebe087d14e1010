"""Runs: at the same time, resumable after a kill, the same again, within a budget, replayed offline."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from support.papers import PAPERS
from support.runs import QUESTION, figures, one_case, plan, through
from support.scripted_server import ScriptedServer

from assistant import Settings
from evals import __main__ as command
from evals.analysis.comparison import compared
from evals.analysis.gate import gate
from evals.analysis.summary import scored
from evals.cases.settings import judge_settings, overridden, parse
from evals.errors import EvaluationError
from evals.runs.folder import RECORDS, open_run
from evals.runs.plan import fingerprint
from evals.runs.runner import run
from evals.suites.suite import Case, Manifest, open_suite, write_suite
from tests.studies.scripted import numbered_sentences, verdicts


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A suite of twelve questions to the sample library."""
    cases = [c for c in open_suite("daily-papers").cases if c.facts][:9]
    cases += [c for c in open_suite("daily-papers").cases if not c.answerable][:3]
    manifest = Manifest(
        title="Small", measures="a little", licence="none", library="sample", primary=("recall@5",)
    )
    write_suite(tmp_path / "small", manifest, cases)
    return tmp_path / "small"


def test_two_runs_of_the_same_settings_give_the_same_figures(small: Path, tmp_path: Path) -> None:
    one = through(plan(small, tmp_path / "runs", name="one", workers=1))
    two = through(plan(small, tmp_path / "runs", name="two", workers=4))
    assert figures(one) == pytest.approx(figures(two), nan_ok=True)
    assert one.scores.keys() == two.scores.keys()
    assert all(not row.verdict for row in compared(one, two).rows)


def test_a_record_says_what_produced_its_answer(small: Path, tmp_path: Path) -> None:
    found = through(plan(small, tmp_path / "runs", name="one"))
    record = next(iter(found.records.values()))
    made = record.produced_by
    assert made["settings"]["retrieval"]["k"] == 8
    assert {"prompts", "weights", "library", "chromadb", "git_commit", "suite_digest"} <= made.keys()
    assert record.answer is not None
    assert len(record.answer.passages) == 8
    assert record.seconds > 0
    assert "api_key" not in json.dumps(made)


def test_figures_are_computed_again_from_what_is_on_disk(small: Path, tmp_path: Path) -> None:
    found = through(plan(small, tmp_path / "runs", name="one"))
    again = scored(open_run("one", tmp_path / "runs"))
    assert again.scores == found.scores


def test_a_finished_run_is_not_written_over(small: Path, tmp_path: Path) -> None:
    through(plan(small, tmp_path / "runs", name="one"))
    with pytest.raises(EvaluationError, match="is finished"):
        run(plan(small, tmp_path / "runs", name="one"))
    with pytest.raises(EvaluationError, match=r"other retrieval\.k: give"):
        run(plan(small, tmp_path / "runs", name="one", set={"retrieval.k": 3}))


def test_an_unfinished_run_goes_on_with_the_cases_that_are_left(small: Path, tmp_path: Path) -> None:
    whole = through(plan(small, tmp_path / "runs", name="one"))
    path = whole.run.path / RECORDS
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    # As a kill leaves it: five whole lines and a part of the sixth.
    path.write_text("".join(lines[:5]) + lines[5][:100], encoding="utf-8")
    manifest = whole.run.manifest()
    del manifest["finished"]
    whole.run.write(manifest)
    asked: list[int] = []
    outcome = run(plan(small, tmp_path / "runs", name="one"), lambda done, *_: asked.append(done))
    assert asked == list(range(6, 13))
    assert figures(scored(outcome.run)) == figures(whole)
    assert path.read_text(encoding="utf-8").startswith("".join(lines[:5]))


def test_a_run_killed_in_the_middle_ends_with_the_figures_of_an_unbroken_one(
    small: Path, tmp_path: Path
) -> None:
    after = 5
    unbroken = figures(through(plan(small, tmp_path / "runs", name="unbroken")))
    arguments = [sys.executable, "-m", "evals", "run", str(small), "--name", "killed", "--workers", "1"]
    arguments += ["--runs", str(tmp_path / "runs")]
    records = tmp_path / "runs" / "killed" / RECORDS
    process = subprocess.Popen(arguments, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if records.exists() and records.read_bytes().count(b"\n") >= after:
            break
        time.sleep(0.002)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    done = records.read_bytes().count(b"\n")
    assert after <= done
    again = subprocess.run(arguments, capture_output=True, text=True, check=False)
    assert again.returncode == 0 or done == 12, again.stderr
    found = scored(open_run("killed", tmp_path / "runs"))
    assert figures(found) == unbroken
    assert len(records.read_bytes().splitlines()) == 12


def test_a_damaged_line_is_named(small: Path, tmp_path: Path) -> None:
    found = through(plan(small, tmp_path / "runs", name="one"))
    path = found.run.path / RECORDS
    lines = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join([lines[0], "{}", *lines[2:]]) + "\n", encoding="utf-8")
    with pytest.raises(EvaluationError, match=r"records\.jsonl:2 is damaged"):
        scored(found.run)


def test_a_run_at_work_is_not_joined_by_another_process(small: Path, tmp_path: Path) -> None:
    found = through(plan(small, tmp_path / "runs", name="one"))
    manifest = found.run.manifest()
    del manifest["finished"]
    found.run.write(manifest)
    holding = f"from pathlib import Path; from evals.runs.folder import RunFolder; lock = RunFolder(Path({str(found.run.path)!r})).lock()"
    process = subprocess.Popen(
        [sys.executable, "-c", f"{holding}; print('held', flush=True); input()"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    with process:
        assert process.stdout.readline() == "held\n"
        with pytest.raises(EvaluationError, match="Another process is writing"):
            run(plan(small, tmp_path / "runs", name="one"))
        process.kill()


def test_a_deliberately_worse_setting_is_found_worse(tmp_path: Path) -> None:
    cases = tuple(c for c in open_suite("daily-papers").chosen() if c.relevant)[:200]
    good = through(plan("daily-papers", tmp_path / "runs", name="good", cases=cases))
    bad = through(plan("daily-papers", tmp_path / "runs", name="bad", cases=cases, set={"retrieval.k": 1}))
    (row,) = [row for row in compared(good, bad).rows if row.metric.name == "recall@5"]
    assert row.verdict == "worse"
    assert row.p < 0.05
    assert not all(check.passed for check in gate(bad, good, thresholds=False))


def test_what_produced_two_runs_is_told_apart_in_their_fingerprints(small: Path, tmp_path: Path) -> None:
    one = through(plan(small, tmp_path / "runs", name="one")).run.manifest()
    two = through(plan(small, tmp_path / "runs", name="two", set={"retrieval.k": 3})).run.manifest()
    assert fingerprint(one) != fingerprint(two)
    assert fingerprint(one) == fingerprint({**one, "started": "then"})


def test_a_gate_shuts_on_a_missed_threshold_and_on_a_metric_without_a_score(
    small: Path, tmp_path: Path
) -> None:
    manifest = (small / "suite.yaml").read_text() + "gate:\n  recall@5: {at_least: 0.5}\n"
    (small / "suite.yaml").write_text(manifest)
    good = through(plan(small, tmp_path / "runs", name="good"))
    assert all(check.passed for check in gate(good))
    (small / "suite.yaml").write_text(manifest + "  words: {at_most: 10}\n  money: {at_most: 1}\n")
    bad = through(plan(small, tmp_path / "runs", name="bad"))
    assert [check.passed for check in gate(bad)] == [True, True, False, False]


def test_a_gate_on_what_is_not_measured_or_judged_is_refused_before_the_run(
    small: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    manifest = (small / "suite.yaml").read_text()
    for name, said in (("beauty", "There is no metric 'beauty'"), ("judged_correct", "only advises")):
        (small / "suite.yaml").write_text(f"{manifest}gate:\n  {name}: {{at_least: 1}}\n")
        assert command.main(["run", str(small), "--runs", str(tmp_path / "runs")]) == 1
        assert said in capsys.readouterr().err
    assert not (tmp_path / "runs").exists()


def test_settings_are_overridden_by_key_and_mistakes_are_named() -> None:
    changes = parse(
        ["retrieval.k=3", "llm.model=abc", "judge.model=xyz", "verify.repair=false", "llm.base_url="]
    )
    settings = overridden(Settings(), {k: v for k, v in changes.items() if not k.startswith("judge.")})
    assert (settings.retrieval.k, settings.llm.model, settings.verify.repair) == (3, "abc", False)
    assert judge_settings(changes).model == "xyz"
    for wrong, said in (
        ("k=3", "SECTION.KEY"),
        ("retrieval.k", "SECTION.KEY"),
        ("retrieval.j=3", "retrieval.j is not a setting"),
        ("api.key=3", "api.key is not a setting"),
        ("retrieval.k=many", "retrieval.k"),
        ("retrieval.k=[", "not valid YAML"),
    ):
        with pytest.raises(EvaluationError, match=said):
            overridden(Settings(), parse([wrong]))
    with pytest.raises(EvaluationError, match=r"judge\.modle"):
        judge_settings(parse(["judge.modle=x"]))


def written(request: dict[str, Any]) -> str:
    """A model's reply: an answer, or a judge's verdicts."""
    prompt = request["messages"][-1]["content"]
    marks = (mark for mark, text in numbered_sentences(prompt) if text.startswith("LXMERT"))
    number = next(marks).partition(".")[0]
    if not request.get("response_format"):
        return f"LXMERT consists of three separate encoders [{number}.2]."
    return verdicts((1, "supported", f"{number}.2"))


@pytest.fixture
def endpoint() -> Iterator[ScriptedServer]:
    """A scripted endpoint that answers whatever it is asked, again and again."""
    with ScriptedServer(*[written] * 200) as server:
        yield server


def test_a_models_run_is_metered_and_replayed_offline(tmp_path: Path, endpoint: ScriptedServer) -> None:
    suite = one_case(tmp_path / "one")
    settings = {"llm.base_url": endpoint.url, "llm.model": "m", "llm.input_price": 2, "llm.output_price": 10}
    online = through(plan(suite, tmp_path / "runs", name="online", set=settings))
    (record,) = online.records.values()
    assert record.answer is not None
    assert record.answer.statements[0].text == "LXMERT consists of three separate encoders."
    assert [(call.model, call.stage) for call in record.calls] == [("m", "answer"), ("m", "verify")]
    assert online.figure("tokens.verify").value == 110
    assert record.first_token is not None
    assert 0 < record.first_token < record.seconds
    assert online.figure("tokens_sent").value == 200
    # 200 tokens at 2 and 20 at 10 of a million.
    assert online.figure("money").value == pytest.approx((200 * 2 + 20 * 10) / 1e6)
    asked = len(endpoint.requests)
    offline = through(plan(suite, tmp_path / "runs", name="offline", set=settings, offline=True))
    assert len(endpoint.requests) == asked
    assert figures(offline) == pytest.approx(figures(online), nan_ok=True)
    assert all(call.replayed for record in offline.records.values() for call in record.calls)


def test_offline_without_kept_replies_says_so(tmp_path: Path, endpoint: ScriptedServer) -> None:
    chosen = plan(
        one_case(tmp_path / "one"),
        tmp_path / "runs",
        set={"llm.base_url": endpoint.url, "llm.model": "m"},
        offline=True,
    )
    found = through(chosen)
    assert "no reply is stored" in next(iter(found.errors.values()))
    assert not endpoint.requests
    assert not gate(found)[0].passed


def test_a_cap_stops_a_run_in_order_and_a_higher_one_goes_on(
    tmp_path: Path, endpoint: ScriptedServer
) -> None:
    questions = [f"{QUESTION[:-1]} in version {n}?" for n in range(8)]
    suite = one_case(tmp_path / "one", *questions)
    settings = {"llm.base_url": endpoint.url, "llm.model": "m", "llm.input_price": 2, "llm.output_price": 10}
    price = (200 * 2 + 20 * 10) / 1e6
    chosen = {"set": settings, "name": "capped", "workers": 1}
    stopped = run(plan(suite, tmp_path / "runs", **chosen, cap=3 * price))
    assert "the cap of" in stopped.stopped
    assert len(stopped.run.records()) == 3
    assert "finished" not in stopped.run.manifest()
    again = run(plan(suite, tmp_path / "runs", **chosen, cap=3 * price))
    assert len(again.run.records()) == 3
    whole = run(plan(suite, tmp_path / "runs", **chosen, cap=1.0))
    assert not whole.stopped
    assert len(endpoint.requests) == 2 * len(questions)


def test_nothing_is_sent_before_the_estimate_is_agreed_to(
    tmp_path: Path,
    endpoint: ScriptedServer,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    said = io.StringIO("n\n")
    monkeypatch.setattr(said, "isatty", lambda: True)
    monkeypatch.setattr("sys.stdin", said)
    suite, runs = one_case(tmp_path / "one"), tmp_path / "runs"
    arguments = ["run", str(suite), "--runs", str(runs), "--set", f"llm.base_url={endpoint.url}"]
    arguments += ["--set", "llm.model=m", "--set", "llm.input_price=2", "--set", "llm.output_price=10"]
    assert command.main(arguments) == 1
    err = capsys.readouterr().err
    assert "1 cases will send about" in err
    assert "127.0.0.1" in err
    assert "Nothing was run." in err
    assert not list(runs.glob("*/run.json"))
    assert not endpoint.requests


def test_replies_that_break_off_cost_only_their_own_cases(tmp_path: Path) -> None:
    suite = one_case(tmp_path / "one", *[f"{QUESTION[:-1]} in version {n}?" for n in range(4)])
    with ScriptedServer(*["Dot finds cars"] * 20, break_after=5) as endpoint:
        settings = {"llm.base_url": endpoint.url, "llm.model": "m"}
        ended = run(plan(suite, tmp_path / "runs", set=settings, name="x", workers=1))
    assert not ended.stopped
    errors = scored(ended.run).errors
    assert len(errors) > 3, "so many in a row stop a run elsewhere"
    assert all("ModelInterrupted" in error for error in errors.values())


def test_a_failing_endpoint_stops_a_run_that_can_go_on(tmp_path: Path) -> None:
    suite = one_case(tmp_path / "one", *[f"{QUESTION[:-1]} in version {n}?" for n in range(6)])
    with ScriptedServer(*[500] * 100) as down:
        settings = {"llm.base_url": down.url, "llm.model": "m"}
        stopped = run(plan(suite, tmp_path / "runs", set=settings, name="x", workers=1))
    assert "3 cases in a row failed" in stopped.stopped
    found = scored(stopped.run)
    assert len(found.errors) == 3
    assert found.unfinished == 3


def test_the_command_asks_nobody_about_money_without_a_terminal(
    tmp_path: Path,
    endpoint: ScriptedServer,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO())
    suite = one_case(tmp_path / "one")
    arguments = ["run", str(suite), "--runs", str(tmp_path / "runs"), "--set", f"llm.base_url={endpoint.url}"]
    arguments += ["--set", "llm.model=m", "--set", "llm.input_price=1", "--set", "llm.output_price=1"]
    assert command.main(arguments) == 1
    assert "give --yes" in capsys.readouterr().err
    assert not endpoint.requests
    assert command.main([*arguments, "--yes"]) == 0
    assert "key_fact_recall" in capsys.readouterr().out
    assert command.main([*arguments[:4], "--cap", "1"]) == 1
    assert "--cap needs prices" in capsys.readouterr().err


def test_a_run_that_is_not_there_is_a_users_error(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main(["report", "nonesuch", "--runs", str(tmp_path)]) == 1
    assert "There is no run 'nonesuch'" in capsys.readouterr().err


def letters(text: str) -> list[float]:
    """An embedding that tells texts apart: how often each letter occurs."""
    return [float(text.lower().count(chr(code))) + 0.01 for code in range(ord("a"), ord("z") + 1)]


def test_another_embedder_has_a_library_of_its_own_and_is_replayed(tmp_path: Path) -> None:
    papers = tmp_path / "one" / "papers.jsonl"
    manifest = Manifest(title="One", measures="one", licence="none", library=("papers.jsonl",))
    case = Case(id="c", question="How fast does Dot find cars?", relevant={"dot": 1})
    write_suite(tmp_path / "one", manifest, [case])
    papers.write_text("".join(json.dumps(paper.to_json()) + "\n" for paper in PAPERS), encoding="utf-8")
    with ScriptedServer() as server:
        server.embed = letters
        settings = {"embedding.name": "letters", "embedding.base_url": server.url}
        online = through(plan(tmp_path / "one", tmp_path / "runs", name="online", set=settings))
    (record,) = online.records.values()
    assert record.answer is not None
    assert len(record.answer.passages) == 3
    assert [call.model for call in record.calls] == ["letters"]
    # The endpoint is gone.
    offline = through(plan(tmp_path / "one", tmp_path / "runs", name="offline", set=settings, offline=True))
    assert figures(offline) == pytest.approx(figures(online), nan_ok=True)
    own = through(plan(tmp_path / "one", tmp_path / "runs", name="own"))
    assert own.records["c"].calls == ()
