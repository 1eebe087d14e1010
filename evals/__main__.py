"""`python -m evals`: run suites, compare runs, make suites."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence

from assistant.cli import entry
from evals.cli import run, suites, view

# The modules of evals.cli import what takes seconds inside their functions, so that --help is quick.
COMMANDS: dict[str, Callable[..., int]] = {
    "run": run.run_suites,
    "sweep": run.sweep,
    "compare": view.compare,
    "prefer": view.prefer,
    "report": view.report,
    "gate": view.check,
    "runs": view.list_runs,
    "new": suites.new,
    "confirm": suites.confirm,
    "convert": suites.convert,
    "calibrate": view.calibrate,
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command and return its exit code: 0 done and good, 1 an error or a missed gate, 2 wrong usage, 130 Ctrl-C."""
    app = entry.command_line(
        "python -m evals", "Evaluation suites: run them, compare runs, make your own suite."
    )
    for name, command in COMMANDS.items():
        app.command(name)(command)
    return entry.run(app, arguments)


if __name__ == "__main__":
    sys.exit(main())
