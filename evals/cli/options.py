"""Options that several commands share."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from evals.errors import EvaluationError

RUNS = Path("runs")

Run = Annotated[str, typer.Argument(metavar="RUN", help="name or folder of a run", show_default=False)]
Runs = Annotated[Path, typer.Option(metavar="DIR", help="folder that holds the runs")]
Baseline = Annotated[str, typer.Option(metavar="RUN", help="also compare with this run", show_default=False)]
Page = Annotated[
    Path | None, typer.Option("--html", metavar="FILE", help="also write an HTML page", show_default=False)
]
Keep = Annotated[
    Path | None,
    typer.Option(metavar="DIR", help="keep the libraries made for it in DIR", show_default=False),
]
HeldOut = Annotated[bool, typer.Option("--held-out", help="use the cases kept for published figures")]
All = Annotated[bool, typer.Option("--all", help="show all figures, and those by tag")]
TableFile = Annotated[
    Path | None,
    typer.Option(
        "--table",
        metavar="FILE",
        help="also write every score of every case, .csv or .parquet",
        show_default=False,
    ),
]


def agreed(said: str) -> bool:
    """Tell the user what may cost money, and return whether to go on. Raises `EvaluationError` if nobody can be asked."""
    print(said, file=sys.stderr)
    if not sys.stdin.isatty():
        raise EvaluationError("This may cost money and nobody can be asked: give --yes to continue.")
    print("Continue? [y/N] ", end="", file=sys.stderr, flush=True)
    return sys.stdin.readline().strip().lower() in ("y", "yes")
