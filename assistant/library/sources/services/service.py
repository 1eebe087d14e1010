"""Class Service: what a source like `arxiv:1706.03762` names, how its service is asked, and what its replies hold."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from typing import Protocol, cast

from assistant.core.errors import SourceError
from assistant.library.readers.problem import Located, Problem


@dataclass(frozen=True)
class Reply:
    """What a service sent: text, headers, and whether it has what was asked for (False: status 400, 404 or 410)."""

    text: str
    headers: Mapping[str, str]
    found: bool


class Ask(Protocol):
    """One request to a service: the path below its address, and parameters. Raises `SourceError` in one sentence."""

    def __call__(self, path: str = "", **parameters: str | int) -> Reply:
        """Return the reply."""


class Asked(Protocol):
    """What the module of a service has."""

    def whole(self, text: str) -> bool:
        """Return whether a reply came to its end."""

    def normal(self, wanted: str) -> str:
        """Return what is wanted in its one form. Raises `SourceError` for what is none."""

    def read(self, wanted: str, source: str, ask: Ask) -> Iterator[Located | Problem]:
        """Ask for what is wanted, and yield its papers and Problems; `source` is where they say that they come from."""


@dataclass(frozen=True)
class Service:
    """A service with a documented public API.

    A source is `prefix:WANTED`. `setting` is the key of its address in the section `sources`. `pause` is the least time
    between two requests, in seconds, as the service asks for; `contact` is its parameter for an e-mail address, if it has
    one. `closed` and `silent` say in half a sentence what a user can do where it lets nobody in (status 401, 403), and where
    nobody answers. `module` is an `Asked`; it is imported only when the service is named.
    """

    name: str
    prefix: str
    setting: str
    examples: tuple[str, ...]
    contents: str
    module: str
    pause: float = 0.0
    contact: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    closed: str = "your network or country may be shut out; try again later"
    silent: str = "check the network"

    def __str__(self) -> str:
        return f"{self.name} ({', '.join(self.examples)}): {self.contents}"

    @property
    def asked(self) -> Asked:
        """What asks this service and reads its replies."""
        module: Asked = cast(Asked, import_module(f"{__package__}.{self.module}"))
        return module


def missing(
    service: str, kind: str, wanted: Sequence[str], found: Collection[str], source: str
) -> Iterator[Problem]:
    """Yield a Problem for each id that a service did not send; raise `SourceError` where it sent none."""
    lost = [one for one in wanted if one not in found]
    if len(lost) == len(wanted):
        raise SourceError(f"{service} has no paper {', '.join(lost)}: check the {kind}.")
    for one in lost:
        yield Problem(source, 0, kind, f"{service} has no paper {one}: check it")
