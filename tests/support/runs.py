"""Plans, runs and small suites that several tests of the evaluations share."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from assistant import Settings
from evals.analysis.summary import Scored, scored
from evals.cases.settings import JudgeSettings, overridden
from evals.runs.plan import Plan
from evals.runs.runner import run
from evals.suites.suite import Case, Manifest, open_suite, write_suite

QUALITY = ("right_paper", "key_fact_recall", "recall@5", "ndcg", "citation_recall", "refusal_f1", "aurc")


QUESTION = "How many encoders does LXMERT have?"


def plan(suite: Path | str, runs: Path, **changes: Any) -> Plan:
    """A plan over all cases that are not held out."""
    opened = open_suite(suite)
    settings = overridden(Settings(), changes.pop("set", {}))
    cases = changes.pop("cases", opened.chosen())
    return Plan(opened, cases, settings, changes.pop("judge", JudgeSettings()), runs, **changes)


def through(chosen: Plan) -> Scored:
    """The scores of a plan that runs to its end."""
    outcome = run(chosen)
    assert not outcome.stopped
    return scored(outcome.run)


def figures(found: Scored) -> dict[str, float]:
    """What must not depend on when or how often something ran."""
    return {name: found.figure(name).value for name in QUALITY}


def one_case(folder: Path, *questions: str) -> Path:
    """A suite of questions about LXMERT."""
    cases = [
        Case(
            id=f"c{n}",
            question=question,
            relevant={"lxmert": 1},
            facts=(("three",),),
            reference="LXMERT has three encoders.",
        )
        for n, question in enumerate(questions or (QUESTION,), start=1)
    ]
    write_suite(folder, Manifest(title="One", measures="one", licence="none", library="sample"), cases)
    return folder
