"""PubMedQA (Jin et al. 2019, github.com/pubmedqa/pubmedqa): questions that are titles, over abstracts without conclusion.

Reads ori_pqal.json (an object by PubMed id), or JSONL with `pmid`, `question`, `abstract`, `sections`, `long_answer`,
`label`. The conclusion is the reference answer; there are no key facts, since it is not in the abstract.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic import AliasChoices, Field

from evals.errors import EvaluationError
from evals.suites.converters.converted import Converted, files
from evals.suites.lines import Row, json_file, read_rows, valid
from evals.suites.suite import Case


class Entry(Row):
    """A question and its abstract, in the names of either file."""

    pmid: str
    question: str = Field(validation_alias=AliasChoices("question", "QUESTION"))
    abstract: str = ""
    sections: list[dict[str, str]] = Field(default_factory=list)
    contexts: list[str] = Field(default_factory=list, validation_alias="CONTEXTS")
    labels: list[str] = Field(default_factory=list, validation_alias="LABELS")
    year: str = Field("", validation_alias=AliasChoices("year", "YEAR"))
    label: str = Field("", validation_alias=AliasChoices("label", "final_decision"))
    conclusion: str = Field("", validation_alias=AliasChoices("long_answer", "LONG_ANSWER"))


def read(path: Path) -> Converted:
    """Read the set in a file, or in a folder of such files."""
    found = files(path, "ori_pqa*.json", "*.jsonl", "*.json")
    entries = {entry.pmid: entry for file in found for entry in _entries(file)}
    return Converted(
        title="PubMedQA",
        measures="Whether the abstract that a question was the title of is found and cited; the conclusion is the reference.",
        licence="MIT (pubmedqa/pubmedqa)",
        papers=[_paper(entry) for entry in entries.values()],
        cases=[_case(entry) for entry in entries.values()],
    )


def _entries(file: Path) -> Iterator[Entry]:
    if file.suffix != ".json":
        yield from (entry for _, entry in read_rows(file, Entry))
        return
    data = json_file(file)
    if not isinstance(data, dict):
        raise EvaluationError(f"{file} is not an object by PubMed id.")
    for pmid, fields in data.items():
        yield valid(
            Entry, {**fields, "pmid": pmid} if isinstance(fields, dict) else fields, f"{file}: {pmid}"
        )


def _paper(entry: Entry) -> dict[str, Any]:
    alike = len(entry.labels) == len(entry.contexts)
    parts = zip(entry.labels, entry.contexts, strict=True) if alike else ()
    return {
        "id": entry.pmid,
        "pmid": entry.pmid,
        # The question is the paper's title: with it, the paper would be found by that alone.
        "title": f"PubMed {entry.pmid}",
        "abstract": entry.abstract or " ".join(entry.contexts),
        "sections": entry.sections or [{"label": label, "text": text} for label, text in parts],
        **({"year": int(entry.year)} if entry.year.isdigit() else {}),
    }


def _case(entry: Entry) -> Case:
    return Case(
        id=entry.pmid,
        question=entry.question,
        relevant={entry.pmid: 1},
        reference=entry.conclusion,
        tags=(entry.label,) if entry.label else (),
    )
