"""A run may use prompts of one's own."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.runs import one_case, plan, through
from support.scripted_server import ScriptedServer

from assistant.llm.prompts import load, texts
from evals.errors import EvaluationError
from evals.runs.prompts import own_prompts, read_prompts


def test_own_prompts_stand_in_for_those_of_their_name_while_they_last(tmp_path: Path) -> None:
    mine = tmp_path / "mine.md"
    mine.write_text("Be brief.\n---\n$question")
    before = texts()
    with own_prompts({"draft": mine}):
        assert load("draft", question="Why?").user == "Why?"
        assert texts()["judge"] == before["judge"]
    assert texts() == before


def test_a_run_with_another_prompt_is_another_run(tmp_path: Path) -> None:
    suite = one_case(tmp_path / "one")
    mine = tmp_path / "mine.md"
    mine.write_text(texts()["answer"].replace("---", "Begin with a greeting.\n---", 1))
    manifests = []
    for name, prompts in (("plain", {}), ("mine", read_prompts([f"answer={mine}"]))):
        with ScriptedServer("LXMERT has three encoders [1.1].") as server:
            settings = {"llm.model": "scripted", "llm.base_url": server.url, "verify.model": "none"}
            found = through(plan(suite, tmp_path / "runs", name=name, set=settings, prompts=prompts))
            manifests.append(found.run.manifest())
            assert ("Begin with a greeting." in server.prompt(0)) == (name == "mine")
    assert manifests[0]["prompts"] != manifests[1]["prompts"]


@pytest.mark.parametrize(
    ("pair", "said"),
    [
        ("nothing=x.md", "with one of the names"),
        ("answer", "write NAME=FILE"),
        ("answer=gone.md", "there is no file"),
    ],
)
def test_what_is_no_prompt_is_named(pair: str, said: str) -> None:
    with pytest.raises(EvaluationError, match=said):
        read_prompts([pair])
