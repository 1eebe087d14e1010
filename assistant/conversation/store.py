"""Conversations as they are kept: in one SQLite file, each with its owner, its answers whole, so that they reopen intact.

An owner is whoever holds a secret (a browser's cookie, a name that a proxy vouches for); the file keeps its SHA-256 only.
Every method takes the owner, and nothing of another owner can be reached with it.
"""

from __future__ import annotations

import hashlib
import json
import secrets
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from assistant.core.answer import Answer
from assistant.core.errors import ConversationNotFound, HistoryError

MAX_TITLE = 120
_SHAPE = """
CREATE TABLE IF NOT EXISTS owners (owner TEXT PRIMARY KEY, keep INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS conversations
  (id TEXT PRIMARY KEY, owner TEXT NOT NULL, title TEXT NOT NULL, at TEXT NOT NULL, changed TEXT NOT NULL,
   place INTEGER NOT NULL) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS conversations_of ON conversations (owner, place DESC);
CREATE TABLE IF NOT EXISTS turns
  (id TEXT PRIMARY KEY, conversation TEXT NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
   place INTEGER NOT NULL, at TEXT NOT NULL, said TEXT NOT NULL, answer TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS turns_of ON turns (conversation, place);
"""


@dataclass(frozen=True)
class Turn:
    """A question (`answer.question`) and its answer; `at` is when it was given (ISO 8601, UTC)."""

    id: str
    at: str
    answer: Answer


@dataclass(frozen=True)
class Conversation:
    """What was asked and answered, oldest first."""

    id: str
    title: str
    at: str
    turns: tuple[Turn, ...] = ()


@dataclass(frozen=True)
class Listed:
    """A conversation as a list shows it; `changed` is when it was last added to (ISO 8601, UTC)."""

    id: str
    title: str
    changed: str


