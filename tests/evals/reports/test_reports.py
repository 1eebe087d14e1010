"""Reports: one page that needs nothing else, in which nothing that a paper, a user or a model wrote can act."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from support.runs import figures, plan, through

from assistant.core.markup import escape
from evals import __main__ as command
from evals.analysis.comparison import compared
from evals.analysis.gate import ThresholdCheck, gate
from evals.analysis.history import history
from evals.analysis.summary import Scored, scored
from evals.analysis.sweep import Point, grid
from evals.reports import files, html, markdown, tables
from evals.runs.folder import RECORDS, all_runs
from evals.suites.suite import Case, Manifest, open_suite, write_suite

NASTY = (
    "<script>document.title='pwned'</script>",
    "<img src=x onerror=\"document.title='pwned'\">",
    "</details></main><iframe src='https://evil.example'></iframe>",
    "{{ 7 * 7 }} {% raw %}",
    "javascript:alert(1) ![x](https://evil.example/x.png) <a href='https://evil.example'>y</a>",
    "| a | b |\n|---|---|\n`code` **bold** \u202egnirts\x00\x0b",
    "]]> <!-- --> &amp; \ud7ff \U0001f600 \ufffe\uffff",
)


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory, _home: None) -> Scored:
    """A run of thirty cases of all kinds."""
    folder = tmp_path_factory.mktemp("reporting")
    shipped = open_suite("daily-papers").chosen()
    cases = [c for c in shipped if c.facts][:18] + [c for c in shipped if not c.answerable][:12]
    manifest = Manifest(title="Thirty", measures="a little", licence="none", library="sample")
    write_suite(folder / "thirty", manifest, cases)
    return through(plan(folder / "thirty", folder / "runs", name="base"))


@pytest.fixture
def hostile(tmp_path: Path) -> Scored:
    """A run in which questions, answers, papers, errors and the judge's words are hostile."""
    cases = [
        Case(
            id=f"c{n}",
            question=f"How many encoders does LXMERT have? {nasty}",
            relevant={"lxmert": 1},
            tags=(nasty,),
        )
        for n, nasty in enumerate(NASTY)
    ]
    manifest = Manifest(title=NASTY[0], measures=NASTY[1], licence="none", library="sample")
    write_suite(tmp_path / "hostile", manifest, cases)
    # One at a time, so that records stand in the order of the cases.
    found = through(plan(tmp_path / "hostile", tmp_path / "runs", name="hostile", workers=1))
    path = found.run.path / RECORDS
    # As if papers and models had written it, too.
    lines = []
    for nasty, line in zip(NASTY, path.read_text(encoding="utf-8").splitlines(), strict=True):
        record = json.loads(line)
        for statement in record["answer"]["statements"]:
            statement |= {"text": nasty, "problems": [nasty]}
        for source in record["answer"]["sources"]:
            source["paper"]["title"] = nasty
        record["answer"]["warnings"] = [nasty]
        call = {
            "model": nasty,
            "stage": nasty,
            "began": 0,
            "first": 0,
            "seconds": 1,
            "sent": 1,
            "received": 1,
        }
        call |= {
            "estimated": True,
            "replayed": False,
            "reply": nasty,
            "messages": [{"role": "user", "content": nasty}],
        }
        record["calls"] = [call]
        papers = sorted({p["paper_id"] for p in record["answer"]["passages"]})
        record["checks"] += [[nasty, sorted({"lxmert", *some}), 0.0] for some in ([], *[[p] for p in papers])]
        record["checks"] += [[nasty, [p], 0.0] for p in papers]
        lines.append(json.dumps(record))
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return found


def page_of(run: Scored) -> str:
    """The page of a run."""
    files.write(run, gate(run))
    return (run.run.path / files.HTML).read_text(encoding="utf-8")


def test_a_page_has_no_other_host_in_it(base: Scored) -> None:
    made = page_of(base)
    assert not re.search(r"(src|href)\s*=\s*[\"']?(https?:)?//", made)
    assert "default-src 'none'" in made
    assert "<!DOCTYPE svg" not in made
    assert "w3.org/TR" not in made


def test_a_page_has_every_part(base: Scored) -> None:
    made = page_of(base)
    for part in (
        "Gate",
        "Figures",
        "By tag",
        "Risk and coverage",
        "Calibration",
        "Latency",
        "Retrieval scores",
        "Cases",
    ):
        assert part in made, part
    assert made.count("<svg") == 6
    assert made.count('class="case"') == 30
    for case in base.cases:
        assert f"<code>{case.id}</code>" in made


def test_a_page_names_the_key_facts_by_their_spellings(base: Scored) -> None:
    made = page_of(base)
    spellings = [fact.spellings for case in base.cases for fact in case.facts]
    assert spellings
    for said in spellings:
        assert str(escape(" or ".join(said))) in made
    assert "or True" not in made


