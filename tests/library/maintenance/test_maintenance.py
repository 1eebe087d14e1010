"""A library is examined and mended, backed up and restored, also where that breaks off."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from support.papers import PAPERS

from assistant import Assistant, Paper, Settings
from assistant.core.errors import LibraryError, SourceError
from assistant.library.maintenance.read_only import copied, writable

FAR = Paper("far", "Far owls", " ".join(f"Owl {n} {'flew on and ' * 30}rested." for n in range(9)))
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
    library.add([FAR])
    library._library.files().store.remove_windows(["far#0"])


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
    for name in ("b.zip", "c.zip"):
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


@pytest.fixture
def reader(path: Path) -> Iterator[list[str]]:
    """The beginning of a command that may not write to the library; root may write everywhere unless it gives that up."""
    every = [path, *path.rglob("*")]
    for one in every:
        one.chmod(0o555 if one.is_dir() else 0o444)
    if os.geteuid() != 0:
        yield []
    elif setpriv := shutil.which("setpriv"):
        yield [setpriv, "--bounding-set=-dac_override,-dac_read_search"]
    else:
        pytest.skip("root may write everywhere, and there is no setpriv to give that up with")
    for one in every:
        one.chmod(0o755 if one.is_dir() else 0o644)


_READ = """
import json, sys
from assistant import Assistant, Settings
from assistant.core.errors import LibraryReadOnly
from assistant.core.paper import Paper
library, backup, papers = Assistant(sys.argv[1], settings=Settings()), sys.argv[2], sys.argv[3]
answer = library.ask("How fast does Dot find cars?")
refused = []
for change in (
    lambda: library.add([Paper("new", "New", "New is new.")]),
    lambda: library.sync(papers, apply=True),
    lambda: library.remove("dot"),
    lambda: library.tag("city", ["dot"]),
    lambda: library.doctor(repair=True),
):
    try:
        change()
    except LibraryReadOnly as exc:
        refused.append(str(exc))
library.back_up(backup)
print(json.dumps({
    "papers": [paper.id for paper in library.papers()],
    "search": library.search("radar images")[0].paper.id,
    "answer": answer.statements[-1].evidence[0].quote,
    "verdict": library.verify("Dot finds cars in 5 ms on a phone.", ["dot"])[0].verdict,
    "found": len(library.doctor()),
    "new": len(library.sync(papers).added),
    "similar": len(library.similar("dot")),
    "refused": refused,
}))
"""


def states(path: Path) -> dict[str, tuple[int, bytes]]:
    return {
        str(one.relative_to(path)): (one.stat().st_mtime_ns, one.read_bytes())
        for one in path.rglob("*")
        if one.is_file()
    }


def test_a_library_that_nobody_may_write_to_is_read_and_not_changed(
    path: Path, reader: list[str], tmp_path: Path
) -> None:
    new = tmp_path / "new.jsonl"
    new.write_text('{"title": "Newts in ponds", "abstract": "Newts live in ponds."}')
    before, backup = states(path), tmp_path / "b.zip"
    command = [*reader, sys.executable, "-c", _READ, str(path), str(backup), str(new)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    refused = said.pop("refused")
    assert said == {
        "papers": ["dot", "line", "wave"],
        "search": "wave",
        "answer": "Dot finds cars in 5 ms on a phone.",
        "verdict": "supported",
        "found": 0,
        "new": 1,
        "similar": 2,
    }
    assert len(refused) == 5
    assert set(refused) == {
        f"The library {path} is read-only, and nothing was changed: allow writing to its files (`chmod -R u+w`), or copy the "
        "folder and name the copy with --library DIR."
    }
    assert states(path) == before
    with opened(tmp_path / "restored") as library:
        library.restore(backup)
        assert len(library) == 3


def test_one_copy_of_a_read_only_library_is_kept_and_follows_it(path: Path) -> None:
    (path / "write.lock").touch()
    copy = copied(path, "1")
    assert copied(path, "1") == copy
    assert {p.relative_to(copy) for p in copy.rglob("*")} == {
        p.relative_to(path) for p in path.rglob("*") if p.name != "write.lock"
    }
    (path / "generation").write_text("other")
    assert copied(path, "2") != copy
    assert not copy.exists()


def test_a_copy_that_cannot_be_made_is_said_to_be_that(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(path / "generation"))
    with pytest.raises(LibraryError, match="is read-only, so a copy of it is read, which cannot be made in"):
        copied(path, "1")


def test_a_library_that_was_moved_is_whole(path: Path, tmp_path: Path) -> None:
    with opened(path) as library:
        library.tag("city", ["dot"])
    there = path.rename(tmp_path / "elsewhere")
    with opened(there) as library:
        assert library.ask("How fast does Dot find cars?").sources[0].paper.id == "dot"
        assert library.collections() == {"cars": 1, "city": 1}
        assert library.doctor() == []
        library.remove("line")
        assert len(library) == 2


def test_files_that_come_and_go_beside_it_do_not_make_a_folder_read_only(tmp_path: Path) -> None:
    """SQLite deletes and makes its journal again and again; whoever looks at that moment may still write."""
    ended = threading.Event()

    def work() -> None:
        journal, folder = tmp_path / "journal", tmp_path / "segment"
        while not ended.is_set():
            journal.touch()
            folder.mkdir()
            journal.unlink()
            folder.rmdir()

    worker = threading.Thread(target=work)
    worker.start()
    try:
        assert all(writable(tmp_path) for _ in range(3000))
    finally:
        ended.set()
        worker.join()


@pytest.mark.parametrize("part", ["chroma", "lexical"])
def test_what_opening_mended_is_told_until_it_is_repaired(path: Path, part: str) -> None:
    shutil.rmtree(path / part)
    with opened(path) as library:
        assert library.search(QUESTION)[0].paper.id == "dot"
    for _ in range(2):
        with opened(path) as library:
            (found,) = library.doctor()
        assert found.part == {"chroma": "store"}.get(part, part)
        assert "0 papers instead of 3 when the library was opened" in found.message
    with opened(path) as library:
        assert library.doctor(repair=True) == [found]
        assert library.doctor() == []


@pytest.mark.parametrize("state", ["lost", "damaged"])
def test_what_is_lost_with_the_records_is_said(path: Path, state: str) -> None:
    for rest in path.glob("records.sqlite-*"):
        rest.unlink()
    if state == "lost":
        (path / "records.sqlite").unlink()
    else:
        (path / "records.sqlite").write_bytes(b"noise" * 1000)
    with opened(path) as library:
        assert {paper.id for paper in library.papers()} == {paper.id for paper in PAPERS}
        (found,) = library.doctor()
    assert found.part == "records"
    assert f"the file was {state}, and was made again from the store; collections" in found.message


def test_a_restored_library_has_lost_nothing(path: Path, tmp_path: Path) -> None:
    with opened(path) as library, opened(tmp_path / "new") as again:
        library.back_up(tmp_path / "backup.zip")
        again.restore(tmp_path / "backup.zip")
        assert again.doctor() == []
        with pytest.raises(SourceError, match=r"nothere\.zip does not exist"):
            again.restore(tmp_path / "nothere.zip")
