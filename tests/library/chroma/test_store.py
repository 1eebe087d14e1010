"""Papers and windows in Chroma: written, found, trimmed, removed."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from chromadb.errors import InternalError

from assistant.core.errors import EmbedderMismatch, LibraryCorrupt
from assistant.core.paper import Paper
from assistant.library.chroma.index_files import misfits
from assistant.library.chroma.store import DAMAGED, Store
from assistant.library.chunks import chunk
from assistant.library.records import Entry

LONG = " ".join(f"Sentence {n} is {'very ' * 60}long." for n in range(8))


def entry(paper: Paper, *rows: tuple[float, float]) -> Entry:
    return Entry(chunk(paper), np.array(rows, dtype=np.float32))


ONE = Paper("one", "One", LONG, source="file", year=2020)
TWO = Paper("two", "Two", "Two is short.", source="other")


@pytest.fixture
def store(tmp_path: Path) -> Store:
    opened = Store.open(tmp_path, "test", 2)
    opened.put([entry(ONE, (1, 0), (1, 0), (0, 1)), entry(TWO, (0.6, 0.8))])
    return opened


def told(ids: Sequence[str]) -> dict[str, Paper]:
    """Return what the papers with these ids say: a store keeps their vectors alone."""
    return {paper.id: paper for paper in (ONE, TWO) if paper.id in ids}


def test_papers_come_back_as_they_were(store: Store) -> None:
    assert store.count() == 2
    assert store.ids() == {"one", "two"}
    one, two = store.entries(told)
    assert (one.chunked.paper, two.chunked.paper) == (ONE, TWO)
    assert one.vectors == pytest.approx(np.array([(1, 0), (1, 0), (0, 1)]))
    assert two.vectors == pytest.approx(np.array([(0.6, 0.8)]), abs=5e-4)
    assert list(store.entries(lambda ids: {})) == []


def test_a_window_that_a_broken_write_left_out_has_the_vector_of_the_whole_text(store: Store) -> None:
    store._chunks.delete(ids=["one#1"])
    assert next(store.entries(told)).vectors == pytest.approx(np.array([(1, 0), (1, 0), (1, 0)]))


def test_nearest_papers_and_windows_have_cosines(store: Store) -> None:
    query = np.array([1, 0], dtype=np.float32)
    assert store.nearest_papers(query, 9) == {"one": pytest.approx(1), "two": pytest.approx(0.6, abs=5e-4)}
    assert list(store.nearest_papers(query, 1)) == ["one"]
    assert store.nearest_papers(query, 9, ["two", "gone"]) == {"two": pytest.approx(0.6, abs=5e-4)}
    assert store.nearest_papers(query, 9, []) == store.nearest_papers(query, 9, ["gone"]) == {}
    windows = {"one#0": pytest.approx(1), "one#1": pytest.approx(0, abs=1e-6)}
    assert store.nearest_chunks(query, 9) == windows
    assert list(store.nearest_chunks(query, 1, ["one"])) == ["one#0"]
    assert store.nearest_chunks(query, 9, ["two"]) == {}
    assert store.nearest_chunks(query, 9, []) == {}


def test_a_shorter_text_leaves_no_window_of_the_longer_one(store: Store) -> None:
    short = entry(Paper("one", "One", "Now short.", source="file"), (0, 1))
    store.put([short], {"one"})
    query = np.array([1, 0], dtype=np.float32)
    assert store.nearest_chunks(query, 9) == {}
    assert store.count() == 2


def test_all_windows_go_at_once_and_others_come(store: Store, tmp_path: Path) -> None:
    query = np.array([1, 0], dtype=np.float32)
    store.drop_windows()
    assert (store.nearest_chunks(query, 9), store.windows()) == ({}, set())
    store.put([entry(ONE, (1, 0), (1, 0), (0, 1))])
    assert store.windows() == Store.open(tmp_path, "test", 2).windows() == {"one#0", "one#1"}


def test_a_removed_paper_leaves_no_window_and_one_that_is_not_there_is_no_error(store: Store) -> None:
    query = np.array([1, 0], dtype=np.float32)
    store.remove(["two", "gone"])
    store.remove([])
    assert (store.count(), sorted(store.nearest_chunks(query, 9))) == (1, ["one#0", "one#1"])


def test_another_embedder_is_refused(store: Store, tmp_path: Path) -> None:
    with pytest.raises(EmbedderMismatch, match="'test', not 'other'"):
        Store.open(tmp_path, "other", 2)


def test_an_index_that_grew_changed_and_shrank_fits_and_a_cut_file_of_it_does_not(tmp_path: Path) -> None:
    random = np.random.default_rng(3)

    def some(first: int, last: int, said: str) -> list[Entry]:
        papers = [
            chunk(Paper(f"p{n}", "T", f"We {said} {n}." if n % 2 else LONG, source="t"))
            for n in range(first, last)
        ]
        return [
            Entry(paper, random.normal(size=(1 + len(paper.windows), 8)).astype(np.float32))
            for paper in papers
        ]

    store = Store.open(tmp_path, "test", 8)
    for first, last in ((0, 3), (3, 700), (700, 2300)):
        store.put(some(first, last, "count"))
        store.put(some(first, last, "weigh")[::3])
        store.remove([f"p{n}" for n in range(first, last, 7)])
        assert misfits(tmp_path / "chroma") == []
    for file in sorted(tmp_path.glob("chroma/*/*.bin")):
        whole = file.read_bytes()
        file.write_bytes(whole[: len(whole) // 2])
        assert misfits(tmp_path / "chroma") == [str(file.parent)]
        file.write_bytes(whole)


def test_other_threads_get_their_turn_while_many_papers_are_written(store: Store) -> None:
    """Chroma holds Python's lock while it writes: another thread waits for a small part of the time, not for most of it."""
    rng = np.random.default_rng(0)
    papers = [Paper(f"p{n}", "T", "It is.", source="t") for n in range(1000)]
    entries = [Entry(chunk(paper), rng.standard_normal((1, 2)).astype(np.float32)) for paper in papers]

    def longest_pause() -> float:
        """The longest time without a turn, as a share of the time of writing."""
        pauses, written = [0.0], threading.Event()

        def take_turns() -> None:
            last = time.perf_counter()
            while not written.is_set():
                time.sleep(0.001)
                now = time.perf_counter()
                pauses.append(now - last)
                last = now

        thread = threading.Thread(target=take_turns)
        thread.start()
        began = time.perf_counter()
        try:
            store.put(entries)
        finally:
            taken = time.perf_counter() - began
            written.set()
            thread.join()
        return max(pauses) / taken

    # Other work on the machine makes pauses, too.
    assert min(longest_pause() for _ in range(3)) < 0.3
    assert store.count() == 2 + len(entries)


def test_what_fails_beside_a_writer_is_done_again_and_what_goes_on_failing_is_damage(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A reader meets a paper that goes between two steps of its search."""
    failing = [2]
    query = store._papers.query

    def searched(**arguments: Any) -> Any:
        if failing[0]:
            failing[0] -= 1
            raise InternalError("Error executing plan: Internal error: Error finding id")
        return query(**arguments)

    monkeypatch.setattr(store._papers, "query", searched)
    assert store.nearest_papers(np.array([1, 0], dtype=np.float32), 2)
    assert not (store.folder / DAMAGED).exists()
    failing[0] = 1000
    with pytest.raises(LibraryCorrupt):
        store.nearest_papers(np.array([1, 0], dtype=np.float32), 2)
    assert (store.folder / DAMAGED).exists()
