"""Commands `new`, `confirm`, `convert`."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from evals.cli.options import argument, option
from evals.errors import EvaluationError

if TYPE_CHECKING:
    from assistant import Assistant, Paper
    from evals.suites.suite import Case

Format = Literal["beir", "pubmedqa", "scholarqabench", "scifact"]
LIBRARY = "papers.jsonl"
_QUESTION = "[y] keep  [e] change the question  [n] drop  [s] later  [q] stop: "


def new(
    folder: Annotated[Path, argument("FOLDER", "the suite's folder")],
    feedback_file: Annotated[
        Path | None, argument("FILE", "feedback to read (default: this machine's)")
    ] = None,
    from_feedback: Annotated[
        bool, typer.Option("--from-feedback", help="make cases from users' feedback in the chat")
    ] = False,
    draft: Annotated[int | None, option("N", "draft N cases from the library, for you to confirm")] = None,
    library: Annotated[str | None, option("DIR|URL", "your library (default: the sample)")] = None,
) -> int:
    """Make a suite: from a template, from feedback, or drafted from a library."""
    from assistant import Assistant, Settings
    from evals.suites.suite import CASES

    if from_feedback and draft:
        raise typer.BadParameter("not allowed with --from-feedback", param_hint="--draft")
    if feedback_file and not from_feedback:
        raise typer.BadParameter("a second path needs --from-feedback", param_hint="FILE")
    if folder.exists() and any(folder.iterdir()):
        raise EvaluationError(f"{folder} is not empty: give the name of a new folder.")
    settings = Settings.load()
    opened = Assistant(library, settings=settings) if library else Assistant.sample(settings=settings)
    with opened as papers_library:
        papers = papers_library.papers()
        if not papers:
            raise EvaluationError(
                f"The library {papers_library.name} is empty: `assistant add FILE` fills it."
            )
        cases = _cases(papers_library, papers, draft, from_feedback, feedback_file)
    if not cases:
        raise EvaluationError("There is nothing to make a case of: use another source.")
    _write_new(folder, cases, papers if library else None)
    waiting = sum(not case.confirmed for case in cases)
    print(f"{folder}: {len(cases)} cases, {waiting} of them to be confirmed.")
    if not from_feedback and not draft:
        print(f"Write your cases into {folder / CASES}; remove the examples and their confirmed: false.")
    elif waiting:
        print(f"Next: python -m evals confirm {folder}")
    print(f"Then: python -m evals run {folder}")
    return 0


def _write_new(folder: Path, cases: Sequence[Case], papers: Sequence[Paper] | None) -> None:
    """Write a suite with a manifest to be filled in, and the papers of its library; None: it asks the sample."""
    from evals.suites.suite import SAMPLE, Limit, Manifest, write_suite

    manifest = Manifest(
        title=folder.name,
        measures="Say in one sentence what this suite measures.",
        licence="Say what the questions may be used for.",
        library=SAMPLE if papers is None else (LIBRARY,),
        gate={"right_paper": Limit(at_least=0.5)},
        primary=("right_paper", "key_fact_recall"),
    )
    write_suite(folder, manifest, cases)
    if papers is not None:
        lines = (json.dumps(paper.to_json(), ensure_ascii=False) + "\n" for paper in papers)
        (folder / LIBRARY).write_text("".join(lines), encoding="utf-8")


def _cases(
    library: Assistant, papers: list[Paper], draft: int | None, from_feedback: bool, path: Path | None
) -> list[Case]:
    from assistant.conversation.feedback import FeedbackFile
    from assistant.core.settings import feedback_path
    from evals.suites import drafts
    from evals.suites.suite import read_cases

    if from_feedback:
        cases = drafts.from_feedback(FeedbackFile(path or feedback_path()).read())
        # Users give feedback on every library they ask.
        known = {paper.id for paper in papers}
        return [case for case in cases if set(case.relevant) <= known]
    if draft:
        return list(drafts.drafted(papers, draft, library.settings))
    return read_cases(drafts.TEMPLATE)


def confirm(suite: Annotated[Path, argument("FOLDER", "the suite's folder")]) -> int:
    """Go through drafted cases one by one; each decision is saved at once."""
    from evals.suites.suite import CASES, Case, read_cases, write_cases

    path = suite / CASES
    cases = {case.id: case for case in read_cases(path)}
    waiting = [case for case in cases.values() if not case.confirmed]
    if not sys.stdin.isatty() and waiting:
        raise EvaluationError(
            f"{len(waiting)} cases wait: run this on a terminal, or set their confirmed to true in {path}."
        )
    for number, case in enumerate(waiting, start=1):
        facts = "; ".join(" or ".join(fact.spellings) for fact in case.facts) or "(none)"
        print(f"\n{number} of {len(waiting)}  {case.id}\n  question:  {case.question}")
        print(f"  papers:    {', '.join(case.relevant) or '(none)'}\n  facts:     {facts}")
        print(f"  reference: {case.reference}")
        decision = _decide(case)
        if decision == "stop":
            break
        if decision is None:
            del cases[case.id]
        elif isinstance(decision, Case):
            cases[case.id] = decision
        if decision != "later":
            write_cases(path, cases.values())
    left = sum(not case.confirmed for case in cases.values())
    print(f"\n{path}: {len(cases)} cases, {left} to be confirmed.")
    return 0


def _decide(case: Case) -> Case | Literal["later", "stop"] | None:
    """Ask the user about a case. Return it as confirmed, or None to drop it."""
    from pydantic import ValidationError

    while True:
        reply = input(_QUESTION).strip().lower()
        if reply == "y":
            return case.model_copy(update={"confirmed": True})
        if reply == "n":
            return None
        if reply in ("s", ""):
            return "later"
        if reply == "q":
            return "stop"
        if reply == "e":
            fields = case.model_dump() | {"question": input("  question:  ").strip(), "confirmed": True}
            try:
                return type(case).model_validate(fields)
            except ValidationError:
                print("  That cannot be a question.")


def convert(
    format: Annotated[Format, argument("FORMAT", "beir, pubmedqa, scholarqabench or scifact")],
    path: Annotated[Path, argument("PATH", "folder or file of the public set")],
    to: Annotated[Path, option("FOLDER", "folder of the new suite")],
    limit: Annotated[
        int | None, option("N", "only a random sample of N cases, over the whole library")
    ] = None,
) -> int:
    """Make a suite of a public set on your disk."""
    from evals.suites import converters

    print(converters.convert(format, path, to, limit=limit))
    print(f"Then: python -m evals run {to}")
    return 0