def test_a_difference_of_words_is_not_rounded_away() -> None:
    assert [tables.signed(-0.4, name) for name in ("words", "recall@5", "money")] == [
        "-0.4",
        "-0.400",
        "-0.40000",
    ]


def test_the_same_run_gives_the_same_page(base: Scored) -> None:
    assert page_of(base) == page_of(scored(base.run))


@pytest.mark.browser
def test_hostile_text_is_shown_and_does_nothing(hostile: Scored, page: Any) -> None:
    path = html.write_run(
        scored_anyway(hostile), [ThresholdCheck(NASTY[1], False, NASTY[0])], hostile.run.path / "r.html"
    )
    errors: list[str] = []
    page.on("console", lambda message: errors.append(message.text))
    page.goto(f"file://{path}")
    assert "pwned" not in page.title() or page.title().startswith("<script>")
    page.evaluate("document.querySelectorAll('details').forEach((item) => { item.open = true })")
    assert page.locator("script").count() == 1
    assert page.locator("img, iframe, main a").count() == 0
    assert NASTY[0] in page.inner_text("main")
    assert "{{ 7 * 7 }}" in page.inner_text("main")
    assert [url for url in page.asked if not url.startswith("file:")] == []
    assert errors == []
    page.fill("#search", "onerror")
    assert page.inner_text("#count").startswith("1 of")


def scored_anyway(run: Scored) -> Scored:
    """The run with its hostile records; only their texts changed, so the scores may stay."""
    return Scored(run.run, run.suite, run.cases, run.run.records(), run.judgements, run.scores)


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_page_is_readable_on_a_phone_and_finds_cases(base: Scored, page: Any, scheme: Any) -> None:
    files.write(base, gate(base))
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": 390, "height": 800})
    page.goto(f"file://{base.run.path / files.HTML}")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    ink, paper = page.evaluate(
        "[getComputedStyle(document.body).color, matchMedia('(prefers-color-scheme: dark)').matches]"
    )
    assert (ink == "rgb(255, 255, 255)") == paper == (scheme == "dark")
    page.select_option("#tag", "not-stated")
    wanted = len(base.by_tag()["not-stated"])
    assert page.inner_text("#count") == f"{wanted} of 30"
    page.select_option("#tag", "")
    page.check("#failing")
    assert page.inner_text("#count") != "30 of 30"


def test_junit_is_read_by_a_parser_and_counts(hostile: Scored) -> None:
    checks = [ThresholdCheck("good", True, "yes"), ThresholdCheck(NASTY[5], False, NASTY[6])]
    path = html.write(hostile.run.path / "junit.xml", "junit.xml", run=hostile, checks=checks)
    root = ElementTree.parse(path).getroot()
    gates, cases = root.findall("testsuite")
    assert (gates.attrib["tests"], gates.attrib["failures"]) == ("2", "1")
    assert len(cases.findall("testcase")) == len(NASTY)
    assert gates.find("testcase/failure") is not None


def test_markdown_keeps_its_columns_whatever_stands_in_them() -> None:
    made = tables.markdown(tables.Table(("a", "b"), ((NASTY[5], "x"), ("|", "\\|")), (False, True)))
    lines = made.splitlines()
    assert len(lines) == 4
    assert all(len(re.findall(r"(?<!\\)(?:\\\\)*\|", line)) == 3 for line in lines)


def test_a_question_cannot_format_a_comparison(hostile: Scored, tmp_path: Path) -> None:
    other = through(plan(tmp_path / "hostile", tmp_path / "runs", name="other", set={"retrieval.k": 1}))
    made = markdown.comparison(compared(hostile, other))
    assert "\n|---" not in made.split("###")[-1]
    assert "<script>" not in made.replace("\\<script\\>", "")
    html.write_comparison(compared(hostile, other), tmp_path / "c.html")
    assert "<script>document" not in (tmp_path / "c.html").read_text(encoding="utf-8")


def test_a_comparison_says_what_changed_and_where(base: Scored, tmp_path: Path) -> None:
    opened = base.run.suite()
    other = plan(base.run.path, tmp_path / "runs", name="k1", set={"retrieval.k": 1}, cases=opened.cases)
    found = compared(base, through(other))
    assert ("retrieval.k", "8", "1") in found.made_with
    made = markdown.comparison(found)
    assert "retrieval.k: 8 -> 1" in made
    assert "recall@5" in made
    assert "support was decided by rules" in made
    assert "faithful paraphrases written to test them they doubted" in made
    assert "citation_recall@rules" in made
    html.write_comparison(found, tmp_path / "c.html")
    assert "support was decided by rules" in (tmp_path / "c.html").read_text(encoding="utf-8")
    for change in found.changes:
        assert change.scores
    assert not markdown.comparison(compared(base, base)).count("###")


