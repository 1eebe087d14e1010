"""Correct or drop failed statements in one call."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from assistant.core.answer import Statement, Usage
from assistant.generation.draft import Drafted, drafted
from assistant.llm.injection import format_papers
from assistant.llm.prompts import load
from assistant.retrieval.encoder import EncodedPaper

if TYPE_CHECKING:
    from assistant.llm.client import Model

_LINE = re.compile(r"^\s*\**(\d+)\**[.):]\s*(.+)$")


def repaired(
    model: Model,
    question: str,
    statements: Sequence[Statement],
    papers: Sequence[EncodedPaper],
    usage: Usage,
) -> dict[int, Drafted | None]:
    """For each failing statement (by place) its correction, or None where the model drops it.

    A statement that the reply passes over is not in the result: it stays as it was. Raises a `ModelError`.
    """
    text, mark = format_papers([p.paper for p in papers])
    number = {p.paper.id: n for n, p in enumerate(papers, start=1)}
    lines = []
    for i, statement in enumerate(statements, start=1):
        marks = "".join(f"[{number[c]}]" for c in statement.citations)
        why = "; ".join(statement.problems) or f"it is {statement.verdict}"
        lines.append(f"{i}: {statement.text} {marks} (wrong: {why})")
    prompt = load("repair", papers=text, mark=mark, question=question, failing="\n".join(lines))
    fresh: dict[int, Drafted | None] = {}
    for line in model.ask(prompt, usage).splitlines():
        found = _LINE.match(line)
        if not found or not 1 <= int(found[1]) <= len(statements):
            continue
        if found[2].strip(" .").upper() == "DROP":
            fresh[int(found[1]) - 1] = None
        elif sentences := drafted(found[2], final=True):
            fresh[int(found[1]) - 1] = sentences[0]
    return fresh
