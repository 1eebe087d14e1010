"""Find a reply's answer, without labels, thoughts and JSON around it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from assistant.core.text.reasoning import without_reasoning
from assistant.llm.endpoint.reply import read_json

_LABEL = re.compile(r"\A[\s*_]*Answer[\s*_]*:[\s*_]*", re.I)
_FEWEST_WORDS = 3


def visible(reply: str, *, final: bool) -> str:
    """Return the part of a reply that is meant for the reader, "" if there is none yet.

    Of a reply in JSON its sentences are the text, as soon as it is `final`.
    """
    text = without_reasoning(reply)
    if not text.startswith(("{", "[{", '["')):
        return _LABEL.sub("", text)
    try:
        return "\n\n".join(_sentences(read_json(text))) if final else ""
    except ValueError:
        return ""


def _sentences(data: Any) -> Iterator[str]:
    """Yield the sentences in a JSON value: its texts, each with the numbers that stand beside it in the same object."""
    if isinstance(data, str) and _is_prose(data):
        yield data
    elif isinstance(data, list):
        for item in data:
            yield from _sentences(item)
    elif isinstance(data, dict):
        prose = [value for value in data.values() if isinstance(value, str) and _is_prose(value)]
        rest = [value for value in data.values() if value not in prose]
        marks = "".join(f"[{number}]" for value in rest for number in _numbers(value))
        if prose:
            longest = max(prose, key=len).rstrip()
            yield f"{longest} {marks}" if marks and "[" not in longest else longest
        for value in rest:
            if not isinstance(value, str):
                yield from _sentences(value)


def _is_prose(text: str) -> bool:
    return len(text.split()) >= _FEWEST_WORDS


def _numbers(value: Any) -> Iterator[str]:
    items = value if isinstance(value, list) else [value]
    for item in items:
        if isinstance(item, int | float | str) and (
            match := re.fullmatch(r"\[?(\d{1,3}(?:\.\d{1,3})?)\]?", str(item))
        ):
            yield match[1]
