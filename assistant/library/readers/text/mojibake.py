"""Repair letters that other programs spoilt: mojibake, ligatures, soft hyphens. The only door to ftfy."""

from __future__ import annotations

import re
from functools import cache
from importlib.util import find_spec

# UTF-8 read as Windows-1252 or Latin-1: a first byte of a letter, and one that can follow it.
_MOJIBAKE = re.compile("[\u00c2-\u00f4][\u0080-\u00bf\u0152-\u0192\u02c6\u02dc\u2013-\u203a\u20ac\u2122]")
_MAY_BE_SPOILT = re.compile("[\u00ad\u00c2-\u00f4\ufb00-\ufb06\ufeff]")
_SPOILT = re.compile("[\u00ad\ufeff\ufb00-\ufb06]")
_MENDED = (
    {"\u00ad": "", "\ufeff": "", "\ufb00": "ff", "\ufb01": "fi", "\ufb02": "fl", "\ufb03": "ffi", "\ufb04": "ffl", "\ufb05": "st", "\ufb06": "st"}
)  # fmt: skip


def is_spoilt(text: str) -> bool:
    """Return whether `repaired` may change a text."""
    if text.isascii() or not _MAY_BE_SPOILT.search(text):
        return False
    return bool(_SPOILT.search(text) or _MOJIBAKE.search(text))


def repaired(text: str) -> str:
    """Return a text with its letters as they were meant; one that is not spoilt stays as it is."""
    if text.isascii():
        return text
    if _MOJIBAKE.search(text) and _can_mend():
        import ftfy

        text = ftfy.fix_encoding(text)
    return _SPOILT.sub(lambda match: _MENDED[match[0]], text)


@cache
def _can_mend() -> bool:
    # Looking for a package reads folders; environments of before it was needed lack it.
    return find_spec("ftfy") is not None