def test_a_report_is_written_again_by_its_command(base: Scored, capsys: pytest.CaptureFixture[str]) -> None:
    before = figures(base)
    (base.run.path / files.MARKDOWN).unlink(missing_ok=True)
    runs = ["--runs", str(base.run.path.parent)]
    assert command.main(["report", "base", *runs]) == 0
    headline = capsys.readouterr().out
    assert f"{before['recall@5']:.3f}" in headline
    assert "ndcg" not in headline
    table = base.run.path / "scores.csv"
    assert command.main(["report", "base", "--all", "--table", str(table), *runs]) == 0
    out = capsys.readouterr().out
    assert len(table.read_text().splitlines()) == 1 + len(base.cases)
    assert (base.run.path / files.MARKDOWN).read_text(encoding="utf-8").strip() in out
    assert command.main(["runs", *runs]) == 0
    assert "| base" in capsys.readouterr().out
    assert command.main(["gate", "base", *runs]) == 0
    assert command.main(["compare", "base", "base", *runs]) == 0


def test_a_grid_is_every_combination() -> None:
    assert grid(["retrieval.k=1,4", "answer.words=60"]) == [
        {"retrieval.k": 1, "answer.words": 60},
        {"retrieval.k": 4, "answer.words": 60},
    ]


def test_a_sweep_runs_each_setting_once_and_shows_the_trade_off(
    base: Scored, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = [
        "sweep",
        str(base.run.path),
        "--grid",
        "retrieval.k=1,4",
        "--tag",
        "off-topic",
        "--tag",
        "paraphrased",
    ]
    arguments += ["--runs", str(tmp_path / "runs"), "--html", str(tmp_path / "sweep.html")]
    assert command.main(arguments) == 0
    out = capsys.readouterr().out
    assert "retrieval.k=1" in out
    assert "retrieval.k=4" in out
    made = sorted((tmp_path / "runs").glob("*/run.json"))
    assert len(made) == 2
    assert command.main(arguments) == 0
    assert sorted((tmp_path / "runs").glob("*/run.json")) == made
    assert (tmp_path / "sweep.html").read_text(encoding="utf-8").count("<svg") >= 2


def test_a_sweeps_points_are_numbered_as_in_its_charts(base: Scored) -> None:
    table = tables.sweep([Point({"retrieval.k": 8}, base), Point({"retrieval.k": 9}, base)])
    assert [row[:2] for row in table.rows] == [("1", "retrieval.k=8"), ("2", "retrieval.k=9")]


def _stored_again(run: Scored, runs: Path, name: str, **changes: Any) -> None:
    copied = shutil.copytree(run.run.path, runs / name)
    made = json.loads((copied / "run.json").read_text(encoding="utf-8"))
    (copied / "run.json").write_text(json.dumps(made | changes), encoding="utf-8")


def test_the_history_draws_runs_that_differ_only_in_the_code(
    base: Scored, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    runs, page = tmp_path / "runs", tmp_path / "history.html"
    arguments = ["runs", "--chart", str(page), "--runs", str(runs)]
    _stored_again(base, runs, "first", git_commit="aaaaaaa11111", started="2026-01-01T00:00:00+00:00")
    assert command.main(arguments) != 0
    assert "There is no history yet" in capsys.readouterr().err
    _stored_again(base, runs, "second", git_commit="bbbbbbb22222+", started="2026-01-02T00:00:00+00:00")
    _stored_again(base, runs, "other", verifier="judge x", git_commit="ccccccc33333")
    assert command.main(arguments) == 0
    text = page.read_text(encoding="utf-8")
    (line,), left_out = history(all_runs(runs))
    assert not left_out
    assert text.count("<svg") == len(line.metrics()) > 3
    assert text.index("aaaaaaa</text>") < text.index("bbbbbbb+</text>")
    assert "ccccccc" not in text
    assert f"{line.runs[0].figure('right_paper').value:.3f}" in text
    assert "quotes, first to second: citation_recall@rules" in text


def test_a_run_of_an_older_version_is_left_out_of_the_history(base: Scored, tmp_path: Path) -> None:
    runs = tmp_path / "runs"
    for name in ("first", "second", "old"):
        _stored_again(base, runs, name)
    made = json.loads((runs / "old" / "run.json").read_text(encoding="utf-8"))
    del made["system"]
    (runs / "old" / "run.json").write_text(json.dumps(made), encoding="utf-8")
    lines, left_out = history(all_runs(runs))
    assert [len(line.runs) for line in lines] == [2]
    assert len(left_out) == 1
    assert "older version" in left_out[0]
