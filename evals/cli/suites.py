"""`new`, `confirm`, `convert`: suites of one's own."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Iterable
from pathlib import Path

from pydantic import ValidationError

from assistant import Assistant, Paper, Settings
from assistant.conversation.feedback import FeedbackFile
from assistant.core.settings import feedback_path
from evals.errors import EvaluationError
from evals.suites import authoring
from evals.suites.converters import convert as converted
from evals.suites.suite import CASES, SAMPLE, Case, Limit, Manifest, read_cases, write_cases, write_suite

LIBRARY = "papers.jsonl"
_ASK = "[y] keep  [e] ask it otherwise  [n] drop  [s] later  [q] stop: "


def new(arguments: argparse.Namespace) -> int:
    """Makes a suite's folder, with the papers of the library in it."""
    folder: Path = arguments.folder
    if folder.exists() and any(folder.iterdir()):
        raise EvaluationError(f"{folder} is not empty: give the name of a new folder.")
    with _library(arguments.library) as library:
        papers = library.papers()
        if not papers:
            raise EvaluationError(f"The library {library.path} is empty: `assistant add FILE` fills it.")
        if arguments.from_feedback is not None:
            kept = feedback_path() if arguments.from_feedback == Path() else arguments.from_feedback
            cases = _known(authoring.from_feedback(FeedbackFile(kept).read()), papers)
        elif arguments.draft:
            cases = list(authoring.drafted(papers, arguments.draft, library.settings))
        else:
            cases = list(authoring.TEMPLATE)
    if not cases:
        raise EvaluationError("No case came of it.")
    own = arguments.library is not None
    manifest = Manifest(
        title=folder.name,
        measures="Say in a sentence what this suite measures.",
        licence="Say what the questions may be used for.",
        library=(LIBRARY,) if own else SAMPLE,
        gate={"right_paper": Limit(at_least=0.5)},
        guard=("right_paper", "key_fact_recall"),
    )
    write_suite(folder, manifest, cases)
    if own:
        _write_papers(folder / LIBRARY, papers)
    waiting = sum(not case.confirmed for case in cases)
    print(f"{folder}: {len(cases)} cases, {waiting} of them to be confirmed.")
    if arguments.from_feedback is None and not arguments.draft:
        print(f"Write your cases into {folder / CASES}, and remove the examples and their confirmed: false.")
    elif waiting:
        print(f"Next: python -m evals confirm {folder}")
    print(f"Then: python -m evals run {folder}")
    return 0


def _library(path: Path | None) -> Assistant:
    return Assistant(path, settings=Settings.load()) if path else Assistant.sample(settings=Settings.load())


def _known(cases: Iterable[Case], papers: Iterable[Paper]) -> list[Case]:
    """The cases whose papers this library has: feedback is of every library that was asked."""
    ids = {paper.id for paper in papers}
    return [case for case in cases if set(case.relevant) <= ids]


def _write_papers(path: Path, papers: Iterable[Paper]) -> None:
    with path.open("w", encoding="utf-8") as file:
        for paper in papers:
            file.write(json.dumps(paper.to_json(), ensure_ascii=False) + "\n")


def confirm(arguments: argparse.Namespace) -> int:
    """Asks of every drafted case whether to keep it; what is decided is kept at once."""
    path = Path(arguments.suite) / CASES
    cases = {case.id: case for case in read_cases(path)}
    waiting = [case for case in cases.values() if not case.confirmed]
    if not sys.stdin.isatty() and waiting:
        raise EvaluationError(
            f"{len(waiting)} cases wait: run this on a terminal, or set their confirmed to true in {path}."
        )
    for place, case in enumerate(waiting, start=1):
        print(f"\n{place} of {len(waiting)}  {case.id}\n  question:  {case.question}")
        print(f"  papers:    {', '.join(case.relevant) or '(none)'}\n  facts:     {_facts(case)}")
        print(f"  reference: {case.reference}")
        decided = _decide(case)
        if decided == "stop":
            break
        if decided is None:
            del cases[case.id]
        elif isinstance(decided, Case):
            cases[case.id] = decided
        if decided != "later":
            _replace(path, cases.values())
    left = sum(not case.confirmed for case in cases.values())
    print(f"\n{path}: {len(cases)} cases, {left} to be confirmed.")
    return 0


def _decide(case: Case) -> Case | str | None:
    """The case as confirmed, "later", "stop", or None where it is dropped."""
    while True:
        answer = input(_ASK).strip().lower()
        if answer == "y":
            return case.model_copy(update={"confirmed": True})
        if answer == "n":
            return None
        if answer in ("s", ""):
            return "later"
        if answer == "q":
            return "stop"
        if answer == "e":
            try:
                data = case.model_dump() | {"question": input("  question:  ").strip(), "confirmed": True}
                return Case.model_validate(data)
            except ValidationError:
                print("  That is no question.")


def _facts(case: Case) -> str:
    return "; ".join(" or ".join(fact) for fact in case.facts) or "(none)"


def _replace(path: Path, cases: Iterable[Case]) -> None:
    fresh = path.with_suffix(".new")
    write_cases(fresh, cases)
    os.replace(fresh, path)


def convert(arguments: argparse.Namespace) -> int:
    """Makes a suite of a public set."""
    report = converted(arguments.format, arguments.path, arguments.to, limit=arguments.limit)
    print(report)
    print(f"Then: python -m evals run {arguments.to}")
    return 0
