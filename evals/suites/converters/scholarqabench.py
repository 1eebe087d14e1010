"""ScholarQABench (Asai et al. 2024, github.com/AkariAsai/ScholarQABench): tasks over one paper, and long questions.

Reads scifact_test.jsonl, pubmed_test.jsonl and qasa_test.jsonl of its single-paper tasks (`input`, `answer`, `gold_ctx` or
`gold_ctxs`, and `ctxs`, each a list of `title` and `text`), and test_configs_snippets.json of ScholarQA-CS (a list with
`case_id`, `initial_prompt`, `metric_config`), whose criteria become the reference; those name no paper. Every passage
becomes a paper of the library.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic import AliasChoices, Field

from evals.errors import EvaluationError
from evals.suites.converters.converted import Converted, files, titled
from evals.suites.lines import Row, json_file, read_rows, valid
from evals.suites.suite import Case


class Passage(Row):
    """A part of a paper."""

    title: str = ""
    text: str

    def record(self) -> dict[str, Any]:
        """Return the passage as a paper, with an id of its own."""
        title = titled(self.title, self.text)
        key = hashlib.sha256(f"{title}\n{self.text}".encode()).hexdigest()[:12]
        return {"id": key, "title": title, "abstract": self.text}


class Task(Row):
    """A question over one paper."""

    input: str
    answer: str
    gold_ctx: list[Passage] = Field(default_factory=list)
    gold_ctxs: list[Passage] = Field(default_factory=list)
    ctxs: list[Passage] = Field(default_factory=list)


class Question(Row):
    """A long question."""

    id: str = Field(validation_alias="case_id")
    question: str = Field(validation_alias=AliasChoices("initial_prompt", "question"))
    criteria: Any = Field(None, validation_alias="metric_config")


def read(path: Path) -> Converted:
    """Read the tasks in a file, or in a folder of them."""
    papers: dict[str, dict[str, Any]] = {}
    cases: dict[str, Case] = {}
    for file in files(path, "*_test.jsonl", "test_configs*.json", "*.jsonl"):
        entries = _long(file) if file.suffix == ".json" else _single(file, papers)
        cases |= {case.id: case for case in entries}
    return Converted(
        title="ScholarQABench",
        measures="Whether the passages that answer a question are found and cited.",
        licence="ODC-BY (AkariAsai/ScholarQABench); its parts have their own",
        papers=papers.values(),
        cases=list(cases.values()),
    )


def _single(file: Path, papers: dict[str, dict[str, Any]]) -> Iterator[Case]:
    """Yield the cases of a file, and add its passages to the papers."""
    name = file.name.partition("_")[0]
    for number, (_, task) in enumerate(read_rows(file, Task), start=1):
        gold = [passage.record() for passage in (*task.gold_ctx, *task.gold_ctxs)]
        papers |= {record["id"]: record for record in (*gold, *(other.record() for other in task.ctxs))}
        yield Case(
            id=f"{name}-{number}",
            question=task.input,
            relevant={record["id"]: 1 for record in gold},
            reference=task.answer,
            tags=(name,),
        )


def _long(file: Path) -> Iterator[Case]:
    data = json_file(file)
    if not isinstance(data, list):
        raise EvaluationError(f"{file} is not a list of questions.")
    for number, entry in enumerate(data, start=1):
        found = valid(Question, entry, f"{file}: entry {number}")
        reference = " ".join(_criteria(found.criteria))
        yield Case(id=found.id, question=found.question, reference=reference, tags=("long",))


def _criteria(value: Any) -> Iterator[str]:
    """Yield the texts of the criteria at any depth."""
    if isinstance(value, dict):
        for name, inner in value.items():
            if name in ("criterion", "ingredient") and isinstance(inner, str):
                yield inner.strip()
            else:
                yield from _criteria(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _criteria(inner)
