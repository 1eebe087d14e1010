"""Options that restrict a command to some of the papers."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from inspect import Parameter, signature
from typing import Annotated, Any, get_type_hints

import typer

# Name of the parameter: its type with the option, and its default.
_OPTIONS: dict[str, tuple[Any, Any]] = {
    "since": (Annotated[int | None, typer.Option("--since", metavar="YEAR", help="Papers from this year on.")], None),
    "until": (Annotated[int | None, typer.Option("--until", metavar="YEAR", help="Papers up to this year.")], None),
    "author": (Annotated[str, typer.Option("--author", metavar="NAME", help="Papers by this author.")], ""),
    "venue": (Annotated[str, typer.Option("--venue", metavar="NAME", help="Papers whose venue's name has this.")], ""),
    "source": (Annotated[str, typer.Option("--source", metavar="FILE", help="Papers of this file.")], ""),
    "collection": (Annotated[str, typer.Option("--collection", metavar="NAME", help="Papers of this collection.")], ""),
    "type": (Annotated[str, typer.Option("--type", metavar="TYPE", help="Papers of this type (a name of CSL).")], ""),
    "id_": (Annotated[list[str] | None, typer.Option("--id", metavar="ID", help="This paper (repeatable).")], None),
}  # fmt: skip


def filtered(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options of a filter; it gets them together, as `where`: a `Where`, or None without any."""
    # `Where` is imported when it is needed: `assistant --version` is quick.
    del command.__annotations__["where"]
    hints = get_type_hints(command, include_extras=True)
    own = [p.replace(annotation=hints[n]) for n, p in signature(command).parameters.items() if n != "where"]
    more = [
        Parameter(name, Parameter.KEYWORD_ONLY, default=default, annotation=kind)
        for name, (kind, default) in _OPTIONS.items()
    ]

    @wraps(command)
    def with_options(**values: Any) -> None:
        from assistant.library.identity.where import Where

        fields = {name: values.pop(name) for name in _OPTIONS}
        ids = tuple(fields.pop("id_") or ())
        command(**values, where=Where(**fields, ids=ids) or None)

    # Typer reads what a command takes from these.
    with_options.__signature__ = signature(command).replace(parameters=[*own, *more])  # type: ignore[attr-defined]
    with_options.__annotations__ = {p.name: p.annotation for p in (*own, *more)}
    return with_options
