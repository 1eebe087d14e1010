"""Fields of a record beyond those of a Paper, by the names of CSL 1.0.2 (https://docs.citationstyles.org/)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from assistant.core.text.sanitize import single_spaced
from assistant.library.readers.text.markup import has_markup, plain
from assistant.library.readers.text.mojibake import is_spoilt, repaired

_MOST = 60
_LONGEST = 20_000
_DEEPEST = 4


def extra_fields(given: Any, rights: str = "", keywords: str = "") -> dict[str, Any]:
    """Return the values that can be kept, without empty ones; rights go to `custom`, keywords to `keyword` if it is empty."""
    fields: dict[str, Any] = {}
    for name, value in list(given.items())[:_MOST] if isinstance(given, Mapping) else ():
        if not value:
            continue
        name = str(name)
        kept = _value(value, _DEEPEST)
        is_name = name[:1] != "-" and len(name) < 42 and name.isascii() and name.replace("-", "").isalpha()
        if is_name and kept not in ("", [], {}, None):
            fields[name] = kept
    if keywords:
        fields.setdefault("keyword", keywords)
    if rights:
        custom = fields.get("custom")
        fields["custom"] = {**(custom if isinstance(custom, dict) else {}), "rights": rights}
    return fields


def _value(value: Any, depth: int) -> Any:
    """Return text in one line, numbers as they are, and lists and objects of them up to a depth; None for anything else."""
    if isinstance(value, str):
        if value.isprintable() and not is_spoilt(value) and not has_markup(value):
            return single_spaced(value)[:_LONGEST]
        text = (
            "".join(ch if ch.isprintable() else " " for ch in plain(repaired(value)))
            .encode("utf-8", "replace")
            .decode()
        )
        return single_spaced(text)[:_LONGEST]
    if isinstance(value, (int, float)) and abs(value) < 10**15:
        return value
    if isinstance(value, dict) and depth:
        return {str(key)[:100]: _value(part, depth - 1) for key, part in list(value.items())[:_MOST]}
    if isinstance(value, (list, tuple)) and depth:
        return [_value(part, depth - 1) for part in value[:5000]]
    return None
