"""Records and vectors in one SQLite file. It leads; Chroma and tantivy follow.

A paper is in the library when its row is here. A write first notes the paper as pending, in the same transaction; the note goes
when Chroma and tantivy have followed. So a write that was interrupted is finished at the next open, without embedding again.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from assistant.core.errors import LibraryCorrupt, LibraryError
from assistant.core.paper import Paper
from assistant.core.text.sanitize import folded, storable
from assistant.library.chunks import Chunked
from assistant.library.embedding.packed import BITS, PaperVectors, pack_rows, signs, unpack_rows
from assistant.library.embedding.vectors import Vectors
from assistant.library.identity import ledger
from assistant.library.identity.ledger import Ledger, Origin

PAGE = 500
_SCHEMA = """
CREATE TABLE IF NOT EXISTS papers (
    n INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, fingerprint TEXT NOT NULL, source TEXT NOT NULL,
    record TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS search_vectors (n INTEGER PRIMARY KEY, dimension INTEGER NOT NULL, rows BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS reading_vectors (
    n INTEGER PRIMARY KEY, fingerprint TEXT NOT NULL, dimension INTEGER NOT NULL, sentences BLOB NOT NULL,
    words BLOB NOT NULL, bits INTEGER NOT NULL DEFAULT 8);
CREATE TABLE IF NOT EXISTS listing (
    n INTEGER PRIMARY KEY, paper TEXT NOT NULL, title TEXT NOT NULL, authors TEXT NOT NULL, venue TEXT NOT NULL,
    source TEXT NOT NULL, year INTEGER);
CREATE TABLE IF NOT EXISTS pending (id TEXT PRIMARY KEY) WITHOUT ROWID;
"""
# What a machine changes of a library that a server leads is pending until the server has it.
_WATCHED = {"origins": ("INSERT", "DELETE"), "marks": ("INSERT", "DELETE")}
_TABLES = ("search_vectors", "reading_vectors", "listing")


@dataclass(frozen=True)
class Entry:
    """A paper ready to be stored.

    `vectors`: (1 + windows, dimension), the whole text first. `reading`: of its sentences and words, if they were made.
    `origins`: its records that are new or changed.
    """

    chunked: Chunked
    vectors: Vectors
    reading: PaperVectors | None = None
    origins: tuple[Origin, ...] = ()

    @classmethod
    def stored(cls, chunked: Chunked, rows: Vectors, reading: PaperVectors | None = None) -> Entry:
        """Return the entry of a paper that has its vectors; libraries of older formats have windows of every abstract."""
        return cls(chunked, rows[: 1 + len(chunked.windows)], reading)


@dataclass(frozen=True)
class Shared:
    """A paper as all machines have it: its number in the order of adding, with all of its records, and its marks (kind, value)."""

    number: int
    entry: Entry
    marks: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Known:
    """A stored paper's fingerprint and the source that it was read from; `add` compares new papers with them."""

    fingerprint: str
    source: str


class Records:
    """The open file; `path` None keeps it in memory. Safe for several threads.

    `ledger` are the tables of where papers come from and what they are found by. Raises `LibraryCorrupt` if the file is no file of
    records any more.
    """

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._lock = threading.RLock()
        # Returns vectors of sentences and words that are kept elsewhere (on a server).
        self.elsewhere: Callable[[Sequence[Paper]], Sequence[tuple[Paper, PaperVectors]]] = lambda papers: ()
        self._db = sqlite3.connect(path or ":memory:", check_same_thread=False, timeout=30)
        with self._guarded(), self._lock:
            self._db.execute("PRAGMA journal_mode = WAL")
            self._db.execute("PRAGMA synchronous = NORMAL")
            self._db.executescript(_SCHEMA + ledger.SCHEMA)
            self._tell_bits()
        self.ledger = Ledger(self._db, self._guarded, self._lock)
        self._list_all()
        if len(self) and not self.rows("SELECT 1 FROM origins LIMIT 1"):
            self.ledger.adopt(self.papers)
        self.ledger.renew(lambda: self.papers)

    def _tell_bits(self) -> None:
        """Give the vectors of sentences of a library of format 4 the column that later ones have."""
        has = "SELECT 1 FROM pragma_table_info('reading_vectors') WHERE name = 'bits'"
        if self._db.execute(has).fetchone():
            return
        with self._db:
            # Another process may open it at this moment, too.
            self._db.execute("BEGIN IMMEDIATE")
            if not self._db.execute(has).fetchone():
                self._db.execute("ALTER TABLE reading_vectors ADD COLUMN bits INTEGER NOT NULL DEFAULT 8")

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._db.close()

    def __len__(self) -> int:
        return int(self.rows("SELECT count(*) FROM papers")[0][0])

    def __bool__(self) -> bool:
        # An empty library is a library.
        return True

    @property
    def papers(self) -> Iterator[Paper]:
        """Yield all papers, in the order in which they were first added."""
        last = 0
        while rows := self.rows("SELECT n, record FROM papers WHERE n > ? ORDER BY n LIMIT ?", [last, PAGE]):
            yield from (Paper.unpacked(record) for _, record in rows)
            last = rows[-1][0]

    def known(self) -> dict[str, Known]:
        """Return fingerprint and source of every paper by id, in the order in which they were first added."""
        return {
            row[0]: Known(row[1], row[2])
            for row in self.rows("SELECT id, fingerprint, source FROM papers ORDER BY n")
        }

    def get(self, ids: Sequence[str]) -> dict[str, Paper]:
        """Return the papers with these ids by id, in the ids' order; ids that are not in the library are left out."""
        query = "SELECT id, record FROM papers WHERE id IN ({marks})"
        records = dict(self._among(query, ids))
        return {paper_id: Paper.unpacked(records[paper_id]) for paper_id in ids if paper_id in records}

    def put(self, entries: Sequence[Entry]) -> None:
        """Store papers, new or changed, with their vectors, and note them as pending."""
        with self._guarded(), self._lock, self._db:
            for entry in entries:
                n = self._put_record(entry.chunked.paper)
                self.ledger.enter(entry.chunked.paper, entry.origins)
                self._put_search(n, entry.vectors)
                self._db.execute("DELETE FROM reading_vectors WHERE n = ?", [n])
                if entry.reading is not None:
                    self._put_reading(entry.chunked.paper, entry.reading)

    def take(self, papers: Sequence[Shared]) -> None:
        """Store papers as another machine has stored them, and mark them as pending; vectors of sentences and words stay."""
        with self._guarded(), self._lock, self._db:
            for shared in papers:
                paper = shared.entry.chunked.paper
                other = "SELECT id FROM papers WHERE (n = ?1 OR id = ?2) AND NOT (n = ?1 AND id = ?2)"
                for (one,) in self._db.execute(other, [shared.number, paper.id]).fetchall():
                    # It has another number now, or is gone: that, too, is read from the server.
                    self._remove(one)
                self._put_record(paper, shared.number)
                self.ledger.replace(paper, shared.entry.origins, shared.marks)
                self._put_search(shared.number, shared.entry.vectors)

    def watch(self) -> None:
        """From now on, mark every paper as pending whose records or marks change."""
        with self._guarded(), self._lock:
            # Else rows that another row replaces would go unseen.
            self._db.execute("PRAGMA recursive_triggers = ON")
            for table, events in _WATCHED.items():
                for event in events:
                    row = "old" if event == "DELETE" else "new"
                    self._db.execute(
                        f"CREATE TEMP TRIGGER IF NOT EXISTS {table}_{event} AFTER {event} ON main.{table}"
                        f" BEGIN INSERT OR IGNORE INTO pending VALUES ({row}.paper); END"
                    )

    @property
    def generation(self) -> int:
        """The generation of the server up to which a cache is complete; 0 at the beginning."""
        return int(self.rows("PRAGMA user_version")[0][0])

    @generation.setter
    def generation(self, reached: int) -> None:
        with self._guarded(), self._lock, self._db:
            self._db.execute(f"PRAGMA user_version = {int(reached)}")

    def numbers(self, ids: Sequence[str]) -> dict[str, int]:
        """Return by id the numbers of papers in the order of adding."""
        return dict(self._among("SELECT id, n FROM papers WHERE id IN ({marks})", ids))

    def stored(self, ids: Sequence[str]) -> dict[str, tuple[int, bytes]]:
        """Return the number and the packed record of papers, by id."""
        query = "SELECT id, n, CAST(record AS BLOB) FROM papers WHERE id IN ({marks})"
        return {paper_id: (n, record) for paper_id, n, record in self._among(query, ids)}

    def _put_search(self, n: int, vectors: Vectors) -> None:
        rows = vectors.astype(np.float16)
        self._db.execute(
            "INSERT OR REPLACE INTO search_vectors VALUES (?, ?, ?)", [n, rows.shape[1], rows.tobytes()]
        )

    def _put_record(self, paper: Paper, number: int | None = None) -> int:
        self.ledger.spell_out(paper.id)
        (n,) = self._db.execute(
            "INSERT INTO papers (n, id, fingerprint, source, record) VALUES (?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE"
            " SET fingerprint = excluded.fingerprint, source = excluded.source, record = excluded.record RETURNING n",
            [number, paper.id, paper.fingerprint, paper.source, paper.packed()],
        ).fetchone()
        self._db.execute("INSERT OR IGNORE INTO pending VALUES (?)", [paper.id])
        self._list(n, paper)
        return int(n)

    def _list(self, n: int, paper: Paper) -> None:
        """Write what papers are browsed and sorted by, without case and accents."""
        texts = (paper.title, ", ".join(paper.authors), paper.venue, paper.source)
        self._db.execute(
            "INSERT OR REPLACE INTO listing VALUES (?, ?, ?, ?, ?, ?, ?)",
            [n, paper.id, *map(folded, texts), paper.year],
        )

    def _list_all(self) -> None:
        """List the papers of a library that was written before papers were listed."""
        if len(self) == self.rows("SELECT count(*) FROM listing")[0][0]:
            return
        with self._guarded(), self._lock, self._db:
            for n, record in self._db.execute("SELECT n, record FROM papers").fetchall():
                self._list(n, Paper.unpacked(record))

    def remove(self, paper_id: str) -> None:
        """Delete a paper and its vectors, and note it as pending."""
        with self._guarded(), self._lock, self._db:
            self._remove(paper_id)

    def _remove(self, paper_id: str) -> None:
        for table in _TABLES:
            self._db.execute(f"DELETE FROM {table} WHERE n = (SELECT n FROM papers WHERE id = ?)", [paper_id])
        self._db.execute("DELETE FROM papers WHERE id = ?", [paper_id])
        self.ledger.forget(paper_id)
        self._db.execute("INSERT OR IGNORE INTO pending VALUES (?)", [paper_id])

    def check(self) -> list[str]:
        """Return what SQLite finds wrong with the file; nothing if it is whole."""
        return [str(fault) for (fault,) in self.rows("PRAGMA integrity_check(10)") if fault != "ok"]

    def copy_to(self, path: Path) -> None:
        """Write a copy of the file as it is at one moment."""
        path.unlink(missing_ok=True)
        with self._guarded(), self._lock, closing(sqlite3.connect(path)) as copy:
            self._db.backup(copy)

    def pending(self) -> list[str]:
        """Return the ids of papers, stored or removed, that Chroma and tantivy may not have followed yet, in the order of adding.

        What a graph of neighbours reaches depends on the order in which it was built: made again, it is as it was.
        """
        query = "SELECT pending.id FROM pending LEFT JOIN papers ON papers.id = pending.id ORDER BY papers.n"
        return [paper_id for (paper_id,) in self.rows(query)]

    def mark_pending(self, ids: Iterable[str]) -> None:
        """Mark papers (ids) as pending: Chroma and tantivy have to follow."""
        with self._guarded(), self._lock, self._db:
            self._db.executemany("INSERT OR IGNORE INTO pending VALUES (?)", [[i] for i in ids])

    def clear_pending(self, ids: Iterable[str]) -> None:
        """Mark papers (ids) as no longer pending: Chroma and tantivy have followed."""
        with self._guarded(), self._lock, self._db:
            self._db.executemany("DELETE FROM pending WHERE id = ?", [[i] for i in ids])

    def search_vectors(self, ids: Sequence[str]) -> dict[str, Vectors]:
        """Return by id the vectors of papers for search: (1 + windows, dimension) or more, the whole text first."""
        query = "SELECT id, dimension, rows FROM papers JOIN search_vectors USING (n) WHERE id IN ({marks})"
        return {
            paper_id: np.frombuffer(rows, dtype=np.float16).reshape(-1, dimension).astype(np.float32)
            for paper_id, dimension, rows in self._among(query, ids)
        }

    def vectors(self, papers: Sequence[Paper]) -> dict[str, PaperVectors]:
        """Return the vectors of sentences and words by paper id; papers without any, or with another text, are left out.

        What is not here is taken from elsewhere, and kept.
        """
        found = self.own_vectors(papers)
        if brought := self.elsewhere([paper for paper in papers if paper.id not in found]):
            self.put_vectors(brought)
        return found | {paper.id: vectors for paper, vectors in brought}

    def own_vectors(self, papers: Sequence[Paper]) -> dict[str, PaperVectors]:
        """Return the vectors of sentences and words that are in this file, by paper id; not those of another text."""
        query = (
            "SELECT id, reading_vectors.fingerprint, dimension, sentences, words, bits"
            " FROM papers JOIN reading_vectors USING (n) WHERE id IN ({marks})"
        )
        current = {paper.id: paper.fingerprint for paper in papers}
        return {
            paper_id: PaperVectors(
                unpack_rows(sentences, dimension, bits),
                np.frombuffer(words, dtype=np.uint8).reshape(-1, -(-dimension // 8)),
            )
            for paper_id, fingerprint, dimension, sentences, words, bits in self._among(query, list(current))
            if current[paper_id] == fingerprint
        }

    def put_vectors(self, rows: Sequence[tuple[Paper, PaperVectors]]) -> None:
        """Store vectors of sentences and words of papers that are in the library."""
        with self._guarded(), self._lock, self._db:
            for paper, vectors in rows:
                self._put_reading(paper, vectors)

    def adopt(self, path: Path) -> None:
        """Import the vectors of sentences and words from the file in which libraries of format 1 kept them."""
        with self._guarded(), self._lock:
            self._db.execute("ATTACH ? AS old", [str(path)])
            with self._db:
                self._db.execute(
                    "INSERT OR REPLACE INTO reading_vectors SELECT n, old.paper_vectors.fingerprint, dimension,"
                    " sentences, words, 8 FROM old.paper_vectors JOIN papers ON id = paper"
                )
            self._db.execute("DETACH old")

    def _put_reading(self, paper: Paper, vectors: PaperVectors) -> None:
        self._db.execute(
            "INSERT OR REPLACE INTO reading_vectors SELECT n, ?, ?, ?, ?, ? FROM papers WHERE id = ?",
            [
                paper.fingerprint,
                vectors.sentences.shape[1],
                pack_rows(vectors.sentences),
                vectors.words.tobytes(),
                BITS,
                paper.id,
            ],
        )

    def _among(self, query: str, ids: Sequence[str]) -> Iterator[tuple[Any, ...]]:
        """Yield the rows of a query with `IN ({marks})` for any number of ids."""
        for at in range(0, len(ids), PAGE):
            # An id that nothing can be stored under is none of the library's.
            part = [storable(one) for one in ids[at : at + PAGE]]
            yield from self.rows(query.format(marks=",".join("?" * len(part))), part)

    def rows(self, query: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Return the rows of a query of these tables and the ledger's."""
        with self._guarded(), self._lock:
            return self._db.execute(query, values).fetchall()

    @contextmanager
    def _guarded(self) -> Iterator[None]:
        """Raise `LibraryCorrupt` where the file is damaged, and say what went wrong with the disk.

        It does not hold the lock: an interrupt (Ctrl-C) that comes as this begins would keep it for ever.
        """
        try:
            yield
        except sqlite3.OperationalError as exc:
            raise LibraryError(
                f"The library's records {self._path} cannot be used ({exc}): see that the disk has space and that "
                "you may write there, then try again. Nothing is lost."
            ) from exc
        except sqlite3.DatabaseError as exc:
            raise LibraryCorrupt(
                f"The library's records {self._path} are damaged ({exc}): move the library's folder away and add your "
                "files again (they are not touched)."
            ) from exc


def paper_vectors(chunked: Chunked, rows: Vectors) -> PaperVectors:
    """Return the vectors of sentences and words among those of one pass (whole text, then `chunked.spans`)."""
    first = 1 + len(chunked.windows)
    last = first + len(chunked.sentences)
    return PaperVectors(rows[first:last], signs(rows[last:]))
