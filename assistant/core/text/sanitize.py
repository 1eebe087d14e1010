"""Remove invisible and control characters; for text that comes from outside."""

from __future__ import annotations

import unicodedata
from itertools import filterfalse

_EMBEDDINGS = [*range(0x202A, 0x202F), *range(0x2066, 0x206A)]
# Directional embeddings, overrides and isolates turn all that follows them; line feed and tab stay.
_NOT_DISPLAYABLE = dict.fromkeys(
    [*range(0x09), *range(0x0B, 0x20), *range(0x7F, 0xA0), *_EMBEDDINGS], ""
)  # fmt: skip
_ZERO_WIDTH = dict.fromkeys(
    [*range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2065), 0xFEFF, *range(0xE0000, 0xE0080)],
    "",
)  # fmt: skip

# What is left of a cut emoji is half a character, which no file can hold; a zero ends a text for SQLite's C.
_NOT_STORABLE = dict.fromkeys([0, *range(0xD800, 0xE000)], "\ufffd")


def storable(text: str) -> str:
    """Replace lone surrogates and zeros, each by U+FFFD."""
    return text if text.isascii() and "\0" not in text else text.translate(_NOT_STORABLE)


def seen(text: str) -> str:
    """Remove zero-width characters, direction marks and tag characters."""
    return text if text.isprintable() else text.translate(_ZERO_WIDTH)


def single_spaced(text: str) -> str:
    """Return a text with one space for all white space between words, and none around it."""
    # Of white space, only the space is printable: most texts are so already, and to look is a tenth of the work.
    if text.isprintable():
        text = text.strip()
        if "  " not in text:
            return text
    return " ".join(text.split())


def one_line(text: str) -> str:
    """Return a text as one line with single spaces, without invisible or control characters."""
    if text.isprintable():
        return single_spaced(text)
    printable = (ch if unicodedata.category(ch)[0] != "C" else " " for ch in seen(text))
    return " ".join("".join(printable).split())


def displayable(text: str) -> str:
    """Remove control characters, and those that change the direction of the text after them."""
    return text if text.isprintable() else text.translate(_NOT_DISPLAYABLE)


def folded(text: str) -> str:
    """Return a text in lower case and without accents."""
    if text.isascii():
        return text.lower()
    plain = unicodedata.normalize("NFKD", text)
    return "".join(filterfalse(unicodedata.combining, plain)).casefold()
