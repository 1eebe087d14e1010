"""Cache model replies in SQLite."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any


class ReplyCache:
    """Replies by key, each with one value per column, in a SQLite file that can be deleted at any time.

    A column that the file lacks is added; its values are None. Several threads may share one cache.
    """

    def __init__(self, path: Path, columns: Sequence[str] = ("reply",)) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._columns = ", ".join(columns)
        self._marks = ", ".join("?" for _ in columns)
        self._lock = threading.Lock()
        self._db = sqlite3.connect(path, check_same_thread=False, timeout=30)
        self._db.execute(f"CREATE TABLE IF NOT EXISTS replies (key TEXT PRIMARY KEY, {self._columns})")
        held = {row[1] for row in self._db.execute("PRAGMA table_info(replies)")}
        for column in columns:  # a file of an earlier version may have fewer
            if column not in held:
                self._db.execute(f"ALTER TABLE replies ADD COLUMN {column}")

    def get(self, key: str) -> tuple[Any, ...] | None:
        """Return the values stored under a key, or None."""
        with self._lock:
            row = self._db.execute(f"SELECT {self._columns} FROM replies WHERE key = ?", [key]).fetchone()
        return tuple(row) if row else None

    def put(self, key: str, *values: Any) -> None:
        """Store values under a key, in place of earlier ones."""
        with self._lock, self._db:
            self._db.execute(f"INSERT OR REPLACE INTO replies VALUES (?, {self._marks})", [key, *values])

    def close(self) -> None:
        """Close the file."""
        self._db.close()
