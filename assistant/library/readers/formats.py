"""The formats of files that can be added. To add one, write a module with `read` here and give it a row in FORMATS."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module
from typing import IO

from assistant.library.readers.problem import Located, Problem
from assistant.library.readers.tables.columns import is_table

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


def _begins(pattern: str, flags: int = 0) -> Callable[[str], bool]:
    compiled = re.compile(pattern, flags)
    return lambda head: bool(compiled.match(head))


_IS_RIS = _begins(
    r"(?:\s*Provider: .*\n|\s*Database: .*\n|\s*Content: .*\n|\s)*(?:TY  ?- |(?:[A-Z][A-Z0-9]  - .*\n\s*){2})"
)
_IS_JSON = _begins(r"\s*(?:\[\s*[{\[\]]|\{\s*[\"}])")

FORMATS = (
    Format(
        "BibTeX",
        (".bib", ".bibtex"),
        "entries with an abstract",
        "bibtex.records",
        _begins(r"(?:\s*(?:%.*|Record #\d+ of \d+)\n)*\s*@[A-Za-z]+\s*[{(]"),
    ),
    Format("RIS", (".ris",), "references with an abstract", "tagged.ris", _IS_RIS),
    Format("MEDLINE", (".nbib",), "PubMed's text format", "tagged.medline", _begins(r"\s*PMID ?- ?\d")),
    Format(
        "Web of Science",
        (".ciw",),
        "its field-tagged format",
        "tagged.wos",
        _begins(r"\s*(?:FN (?:Clarivate|Thomson|ISI)|VR 1\.0|PT [A-Z]\r?\n[A-Z][A-Z0-9] )"),
    ),
    Format(
        "Refer",
        (".enw", ".enl"),
        "EndNote's tagged format",
        "tagged.refer",
        _begins(r"\s*%[0A-Z] .*\n(?:.*\n){0,3}?%[0-9A-Z@~] "),
    ),
    Format(
        "XML",
        (".xml", ".atom"),
        "of PubMed, EndNote, or arXiv's Atom",
        "xml.records",
        _begins(
            r"\s*(?:<\?xml|<!DOCTYPE\s+(?:PubmedArticleSet|xml)|<PubmedArticleSet|<PubmedArticle|<xml>|<records>|<feed)"
        ),
    ),
    Format(
        "CSV",
        (".csv", ".tsv"),
        "a table with the columns title and abstract, or those of Scopus, Web of Science, IEEE Xplore, Zotero and others",
        "tables.table",
        is_table,
    ),
    Format(
        "JSONL",
        (".jsonl", ".ndjson", ".json"),
        "objects with title and abstract, one per line or in a list; also CSL-JSON, Crossref, OpenAlex, Semantic Scholar, "
        "arXiv and Hugging Face",
        "objects.jsonl",
        _IS_JSON,
    ),
    Format(
        "Daily Papers page",
        (".txt", ".md"),
        "text in which titles and abstracts of 40 words or more take turns",
        "page",
        lambda head: False,
    ),
)
NAMES = ", ".join(known.name for known in FORMATS)


def detect(name: str, head: str) -> Format:
    """Return the format of a file by its beginning, else by the ending of its name; else it may be a page of text."""
    name = re.sub(r"\.(?:gz|bz2|xz)$", "", name.lower())
    by_content = (known for known in FORMATS if known.begins(head))
    by_name = (known for known in FORMATS if name.endswith(known.endings))
    return next(by_content, None) or next(by_name, FORMATS[-1])
