"""A public set as papers and cases, and how it is written as a suite."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from evals.errors import EvaluationError
from evals.suites.suite import MANIFEST, Case, Manifest, write_suite

PAPERS = "papers.jsonl"
SEED = 3
WORDS_OF_A_TITLE = 12
Converter = Callable[[Path], "Converted"]


@dataclass(frozen=True)
class Converted:
    """A set: its papers as records that a library reads (`id`, `title`, `abstract` ...), and its cases."""

    title: str
    measures: str
    licence: str
    papers: Iterable[dict[str, Any]]
    cases: list[Case]
    settings: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Report:
    """What was written, and what was left out: papers without a text, and cases all of whose papers have none."""

    folder: Path
    papers: int
    cases: int
    papers_left_out: int
    cases_left_out: int

    def __str__(self) -> str:
        text = f"{self.folder}: {self.cases} cases over {self.papers} papers."
        if self.papers_left_out:
            text += f" {self.papers_left_out} papers have no text and were left out."
        if self.cases_left_out:
            text += f" {self.cases_left_out} cases have only such papers and were left out."
        return text


def write(made: Converted, to: Path, limit: int | None) -> Report:
    """Write the papers, the cases, and finally the manifest. Raises `EvaluationError` if the folder has a suite already."""
    if (to / MANIFEST).exists():
        raise EvaluationError(f"{to} has a suite already: give another folder, or remove that one.")
    to.mkdir(parents=True, exist_ok=True)
    known, left_out = _papers(made.papers, to / PAPERS)
    if not known:
        raise EvaluationError(f"This part of {made.title} has no paper with a text: give the whole folder.")
    usable = [case for case in (_over(case, known) for case in made.cases) if case]
    chosen = usable if limit is None else random.Random(SEED).sample(usable, min(limit, len(usable)))
    if not chosen:
        raise EvaluationError(f"No case of {made.title} has a paper with a text: give the whole folder.")
    manifest = Manifest(
        title=made.title,
        measures=made.measures,
        licence=made.licence,
        library=(PAPERS,),
        settings=made.settings,
    )
    count = write_suite(to, manifest, chosen)
    return Report(to, len(known), count, left_out, len(made.cases) - len(usable))


def _papers(papers: Iterable[dict[str, Any]], path: Path) -> tuple[set[str], int]:
    known: set[str] = set()
    left_out = 0
    with path.open("w", encoding="utf-8") as file:
        for paper in papers:
            if paper["id"] in known:
                continue
            # A library accepts no paper without both.
            if not paper["abstract"].strip() or not paper["title"].strip():
                left_out += 1
                continue
            known.add(paper["id"])
            file.write(json.dumps(paper, ensure_ascii=False) + "\n")
    return known, left_out


def _over(case: Case, known: set[str]) -> Case | None:
    """Return the case with only the known papers; None if it has none of those that it needs."""
    relevant = {paper: grade for paper, grade in case.relevant.items() if paper in known}
    if case.relevant and not relevant:
        return None
    return case.model_copy(update={"relevant": relevant})


def titled(title: str, body: str) -> str:
    """Return the title of a paper, without one its first words: a library accepts no paper without."""
    return title or " ".join(body.split()[:WORDS_OF_A_TITLE])


def files(path: Path, *patterns: str) -> list[Path]:
    """Return the file itself, or a folder's files for the first pattern that matches any. Raises `EvaluationError`."""
    if path.is_file():
        return [path]
    for pattern in patterns:
        matches = sorted(path.glob(pattern))
        if matches:
            return matches
    raise EvaluationError(f"{path} has no {' and no '.join(patterns)}: name the folder or file of the set.")
