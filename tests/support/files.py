"""Files of papers: written, read, refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from assistant.core.errors import SourceError
from assistant.core.paper import Paper
from assistant.library.readers import Problem, read

ONE = {"title": "Bees count", "abstract": "We show that bees count to four."}


def papers_in(path: Path) -> list[Paper]:
    """Return the papers of a file."""
    return [record for record in read(path) if isinstance(record, Paper)]


def problems_in(path: Path) -> list[Problem]:
    """Return the Problems of a file."""
    return [record for record in read(path) if isinstance(record, Problem)]


def write(path: Path, content: str | bytes) -> Path:
    """Write a file and return its path."""
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def lines(path: Path, *records: Any) -> Path:
    """Write records as JSON lines and return the path."""
    return write(path, "".join(json.dumps(record) + "\n" for record in records))


def refusal(path: Path) -> str:
    """Return the message with which a file is refused."""
    with pytest.raises(SourceError) as caught:
        list(read(path))
    return str(caught.value)


def pdf(path: Path, *lines: tuple[str, float]) -> Path:
    """Write a PDF of one page with lines of text, each in its size in points, and return the path."""
    shown, height = [], 760.0
    for text, size in lines:
        height -= size * 1.4
        escaped = text.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")
        shown.append(f"BT /F1 {size} Tf 60 {height:.1f} Td ({escaped}) Tj ET")
    content = "\n".join(shown).encode("cp1252")
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(content), content),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
    ]
    body, places = b"%PDF-1.4\n", []
    for number, one in enumerate(objects, start=1):
        places.append(len(body))
        body += b"%d 0 obj%s endobj\n" % (number, one)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    body += b"xref\n0 6\n0000000000 65535 f \n%strailer<</Size 6/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (
        table,
        len(body),
    )
    return write(path, body)
