"""PubMedQA (Jin et al. 2019, github.com/pubmedqa/pubmedqa): questions that are titles, over abstracts without conclusion.

Reads ori_pqal.json (an object by PubMed id), or JSONL with `pmid`, `question`, `abstract`, `sections`, `long_answer`,
`label`. The conclusion is the reference answer; there are no key facts, since it is not in the abstract.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from evals.errors import EvaluationError
from evals.suites.converters.converted import Converted, files, items, text
from evals.suites.lines import json_file, json_lines
from evals.suites.suite import Case


def read(path: Path) -> Converted:
    """Read the set in a file, or in a folder of such files."""
    papers: list[dict[str, Any]] = []
    cases: list[Case] = []
    for file in files(path, "ori_pqa*.json", "*.jsonl", "*.json"):
        for place, data in _entries(file):
            paper, case = _entry(place, data)
            papers.append(paper)
            cases.append(case)
    return Converted(
        title="PubMedQA",
        measures="Whether the abstract that a question was the title of is found and cited; the conclusion is the reference.",
        licence="MIT (pubmedqa/pubmedqa)",
        papers=papers,
        cases=list({case.id: case for case in cases}.values()),
    )


def _entries(file: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    if file.suffix != ".json":
        yield from json_lines(file)
        return
    data = json_file(file)
    if not isinstance(data, dict):
        raise EvaluationError(f"{file} is not an object by PubMed id.")
    for pmid, entry in data.items():
        place = f"{file}: {pmid}"
        if not isinstance(entry, dict):
            raise EvaluationError(f"{place} is not an object.")
        texts = [str(part) for part in items(entry, place, "CONTEXTS")]
        labels = [str(label) for label in items(entry, place, "LABELS")]
        sections = [{"label": a, "text": b} for a, b in zip(labels, texts, strict=False)]
        yield (
            place,
            {
                "pmid": pmid,
                "question": entry.get("QUESTION"),
                "abstract": " ".join(texts),
                "sections": sections if len(labels) == len(texts) else [],
                "year": entry.get("YEAR"),
                "label": entry.get("final_decision", ""),
                "long_answer": entry.get("LONG_ANSWER", ""),
            },
        )


def _entry(place: str, data: dict[str, Any]) -> tuple[dict[str, Any], Case]:
    pmid, question = text(data, place, "pmid"), text(data, place, "question")
    label = str(data.get("label") or "")
    paper: dict[str, Any] = {
        "id": pmid,
        "pmid": pmid,
        # The question is the paper's title: with it, the paper would be found by that alone.
        "title": f"PubMed {pmid}",
        "abstract": text(data, place, "abstract"),
        "sections": items(data, place, "sections"),
    }
    if str(data.get("year") or "").isdigit():
        paper["year"] = int(data["year"])
    case = Case(
        id=pmid,
        question=question,
        relevant={pmid: 1},
        reference=str(data.get("long_answer") or ""),
        tags=(label,) if label else (),
    )
    return paper, case
