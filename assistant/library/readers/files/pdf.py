"""PDFs. Title and abstract of the first page are read, where pypdf is installed. The only door to pypdf.

What is extracted from a layout may be wrong, so it is marked: `extra["custom"]["extracted"]` says where it comes from.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from assistant.core.errors import SourceError
from assistant.library.readers.problem import Located, Problem
from assistant.library.readers.record import from_record

_LARGEST = 100 << 20
_HEADING = re.compile(r"^[ \t]*+(?:\d{1,3}\.?\s{0,9})?abstract[ \t]*+(?:[.:—–-]\s*|$)", re.I | re.M)
# What follows an abstract: a numbered heading, one of these, or a line that begins with them.
_NEXT = re.compile(
    r"^[ \t]*+(?:(?:1|I)\.?\s{1,9}[A-Z]|(?:\d{1,3}\.?\s{0,9})?introduction[ \t]*+$|(?:key ?words|index terms|ccs concepts)\b|(?:©|copyright\b))",
    re.I | re.M,
)
_ARXIV = re.compile(r"arXiv:(\d{4}\.\d{4,5})(v\d+)?")
_DOI = re.compile(r"\b10\.\d{4,9}/[^\s\"<>]+[^\s\"<>.,;:)\]}]")


@dataclass(frozen=True)
class _Line:
    text: str
    size: float


def read(path: Path, source: str, columns: Mapping[str, str]) -> Iterator[Located | Problem]:
    """Yield the paper of a PDF: its title is the text in the largest letters, its abstract what stands below that heading.

    Raises `SourceError` without pypdf, for a PDF that is damaged, encrypted or larger than 100 MB, and for one whose first
    page has no text.
    """
    if find_spec("pypdf") is None:
        raise SourceError(f"{path} is a PDF: reading these needs pypdf; install it with `pip install pypdf`.")
    if path.stat().st_size > _LARGEST:
        raise SourceError(f"{path} is a PDF of more than {_LARGEST >> 20} MB: add its reference instead.")
    lines, told = _first_page(path)
    if not any(line.text for line in lines):
        raise SourceError(
            f"{path} is a PDF without text on its first page (a scan?): add its reference instead."
        )
    text = "\n".join(line.text for line in lines)
    arxiv, doi = _ARXIV.search(text), _DOI.search(text)
    yield from from_record(
        {
            "title": _title(lines) or told or None,
            "abstract": _abstract(text) or None,
            "arxiv_id": arxiv[1] if arxiv else "",
            "doi": doi[0] if doi and not arxiv else "",
            "extra": {"custom": {"extracted": "from the first page of a PDF"}},
        },
        source,
        1,
    )


def _first_page(path: Path) -> tuple[list[_Line], str]:
    """Return the lines of the first page, and the title that the file gives itself."""
    from pypdf import PdfReader

    # It reports what it repairs; what cannot be repaired is told here.
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    pieces: list[tuple[str, float]] = []

    def visit(text: str, user: Any, matrix: list[float], font: Any, size: float) -> None:
        pieces.append((text, abs(size * (user[3] or 1) * (matrix[3] or matrix[1] or 1))))

    try:
        reader = PdfReader(path)
        if reader.is_encrypted and not reader.decrypt(""):
            raise SourceError(f"{path} is encrypted: save it without a password.")
        reader.pages[0].extract_text(visitor_text=visit)
        told = str(reader.metadata.title or "") if reader.metadata else ""
    except SourceError:
        raise
    except Exception as exc:
        # Of a damaged file pypdf raises whatever it meets.
        raise SourceError(f"{path} is a damaged PDF: fetch it again, or add its reference instead.") from exc
    return list(_lines(pieces)), told


def _lines(pieces: list[tuple[str, float]]) -> Iterator[_Line]:
    text, size = "", 0.0
    for piece, height in pieces:
        for at, part in enumerate(piece.split("\n")):
            if at:
                yield _Line(" ".join(text.split()), size)
                text, size = "", 0.0
            text += part
            size = max(size, round(height, 1) if part.strip() else 0.0)
    yield _Line(" ".join(text.split()), size)


def _title(lines: list[_Line]) -> str:
    """Return the first lines in the largest letters; a letter alone, as of an initial or a logo, is no line."""
    words = [line for line in lines if len(line.text) > 3]
    largest = max((line.size for line in words), default=0.0)
    title: list[str] = []
    for line in words:
        if line.size >= largest - 0.2:
            title.append(line.text)
        elif title:
            break
    # Where all letters are of one size, the first line is all that can be told.
    same = all(line.size >= largest - 0.2 for line in words)
    return title[0] if same and title else " ".join(title)


def _abstract(text: str) -> str:
    """Return what stands below the heading "Abstract" up to the next heading, its lines joined."""
    heading = _HEADING.search(text)
    if not heading:
        return ""
    rest = text[heading.end() :]
    after = _NEXT.search(rest, 1)
    own = rest[: after.start()] if after else rest
    return " ".join(re.sub(r"(?<=[a-z])-\n(?=[a-z])", "", own.strip()).split())
