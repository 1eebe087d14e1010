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

from evals.errors import EvaluationError
from evals.suites.converters.beir import WORDS_OF_A_TITLE
from evals.suites.converters.converted import Converted, files, items, text
from evals.suites.lines import json_file, json_lines
from evals.suites.suite import Case


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
    task = file.name.partition("_")[0]
    for number, (place, data) in enumerate(json_lines(file), start=1):
        gold = [*items(data, place, "gold_ctx"), *items(data, place, "gold_ctxs")]
        relevant = [_passage(part, place, papers) for part in gold]
        for part in items(data, place, "ctxs"):
            _passage(part, place, papers)
        yield Case(
            id=f"{task}-{number}",
            question=text(data, place, "input"),
            relevant=dict.fromkeys(relevant, 1),
            reference=text(data, place, "answer"),
            tags=(task,),
        )


def _passage(part: Any, place: str, papers: dict[str, dict[str, Any]]) -> str:
    """Add a passage to the papers and return its id."""
    if not isinstance(part, dict):
        raise EvaluationError(f"{place}: a passage is not an object with title and text.")
    body = text(part, place, "text")
    title = str(part.get("title") or "").strip() or " ".join(body.split()[:WORDS_OF_A_TITLE])
    key = hashlib.sha256(f"{title}\n{body}".encode()).hexdigest()[:12]
    papers.setdefault(key, {"id": key, "title": title, "abstract": body})
    return key


def _long(file: Path) -> Iterator[Case]:
    data = json_file(file)
    if not isinstance(data, list):
        raise EvaluationError(f"{file} is not a list of questions.")
    for number, entry in enumerate(data, start=1):
        place = f"{file}: entry {number}"
        if not isinstance(entry, dict):
            raise EvaluationError(f"{place} is not an object.")
        yield Case(
            id=text(entry, place, "case_id"),
            question=text(entry, place, "initial_prompt", "question"),
            reference=" ".join(_criteria(entry.get("metric_config"))),
            tags=("long",),
        )


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
