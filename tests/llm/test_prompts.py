from __future__ import annotations

from pathlib import Path

import pytest

from assistant import Settings
from assistant.core.errors import PromptError
from assistant.llm.prompts import load, texts


@pytest.mark.parametrize(
    ("name", "variables"),
    [
        ("answer", ("papers", "mark", "question", "conflict", "length")),
        ("repair", ("papers", "mark", "question", "answer", "failing")),
        ("verify", ("papers", "mark", "question", "answer", "numbers", "verdicts")),
        ("standalone", ("history", "question")),
    ],
)
def test_every_prompt_renders_with_its_variables(name: str, variables: tuple[str, ...]) -> None:
    prompt = load(name, **{v: f"<{v} {{x}} \\frac{{a}}{{b}} $y$>" for v in variables})
    assert all(f"<{v} " in prompt.system + prompt.user for v in variables)


def test_a_missing_or_surplus_variable_is_named() -> None:
    with pytest.raises(PromptError, match="question"):
        load("standalone", history="x")
    with pytest.raises(PromptError, match="extra"):
        load("standalone", history="x", question="y", extra="z")


def test_prompts_of_ones_own_stand_in_for_those_of_their_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "standalone.md").write_text("Be brief.\n---\n$history $question")
    monkeypatch.setenv("ASSISTANT_PROMPTS", str(tmp_path))
    assert Settings.load().llm.model == ""
    assert load("standalone", history="A.", question="B?").user == "A. B?"
    assert texts()["judge"].startswith("You grade")
    monkeypatch.setenv("ASSISTANT_PROMPTS", str(tmp_path / "gone"))
    with pytest.raises(PromptError, match="which is no folder"):
        load("standalone", history="A.", question="B?")
