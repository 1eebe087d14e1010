"""Table of file formats. To add one, write a module with `read` here and give it a row in FORMATS."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import IO

from assistant.library.readers.files.archive import parts_of
from assistant.library.readers.pages.markdown import is_note
from assistant.library.readers.problem import Located, Problem
from assistant.library.readers.tables.columns import is_table

Read = Callable[..., Iterator[Located | Problem]]
ReadPacked = Callable[[Path, str, Mapping[str, str]], Iterator[Located | Problem]]


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
        return _description(self)

    @property
    def is_prose(self) -> bool:
        """Whether its files are text that people read, which much else looks like."""
        return self.module.startswith("pages.")

    def read(
        self, file: IO[str], source: str, columns: Mapping[str, str] | None = None
    ) -> Iterator[Located | Problem]:
        """Yield the papers of a file and the Problems in it; `source` is where it says that they come from.

        `columns` (field -> column) are those of tables.
        """
        read: Read = import_module(f"{__package__}.{self.module}").read
        return read(file, source, columns) if columns and self.begins is is_table else read(file, source)


@dataclass(frozen=True)
class PackedFormat:
    """A format whose files are no text. `mark` is how they begin, `part` a file that such a zip archive holds.

    `module` has a function `read(path, source, columns)`; "" is a zip archive of files of any format.
    """

    name: str
    endings: tuple[str, ...]
    contents: str
    module: str
    mark: bytes
    part: str = ""

    def __str__(self) -> str:
        return _description(self)

    def read(
        self, path: Path, source: str, columns: Mapping[str, str] | None = None
    ) -> Iterator[Located | Problem]:
        """Yield the papers of a file and the Problems in it; `columns` (field -> column) are those of tables."""
        read: ReadPacked = import_module(f"{__package__}.{self.module}").read
        return read(path, source, columns or {})


def _description(known: Format | PackedFormat) -> str:
    return f"{known.name} ({', '.join(known.endings)}): {known.contents}"


def _begins(pattern: str) -> Callable[[str], bool]:
    """Return what tells whether a file's beginning fits a pattern."""
    compiled = re.compile(pattern)
    return lambda head: bool(compiled.match(head))


_IS_RIS = _begins(
    r"(?:\s*Provider: .*\n|\s*Database: .*\n|\s*Content: .*\n|\s)*(?:TY  ?- |(?:[A-Z][A-Z0-9]  - .*\n\s*){2})"
)
_IS_JSON = _begins(r"\s*(?:\[\s*[{\[\]]|\{\s*[\"}])")

FORMATS = (
    Format(
        "BibTeX",
        (".bib", ".bibtex"),
        "entries, best with an abstract",
        "bibtex.records",
        _begins(r"(?:\s*(?:%.*|Record #\d+ of \d+)\n)*\s*@[A-Za-z]+\s*[{(]"),
    ),
    Format("RIS", (".ris",), "references, best with an abstract", "tagged.ris", _IS_RIS),
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
        "Markdown",
        (".md", ".markdown"),
        "a note about one paper: front matter or a heading, and an abstract",
        "pages.note",
        is_note,
    ),
    Format(
        "Daily Papers page",
        (".txt",),
        "text in which titles and abstracts of 40 words or more take turns",
        "pages.page",
        lambda head: False,
    ),
)
ZIP = PackedFormat(
    "Zip archive", (".zip",), "files of any of these formats, in folders or not", "", b"PK\x03\x04"
)
PACKED = (
    PackedFormat(
        "Excel",
        (".xlsx", ".xlsm"),
        "a table as in CSV, in the first sheet that has one",
        "tables.workbook",
        b"PK\x03\x04",
        part="xl/workbook.xml",
    ),
    PackedFormat(
        "Parquet", (".parquet",), "a table as in CSV (needs the extra `parquet`)", "tables.parquet", b"PAR1"
    ),
    PackedFormat(
        "PDF", (".pdf",), "title and abstract of the first page (needs the extra `pdf`)", "files.pdf", b"%PDF"
    ),
    ZIP,
)
EVERY: tuple[Format | PackedFormat, ...] = (*FORMATS, *PACKED)
NAMES = ", ".join(known.name for known in EVERY)
# A zip archive that has one of these is a document of an office program.
_OFFICE = ("[Content_Types].xml", "mimetype")


def detect(name: str, head: str, columns: Mapping[str, str] | None = None) -> Format:
    """Return the format of a text by its beginning, else by the ending of its name; else it may be a page of text.

    A text whose first line has the `columns` for title and abstract is a table.
    """
    name = re.sub(r"\.(?:gz|bz2|xz|zst)$", "", name.lower())
    if columns and is_table(head, columns):
        return next(known for known in FORMATS if known.begins is is_table)
    by_content = (known for known in FORMATS if known.begins(head))
    by_name = (known for known in FORMATS if known.begins is not is_note and name.endswith(known.endings))
    return next(by_content, None) or next(by_name, FORMATS[-1])


def false_ending(path: Path) -> str:
    """Return the ending of a file that `packed` does not know, if its name says that it is packed ("notes.pdf"); "" for any other, and
    for one in which there is nothing to see."""
    ending = path.suffix.lower()
    if not any(ending in known.endings for known in PACKED):
        return ""
    try:
        with path.open("rb") as file:
            begin = file.read(4)
    except OSError:
        return ""
    return "" if not begin or begin == ZIP.mark else ending


def packed(path: Path) -> PackedFormat | None:
    """Return the format of a file that is no text, by its beginning; None for text, for what is not known, and for no file."""
    try:
        if not path.is_file():
            return None
        with path.open("rb") as file:
            begin = file.read(4)
    except OSError:
        return None
    parts = parts_of(path) if begin == ZIP.mark else frozenset()
    for known in PACKED:
        if begin == known.mark and (not known.part or known.part in parts):
            return None if known is ZIP and not parts.isdisjoint(_OFFICE) else known
    return None
