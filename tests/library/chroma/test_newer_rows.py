"""Rows of later generations are all read, in limited requests, whatever another machine writes meanwhile."""

from __future__ import annotations

import random
from typing import Any

import pytest

from assistant.library.chroma import newer_rows
from assistant.library.chroma.newer_rows import Rows, later

MOST = 8


class Collection:
    """Rows with their generations, of which a request gives some in no order; before each, `write` is called."""

    def __init__(self, rows: dict[str, int], seed: int = 0) -> None:
        self.rows = rows
        self.asked: list[int] = []
        self.reached = max(rows.values(), default=0)
        self.random = random.Random(seed)

    def write(self) -> None: ...

    def get(self, where: dict[str, Any], limit: int) -> Rows:
        self.write()
        self.asked.append(limit)
        bounds = where.get("$and", [where])
        low = next(one["generation"]["$gt"] for one in bounds if "$gt" in one["generation"])
        high = next((one["generation"]["$lte"] for one in bounds if "$lte" in one["generation"]), 10**9)
        found = [row for row, generation in self.rows.items() if low < generation <= high]
        return {"ids": self.random.sample(found, len(found))[:limit]}

    def read(self, since: int) -> set[str]:
        return {row for page in later(self.get, lambda: self.reached, since) for row in page["ids"]}


@pytest.fixture(autouse=True)
def _few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(newer_rows, "MOST_ROWS", MOST)


def test_a_few_rows_are_one_request() -> None:
    held = Collection({f"r{n}": n for n in range(1, 90)})
    assert held.read(85) == {"r86", "r87", "r88", "r89"}
    assert held.asked == [MOST]
    assert held.read(89) == set()


@pytest.mark.parametrize("step", [1, 3, 7])
def test_many_rows_are_about_as_many_requests_as_they_fill(step: int) -> None:
    held = Collection({f"r{n}": 1 + n // step for n in range(700)})
    assert len(held.read(-1)) == 700
    assert set(held.asked) == {MOST}
    assert len(held.asked) < 12 + 2 * 700 / (MOST - step)


def test_generations_without_rows_cost_little() -> None:
    held = Collection({"first": 1, "last": 100_000} | {f"r{n}": 50_000 for n in range(7)})
    assert len(held.read(-1)) == 9
    assert len(held.asked) < 40


def test_a_generation_of_an_older_version_may_have_more_rows() -> None:
    held = Collection({f"r{n}": 1 + n // 40 for n in range(200)})
    assert len(held.read(0)) == 200
    assert max(held.asked) == 64


class Busy(Collection):
    """Another machine writes: each step changes, adds and removes rows, and then moves the generation."""

    def __init__(self, seed: int) -> None:
        super().__init__({f"r{n}": 1 + n // 5 for n in range(120)}, seed)
        self.removed: set[str] = set()
        self.left = 5

    def write(self) -> None:
        for _ in range(self.random.randrange(3)):
            if self.left == 0:
                self.left, self.reached = 5, self.reached + 1
            self.left -= 1
            row = self.random.choice([*self.rows, f"new{self.reached}-{self.left}"])
            if self.random.random() < 0.3 and row in self.rows:
                del self.rows[row]
                self.removed.add(row)
            else:
                self.rows[row] = self.reached + 1


@pytest.mark.parametrize("seed", range(60))
def test_nothing_is_lost_beside_a_writer(seed: int) -> None:
    held = Busy(seed)
    before = {row for row, generation in held.rows.items() if generation > 3}
    assert before - held.read(3) <= held.removed
    assert set(held.asked) == {MOST}
