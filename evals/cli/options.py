"""Options that several commands share."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from evals.errors import EvaluationError

if TYPE_CHECKING:
    from evals.analysis.summary import Scored

RUNS = Path("runs")


def option(metavar: str, said: str, *names: str, **more: Any) -> Any:
    """Return an option, whose help shows no default unless told to: mostly that is nothing."""
    return typer.Option(*names, metavar=metavar, help=said, **{"show_default": False, **more})


def argument(metavar: str, said: str) -> Any:
    """Return an argument."""
    return typer.Argument(metavar=metavar, help=said, show_default=False)


Run = Annotated[str, argument("RUN", "name or folder of a run")]
Runs = Annotated[Path, option("DIR", "folder that holds the runs", show_default=True)]
Baseline = Annotated[str, option("RUN", "also compare with this run")]
Page = Annotated[Path | None, option("FILE", "also write an HTML page", "--html")]
HeldOut = Annotated[bool, typer.Option("--held-out", help="use the cases kept for published figures")]
All = Annotated[bool, typer.Option("--all", help="show all figures, and those by tag")]
Yes = Annotated[bool, typer.Option("--yes", help="do not ask before money is spent")]


def opened(run: str, runs: Path) -> Scored:
    """Open a run and compute its scores. Raises `EvaluationError`."""
    from evals.analysis.summary import scored
    from evals.runs.folder import open_run

    return scored(open_run(run, runs))


def agreed(said: str) -> bool:
    """Tell the user what may cost money, and return whether to go on. Raises `EvaluationError` if nobody can be asked."""
    print(said, file=sys.stderr)
    if not sys.stdin.isatty():
        raise EvaluationError("This may cost money and nobody can be asked: give --yes to continue.")
    print("Continue? [y/N] ", end="", file=sys.stderr, flush=True)
    return sys.stdin.readline().strip().lower() in ("y", "yes")
