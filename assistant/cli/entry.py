"""The entry of a command line made with Typer: how errors become messages and exit codes."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from typing import Any

import typer

from assistant.core.errors import AssistantError


def run(app: typer.Typer, arguments: Sequence[str] | None = None) -> int:
    """Run the command that the arguments name (default: those of the process) and return its exit code.

    0: done. 1: an `AssistantError`, printed as one line. 2: wrong usage. 130: Ctrl-C. A command may return its own code.
    """
    try:
        app(args=arguments, prog_name=app.info.name)
    except SystemExit as exit_:
        return int(exit_.code or 0)
    return 0


def command_line(name: str, text: str) -> typer.Typer:
    """Return an empty command line called `name`, described by `text`."""
    return typer.Typer(
        name=name,
        help=text,
        cls=_Commands,
        add_completion=False,
        no_args_is_help=False,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )


class _Commands(typer.core.TyperGroup):
    """Commands whose returned number is the exit code."""

    def invoke(self, ctx: Any) -> Any:
        raise typer.Exit(_exit_code(str(self.name).split()[-1], lambda: super(_Commands, self).invoke(ctx)))


def _exit_code(program: str, command: Callable[[], int | None]) -> int:
    try:
        return command() or 0
    except AssistantError as exc:
        print(f"{program}: {' '.join(str(exc).split())}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print(f"\n{program}: interrupted; what was finished is kept.", file=sys.stderr)
        return 130
    except BrokenPipeError:
        # The reader of our output has closed (`| head`). Python would complain once more when it flushes at the end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
