from __future__ import annotations

import pytest

from assistant.core.errors import PromptError
from assistant.llm.prompts import load


@pytest.mark.parametrize(
    ("name", "variables"),
    [
        ("answer", ("papers", "mark", "question", "conflict")),
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
