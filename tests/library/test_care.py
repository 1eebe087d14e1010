"""A library is examined and mended, backed up and restored, also where that breaks off."""

from __future__ import annotations

import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from support.papers import PAPERS

from assistant import Assistant, Settings
from assistant.core.errors import LibraryError, SourceError

QUESTION = "How fast does Dot find cars?"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("made") / "library"
    with Assistant(path, settings=Settings()) as library:
        library.add(PAPERS)
        library.tag("cars", ["dot"])
    return path


@pytest.fixture
def path(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made, tmp_path / "library"))


def opened(path: Path) -> Assistant:
    return Assistant(path, settings=Settings())


def execute(path: Path, statement: str) -> None:
    with closing(sqlite3.connect(path / "records.sqlite")) as db, db:
        db.execute(statement)


def half_a_paper(library: Assistant) -> None:
    execute(library.path, "DELETE FROM search_vectors WHERE n = 1")


def a_lost_origin(library: Assistant) -> None:
    execute(library.path, "DELETE FROM origins WHERE paper = 'line'")


def a_stray_facet(library: Assistant) -> None:
    execute(library.path, "INSERT INTO facets VALUES ('author', 'nobody', 'gone')")


def a_lost_window(library: Assistant) -> None:
    library._library.files().store.remove_windows(["wave#0"])


def an_orphan_window(library: Assistant) -> None:
    store = library._library.files().store
    store._chunks.upsert(ids=["gone#0"], embeddings=[[0.1] * 384], metadatas=[{"paper_id": "gone"}])


@pytest.mark.parametrize(
    ("spoil", "part"),
    [
        (half_a_paper, "vectors"),
        (a_lost_origin, "origins"),
        (a_stray_facet, "origins"),
        (a_lost_window, "store"),
        (an_orphan_window, "windows"),
    ],
)
def test_what_is_wrong_is_found_and_mended(path: Path, spoil: Callable[[Assistant], None], part: str) -> None:
    with opened(path) as library:
        assert library.doctor() == []
        spoil(library)
    with opened(path) as library:
        assert [one.part for one in library.doctor()] == [part]
        assert [one.part for one in library.doctor(repair=True)] == [part]
        assert library.doctor() == []
        assert "5 ms" in library.ask(QUESTION).text


def test_a_backup_is_the_library_again(path: Path, tmp_path: Path) -> None:
    with opened(path) as library:
        library.back_up(tmp_path / "b.zip")
        papers = library.papers()
    with opened(tmp_path / "other") as other:
        other.restore(tmp_path / "b.zip")
        assert (other.papers(), other.collections()) == (papers, {"cars": 1})
        assert other.doctor() == []
        assert "5 ms" in other.ask(QUESTION).text
        with pytest.raises(LibraryError, match="not empty"):
            other.restore(tmp_path / "b.zip")
    assert sorted(file.name for file in tmp_path.iterdir()) == ["b.zip", "library", "other"]


def test_a_backup_replaces_a_backup_and_nothing_else(path: Path, tmp_path: Path) -> None:
    mine = tmp_path / "zotero.bib"
    mine.write_text("@article{dot, title = {Dot}}")
    with Assistant(path, settings=Settings()) as library:
        with pytest.raises(LibraryError, match="exists and is no backup"):
            library.back_up(mine)
        assert mine.read_text() == "@article{dot, title = {Dot}}"
        for _ in range(2):
            library.back_up(tmp_path / "library.backup")


def test_a_file_that_is_no_backup_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "b.zip", "w") as archive:
        archive.writestr("../evil", "x")
    (tmp_path / "c.zip").write_bytes(b"garbage")
    for name in ("b.zip", "c.zip", "none.zip"):
        with pytest.raises(SourceError, match="no backup that can be restored"):
            opened(tmp_path / "library").restore(tmp_path / name)
    assert sorted(file.name for file in tmp_path.iterdir()) == ["b.zip", "c.zip"]


_RUN = """
import sys
from assistant import Assistant, Settings
with Assistant(sys.argv[1], settings=Settings()) as library:
    print("ready", flush=True)
    getattr(library, sys.argv[2])(*sys.argv[3:])
"""


def killed(path: Path, chance: random.Random, *call: str) -> None:
    command = [sys.executable, "-c", _RUN, str(path), *call]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(chance.uniform(0, 1.5))
        process.send_signal(signal.SIGKILL)


@pytest.mark.slow
def test_backup_and_restore_that_are_killed_leave_all_or_nothing(path: Path, tmp_path: Path) -> None:
    chance = random.Random(5)
    backup, copy = tmp_path / "b.zip", tmp_path / "copy"
    for _ in range(4):
        killed(path, chance, "back_up", str(backup))
        with opened(path) as library:
            assert library.doctor() == []
            library.back_up(backup)
        killed(copy, chance, "restore", str(backup))
        with opened(copy) as library:
            if not library.exists:
                library.restore(backup)
            assert {paper.id for paper in library.papers()} == {"dot", "line", "wave"}
            assert library.doctor() == []
        shutil.rmtree(copy)
