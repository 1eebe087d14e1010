"""`calibrate`, `study`, `fit`, `bench`: how good and how fast the parts are.

What they need takes seconds to import, so each imports its own.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from assistant import Assistant, Settings
from evals.errors import EvaluationError
from evals.reports import calibration
from evals.runs.folder import open_run


def calibrate(arguments: argparse.Namespace) -> int:
    """A judge's grades, or the verdicts, against people's labels."""
    if arguments.run:
        if not arguments.labels:
            raise EvaluationError('--labels is missing: a file with {"case": ID, "grade": "correct"} a line.')
        run = open_run(arguments.run, arguments.runs)
        print(calibration.grades(run, calibration.read_labels(arguments.labels)))
    else:
        from evals.studies import statements

        print(statements.report("report" if arguments.held_out else "fit", arguments.judge))
    return 0


def study(arguments: argparse.Namespace) -> int:
    """One of the studies."""
    from evals.studies import claims, corruptions, follow_ups, retrieval

    half = "report" if arguments.held_out else "fit"
    with _folder(arguments.keep) as folder:
        if arguments.study == "retrieval":
            print(retrieval.render(retrieval.run(half, folder)))
        elif arguments.study == "corruptions":
            print(corruptions.render(corruptions.run(half, folder), half))
        elif arguments.study == "follow-ups":
            with Assistant.sample(settings=Settings()) as library:
                print(follow_ups.render(follow_ups.run(library, held_out=arguments.held_out)))
        else:
            for result in (claims.scifact(half, folder), claims.healthver(half, folder)):
                print(claims.render(result))
    return 0


def fit(arguments: argparse.Namespace) -> int:
    """Fits assistant/core/weights.json."""
    from evals.studies.fitting import calibrate as fitted

    with _folder(arguments.keep) as folder:
        print(fitted(folder)["thresholds"])
    return 0


def measure_speed(arguments: argparse.Namespace) -> int:
    """Ratios of what is measured in the same run."""
    from evals.studies import bench

    with _folder(arguments.keep) as folder:
        for measure in (bench.warm, bench.checking, bench.cold, lambda: bench.adding(folder)):
            print(measure(), flush=True)
    return 0


@contextmanager
def _folder(keep: Path | None) -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as scratch:
        yield keep or Path(scratch)
