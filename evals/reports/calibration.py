"""A judge's grades beside people's."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

from evals.analysis.agreement import agree
from evals.errors import EvaluationError
from evals.metrics.answer import Grade
from evals.reports.tables import Table, markdown
from evals.runs.folder import RunFolder
from evals.suites.lines import Row, read_rows

LABELS: tuple[str, ...] = get_args(Grade)


class Label(Row):
    """A person's grade of a case."""

    case: str
    grade: Grade


def read_labels(path: Path) -> dict[str, str]:
    """Read grades by case id from a JSONL file of {case, grade}. Raises `EvaluationError` with file and line."""
    return {label.case: label.grade for _, label in read_rows(path, Label)}


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
    rows = [(truth, *(str(found.table.get((truth, said), 0)) for said in LABELS)) for truth in LABELS]
    counts = Table(("people \\ judge", *LABELS), tuple(rows), (False, *(True for _ in LABELS)))
    return (
        f"{judged[scored[0]].judge} against {len(labels)} labels; {len(shared) - len(scored)} it could not score\n\n"
        f"n={found.n}, accuracy {found.accuracy:.2f}, kappa {found.kappa:.2f}\n\n{markdown(counts)}"
    )
