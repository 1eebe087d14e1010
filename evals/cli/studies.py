"""Commands `calibrate`, `study`, `fit`, `bench`."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Literal

import typer

from evals.cli.options import RUNS, HeldOut, Keep, Runs
from evals.errors import EvaluationError


def calibrate(
    run: Annotated[
        str,
        typer.Argument(
            metavar="RUN", help="a judged run; without one: the labelled statements", show_default=False
        ),
    ] = "",
    labels: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE.jsonl", help="labels of the run: one {case, grade} per line", show_default=False
        ),
    ] = None,
    judge: Annotated[
        str,
        typer.Option(
            metavar="MODEL", help='also with verdicts of this model, or of "scripted"', show_default=False
        ),
    ] = "",
    held_out: HeldOut = False,
    runs: Runs = RUNS,
) -> int:
    """Compare verdicts, or a judge's grades, with people's labels."""
    if run and not labels:
        raise EvaluationError('--labels is missing: a file with {"case": ID, "grade": "correct"} per line.')
    if run and labels:
        from evals.reports import calibration
        from evals.runs.folder import open_run

        print(calibration.grades(open_run(run, runs), calibration.read_labels(labels)))
    else:
        from evals.studies import statements

        print(statements.report(_half(held_out), judge))
    return 0


def study(
    name: Annotated[
        Literal["retrieval", "claims", "corruptions", "follow-ups", "roles", "lead"],
        typer.Argument(metavar="STUDY", help="retrieval, claims, corruptions, follow-ups, roles or lead"),
    ],
    held_out: HeldOut = False,
    keep: Keep = None,
) -> int:
    """Measure one part of the assistant."""
    from assistant import Assistant, Settings
    from evals.studies import claims, corruptions, retrieval, roles
    from evals.studies.answers import follow_ups, lead

    half = _half(held_out)
    with _folder(keep) as folder:
        if name == "retrieval":
            print(retrieval.render(retrieval.run(half, folder)))
        elif name == "corruptions":
            print(corruptions.render(corruptions.run(half, folder), half))
        elif name == "roles":
            print(roles.render(half))
        elif name == "lead":
            for title, outcomes in lead.run(half, folder):
                print(lead.render(title, outcomes), flush=True)
        elif name == "follow-ups":
            with Assistant.sample(settings=Settings()) as library:
                print(follow_ups.render(follow_ups.run(library, held_out=held_out)))
        else:
            for result in (claims.scifact(half, folder), claims.healthver(half, folder)):
                print(claims.render(result))
    return 0


def fit(keep: Keep = None) -> int:
    """Fit the weights of the assistant again."""
    from evals.studies import fitting, roles, sources

    with _folder(keep) as folder:
        print(fitting.calibrate(folder)["thresholds"])
        if sources.shared("sentence_roles"):
            roles.fit()
    return 0


def measure_speed(keep: Keep = None) -> int:
    """Measure speed, as ratios of times taken in the same run."""
    from evals.studies import bench

    with _folder(keep) as folder:
        for measure in (bench.warm, bench.checking, bench.cold, lambda: bench.adding(folder)):
            print(measure(), flush=True)
    return 0


def _half(held_out: bool) -> str:
    return "report" if held_out else "fit"


@contextmanager
def _folder(keep: Path | None) -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as scratch:
        yield keep or Path(scratch)
