"""JSON lines, lists. They are read record by record: a large file is never held whole in memory."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import IO, Any

from assistant.core.json_values import is_json
from assistant.library.readers.objects.dialects import records_of
from assistant.library.readers.problem import Located, Problem
from assistant.library.readers.record import from_record

_BLOCK = 65_536
_SPACE = " \t\r\n"


def read(file: IO[str], source: str) -> Iterator[Located | Problem]:
    """Yield a paper per record of JSON lines, of a JSON list, or of objects that spread over several lines."""
    head = file.read(_BLOCK)
    file.seek(0)
    return _read_lines(file, source) if _is_lines(head) else _read_values(file, source)


def _is_lines(head: str) -> bool:
    """Return whether each line is a record by itself. One that spreads over lines is indented: none of its lines is."""
    lines = [line for line in head.splitlines() if line.strip()]
    first = lines[0].lstrip() if lines else ""
    if first.startswith("["):
        return len(lines) > 1 and is_json(first)
    return not first.startswith("{") or len(lines) == 1 or any(map(_is_object, lines))


def _is_object(line: str) -> bool:
    return line.startswith("{") and is_json(line)


def _read_lines(file: IO[str], source: str) -> Iterator[Located | Problem]:
    """Read one JSON object per line; empty lines are passed over, a broken line costs only itself."""
    for line, text in enumerate(file, start=1):
        if not text.strip():
            continue
        try:
            record = json.loads(text)
        except (ValueError, RecursionError) as exc:
            yield Problem(source, line, "record", f"not JSON: {_reason(exc)}")
            continue
        for one in records_of(record):
            yield from from_record(one, source, line)


def _read_values(file: IO[str], source: str) -> Iterator[Located | Problem]:
    """Read a JSON list of records, or a record or several that spread over lines.

    `line` is where a record begins. What comes before a fault in the syntax is yielded; after it
    nothing can be told apart any more, and the Problem says so.
    """
    text = _Text(file)
    listed = text.skip(_SPACE) == "["
    if listed:
        text.at += 1
    while (start := text.skip(_SPACE + "," if listed else _SPACE)) not in ("", "]"):
        line = text.line
        try:
            record = text.value()
        except (ValueError, RecursionError) as exc:
            at = text.line + (exc.lineno - 1 if isinstance(exc, json.JSONDecodeError) else 0)
            message = f"not JSON: {_reason(exc)}; what follows is not read"
            yield Problem(source, at, "record", message)
            return
        for one in records_of(record):
            yield from from_record(one, source, line)
    if listed and not start:
        yield Problem(source, text.line, "record", "the list has no closing ]: the file may be cut off")
    elif start:
        text.at += 1
        if not listed or text.skip(_SPACE):
            yield Problem(source, text.line, "record", "not JSON after the end of the list; not read")


def _reason(exc: Exception) -> str:
    if isinstance(exc, json.JSONDecodeError):
        return f"{exc.msg} (column {exc.colno})"
    return "nested too deeply" if isinstance(exc, RecursionError) else str(exc)


class _Text:
    """A window on a file: `_text[at:]` is read from the file and not yet consumed; `line` is the line of `at`."""

    def __init__(self, file: IO[str]) -> None:
        self._file = file
        self._text = ""
        self._counted = 0
        self._line = 1
        self._decoder = json.JSONDecoder()
        self.at = 0

    @property
    def line(self) -> int:
        self._line += self._text.count("\n", self._counted, self.at)
        self._counted = self.at
        return self._line

    def skip(self, characters: str) -> str:
        """Pass over these characters; return the next one, not yet consumed, or "" at the end of the file."""
        while True:
            while self.at < len(self._text) and self._text[self.at] in characters:
                self.at += 1
            if self.at < len(self._text):
                return self._text[self.at]
            if not self._more():
                return ""

    def value(self) -> Any:
        """Consume and return the JSON value that begins here."""
        while True:
            try:
                value, end = self._decoder.raw_decode(self._text, self.at)
            except ValueError:
                if self._more():
                    continue
                # Once more from the value's beginning, so that the fault's line counts from here.
                value, end = self._decoder.raw_decode(self._text[self.at :])
            # A number at the end of what is read may go on in the next block.
            if end < len(self._text) or not self._more():
                self.at = end
                return value

    def _more(self) -> bool:
        """Read on, twice as much each time a value is still not whole; forget what was consumed. Return False at the end."""
        block = self._file.read(max(_BLOCK, len(self._text) - self.at))
        self._line = self.line
        self._text = self._text[self.at :] + block
        self.at = self._counted = 0
        return bool(block)
