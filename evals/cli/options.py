"""Options that several commands share."""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from evals.errors import EvaluationError

RUNS = Path("runs")
# The help of a command shows no default where that is nothing.
option = partial(typer.Option, show_default=False)
argument = partial(typer.Argument, show_default=False)

Run = Annotated[str, argument(metavar="RUN", help="name or folder of a run")]
Runs = Annotated[Path, typer.Option(metavar="DIR", help="folder that holds the runs")]
Baseline = Annotated[str, option(metavar="RUN", help="also compare with this run")]
Page = Annotated[Path | None, option("--html", metavar="FILE", help="also write an HTML page")]
HeldOut = Annotated[bool, typer.Option("--held-out", help="use the cases kept for published figures")]
All = Annotated[bool, typer.Option("--all", help="show all figures, and those by tag")]
TableFile = Annotated[
    Path | None,
    option("--table", metavar="FILE", help="also write every score of every case, .csv or .parquet"),
]


def agreed(said: str) -> bool:
    """Tell the user what may cost money, and return whether to go on. Raises `EvaluationError` if nobody can be asked."""
    print(said, file=sys.stderr)
    if not sys.stdin.isatty():
        raise EvaluationError("This may cost money and nobody can be asked: give --yes to continue.")
    print("Continue? [y/N] ", end="", file=sys.stderr, flush=True)
    return sys.stdin.readline().strip().lower() in ("y", "yes")
