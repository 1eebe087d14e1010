"""Zotero: the user's library, from the program that runs on this machine (https://www.zotero.org/support/dev/web_api/v3/)."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator

from assistant.core.errors import SourceError
from assistant.core.json_values import is_json
from assistant.library.readers.objects.jsonl import read as read_json
from assistant.library.readers.problem import Located, Problem
from assistant.library.sources.services.service import Ask, Reply

_PAGE = 100
_EMPTY_PAGES = 20


def whole(text: str) -> bool:
    """Return whether a reply came to its end."""
    return is_json(text)


def normal(wanted: str) -> str:
    """Return what is wanted in its one form. Raises `SourceError` for what is none."""
    if wanted:
        raise SourceError(f"'zotero:' names the whole of your Zotero library: leave out {wanted!r}.")
    return ""


def read(wanted: str, source: str, ask: Ask) -> Iterator[Located | Problem]:
    """Ask for what is wanted, and yield its papers and Problems."""
    start = found = empty = 0
    while True:
        reply = ask("/users/0/items/top", format="csljson", itemType="-attachment", limit=_PAGE, start=start)
        items = _items(reply)
        for item in items:
            # The place of an item in Zotero's database names no paper, and no user cites by it.
            if isinstance(item, dict):
                item.pop("id", None)
        yield from read_json(io.StringIO(json.dumps(items)), source) if items else ()
        found += len(items)
        # Notes take a place in the list, and are not exported: a page may have fewer items than places, or none.
        start += _PAGE
        empty = 0 if items else empty + 1
        total = reply.headers.get("total-results", "")
        more = start < int(total) if total.isdecimal() else len(items) == _PAGE
        if not more or empty == _EMPTY_PAGES:
            break
    if not found:
        raise SourceError("Your Zotero library is empty: add something to it first.")


def _items(reply: Reply) -> list[object]:
    value = json.loads(reply.text) if reply.found else None
    items = value.get("items") if isinstance(value, dict) else value
    if not isinstance(items, list):
        raise SourceError("This Zotero has no local API that is known: update it to version 7 or newer.")
    return items
