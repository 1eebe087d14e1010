"""A cache of model replies in one SQLite file."""

from __future__ import annotations

import sqlite3
import threading
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    pass


class ReplyCache:
    """Replies of judges by a hash of model and prompt, in one SQLite file that can be deleted at any time."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._lock = threading.Lock()
        self._db = sqlite3.connect(path, check_same_thread=False, timeout=30)
        self._db.execute("CREATE TABLE IF NOT EXISTS replies (key TEXT PRIMARY KEY, reply TEXT)")

    def get(self, key: str) -> str | None:
        """The kept reply, or None."""
        with self._lock:
            row = self._db.execute("SELECT reply FROM replies WHERE key = ?", [key]).fetchone()
        return str(row[0]) if row else None

    def put(self, key: str, reply: str) -> None:
        """Keeps a reply."""
        with self._lock, self._db:
            self._db.execute("INSERT OR REPLACE INTO replies VALUES (?, ?)", [key, reply])

    def close(self) -> None:
        """Closes the file."""
        self._db.close()
