"""Correct or drop failed statements, in one call."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from assistant.core.answers.statement import Statement
from assistant.core.answers.usage import Usage
from assistant.generation.writing.draft import Drafted, draft
from assistant.generation.writing.visible import visible
from assistant.llm.injection import format_papers
from assistant.llm.prompts import load
from assistant.retrieval.encoder import EncodedPaper
from assistant.verification.judge import numbered_answer

if TYPE_CHECKING:
    from assistant.llm.client import Model

_LINE = re.compile(r"^\s*[\[(*]*(\d{1,3})[\])*]*\s*(?:[.):]|[-–—]\s)[\s*]*(.+)$")


def repaired(
    model: Model,
    question: str,
    statements: Sequence[Statement],
    failing: Sequence[int],
    papers: Sequence[EncodedPaper],
    usage: Usage,
) -> dict[int, Drafted | None]:
    """Return for each failing statement (by its index) its correction, or None where the model drops it.

    A statement that the reply passes over is not in the result: it stays as it was. The model reads the papers that
    the failing statements cite, or all if one of them cites none. Raises a `ModelError`.
    """
    cited = {c for i in failing for c in statements[i].citations}
    every = any(not statements[i].citations for i in failing)
    numbers = [n for n, p in enumerate(papers, start=1) if every or p.paper.id in cited]
    shown = format_papers(
        [p.paper for p in papers], {n: range(1, len(papers[n - 1].sentences) + 1) for n in numbers}
    )
    objections = [
        f"{i + 1}: {' '.join(statements[i].problems) or f'It is {statements[i].verdict}.'}" for i in failing
    ]
    prompt = load(
        "repair",
        papers=shown.text,
        mark=shown.mark,
        question=question,
        answer=numbered_answer(statements, papers),
        failing="\n".join(objections),
    )
    return _corrections(model.ask(prompt, usage), failing)


def _corrections(reply: str, failing: Sequence[int]) -> dict[int, Drafted | None]:
    """Read a reply of lines "2: A sentence [1.3]." and "3: DROP"; without numbers, it is about the one that failed."""
    fresh: dict[int, Drafted | None] = {}
    lines = [line for line in visible(reply, final=True).splitlines() if line.strip()]
    for line in lines:
        match = _LINE.match(line)
        if match is None and len(failing) == len(lines) == len(draft(line, final=True).sentences) == 1:
            index, text = failing[0], line
        elif match and int(match[1]) - 1 in failing:
            index, text = int(match[1]) - 1, match[2]
        else:
            continue
        if text.strip(" .*").upper() == "DROP":
            fresh[index] = None
        elif sentences := draft(text, final=True).sentences:
            fresh[index] = sentences[0]
    return fresh
