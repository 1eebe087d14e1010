"""Run a command line: exit codes, errors as messages."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Sequence
from typing import Any

import typer

from assistant.core.errors import AssistantError

INTERRUPTED = 130
"""The exit code of a program that Ctrl-C ended, as shells have it."""


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
    """Commands whose returned number is the exit code. The group's own options may also stand after the command."""

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """Return a command whose help also names the options of the group."""
        command = super().get_command(ctx, cmd_name)
        shared = ", ".join(param.opts[0] for param in self.params if not param.is_eager)
        if command and shared:
            command.epilog = f"Options of all commands: {shared} (see `{ctx.info_name} --help`)."
        return command

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Parse the arguments, with the group's own options moved in front of the command."""
        takes_value = {
            name: not getattr(param, "is_flag", False)
            for param in self.params
            if not param.is_eager
            for name in param.opts
        }
        front: list[str] = []
        rest: list[str] = []
        remaining = iter(args)
        for argument in remaining:
            name, equals, _ = argument.partition("=")
            if argument == "--":
                rest += [argument, *remaining]
            elif name not in takes_value:
                rest.append(argument)
            else:
                front.append(argument)
                if takes_value[name] and not equals:
                    value = next(remaining, None)
                    front.append(
                        ctx.fail(f"Option {name!r} requires an argument.") if value is None else value
                    )
        return super().parse_args(ctx, front + rest)

    def invoke(self, ctx: Any) -> Any:
        raise typer.Exit(_exit_code(str(self.name).split()[-1], lambda: super(_Commands, self).invoke(ctx)))


def _interrupted(program: str) -> int:
    """Say that the user interrupted the program, and return its exit code. Another interrupt ends it at once."""
    # Threads may still be at work, and Python waits for them. A library stands a kill.
    signal.signal(signal.SIGINT, lambda *_: os._exit(INTERRUPTED))
    print(f"\n{program}: interrupted; what was finished is kept.", file=sys.stderr)
    return INTERRUPTED


def _exit_code(program: str, command: Callable[[], int | None]) -> int:
    try:
        return command() or 0
    except AssistantError as exc:
        print(f"{program}: {' '.join(str(exc).split())}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return _interrupted(program)
    except BrokenPipeError:
        # The reader of our output has closed (`| head`). Python would complain once more when it flushes at the end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