class Conversations:
    """The conversations of all owners in one file. Safe for several threads; a killed process loses nothing kept.

    Raises `HistoryError` where the file cannot be used.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.Lock()
        with self._said():
            path.parent.mkdir(parents=True, exist_ok=True)
            self._db = sqlite3.connect(path, check_same_thread=False, timeout=30)
            path.chmod(0o600)
            # SQLite's own lower() knows ASCII only.
            self._db.create_function("folded", 1, str.casefold, deterministic=True)
            self._db.execute("PRAGMA journal_mode = WAL")
            self._db.execute("PRAGMA synchronous = NORMAL")
            self._db.execute("PRAGMA foreign_keys = ON")
            self._db.execute("PRAGMA secure_delete = ON")
            self._db.executescript(_SHAPE)

    def add(self, owner: str, conversation: str | None, answer: Answer) -> tuple[str, Turn]:
        """Keeps an answer at the end of a conversation, or as the first of a new one: (the conversation's id, the turn).

        Raises `ConversationNotFound`.
        """
        turn = new_turn(answer)
        with self._writing() as db:
            if conversation is None:
                conversation = secrets.token_urlsafe(12)
                db.execute(
                    "INSERT INTO conversations VALUES (?, ?, ?, ?, ?, ?)",
                    [
                        conversation,
                        _print(owner),
                        _title(answer.question),
                        turn.at,
                        turn.at,
                        _next(db, owner),
                    ],
                )
            else:
                self._require(db, owner, conversation)
                db.execute(
                    "UPDATE conversations SET changed = ?, place = ? WHERE id = ?",
                    [turn.at, _next(db, owner), conversation],
                )
            (place,) = db.execute(
                "SELECT COUNT(*) FROM turns WHERE conversation = ?", [conversation]
            ).fetchone()
            text = json.dumps(answer.to_json(), ensure_ascii=False)
            said = f"{answer.question}\n{answer.text}".casefold()
            db.execute(
                "INSERT INTO turns VALUES (?, ?, ?, ?, ?, ?)",
                [turn.id, conversation, place, turn.at, said, text],
            )
        return conversation, turn

    def list(self, owner: str, words: str = "", limit: int = 200) -> list[Listed]:
        """An owner's conversations, the last changed first; with `words`, those that say each of them somewhere."""
        where, values = "owner = ?", [_print(owner)]
        for word in words.casefold().split():
            where += (
                " AND (instr(folded(title), ?) OR EXISTS (SELECT 1 FROM turns WHERE conversation = conversations.id"
                " AND instr(said, ?)))"
            )
            values += [word, word]
        with self._reading() as db:
            rows = db.execute(
                f"SELECT id, title, changed FROM conversations WHERE {where} ORDER BY place DESC LIMIT ?",
                [*values, limit],
            ).fetchall()
        return [Listed(*row) for row in rows]

    def open(self, owner: str, conversation: str) -> Conversation:
        """A conversation with all its turns. Raises `ConversationNotFound`."""
        with self._reading() as db:
            title, at = self._require(db, owner, conversation)
            rows = db.execute(
                "SELECT id, at, answer FROM turns WHERE conversation = ? ORDER BY place", [conversation]
            ).fetchall()
        turns = tuple(Turn(key, when, _answer(text)) for key, when, text in rows)
        return Conversation(conversation, title, at, turns)

    def turn(self, owner: str, turn: str) -> Turn:
        """One answer by its id. Raises `ConversationNotFound`."""
        with self._reading() as db:
            row = db.execute(
                "SELECT turns.id, turns.at, answer FROM turns JOIN conversations ON conversations.id = conversation"
                " WHERE turns.id = ? AND owner = ?",
                [turn, _print(owner)],
            ).fetchone()
        if row is None:
            raise ConversationNotFound(
                "That answer is not among yours: it was deleted, or is someone else's."
            )
        return Turn(row[0], row[1], _answer(row[2]))

    def rename(self, owner: str, conversation: str, title: str) -> None:
        """Gives a conversation another title; an empty one leaves it. Raises `ConversationNotFound`."""
        with self._writing() as db:
            self._require(db, owner, conversation)
            if _title(title):
                db.execute("UPDATE conversations SET title = ? WHERE id = ?", [_title(title), conversation])

    def delete(self, owner: str, conversation: str) -> None:
        """Deletes a conversation; its words are overwritten in the file. Raises `ConversationNotFound`."""
        with self._writing() as db:
            self._require(db, owner, conversation)
            db.execute("DELETE FROM conversations WHERE id = ?", [conversation])
        self._forget()

    def delete_all(self, owner: str) -> int:
        """Deletes all that an owner said; how many conversations those were."""
        with self._writing() as db:
            count = db.execute("DELETE FROM conversations WHERE owner = ?", [_print(owner)]).rowcount
        self._forget()
        return int(count)

    def keeps(self, owner: str) -> bool:
        """Whether this owner's conversations are to be kept: yes, unless `keep` said otherwise."""
        with self._reading() as db:
            row = db.execute("SELECT keep FROM owners WHERE owner = ?", [_print(owner)]).fetchone()
        return row is None or bool(row[0])

    def keep(self, owner: str, wanted: bool) -> None:
        """Remembers whether this owner's conversations are to be kept from now on."""
        with self._writing() as db:
            db.execute("INSERT OR REPLACE INTO owners VALUES (?, ?)", [_print(owner), int(wanted)])

    def close(self) -> None:
        """Closes the file."""
        self._db.close()

    def _require(self, db: sqlite3.Connection, owner: str, conversation: str) -> tuple[str, str]:
        row = db.execute(
            "SELECT title, at FROM conversations WHERE id = ? AND owner = ?", [conversation, _print(owner)]
        ).fetchone()
        if row is None:
            raise ConversationNotFound(
                "That conversation is not among yours: it was deleted, or is someone else's."
            )
        return str(row[0]), str(row[1])

    def _forget(self) -> None:
        # What was deleted also leaves the write-ahead log.
        with self._reading() as db:
            db.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        with self._said(), self._lock:
            yield self._db

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        with self._said(), self._lock, self._db:
            yield self._db

    @contextmanager
    def _said(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.Error, OSError) as exc:
            raise HistoryError(
                f"The conversations in {self.path} cannot be used ({exc}): free the disk, or move the file away."
            ) from exc


def new_turn(answer: Answer) -> Turn:
    """An answer with an id of its own, given now."""
    return Turn(secrets.token_urlsafe(12), datetime.now(UTC).isoformat(timespec="seconds"), answer)


def _answer(text: str) -> Answer:
    try:
        return Answer.from_json(json.loads(text))
    except (KeyError, TypeError, ValueError) as exc:
        raise HistoryError(
            f"An answer of this conversation is damaged and cannot be shown ({type(exc).__name__}): delete the conversation."
        ) from exc


def _print(owner: str) -> str:
    return hashlib.sha256(owner.encode()).hexdigest()


def _title(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= MAX_TITLE else line[: MAX_TITLE - 1] + "…"


def _next(db: sqlite3.Connection, owner: str) -> int:
    """A place behind all others of this owner's (which the index knows without reading them)."""
    (place,) = db.execute(
        "SELECT COALESCE(MAX(place), 0) + 1 FROM conversations WHERE owner = ?", [_print(owner)]
    ).fetchone()
    return int(place)
