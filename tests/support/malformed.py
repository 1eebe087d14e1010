"""Files of every format that are spoilt on purpose, one record each; the same seed spoils them the same way."""

from __future__ import annotations

import io
import random
from collections.abc import Iterator
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

from openpyxl import Workbook
from support.exports import EXPORTS, Reference, note, references, rows
from support.files import pdf

# What means something in one format or another, and what few programs expect.
_PIECES = (
    *"{}[]()<>\"'`\\@#%&,;:=|-\t\n\r\0\x1a$^_~*",
    "\r\n", "\n\n", "}}}}", "{{{{", "\\textbf{", "\\href{a}{", "${", "@article{", "TY  - ", "ER  - ", "PMID- ", "PT J\n", "%0 ", "<![CDATA[",
    "]]>", "<!ENTITY a 'b'>", "&amp;amp;", "&#0;", "&#x110000;", "&lt;sup&gt;", "<jats:p>", "</title>", "<?xml ?>", "[[", "null", "NaN", "1e999",
    "-1", "99999999999999999999", "\ud800".encode("utf-8", "replace").decode(), "\ufeff", "\u202e", "\u0000", "\U000e0041", "é", "ﬁ", "Ã©",
    "# ", "---\n", "```\n", "Abstract:", "Keywords:", "© 2020", "and", " and others", "et al.", "10.", "doi:", "arXiv:", "http://",
)  # fmt: skip


def _spoilt(text: str, chance: random.Random) -> str:
    """Return a text with one to six faults: a piece inserted, a part lost, doubled, moved or repeated very often."""
    for _ in range(chance.randint(1, 6)):
        at, length = chance.randrange(len(text) + 1), chance.choice((1, 3, 20, 200, 2000))
        part = text[at : at + length]
        piece = chance.choice(_PIECES)
        match chance.randrange(7):
            case 0 | 1:
                text = text[:at] + piece + text[at:]
            case 2:
                text = text[:at] + text[at + length :]
            case 3:
                text = text[:at] + part + text[at:]
            case 4:
                text = text[:at] + piece * chance.choice((2, 50, 3000)) + text[at:]
            case 5:
                to = chance.randrange(len(text) + 1)
                text = text[:to] + part + text[to:]
            case _:
                text = text[:at]
    return text


def _bytes_of(text: str, chance: random.Random) -> bytes:
    """Return a text in one of several encodings, now and then with a byte that belongs to none."""
    encoding = chance.choice(("utf-8", "utf-8", "utf-8", "utf-16", "cp1252", "utf-8-sig"))
    content = text.encode(encoding, "replace")
    if chance.random() < 0.1:
        at = chance.randrange(len(content) + 1)
        content = content[:at] + bytes([chance.randrange(256)]) + content[at:]
    return content


def _spoilt_bytes(content: bytes, chance: random.Random) -> bytes:
    return _spoilt(content.decode("latin-1"), chance).encode("latin-1", "replace")


def _workbook(record: Reference, folder: Path) -> bytes:
    book = Workbook()
    for row in rows([record]):
        book.active.append(row)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _repacked(content: bytes, chance: random.Random) -> bytes:
    """Return a zip archive in which one file is spoilt; or its own bytes are."""
    if chance.random() < 0.3:
        return _spoilt_bytes(content, chance)
    file = io.BytesIO()
    with ZipFile(io.BytesIO(content)) as archive, ZipFile(file, "w", ZIP_DEFLATED) as copy:
        names = archive.namelist()
        chosen = chance.choice(names)
        for name in names:
            part = archive.read(name)
            copy.writestr(name, _spoilt_bytes(part, chance) if name == chosen else part)
    return file.getvalue()


def _parquet(record: Reference, chance: random.Random) -> bytes:
    """Return a table with spoilt cells; or with some other bytes, as a disk would spoil it."""
    from pyarrow import Table, parquet

    header, row = rows([record])
    cells = [_spoilt(cell, chance) if chance.random() < 0.2 else cell for cell in row]
    file = io.BytesIO()
    parquet.write_table(Table.from_pylist([dict(zip(header, cells, strict=True))]), file)
    content = bytearray(file.getvalue())
    for _ in range(chance.choice((0, 0, 1, 6))):
        content[chance.randrange(len(content))] = chance.randrange(256)
    return bytes(content)


def _archive(record: Reference, folder: Path) -> bytes:
    file = io.BytesIO()
    with ZipFile(file, "w", ZIP_DEFLATED) as archive:
        for name in ("BibTeX", "CSV"):
            archive.writestr(f"{name}{EXPORTS[name].ending}", EXPORTS[name].write([record]))
    return file.getvalue()


def _document(record: Reference, folder: Path) -> bytes:
    lines = [record.abstract[at : at + 90] for at in range(0, len(record.abstract), 90)]
    shown = [(record.title, 16.0), ("Abstract", 11.0), *((line, 10.0) for line in lines)]
    plain = [(text.encode("cp1252", "replace").decode("cp1252"), size) for text, size in shown]
    return pdf(folder / "made.pdf", *plain).read_bytes()


PACKED = {"Excel": (".xlsx", _workbook), "Zip archive": (".zip", _archive), "PDF": (".pdf", _document)}
NAMES = (*EXPORTS, "Markdown", "Parquet", *PACKED)


def malformed(name: str, count: int, folder: Path, seed: int = 7) -> Iterator[Path]:
    """Yield so many spoilt files of a format, one after the other, under one name."""
    chance = random.Random(f"{seed} {name}")
    records = references(50)
    made: dict[int, bytes] = {}
    for number in range(count):
        record = records[number % len(records)]
        if name in PACKED:
            ending, write = PACKED[name]
            # To write a workbook takes longer than to read it.
            content = made[record.number] = made.get(record.number) or write(record, folder)
            content = _spoilt_bytes(content, chance) if name == "PDF" else _repacked(content, chance)
        elif name == "Markdown":
            ending, content = ".md", _bytes_of(_spoilt(note(record), chance), chance)
        elif name == "Parquet":
            ending, content = ".parquet", _parquet(record, chance)
        else:
            ending = EXPORTS[name].ending
            content = _bytes_of(_spoilt(EXPORTS[name].write([record]), chance), chance)
        path = folder / f"malformed{ending}"
        path.write_bytes(content)
        yield path
