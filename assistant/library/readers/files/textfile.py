"""Decode text files of any encoding; a SourceError says what a file is that is no text.

The only door to backports.zstd.
"""

from __future__ import annotations

import bz2
import codecs
import gzip
import io
import lzma
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import IO, Any, NamedTuple

from assistant.core.errors import SourceError
from assistant.library.readers.files.unsupported import binary, signed

_BLOCK = 1 << 20


def _zstandard() -> Any:
    """Return the module for Zstandard: Python's own from 3.14 on, else the same for older ones; None where it is not installed."""
    for name in ("compression.zstd", "backports.zstd"):
        with suppress(ImportError):
            return import_module(name)
    return None


def _open_zstandard(path: Path, mode: str) -> Any:
    module = _zstandard()
    if module is None:
        raise SourceError(
            f"{path} is compressed with Zstandard: reading it needs backports.zstd; install it with `pip install backports.zstd`, "
            "or unpack the file."
        )
    return module.ZstdFile(path, mode)


def _damaged() -> tuple[type[Exception], ...]:
    """Return what is raised of a compressed file that is damaged."""
    module = _zstandard()
    own = (module.ZstdError,) if module else ()
    return (EOFError, zlib.error, gzip.BadGzipFile, lzma.LZMAError, *own)


# How a compressed file begins, and what opens it.
_PACKED: tuple[tuple[bytes, Callable[..., Any]], ...] = (
    (b"\x1f\x8b", gzip.open),
    (b"BZh", bz2.open),
    (b"\xfd7zXZ\x00", lzma.open),
    (b"\x28\xb5\x2f\xfd", _open_zstandard),
)
# The longer mark first: UTF-32's begins with UTF-16's.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# Encodings that charset-normalizer may choose from, likelier ones first: they settle what it holds for equally good
# (accented Latin letters are mostly both in Windows-1252 and in Windows-1250).
_ENCODINGS = {
    "cp1252": "Windows-1252",
    "cp1250": "Windows-1250",
    "cp1251": "Windows-1251",
    "cp1253": "Windows-1253",
    "cp1254": "Windows-1254",
    "cp1255": "Windows-1255",
    "cp1256": "Windows-1256",
    "cp1257": "Windows-1257",
    "koi8_r": "KOI8-R",
    "mac_roman": "Mac Roman",
    "gb18030": "GB18030",
    "big5": "Big5",
    "shift_jis": "Shift JIS",
    "euc_jp": "EUC-JP",
    "euc_kr": "EUC-KR",
}
_SAMPLE = 16_384
# Readers hold a line in memory, some of them several times.
_LONGEST_LINE = 100_000_000
# Prose shrinks to a third or a tenth, a table of repeated words to a hundredth; only what was made for it shrinks more.
_MOST_UNPACKED, _UNPACKED_ANYWAY = 200, 64 * _BLOCK
# The share of upper bytes that are zero in UTF-16 text of Latin letters; quotation marks have others.
_ZEROS = 0.7


@dataclass(frozen=True)
class TextFile:
    """An open text file: `file` keeps line ends as they are; `head` is its beginning, 65,536 characters at most.

    `guessed` is true where the bytes can also be read as other text, in another encoding.
    """

    file: IO[str]
    head: str
    encoding: str
    guessed: bool = False


@contextmanager
def open_text(path: Path) -> Iterator[TextFile]:
    """Open a file whose whole content is known to be text.

    Gzip, bzip2, xz and Zstandard are recognised by content. UTF-8 with or without a byte order mark, and UTF-16 and UTF-32 with one,
    are read as what they are; the encoding of other text is guessed. Raises `SourceError` where the path is missing, a folder,
    unreadable, empty or binary, or the text is damaged UTF-8 or in no known encoding.
    """
    try:
        if not path.exists():
            raise SourceError(f"{path} does not exist: check the name.")
        if path.is_dir():
            raise SourceError(f"{path} is a folder: name a file in it.")
        if not path.is_file():
            raise SourceError(f"{path} is no regular file: save what it delivers as a file and add that.")
        encoding, head, guessed = _encoding(path)
        with _bytes(path) as raw, io.TextIOWrapper(raw, encoding, newline="") as file:
            yield TextFile(file, head, _ENCODINGS.get(encoding, encoding), guessed)
    except _damaged() as exc:
        raise SourceError(f"{path} is a damaged compressed file: fetch it again.") from exc
    except PermissionError as exc:
        raise SourceError(
            f"{path} may not be read by this user: allow it with `chmod u+r {path.name}`."
        ) from exc
    except OSError as exc:
        raise SourceError(
            f"{path} cannot be read ({exc.strerror or exc}): check the path and the disk."
        ) from exc


def most_unpacked(size: int) -> int:
    """Return how many bytes a compressed file of a size may unpack to, if it is one of text."""
    return max(_UNPACKED_ANYWAY, _MOST_UNPACKED * size)


def _bytes(path: Path) -> IO[bytes]:
    file = path.open("rb")
    begin = file.read(max(len(mark) for mark, _ in _PACKED))
    file.seek(0)
    for mark, unpacking in _PACKED:
        if begin.startswith(mark):
            file.close()
            unpacked: IO[bytes] = unpacking(path, "rb")
            return unpacked
    return file


