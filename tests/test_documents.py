"""The documents: what follows from the code is up to date, what they name exists, their examples run."""

from __future__ import annotations

import doctest
import re
import subprocess
from pathlib import Path

import pytest
from support.papers import ROOT
from support.scripted_server import ScriptedServer

from assistant import Model, Settings
from assistant.cli.main import main as assistant_main
from evals.__main__ import main as evals_main
from tests import documents

WRITTEN = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")])
EXPECTED = documents.documents()
COMMANDS = {
    "assistant": documents.command_names(assistant_main),
    "evals": documents.command_names(evals_main),
}
# What the model of the example of an agent replies.
AGENT = (
    'Thought: I need the papers.\nAction: papers\nAction Input: {"input": "Which detector needs no object proposals?"}',
    "Thought: I can answer without using any more tools.\nAnswer: SSD needs no object proposals.",
)


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("document", EXPECTED)
def test_what_follows_from_the_code_is_up_to_date(document: str) -> None:
    path = ROOT / document
    assert path.exists(), "run `make docs`"
    assert path.read_text() == EXPECTED[document], "run `make docs`"


def test_no_reference_is_left_over() -> None:
    assert {name(path) for path in (ROOT / documents.REFERENCE).iterdir()} == EXPECTED.keys() - {"README.md"}


def test_the_readme_is_short() -> None:
    readme = (ROOT / "README.md").read_text()
    assert len(readme.splitlines()) <= 250
    assert len(readme.split()) <= 2500


def test_the_readme_names_every_folder() -> None:
    readme = (ROOT / "README.md").read_text()
    for package in documents.LISTED:
        for path in (ROOT / package).rglob("*"):
            if path.is_dir() and any(path.glob("*.*")) and path.name != "__pycache__":
                assert re.search(rf"^ *{re.escape(path.name)}/ ", readme, re.M), name(path)


@pytest.mark.parametrize("path", WRITTEN, ids=name)
def test_links_lead_somewhere(path: Path) -> None:
    text = path.read_text()
    for link in re.findall(r"\]\(([^)#]+)", text) + re.findall(r'src="([^"]+)"', text):
        assert link.startswith("http") or (path.parent / link).exists(), link


@pytest.mark.parametrize("path", WRITTEN, ids=name)
def test_files_that_are_named_exist(path: Path) -> None:
    for file in re.findall(
        r"(?<![\w/.<])(?:assistant|evals|tests|docs|prompts)/[\w/.-]*\w", path.read_text()
    ):
        assert (ROOT / file).exists(), file


@pytest.mark.parametrize("path", WRITTEN, ids=name)
def test_settings_that_are_named_exist(path: Path) -> None:
    known = {f"{section}.{key}" for section, model in documents.sections() for key in model.model_fields}
    # `answer` is also a variable of the Python examples.
    sections = "|".join(section for section, _ in documents.sections() if section != "answer")
    for setting in re.findall(rf"(?:`|--set |--grid )((?:{sections})\.[a-z_]+)", path.read_text()):
        assert setting in known, setting


@pytest.mark.parametrize("path", WRITTEN, ids=name)
def test_commands_that_are_named_exist(path: Path) -> None:
    for program, known in COMMANDS.items():
        for command in re.findall(rf"(?m)(?:^|`|/|-m ){program} ([a-z]+)", path.read_text()):
            assert command in known, f"{program} {command}"


# LlamaIndex's agents look at every attribute of themselves, deprecated ones of pydantic included.
@pytest.mark.filterwarnings("ignore:The `__fields__` attribute")
@pytest.mark.filterwarnings("ignore:The `__fields_set__` attribute")
@pytest.mark.filterwarnings("ignore:Accessing the")
@pytest.mark.parametrize("document", ["README.md", "docs/python.md"])
def test_python_examples_run(document: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    record = '{"id": "dot", "title": "Dot: tiny detectors", "abstract": "We present Dot, a detector. Dot takes 5 ms."}'
    Path("papers.jsonl").write_text(f'{record}\n{{"title": "No abstract"}}\n')
    with ScriptedServer(*AGENT) as server:
        settings = Settings.model_validate({"llm": {"base_url": server.url}})
        model = Model.from_settings(settings, "scripted")
        result = doctest.testfile(
            str(ROOT / document),
            module_relative=False,
            optionflags=doctest.ELLIPSIS,
            globs={"llm": model.llm},
        )
        model.close()
    assert result.attempted > 5
    assert result.failed == 0


@pytest.mark.parametrize("path", sorted(ROOT.glob("docs/examples/*.diff")), ids=name)
def test_the_example_changes_apply(path: Path) -> None:
    check = subprocess.run(["git", "apply", "--check", path], cwd=ROOT, capture_output=True, text=True)
    assert check.returncode == 0, check.stderr


def test_every_setting_has_a_meaning() -> None:
    assert Settings.model_fields
    for section, model in documents.sections():
        for key, field in model.model_fields.items():
            assert field.description, f"{section}.{key}"
