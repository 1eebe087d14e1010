"""Track open tabs: whose each is, whether it is still open, and how many there may be."""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

# A tab costs up to 190 KB.
MOST_OPEN = 500
"""Tabs that can be open at once; further ones are refused."""
MOST_CLOSED = 100
"""Tabs that are remembered after they were closed, or that never said they are open: a phone that slept comes back."""
_KEY = re.compile(r"[A-Za-z0-9_-]{1,64}")


@dataclass
class _Tab:
    owner: str
    heartbeats: int = 0


class Tabs:
    """Tabs by the key that the page's script gave to each. `forget` drops what the server holds of one.

    For one event loop, not for threads.
    """

    def __init__(self, forget: Callable[[str], object]) -> None:
        self._forget = forget
        self._open: OrderedDict[str, _Tab] = OrderedDict()
        self._closed: OrderedDict[str, _Tab] = OrderedDict()

    def enter(self, key: str, owner: str) -> bool:
        """Return whether this owner may use the tab: the first one to use it owns it."""
        if not owner or not _KEY.fullmatch(key):
            return False
        tab = self._open.get(key) or self._closed.get(key)
        if tab is None:
            tab = self._closed[key] = _Tab(owner)
        if tab.owner != owner:
            return False
        if key in self._closed:
            self._closed.move_to_end(key)
            self._trim()
        return True

    def opened(self, key: str) -> bool:
        """Note that a tab that was entered is open; return whether there is room for it."""
        if key not in self._open:
            if len(self._open) >= MOST_OPEN:
                return False
            self._open[key] = self._closed.pop(key)
        self._open[key].heartbeats += 1
        return True

    def closed(self, key: str) -> None:
        """Note that a tab is no longer open."""
        tab = self._open[key]
        tab.heartbeats -= 1
        if not tab.heartbeats:
            self._closed[key] = self._open.pop(key)
            self._trim()

    def _trim(self) -> None:
        while len(self._closed) > MOST_CLOSED:
            oldest, _ = self._closed.popitem(last=False)
            self._forget(oldest)
