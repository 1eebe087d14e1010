from __future__ import annotations

import io
import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import get_args

import pytest
from support.papers import PAPERS, shared
from support.services import Preprint, serving

from assistant import Assistant, Settings
from assistant.cli.main import main
from assistant.core.settings import log_path
from assistant.export.formats import REFERENCES, ReferenceFormat


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("ASSISTANT_LIBRARY", str(tmp_path / "library"))
    lines = [json.dumps({"id": p.id, "title": p.title, "abstract": p.abstract}) for p in PAPERS]
    (tmp_path / "papers.jsonl").write_text("\n".join(lines))
    return tmp_path


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = main(list(arguments))
    out = capsys.readouterr()
    return code, out.out, out.err


def test_add_ask_search_list_remove(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, "add", str(folder / "papers.jsonl"))[1].startswith("3 papers: 3 added")
    assert "3 unchanged" in run(capsys, "add", str(folder / "papers.jsonl"))[1]
    out = " ".join(run(capsys, "ask", "How fast does Dot find cars on a phone?")[1].split())
    assert "Dot finds cars in 5 ms on a phone [1]." in out
    assert "[1] Dot: tiny detectors" in out
    assert "Wave" in run(capsys, "search", "rain radar", "-k", "1")[1]
    assert run(capsys, "list")[1].count("\n") == 3
    assert run(capsys, "remove", "dot")[0] == 0
    assert "dot" not in run(capsys, "list")[1]


@pytest.mark.parametrize(
    "command",
    [["ask", "How fast?"], ["search", "x"], ["list"], ["export"], ["tag"], ["problems"], ["verify", "a.md"]],
)
def test_a_library_that_is_not_there_answers_nothing(
    command: list[str], folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "a.md").write_text("Bats fly.")
    monkeypatch.chdir(folder)
    code, out, error = run(capsys, *command, "--library", str(folder / "libary"))
    assert (code, out) == (1, "")
    assert f"There is no library {folder / 'libary'}: check the name" in error


def test_a_file_that_has_a_paper_twice_is_told_so(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    head = "@article{%s, title = {Bats and their hunt at night}, doi = {10.1/b}, abstract = {Bats fly.}}\n"
    (folder / "bats.bib").write_text(head % "one" + head % "two")
    told = run(capsys, "add", str(folder / "bats.bib"))[2]
    assert "doi:10.1/b is in it more than once" in told


def test_a_sentence_that_is_not_confirmed_says_what_to_do(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(capsys, "add", str(folder / "papers.jsonl"))
    (folder / "draft.md").write_text("Wave looks at pictures of radar with a neural net [@wave].")
    out = run(capsys, "verify", str(folder / "draft.md"))[1]
    assert "UNCONFIRMED" in out
    assert "- Compare it with the abstract." in out


@pytest.mark.parametrize(
    "command",
    [
        ["ask", "How fast is Dot?"],
        ["search", "rain"],
        ["list"],
        ["config"],
        ["add", "papers.jsonl"],
        ["verify", "draft.md"],
    ],
)
def test_every_command_speaks_json(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, command: list[str]
) -> None:
    monkeypatch.chdir(folder)
    (folder / "draft.md").write_text("Dot finds cars in 5 ms on a phone.")
    run(capsys, "add", str(folder / "papers.jsonl"))
    code, out, _ = run(capsys, *command, "--json")
    assert code == 0
    assert json.loads(out)


@pytest.mark.parametrize(
    "arguments",
    [
        ["add", "missing.txt"],
        ["ask", ""],
        ["ask", "x" * 100_000],
        ["remove", "nobody"],
        ["verify", "missing.md"],
    ],
)
def test_a_users_error_is_one_line_and_exit_code_1(
    folder: Path, capsys: pytest.CaptureFixture[str], arguments: list[str]
) -> None:
    run(capsys, "add", str(folder / "papers.jsonl"))
    code, out, err = run(capsys, *arguments)
    assert code == 1
    assert out == ""
    assert err.count("\n") == 1
    assert err.startswith("assistant: ")


@pytest.mark.parametrize(
    "arguments",
    [
        ["--json", "list"],
        ["list", "--json"],
        ["--library", "{library}", "--json", "list"],
        ["list", "--json", "--library={library}"],
        ["list", "--library", "{library}", "--json"],
        ["--json", "search", "rain radar", "-k", "3"],
        ["search", "--json", "-k", "3", "--", "rain radar"],
    ],
)
def test_options_of_all_commands_stand_before_or_after_the_command(
    folder: Path, capsys: pytest.CaptureFixture[str], arguments: list[str]
) -> None:
    run(capsys, "add", str(folder / "papers.jsonl"))
    filled = [argument.format(library=folder / "library") for argument in arguments]
    code, out, _ = run(capsys, *filled)
    assert (code, len(json.loads(out))) == (0, 3)


def test_behind_two_dashes_nothing_is_an_option(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(capsys, "add", str(folder / "papers.jsonl"))
    code, out, _ = run(capsys, "search", "--", "--json")
    assert code == 0
    assert not out.startswith("[")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "Missing command"),
        (["frob"], "No such command 'frob'"),
        (["ask"], "QUESTION"),
        (["ask", "q", "-k", "0"], "'-k'"),
        (["ask", "q", "-k", "51"], "'-k'"),
        (["search", "q", "-k", "0"], "'-k'"),
        (["search", "q", "-k", "201"], "'-k'"),
        (["search", "q", "--library"], "'--library' requires an argument"),
        (["list", "--frob"], "--frob"),
        (["export", "--format", "docx"], "'docx' is not one of 'bibtex', 'ris', 'csl-json'"),
    ],
)
def test_wrong_usage_exits_with_2_and_names_the_mistake(
    capsys: pytest.CaptureFixture[str], arguments: list[str], message: str
) -> None:
    code, out, err = run(capsys, *arguments)
    assert (code, out) == (2, "")
    assert message in err