class _Encoding(NamedTuple):
    """A file's encoding, its decoded beginning, and whether the encoding is a guess."""

    name: str
    head: str
    guessed: bool


def _encoding(path: Path) -> _Encoding:
    """Find the encoding of a file. Raises `SourceError` for an empty or binary file, or damaged text.

    Reads the whole file, so that no record of a bad file is taken.
    """
    with _bytes(path) as file:
        block = file.read(_BLOCK)
    if not block:
        raise SourceError(f"{path} is empty: nothing was added.")
    _refuse_binary(path, block)
    marked = next((name for mark, name in _MARKS if block.startswith(mark)), "") or _unmarked_utf16(block)
    try:
        return _Encoding(marked or "utf-8", _decoded_head(path, marked or "utf-8"), guessed=False)
    except UnicodeDecodeError as exc:
        refusal = SourceError(
            f"{path} is damaged {exc.encoding.upper()} text: {exc.reason}. Export or save it again, as UTF-8."
        )
        encoding, sure = ("", False) if marked else _guess(_sample(path))
        if not encoding:
            raise refusal from exc
    try:
        return _Encoding(encoding, _decoded_head(path, encoding), guessed=not sure)
    except UnicodeDecodeError as exc:
        raise refusal from exc


def _decoded_head(path: Path, encoding: str) -> str:
    """Decode the whole file and return its beginning; raises `UnicodeDecodeError` with the byte's place in the file."""
    decoder = codecs.getincrementaldecoder(encoding)()
    head, offset, blank, line = "", 0, True, 0
    size = path.stat().st_size
    with _bytes(path) as file:
        while True:
            block = file.read(_BLOCK)
            pending = len(decoder.getstate()[0])
            try:
                text = decoder.decode(block, final=not block)
            except UnicodeDecodeError as exc:
                wrong = f"{exc.object[exc.start]:#04x}" if exc.start < len(exc.object) else "the end"
                place = f"byte {offset - pending + exc.start} ({wrong}) is no part of it"
                name = encoding.removesuffix("-sig")
                raise UnicodeDecodeError(name, exc.object, exc.start, exc.end, place) from exc
            if "\0" in text:
                raise SourceError(f"{path} is {binary(path)}.")
            *_, last = text.rsplit("\n", 1)
            line = len(last) if "\n" in text else line + len(text)
            if line > _LONGEST_LINE:
                raise SourceError(
                    f"{path} has a line of more than {_LONGEST_LINE:,} characters: save its records as JSONL, one per line."
                )
            if offset > most_unpacked(size):
                raise SourceError(
                    f"{path} unpacks to more than {_MOST_UNPACKED} times its size, as no text does: unpack it and add the file."
                )
            head = head or text[:65_536]
            blank = blank and not text.strip()
            if not block:
                break
            offset += len(block)
    if blank:
        raise SourceError(f"{path} is empty (only white space): nothing was added.")
    return head


def _refuse_binary(path: Path, block: bytes) -> None:
    if kind := signed(block):
        raise SourceError(f"{path} is {kind}.")
    marked = block.startswith(tuple(mark for mark, name in _MARKS if name != "utf-8-sig"))
    if b"\0" in block and not marked and not _unmarked_utf16(block):
        raise SourceError(f"{path} is {binary(path)}.")


def _unmarked_utf16(block: bytes) -> str:
    """Return the encoding of mostly Latin letters in UTF-16 without a byte order mark: of every two bytes, one is zero; else ""."""
    head = block[:2_000]
    for start, name in ((1, "utf-16-le"), (0, "utf-16-be")):
        zeros, letters = head[start::2], head[1 - start :: 2]
        mostly_zero = zeros and zeros.count(0) >= _ZEROS * len(zeros)
        if mostly_zero and not any(byte < 9 for byte in letters):
            return name
    return ""


def _sample(path: Path) -> bytes:
    """Return the first lines that hold other bytes than ASCII, 16,384 bytes or a little more: they tell encodings apart."""
    sample = bytearray()
    with _bytes(path) as file:
        for line in file:
            if not line.isascii():
                sample += line
            if len(sample) >= _SAMPLE:
                break
    return bytes(sample)


def _guess(sample: bytes) -> tuple[str, bool]:
    """Return the likeliest encoding of text that is not UTF-8, "" for none, and whether no other is possible.

    Text that is mostly valid UTF-8 is damaged UTF-8 and gets no guess: another encoding would spoil its other letters.
    """
    decoded = sample.decode("utf-8", "surrogateescape")
    broken = sum("\udc80" <= character <= "\udcff" for character in decoded)
    if sum(not character.isascii() for character in decoded) >= 2 * broken:
        return "", False
    # The package takes a quarter of a second to import: only where it is needed.
    from charset_normalizer import from_bytes

    order = list(_ENCODINGS)
    matches = [
        (
            match.chaos,
            -round(match.coherence, 1),
            min(order.index(name) for name in match.could_be_from_charset),
        )
        for match in from_bytes(sample, cp_isolation=order)
    ]
    return (order[min(matches)[2]], len(matches) == 1) if matches else ("", False)
