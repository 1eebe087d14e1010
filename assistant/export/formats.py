"""Table of download formats: their names, endings and writers."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Generic, Literal, TypeVar

if TYPE_CHECKING:
    from assistant.conversation.store import Conversation
    from assistant.core.paper import Paper

Content = TypeVar("Content")
_WORDS = re.compile(r"\w+")
_MOST_WORDS, _MOST_SIGNS = 8, 60
ReferenceFormat = Literal["bibtex", "ris", "csl-json"]


@dataclass(frozen=True)
class ExportFormat(Generic[Content]):
    """A format: its name as users read it, the ending and the media type (RFC 6838) of its files.

    `writer` is the module of this folder and the function in it that returns the file's text. It is imported only when a
    file is written, as some writers take long to import.
    """

    label: str
    ending: str
    media_type: str
    writer: tuple[str, str]

    def file_name(self, title: str) -> str:
        """Return the name of a file that is about something: "how-fast-is-dot.md"."""
        words = "-".join(_WORDS.findall(title.casefold())[:_MOST_WORDS])[:_MOST_SIGNS]
        return f"{words or 'papers'}.{self.ending}"

    def write(self, content: Content) -> str:
        """Return the text of a file."""
        module, function = self.writer
        writer: Callable[[Content], str] = getattr(import_module(f"{__package__}.{module}"), function)
        return writer(content)


REFERENCES: Mapping[str, ExportFormat[Sequence[Paper]]] = {
    "bibtex": ExportFormat("BibTeX", "bib", "application/x-bibtex", ("bibliography", "bibtex")),
    "ris": ExportFormat("RIS", "ris", "application/x-research-info-systems", ("bibliography", "ris")),
    "csl-json": ExportFormat("CSL-JSON", "json", "application/json", ("bibliography", "csl_json")),
}
TRANSCRIPTS: Mapping[str, ExportFormat[Conversation]] = {
    "markdown": ExportFormat("Markdown", "md", "text/markdown", ("transcript", "markdown")),
    "html": ExportFormat("HTML", "html", "text/html", ("transcript", "html")),
    "json": ExportFormat("JSON", "json", "application/json", ("transcript", "as_json")),
}