def test_help_names_every_command_and_the_options_of_all(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "--help")
    assert code == 0
    for command in ("add", "ask", "search", "verify", "list", "export", "remove", "chat", "config"):
        assert f"  {command} " in out
    for option in ("--library DIR", "--sample", "--json", "-v, --verbose", "--version", "ASSISTANT_LIBRARY"):
        assert option in " ".join(out.split())
    assert "--library, --sample, --json, --verbose" in " ".join(run(capsys, "ask", "--help")[1].split())


def test_the_formats_of_export_are_those_of_the_table() -> None:
    assert get_args(ReferenceFormat) == tuple(REFERENCES)


@pytest.mark.parametrize("command", [["add", "x.jsonl"], ["remove", "dot"]])
def test_the_sample_library_is_not_changed(capsys: pytest.CaptureFixture[str], command: list[str]) -> None:
    code, _, err = run(capsys, "--sample", *command)
    assert code == 1
    assert "The sample library is read-only" in err


def test_the_folder_comes_from_the_option_or_the_variable(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def library() -> str:
        return str(json.loads(run(capsys, "config", "--json")[1])["paths"]["library"])

    assert library() == str(folder / "library")
    assert json.loads(run(capsys, "config", "--json", "--library", "x")[1])["paths"]["library"] == "x"
    monkeypatch.setenv("ASSISTANT_LIBRARY", "")
    assert library().endswith("abstracts-assistant/library")


@pytest.mark.parametrize("arguments", [["-v", "config"], ["config", "--verbose"]])
def test_a_log_is_written_with_v(arguments: list[str]) -> None:
    log_path().unlink(missing_ok=True)
    # In a process of its own: the tests' logging has handlers already.
    subprocess.run([sys.executable, "-m", "assistant", *arguments], check=True, stdout=subprocess.DEVNULL)
    assert log_path().exists()


def test_a_reader_that_leaves_is_no_error(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(capsys, "add", str(folder / "papers.jsonl"))
    command = f"{sys.executable} -m assistant list | head -c 1"
    done = subprocess.run(
        ["bash", "-c", f"set -o pipefail; {command}"], capture_output=True, text=True, env=os.environ
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "d", "")


def test_verify_reads_standard_input(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    run(capsys, "add", str(folder / "papers.jsonl"))
    monkeypatch.setattr(sys, "stdin", io.StringIO("Dot finds cars in 9 ms on a phone."))
    code, out, _ = run(capsys, "verify", "-", "--paper", "dot")
    assert code == 0
    assert "CONTRADICTED" in out


def test_verify_reads_a_file_in_another_encoding(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(capsys, "add", str(folder / "papers.jsonl"))
    draft = folder / "draft.txt"
    draft.write_bytes("“Dot finds cars in 9 ms on a phone.”\r\n".encode("cp1252"))
    code, out, err = run(capsys, "verify", str(draft), "--paper", "dot")
    assert (code, err) == (0, "")
    assert "CONTRADICTED" in out


def test_config_says_what_lies_where(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret-123")
    out = run(capsys, "config")[1]
    assert str(folder / "library") in out
    assert "sk-secret-123" not in out
    assert "Delete" in out


def test_the_version_costs_no_heavy_import() -> None:
    code = "import sys; from assistant.cli.main import main\ntry: main(['--version'])\nexcept SystemExit: pass\nprint([m for m in ('chromadb', 'gradio', 'llama_index', 'openai') if m in sys.modules])"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert out.splitlines()[0].startswith("assistant 0.")
    assert out.splitlines()[1] == "[]"


def test_an_empty_library_lets_the_sample_answer_and_says_so(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("ASSISTANT_LIBRARY", raising=False)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    code, out, err = run(capsys, "ask", "Which encoders does the LXMERT model have?")
    assert code == 0
    assert "three encoders" in out
    assert "sample library" in err
    assert "written for this demo" in out


def test_the_daily_papers_page_is_added_whole(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = str(shared("daily_papers.txt"))
    assert "72 papers: 72 added, 0 changed, 0 unchanged, 0 problems" in run(capsys, "add", page)[1]
    assert "72 papers: 0 added, 0 changed, 72 unchanged" in run(capsys, "add", page)[1]


def test_ctrl_c_keeps_what_was_finished(folder: Path) -> None:
    lines = [
        json.dumps({"id": f"p{i}", "title": f"Paper {i}", "abstract": f"Text {i} says little. " * 40})
        for i in range(3000)
    ]
    (folder / "many.jsonl").write_text("\n".join(lines))
    command = [sys.executable, "-m", "assistant"]
    adding = subprocess.Popen(
        [*command, "add", str(folder / "many.jsonl")], stderr=subprocess.PIPE, text=True, env=os.environ
    )
    # A batch of 64 takes some 0.9 MB in the catalogue, which is written first: with two of them one batch is finished.
    for _ in range(600):
        if sum(path.stat().st_size for path in (folder / "library").glob("records.sqlite*")) > 2_000_000:
            break
        time.sleep(0.1)
    adding.send_signal(signal.SIGINT)
    _, err = adding.communicate(timeout=60)
    assert adding.returncode == 130
    assert "what was finished is kept" in err
    listed = subprocess.run(
        [*command, "list"], capture_output=True, text=True, check=True, env=os.environ
    ).stdout
    assert 0 < listed.count("\n") < 3000


@pytest.mark.parametrize(
    "seed", [1, 2, *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(3, 21))]
)
def test_ctrl_c_pressed_twice_ends_without_a_traceback_and_leaves_a_whole_library(
    folder: Path, seed: int
) -> None:
    # So many that no machine is done within the nine seconds after which it is interrupted at the latest.
    chance = random.Random(seed)
    records = (
        {"id": f"p{i}", "title": f"Paper {i}", "abstract": f"Text {i} says little. " * 9}
        for i in range(20_000)
    )
    (folder / "many.jsonl").write_text("\n".join(map(json.dumps, records)))
    library = folder / "library"
    command = [sys.executable, "-m", "assistant", "add", str(folder / "many.jsonl")]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=os.environ) as adding:
        while not library.exists() and adding.poll() is None:
            time.sleep(0.01)
        for longest in (8, 1, 0.2):
            time.sleep(chance.uniform(0, longest))
            adding.send_signal(signal.SIGINT)
        _, err = adding.communicate(timeout=60)
    # Once Python has put its handlers away, the signal itself ends the process: a shell calls that 130, too.
    assert adding.returncode in (130, -signal.SIGINT)
    assert "interrupted; what was finished is kept" in err
    assert "Traceback" not in err
    with Assistant(library, settings=Settings()) as opened:
        assert opened.doctor() == []


@pytest.mark.slow
def test_a_killed_add_leaves_a_library_that_works(folder: Path) -> None:
    lines = [
        json.dumps({"id": f"p{i}", "title": f"Paper {i}", "abstract": f"Text {i} says little. " * 40})
        for i in range(3000)
    ]
    (folder / "many.jsonl").write_text("\n".join(lines))
    command = [sys.executable, "-m", "assistant"]
    for seconds in (4, 6, 8):
        adding = subprocess.Popen(
            [*command, "add", str(folder / "many.jsonl")], stderr=subprocess.DEVNULL, env=os.environ
        )
        time.sleep(seconds)
        adding.kill()
        adding.wait()
        found = subprocess.run(
            [*command, "search", "Paper 1", "--json"], capture_output=True, text=True, env=os.environ
        )
        assert found.returncode == 0, found.stderr
    listed = subprocess.run(
        [*command, "list"], capture_output=True, text=True, check=True, env=os.environ
    ).stdout
    assert listed.count("\n") > 0


def test_a_library_is_synchronised_tagged_and_filtered(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    file, at = tmp_path / "a.jsonl", ["--library", str(tmp_path / "library")]
    bats = {"id": "b", "title": "Bats", "abstract": "Bats fly.", "year": 2023, "authors": ["Ada Lee"]}
    file.write_text(
        json.dumps(bats) + '\n{"id": "o", "title": "Otters", "abstract": "They swim."}\n{"year": 1}\n'
    )
    seen = run(capsys, "sync", str(file), *at)[1]
    assert seen.startswith(
        "+ Bats (b)\n+ Otters (o)\nNothing has been written; --apply would do this: 2 added"
    )
    assert run(capsys, "sync", str(file), "--apply", *at)[1] == "2 added, 0 changed, 0 unchanged, 1 problem\n"
    assert run(capsys, "list", "--author", "lee", *at)[1] == "b\tBats\n"
    assert run(capsys, "tag", *at)[1] == "No collections.\n"
    assert run(capsys, "tag", "wet", "o", *at)[1] == "Put 1 paper into wet.\n"
    assert run(capsys, "list", "--collection", "wet", *at)[1] == "o\tOtters\n"
    assert run(capsys, "tag", *at)[1] == "wet\t1\n"
    assert run(capsys, "tag", "wet", *at)[1] == "o\n"
    assert "no collection 'dry'" in run(capsys, "tag", "dry", "o", "--remove", *at)[2]
    assert run(capsys, "tag", "wet", "b", "--remove", *at)[1] == "Took 0 papers out of wet.\n", (
        "it was not in it"
    )
    assert "% no" not in run(capsys, "export", "--since", "2024", *at)[1]
    code, _, error = run(capsys, "ask", "Who flies?", "--since", "2024", *at)
    assert (code, error.count("passes the filter (year since 2024)")) == (1, 1)
    _, table, _ = run(capsys, "problems", "--csv", *at)
    assert table.splitlines()[1] == f"{file},3,title,missing or empty: a paper needs a title"
    file.write_text(json.dumps(bats) + "\n")
    assert run(capsys, "sync", str(file), *at)[1].startswith("- Otters (o)\n")
    assert run(capsys, "sync", str(file), "--apply", "--json", *at)[0] == 0
    assert run(capsys, "list", *at)[1] == "b\tBats\n"


def test_what_finds_nothing_says_so_and_export_takes_keys(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(capsys, "add", str(folder / "papers.jsonl"))
    code, out, error = run(capsys, "list", "--author", "Nobody")
    assert (code, out, error) == (0, "", "assistant: No paper passes the filter (author Nobody).\n")
    code, _, error = run(capsys, "search", "rain", "--collection", "nosuch")
    assert (code, error) == (
        1,
        "assistant: There is no collection 'nosuch': `assistant tag` lists those that there are.\n",
    )
    assert run(capsys, "export", "@Line", "--format", "ris")[1].count("TI  - ") == 1
    assert run(capsys, "list", "--id", "DOT")[1] == "dot\tDot: tiny detectors\n"


def test_a_retracted_paper_says_so_wherever_it_is_shown(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rain = {"title": "Rain over hills", "abstract": "Rain fell on 12 hills in May.", "pmid": "71", "id": "r"}
    (folder / "rain.jsonl").write_text(json.dumps(rain))
    (folder / "watch.csv").write_text(
        "RetractionDate,OriginalPaperDOI,OriginalPaperPubMedID,RetractionNature,Reason\n5/6/2020 0:00,,71,Retraction,+Error in Data;\n"
    )
    run(capsys, "add", str(folder / "rain.jsonl"))
    said = "Retracted, says Retraction Watch (2020-05-06; Error in Data)."
    code, out, _ = run(capsys, "retractions", str(folder / "watch.csv"))
    assert (code, out) == (0, f"r\tRain over hills\t{said}\n1 paper of the library is in it.\n")
    assert run(capsys, "list")[1] == f"r\tRain over hills\t{said}\n"
    assert said in run(capsys, "search", "rain")[1]
    assert said in run(capsys, "ask", "On how many hills did rain fall?")[1]


def test_the_same_advice_is_given_once(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "in").mkdir()
    for name in "abc":
        (folder / "in" / f"{name}.txt").write_text(f"Nothing but a line of {name}.\n")
    error = run(capsys, "add", str(folder / "in"))[2]
    assert (error.count("has no paper in it."), error.count("These can be read")) == (3, 1)
    assert run(capsys, "problems")[1].count("These can be read") == 1
    assert run(capsys, "problems", "--csv")[1].count("These can be read") == 3


def test_papers_are_fetched_where_a_service_is_named(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with serving() as services:
        services.held.arxiv = [Preprint("2611.00001", title="Otters in rivers")]
        monkeypatch.setenv("ASSISTANT_SOURCES_ARXIV", services.settings().arxiv)
        monkeypatch.setenv("ASSISTANT_SOURCES_DAILY_PAPERS", services.settings().daily_papers)
        code, out, _ = run(capsys, "add", "arxiv:2611.00001", str(folder / "papers.jsonl"))
        assert (code, out) == (0, "4 papers: 4 added, 0 changed, 0 unchanged, 0 problems\n")
        assert (
            "arxiv:2611.00001\tOtters in rivers\n" in run(capsys, "list", "--source", "arxiv:2611.00001")[1]
        )
        code, _, error = run(capsys, "add", "arxiv:2611.00009")
        assert (code, error) == (1, "assistant: arXiv has no paper 2611.00009: check the id.\n")
        assert run(capsys, "sync", "arxiv:2611.00001")[1].startswith("Nothing has been written")
        code, _, error = run(capsys, "sync", "hf-daily:2026-08-20")
        assert (code, error.count("hf-daily:2026-08-20:0: file: Hugging Face has no daily papers")) == (0, 1)
    formats = run(capsys, "formats")[1]
    assert "arXiv (arxiv:1706.03762, arxiv:cat:cs.CL?since=2026-11-01): papers by their ids" in formats
    assert "Zotero (zotero:): your own library" in formats


def test_a_named_file_that_cannot_be_read_is_an_error_though_others_are_added(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = folder / "files"
    files.mkdir()
    (files / "good.csv").write_text("title,abstract\nMole,It digs.\n")
    (files / "junk.csv").write_text("just,some\n1,2\n")
    code, out, _ = run(capsys, "add", str(files / "good.csv"), str(files / "junk.csv"))
    assert code == 1
    assert "1 added" in out
    # Whoever names a folder may not know all its files.
    assert run(capsys, "add", str(files))[0] == 0
