"""Options that all commands share, and the library that these name."""

from __future__ import annotations

import sys
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from assistant.core.errors import LibraryEmpty, SourceError

if TYPE_CHECKING:
    from assistant.assistant import Assistant


@dataclass(frozen=True)
class Options:
    """The options of all commands. `library` is the folder or the address that the user named, or None."""

    library: str | None
    sample: bool
    json: bool


def library_of(options: Options) -> Assistant:
    """Return the library that the options name."""
    from assistant.assistant import Assistant

    return Assistant.sample() if options.sample else Assistant(options.library)


def library_to_read(options: Options) -> Assistant:
    """Return the user's library, or the sample library if the user named none and has no papers yet.

    Raises `LibraryEmpty` for a name that no library has: a misspelt one would seem to hold nothing on any question.
    """
    library = library_of(options)
    if options.sample or library.exists:
        return library
    if options.library:
        library.close()
        raise LibraryEmpty(
            f"There is no library {options.library}: check the name, or make it with `assistant add FILE`."
        )
    print(
        "assistant: your library is empty, so the sample library answers (summaries written for this demo); "
        "`assistant add FILE` fills yours.",
        file=sys.stderr,
    )
    return library_of(replace(options, sample=True))


def refuse_sample(options: Options) -> None:
    """Raise `SourceError` for the sample library, which nobody may change."""
    if options.sample:
        raise SourceError("The sample library is read-only: leave out --sample to change your own.")


def print_json(value: object) -> None:
    """Print a value as JSON."""
    from assistant.cli.text import to_json

    print(to_json(value))
