"""One writer at a time: a lease in a collection of the Chroma server, and the generation of the library.

Chroma has no locks, but it leaves a row alone that is added a second time: whoever adds a row first has it, and everybody reads
who that was. So writers take numbers. The row `writer 7` belongs to the seventh writer, and nobody else changes it; the
highest number is the present one. It is free when its writer has finished, and dead when it did not change for `DEAD` seconds
on the clock of who waits for it (a living writer changes it every `BEAT` seconds); then number 8 may be taken. No two clocks are compared.

Guaranteed: at most one writer holds the highest number, and it looks whether it still does before each step. Not guaranteed: a
writer that sleeps for longer than `DEAD` seconds (a laptop that is closed) just between that look and its request still sends that one
request. What it leaves behind, `assistant doctor --repair` finds.
"""

from __future__ import annotations

import math
import os
import threading
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from typing import Any

from assistant.core.errors import LibraryError, LibraryLocked
from assistant.library.chroma.connection import Server
from assistant.library.chroma.quotas import MOST_ROWS

BEAT, DEAD = 3.0, 15.0
_LOOK = 0.2


@dataclass(frozen=True)
class Turn:
    """The row of a writer. `generation`: of the last whole step of the library. `doubtful`: where a step broke off, the generation
    before the last whole one, whose tidying may have broken off, too; -1 when that is mended."""

    number: int
    owner: str
    beat: int
    free: bool
    generation: int
    doubtful: int

    @property
    def row(self) -> str:
        """The id of the row."""
        return f"writer {self.number}"

    def doubted(self) -> Turn:
        """Return the row where a step breaks off now."""
        return self if self.doubtful >= 0 else replace(self, doubtful=max(0, self.generation - 1))


def somewhere(row: str) -> list[float]:
    """Return a vector for a row that is found by its id alone: Chroma wants one, and its index is slow where all are the same."""
    angle = zlib.crc32(row.encode())
    return [math.cos(angle), math.sin(angle)]


NOBODY = Turn(0, "", 0, True, 0, -1)


class Lease:
    """The right to write to one library. Safe for several threads; one of them holds it at a time."""

    def __init__(self, server: Server, state: Any) -> None:
        self._server = server
        self._state = state
        self._owner = os.urandom(8).hex()
        self._mine: Turn | None = None
        self._step = threading.Lock()

    def turn(self) -> Turn:
        """Return the present writer's row, with the generation of the library."""
        return max(self._turns(), key=lambda turn: turn.number, default=NOBODY)

    def _turns(self) -> list[Turn]:
        """Return the rows of writers: the present one's, and those that it has not removed yet."""
        rows = self._server.call(
            self._state.get, where={"kind": "writer"}, include=["metadatas"], limit=MOST_ROWS
        )["metadatas"]
        return [Turn(**{name: row[name] for name in asdict(NOBODY)}) for row in rows]

    @contextmanager
    def held(self, wait: float) -> Iterator[None]:
        """Hold the lease. Raises `LibraryLocked` if another writer lives and is still at work after `wait` seconds."""
        self._mine = self._acquired(wait)
        ended = threading.Event()
        beating = threading.Thread(target=self._beat, args=[self._mine.row, ended], daemon=True)
        beating.start()
        try:
            yield
        finally:
            ended.set()
            beating.join()
            mine, self._mine = self._mine, None
            # A server that is gone takes the row for that of a dead writer later.
            with suppress(LibraryError):
                self._write(mine.row, free=True, doubtful=mine.doubtful)

    @contextmanager
    def step(self) -> Iterator[int]:
        """Yield the generation that the rows of one step carry, and make it the library's when all are written.

        Raises `LibraryLocked` where the lease was lost or was never held.
        """
        with self._step:
            mine = self._mine
            now = self.turn()
            if mine is None or (now.number, now.owner) != (mine.number, mine.owner):
                raise LibraryLocked(
                    f"Another machine has begun to write to the library {self._server.address}, because this one was silent: "
                    "try again. What was written is kept."
                )
            # Until the step is whole.
            self._mine = mine.doubted()
            yield mine.generation + 1
            self._write(mine.row, generation=mine.generation + 1)
            self._mine = replace(mine, generation=mine.generation + 1)

    @property
    def doubtful(self) -> int:
        """The generation after which rows may be half written, or -1. Only the holder of the lease may ask."""
        return self._mine.doubtful if self._mine else -1

    def mended(self) -> None:
        """Note that nothing is half written any more."""
        if self._mine:
            self._write(self._mine.row, doubtful=-1)
            self._mine = replace(self._mine, doubtful=-1)

    def _acquired(self, wait: float) -> Turn:
        began = since = time.monotonic()
        first = seen = self.turn()
        while True:
            dead = time.monotonic() - since > DEAD
            if (seen.free or dead) and (taken := self._take(seen)):
                return taken
            if seen != first and time.monotonic() - began > wait:
                raise LibraryLocked(
                    f"Another process is writing to the library {self._server.address}: wait until it has finished, and try again."
                )
            time.sleep(_LOOK)
            if (now := self.turn()) != seen:
                seen, since = now, time.monotonic()

    def _take(self, before: Turn) -> Turn | None:
        """Take the number after that of a writer who is done; return None if somebody else was first."""
        left = before if before.free else before.doubted()
        mine = Turn(before.number + 1, self._owner, 0, False, before.generation, left.doubtful)
        row = {"kind": "writer", **asdict(mine)}
        self._server.call(self._state.add, ids=[mine.row], embeddings=[somewhere(mine.row)], metadatas=[row])
        turns = self._turns()
        if max(turns, key=lambda turn: turn.number, default=NOBODY) != mine:
            return None
        if older := [turn.row for turn in turns if turn.number < mine.number]:
            self._server.call(self._state.delete, ids=older)
        return mine

    def _beat(self, row: str, ended: threading.Event) -> None:
        beat = 0
        while not ended.wait(BEAT):
            beat += 1
            # One that does not arrive is followed by another.
            with suppress(LibraryError):
                self._write(row, beat=beat)

    def _write(self, row: str, **values: object) -> None:
        self._server.call(self._state.update, ids=[row], metadatas=[values])
