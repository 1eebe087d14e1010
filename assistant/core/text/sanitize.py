"""Text from elsewhere -> text that can be shown, sent or written to a file: nothing in it that cannot be seen."""

from __future__ import annotations

import re
import unicodedata

_UNSHOWN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
_HIDDEN = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\U000e0000-\U000e007f]")


def seen(text: str) -> str:
    """A text without the characters that take no place: zero-width ones, marks of direction, tags."""
    return _HIDDEN.sub("", text)


def one_line(text: str) -> str:
    """A text as one line with single spaces, without invisible or control characters."""
    text = seen(text)
    return " ".join("".join(ch if unicodedata.category(ch)[0] != "C" else " " for ch in text).split())


def displayable(text: str) -> str:
    """A text without control characters, and without those that turn the direction of all that follows them."""
    return _UNSHOWN.sub("", text)
