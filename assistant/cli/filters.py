"""Options that restrict a command to some of the papers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from assistant.library.identity.where import Where

Since = Annotated[int | None, typer.Option("--since", metavar="YEAR", help="Papers from this year on.")]
Until = Annotated[int | None, typer.Option("--until", metavar="YEAR", help="Papers up to this year.")]
Author = Annotated[str, typer.Option("--author", metavar="NAME", help="Papers by this author.")]
Venue = Annotated[str, typer.Option("--venue", metavar="NAME", help="Papers whose venue's name has this.")]
Source = Annotated[str, typer.Option("--source", metavar="FILE", help="Papers of this file.")]
Collection = Annotated[str, typer.Option("--collection", metavar="NAME", help="Papers of this collection.")]
Kind = Annotated[str, typer.Option("--type", metavar="TYPE", help="Papers of this type (a name of CSL).")]
Ids = Annotated[list[str] | None, typer.Option("--id", metavar="ID", help="This paper (repeatable).")]


def chosen(
    since: int | None,
    until: int | None,
    author: str,
    venue: str,
    source: str,
    collection: str,
    kind: str,
    ids: list[str] | None,
) -> Where | None:
    """Return the filter that the options say, or None."""
    from assistant.library.identity.where import Where

    return Where(since, until, author, venue, source, collection, kind, tuple(ids or ())) or None
