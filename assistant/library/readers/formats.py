"""The formats of files that can be added. To add one, write a module with `read` here and give it a row in FORMATS."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module
from typing import IO

from assistant.library.readers.problem import Located, Problem
from assistant.library.readers.table import is_table

Read = Callable[[IO[str], str], Iterator[Located | Problem]]


@dataclass(frozen=True)
class Format:
    """A format: its name, the endings of its files and what a file contains, as users are told.

    `begins` recognises the beginning of such a file (its first 65,536 characters). `module` has a function
    `read(file, source)`; it is imported only when a file is read, as vendors take long to import.
    """

    name: str
    endings: tuple[str, ...]
    contents: str
    module: str
    begins: Callable[[str], bool]

    def __str__(self) -> str:
        return f"{self.name} ({', '.join(self.endings)}): {self.contents}"

    def read(self, file: IO[str], source: str) -> Iterator[Located | Problem]:
        """Yield the papers of a file and the Problems in it; `source` is where it says that they come from."""
        read: Read = import_module(f"{__package__}.{self.module}").read
        return read(file, source)


def _is_bibtex(head: str) -> bool:
    return bool(re.match(r"(?:\s*%.*\n)*\s*@[A-Za-z]+\s*[{(]", head))


def _is_ris(head: str) -> bool:
    return bool(re.match(r"\s*TY  ?- ", head))


def _is_json(head: str) -> bool:
    return bool(re.match(r"\s*(?:\[\s*[{\[\]]|\{\s*[\"}])", head))


FORMATS = (
    Format("BibTeX", (".bib", ".bibtex"), "entries with an abstract", "bibtex", _is_bibtex),
    Format("RIS", (".ris",), "references with an abstract", "ris", _is_ris),
    Format("CSV", (".csv", ".tsv"), "a table with the columns title and abstract", "table", is_table),
    Format(
        "JSONL",
        (".jsonl", ".ndjson", ".json"),
        "objects with title and abstract, one per line or in a list",
        "jsonl",
        _is_json,
    ),
    Format(
        "Daily Papers page",
        (".txt",),
        "text in which titles and abstracts of 40 words or more take turns",
        "page",
        lambda head: False,
    ),
)
NAMES = ", ".join(known.name for known in FORMATS)


def detect(name: str, head: str) -> Format:
    """Return the format of a file by its beginning, else by the ending of its name; else it may be a page of text."""
    name = name.lower().removesuffix(".gz")
    by_content = (known for known in FORMATS if known.begins(head))
    by_name = (known for known in FORMATS if name.endswith(known.endings))
    return next(by_content, None) or next(by_name, FORMATS[-1])
