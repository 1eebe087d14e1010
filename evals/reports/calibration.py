"""A judge's grades beside people's."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

from evals.analysis.agreement import Agreement, agree
from evals.errors import EvaluationError
from evals.metrics.answer import Grade
from evals.reports.tables import Table, markdown
from evals.runs.folder import RunFolder
from evals.suites.lines import json_lines

LABELS: tuple[str, ...] = get_args(Grade)


def read_labels(path: Path) -> dict[str, str]:
    """Read grades by case id from a JSONL file of {case, grade}. Raises `EvaluationError` with file and line."""
    found = {}
    for place, data in json_lines(path):
        grade = data.get("grade")
        if "case" not in data or grade not in LABELS:
            raise EvaluationError(
                f'{place}: write {{"case": ID, "grade": GRADE}} with a grade of {", ".join(LABELS)}, not {grade!r}.'
            )
        found[str(data["case"])] = grade
    return found


def grades(run: RunFolder, labels: dict[str, str]) -> str:
    """Return the agreement of a run's judge with labels. Raises `EvaluationError` if they share no case."""
    judged = run.judgements()
    shared = [case for case in labels if case in judged]
    scored = [case for case in shared if judged[case].grade]
    found = agree([labels[c] for c in scored], [str(judged[c].grade) for c in scored])
    if found is None:
        raise EvaluationError(
            f"No labelled case has a grade of a judge in {run.path}: run it with judge.model."
        )
    name = judged[scored[0]].judge
    unscored = len(shared) - len(scored)
    return f"{name} against {len(labels)} labels; {unscored} it could not score\n\n{table(found, LABELS, LABELS)}"


def table(found: Agreement, truths: tuple[str, ...], said: tuple[str, ...]) -> str:
    """Return accuracy and kappa, and a row per label: how often the judge gave each grade."""
    rows = [(truth, *(str(found.table.get((truth, s), 0)) for s in said)) for truth in truths]
    header = ("people \\ judge", *said)
    counts = markdown(Table(header, tuple(rows), (False, *(True for _ in said))))
    return f"n={found.n}, accuracy {found.accuracy:.2f}, kappa {found.kappa:.2f}\n\n{counts}"
