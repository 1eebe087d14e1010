"""A path -> an open file whose whole content is known to be text, or a SourceError that says what it is."""

from __future__ import annotations

import codecs
import gzip
import io
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from assistant.core.errors import SourceError

_BLOCK = 1 << 20
_GZIP = b"\x1f\x8b"
# The longer mark first: UTF-32's begins with UTF-16's.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_PDF = "a PDF: copy its title and abstract into a JSONL or CSV record"
_ARCHIVE = "an archive: unpack it and add the files in it"
_IMAGE = "an image: put the titles and abstracts that it shows into a JSONL or CSV file"
_BINARY = "a binary file: export titles and abstracts as JSONL or CSV"
_SIGNATURES = (
    (b"%PDF", 0, _PDF),
    (b"PK\x03\x04", 0, "a zip archive or an office document: unpack it, or save it as CSV or plain text"),
    (b"PK\x05\x06", 0, "an empty zip archive: there is nothing to add"),
    (b"ustar", 257, _ARCHIVE),
    (b"BZh", 0, _ARCHIVE),
    (b"\xfd7zXZ", 0, _ARCHIVE),
    (b"\x28\xb5\x2f\xfd", 0, _ARCHIVE),
    (b"7z\xbc\xaf", 0, _ARCHIVE),
    (b"Rar!", 0, _ARCHIVE),
    (b"\x89PNG", 0, _IMAGE),
    (b"\xff\xd8\xff", 0, _IMAGE),
    (b"GIF8", 0, _IMAGE),
    (b"II*\x00", 0, _IMAGE),
    (b"MM\x00*", 0, _IMAGE),
    (b"WEBP", 8, _IMAGE),
    (b"\xd0\xcf\x11\xe0", 0, "an old office document: save it as CSV or plain text"),
    (b"SQLite format", 0, "a database: export titles and abstracts as JSONL or CSV"),
    (b"PAR1", 0, "a Parquet table: export titles and abstracts as JSONL or CSV"),
)


@contextmanager
def opened(path: Path) -> Iterator[tuple[IO[str], str]]:
    """The file's text, with its line ends as they are, and its beginning (65,536 bytes, decoded).

    Gzip is told by content. UTF-8 with or without a byte order mark, UTF-16 and UTF-32 with one. Raises
    `SourceError` where the path is missing, a folder, unreadable, empty, binary, or not text in one of
    these encodings.
    """
    try:
        if not path.exists():
            raise SourceError(f"{path} does not exist: check the name.")
        if path.is_dir():
            raise SourceError(f"{path} is a folder: name the files in it, for example {path}/*.jsonl.")
        if not path.is_file():
            raise SourceError(f"{path} is no regular file: save what it delivers as a file and add that.")
        encoding, head = _checked(path)
        with _bytes(path) as raw, io.TextIOWrapper(raw, encoding, newline="") as file:
            yield file, head
    except (EOFError, zlib.error, gzip.BadGzipFile) as exc:
        raise SourceError(f"{path} is a damaged gzip file: fetch it again.") from exc
    except PermissionError as exc:
        raise SourceError(
            f"{path} may not be read by this user: allow it with `chmod u+r {path.name}`."
        ) from exc
    except OSError as exc:
        raise SourceError(
            f"{path} cannot be read ({exc.strerror or exc}): check the path and the disk."
        ) from exc


def _bytes(path: Path) -> IO[bytes]:
    file = path.open("rb")
    zipped = file.read(2) == _GZIP
    file.seek(0)
    if not zipped:
        return file
    file.close()
    # GzipFile is not declared as IO[bytes] and is one in all that is used here.
    return gzip.open(path, "rb")  # type: ignore[return-value]


def _checked(path: Path) -> tuple[str, str]:
    """The encoding and the decoded beginning; reads it all once, so that no record of a bad file is taken."""
    with _bytes(path) as file:
        block = file.read(_BLOCK)
        if not block:
            raise SourceError(f"{path} is empty: nothing was added.")
        _refuse_binary(path, block)
        encoding = next((name for mark, name in _MARKS if block.startswith(mark)), "utf-8")
        decoder = codecs.getincrementaldecoder(encoding)()
        head, offset, blank = "", 0, True
        while True:
            held = len(decoder.getstate()[0])
            try:
                text = decoder.decode(block, final=not block)
            except UnicodeDecodeError as exc:
                raise _not_text(path, encoding, offset - held + exc.start, exc) from exc
            if "\0" in text:
                raise SourceError(f"{path} is {_BINARY}.")
            head = head or text[:65_536]
            blank = blank and not text.strip()
            if not block:
                break
            offset += len(block)
            block = file.read(_BLOCK)
    if blank:
        raise SourceError(f"{path} is empty (only white space): nothing was added.")
    return encoding, head


def _refuse_binary(path: Path, block: bytes) -> None:
    for signature, at, what in _SIGNATURES:
        if block[at:].startswith(signature):
            raise SourceError(f"{path} is {what}.")
    if b"\0" not in block or block.startswith(tuple(mark for mark, name in _MARKS if name != "utf-8-sig")):
        return
    for start, name in ((1, "utf-16le"), (0, "utf-16be")):
        if not block[start:200:2].strip(b"\0") and block[1 - start : 200 : 2].isascii():
            new = f"new-{path.name}"
            raise SourceError(
                f"{path} seems to be UTF-16 without a byte order mark: convert it with "
                f"`iconv -f {name} -t utf-8 {path.name} > {new}` and add {new}."
            )
    raise SourceError(f"{path} is {_BINARY}.")


def _not_text(path: Path, encoding: str, offset: int, exc: UnicodeDecodeError) -> SourceError:
    name = encoding.removesuffix("-sig").upper()
    wrong = f"{exc.object[exc.start]:#04x}" if exc.start < len(exc.object) else "the end"
    unpack = f"gunzip -c {path.name} | " if path.suffix.lower() == ".gz" else ""
    file = "" if unpack else f"{path.name} "
    new = f"new-{path.name.removesuffix('.gz')}"
    return SourceError(
        f"{path} is not {name} text: byte {offset} ({wrong}) fails. Convert it from the encoding it is in, "
        f"for example `{unpack}iconv -f latin1 -t utf-8 {file}> {new}`, and add {new}."
    )
