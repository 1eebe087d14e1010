"""Conversations in one SQLite file, with their owners and whole answers.

An owner is identified by a secret (a browser's cookie, or a user name from a proxy); the file holds only its SHA-256.
Every method takes the owner, and reaches nothing of other owners.
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

from assistant.core.answers.answer import Answer
from assistant.core.errors import ConversationNotFound, HistoryError

MAX_TITLE = 120
_SHAPE = """
CREATE TABLE IF NOT EXISTS owners (owner TEXT PRIMARY KEY, keep INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS conversations
  (id TEXT PRIMARY KEY, owner TEXT NOT NULL, title TEXT NOT NULL, at TEXT NOT NULL, changed TEXT NOT NULL,
   place INTEGER NOT NULL, library TEXT NOT NULL DEFAULT '') WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS conversations_of ON conversations (owner, place DESC);
CREATE TABLE IF NOT EXISTS turns
  (id TEXT PRIMARY KEY, conversation TEXT NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
   place INTEGER NOT NULL, at TEXT NOT NULL, said TEXT NOT NULL, answer TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS turns_of ON turns (conversation, place);
"""


@dataclass(frozen=True)
class Turn:
    """A question (`answer.question`) and its answer; `at` is the time of the answer (ISO 8601, UTC)."""

    id: str
    at: str
    answer: Answer


@dataclass(frozen=True)
class Conversation:
    """A conversation with its turns, oldest first; `at` is the time of the first (ISO 8601, UTC); `library` names the
    library that was asked."""

    id: str
    title: str
    at: str
    turns: tuple[Turn, ...] = ()
    library: str = ""


@dataclass(frozen=True)
class Listed:
    """An entry of the list of conversations; `changed` is the time of its last turn (ISO 8601, UTC)."""

    id: str
    title: str
    changed: str
    library: str = ""


class Conversations:
    """The conversations of all owners in one file. Safe for several threads; a killed process loses no stored turn.

    Raises `HistoryError` if the file cannot be used.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.Lock()
        with self._translated_errors():
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
            self._upgrade()

    def _upgrade(self) -> None:
        """Add what files of earlier versions lack: the library of each conversation."""
        names = {row[1] for row in self._db.execute("PRAGMA table_info(conversations)")}
        if "library" not in names:
            self._db.execute("ALTER TABLE conversations ADD COLUMN library TEXT NOT NULL DEFAULT ''")

    def add(
        self, owner: str, conversation: str | None, answer: Answer, library: str = ""
    ) -> tuple[str, Turn]:
        """Append an answer to a conversation, or to a new one (None) about a library. Return (id of the conversation, turn).

        Raises `ConversationNotFound`.
        """
        turn = new_turn(answer)
        with self._writing() as db:
            if conversation is None:
                conversation = secrets.token_urlsafe(12)
                db.execute(
                    "INSERT INTO conversations VALUES (?, ?, ?, ?, ?, ?, ?)",
                    [
                        conversation,
                        _digest(owner),
                        _title(answer.question),
                        turn.at,
                        turn.at,
                        _next(db, owner),
                        library,
                    ],
                )
            else:
                self._require(db, owner, conversation)
                db.execute(
                    "UPDATE conversations SET changed = ?, place = ? WHERE id = ?",
                    [turn.at, _next(db, owner), conversation],
                )
            _append(db, conversation, turn)
        return conversation, turn

    def list(self, owner: str, words: str = "", limit: int = 200) -> list[Listed]:
        """List an owner's conversations, last changed first; with `words`, only those that contain all of them."""
        where, values = "owner = ?", [_digest(owner)]
        for word in words.casefold().split():
            where += (
                " AND (instr(folded(title), ?) OR EXISTS (SELECT 1 FROM turns WHERE conversation = conversations.id"
                " AND instr(said, ?)))"
            )
            values += [word, word]
        with self._reading() as db:
            rows = db.execute(
                f"SELECT id, title, changed, library FROM conversations WHERE {where} ORDER BY place DESC LIMIT ?",
                [*values, limit],
            ).fetchall()
        return [Listed(*row) for row in rows]

    def open(self, owner: str, conversation: str) -> Conversation:
        """Return a conversation with all its turns. Raises `ConversationNotFound`."""
        with self._reading() as db:
            title, at, library = self._require(db, owner, conversation)
            rows = db.execute(
                "SELECT id, at, answer FROM turns WHERE conversation = ? ORDER BY place", [conversation]
            ).fetchall()
        turns = tuple(Turn(key, when, _answer(text)) for key, when, text in rows)
        return Conversation(conversation, title, at, turns, library)

    def restore(self, owner: str, conversation: Conversation) -> None:
        """Store a conversation again that was just deleted, as it was, last in the owner's order of time."""
        turns = conversation.turns
        with self._writing() as db:
            db.execute(
                "INSERT INTO conversations VALUES (?, ?, ?, ?, ?, ?, ?)",
                [
                    conversation.id,
                    _digest(owner),
                    conversation.title,
                    conversation.at,
                    turns[-1].at if turns else conversation.at,
                    _next(db, owner),
                    conversation.library,
                ],
            )
            for turn in turns:
                _append(db, conversation.id, turn)

    def turn(self, owner: str, turn: str) -> Turn:
        """Return one turn by its id. Raises `ConversationNotFound`."""
        with self._reading() as db:
            row = db.execute(
                "SELECT turns.id, turns.at, answer FROM turns JOIN conversations ON conversations.id = conversation"
                " WHERE turns.id = ? AND owner = ?",
                [turn, _digest(owner)],
            ).fetchone()
        if row is None:
            raise ConversationNotFound("This answer is private or was deleted.")
        return Turn(row[0], row[1], _answer(row[2]))

    def rename(self, owner: str, conversation: str, title: str) -> None:
        """Change the title of a conversation; an empty title changes nothing. Raises `ConversationNotFound`."""
        with self._writing() as db:
            self._require(db, owner, conversation)
            if _title(title):
                db.execute("UPDATE conversations SET title = ? WHERE id = ?", [_title(title), conversation])

    def delete(self, owner: str, conversation: str) -> None:
        """Delete a conversation and overwrite its text in the file. Raises `ConversationNotFound`."""
        with self._writing() as db:
            self._require(db, owner, conversation)
            db.execute("DELETE FROM conversations WHERE id = ?", [conversation])
        self._forget()

    def delete_all(self, owner: str) -> int:
        """Delete all conversations of an owner and return their number."""
        with self._writing() as db:
            count = db.execute("DELETE FROM conversations WHERE owner = ?", [_digest(owner)]).rowcount
        self._forget()
        return int(count)

    def keeps(self, owner: str) -> bool:
        """Return whether this owner's conversations are stored: true unless `keep` turned it off."""
        with self._reading() as db:
            row = db.execute("SELECT keep FROM owners WHERE owner = ?", [_digest(owner)]).fetchone()
        return row is None or bool(row[0])

    def keep(self, owner: str, wanted: bool) -> None:
        """Set whether this owner's conversations are stored from now on."""
        with self._writing() as db:
            db.execute("INSERT OR REPLACE INTO owners VALUES (?, ?)", [_digest(owner), int(wanted)])

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def _require(self, db: sqlite3.Connection, owner: str, conversation: str) -> tuple[str, str, str]:
        row = db.execute(
            "SELECT title, at, library FROM conversations WHERE id = ? AND owner = ?",
            [conversation, _digest(owner)],
        ).fetchone()
        if row is None:
            raise ConversationNotFound("This conversation is private or was deleted.")
        return str(row[0]), str(row[1]), str(row[2])

    def _forget(self) -> None:
        # What was deleted also leaves the write-ahead log.
        with self._reading() as db:
            db.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        with self._translated_errors(), self._lock:
            yield self._db

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        with self._translated_errors(), self._lock, self._db:
            yield self._db

    @contextmanager
    def _translated_errors(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.Error, OSError) as exc:
            raise HistoryError(
                f"The conversations in {self.path} cannot be used ({exc}): free the disk, or move the file away."
            ) from exc


def new_turn(answer: Answer) -> Turn:
    """Return a turn for an answer, with a new id and the current time."""
    return Turn(secrets.token_urlsafe(12), datetime.now(UTC).isoformat(timespec="seconds"), answer)


def _append(db: sqlite3.Connection, conversation: str, turn: Turn) -> None:
    """Store a turn behind those that its conversation has."""
    (place,) = db.execute("SELECT COUNT(*) FROM turns WHERE conversation = ?", [conversation]).fetchone()
    text = json.dumps(turn.answer.to_json(), ensure_ascii=False)
    words = f"{turn.answer.question}\n{turn.answer.text}".casefold()
    db.execute(
        "INSERT INTO turns VALUES (?, ?, ?, ?, ?, ?)", [turn.id, conversation, place, turn.at, words, text]
    )


def _answer(text: str) -> Answer:
    try:
        return Answer.from_json(json.loads(text))
    except ValueError as exc:
        raise HistoryError(
            f"An answer of this conversation is damaged and cannot be shown ({type(exc).__name__}): delete the conversation."
        ) from exc


def _digest(owner: str) -> str:
    return hashlib.sha256(owner.encode()).hexdigest()


def _title(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= MAX_TITLE else line[: MAX_TITLE - 1] + "…"


def _next(db: sqlite3.Connection, owner: str) -> int:
    """Return the place after all conversations of this owner (the index has it without reading rows)."""
    (place,) = db.execute(
        "SELECT COALESCE(MAX(place), 0) + 1 FROM conversations WHERE owner = ?", [_digest(owner)]
    ).fetchone()
    return int(place)
