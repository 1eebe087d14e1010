"""`python -m evals`: suites, runs, and what they say. An `AssistantError` is one line and exit code 1."""

from __future__ import annotations

import os
import sys
from argparse import Namespace
from collections.abc import Callable, Sequence
from importlib import import_module

from assistant import AssistantError
from evals.cli.arguments import parser

Command = Callable[[Namespace], int]

# Module and function of each command: a module is imported when its command is given, since some take seconds.
COMMANDS = {
    "run": ("run", "run_suites"),
    "sweep": ("run", "sweep"),
    "compare": ("view", "compare"),
    "report": ("view", "report"),
    "gate": ("view", "gate"),
    "runs": ("view", "runs"),
    "new": ("suites", "new"),
    "confirm": ("suites", "confirm"),
    "convert": ("suites", "convert"),
    "calibrate": ("studies", "calibrate"),
    "study": ("studies", "study"),
    "fit": ("studies", "fit"),
    "bench": ("studies", "measure_speed"),
}


def main(argv: Sequence[str] | None = None) -> int:
    """Runs a command. 0: done and good; 1: an error that the user can cure, or the gate is shut; 130: interrupted."""
    arguments = parser().parse_args(argv)
    try:
        module, function = COMMANDS[arguments.command]
        command: Command = getattr(import_module(f"evals.cli.{module}"), function)
        return command(arguments)
    except AssistantError as exc:
        print(f"evals: {exc}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nevals: interrupted; what is finished is kept.", file=sys.stderr)
        return 130
    except BrokenPipeError:
        # Whoever reads has closed; Python would complain once more when it flushes at the end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


if __name__ == "__main__":
    sys.exit(main())
