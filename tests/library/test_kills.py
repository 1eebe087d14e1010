"""A change of a library that is killed at any moment: the library opens whole, and nothing that was kept is embedded again.

Promised: each paper is wholly as it was or wholly as it shall be (record, windows, words, vectors); opening embeds nothing; doing
the change again embeds again at most the batch that was being embedded and the one that was being written. Kills at random moments,
and under strace before the n-th write to a file: `pytest -m slow tests/library/test_kills.py` does all 200.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from support.killed import COLLECTION, OPERATIONS, Killable, change, names, plan, title, word, write

from assistant import Assistant, Settings
from assistant.library.embedding.embedder import MiniLMEmbedding, SpanText
from assistant.library.sync import BATCH

SEED = int(os.environ.get("KILL_SEED") or random.randrange(10**6))
STRACE = shutil.which("strace")
# From a thousand changes on, Chroma writes its index into files of its own.
FEW, MANY = 40, 985
ROUNDS = int(os.environ.get("KILLS", "140"))
TRACED = int(os.environ.get("KILLS_TRACED", "60"))
# The calls that change a file, and the files that they are counted for.
CALLS = "write,pwrite64,fsync,fdatasync,ftruncate,unlink"
CHROMA = ("chroma/chroma.sqlite3",)
RECORDS = ("records.sqlite", "records.sqlite-wal")


def made(folder: Path, count: int) -> Path:
    (folder / "files").mkdir(parents=True)
    write(folder / "files" / "papers.jsonl", plan("add", count).before)
    with Assistant(folder / "library", settings=Settings()) as library:
        library.sync(folder / "files", apply=True)
    return folder


@pytest.fixture(scope="module", params=[FEW])
def killable(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Killable]:
    # Sources are known by their paths: the library is copied to where it was made.
    folder = tmp_path_factory.mktemp("killed")
    made(folder, request.param)
    kept = tmp_path_factory.mktemp("made") / "copy"
    shutil.copytree(folder, kept)
    server = Killable(folder, kept)
    yield server
    server.close()


def check(server: Killable, operation: str, count: int, monkeypatch: pytest.MonkeyPatch) -> int:
    """Open the library, look at all of it, do the change again; return how many papers were embedded again."""
    again: list[str] = []
    embed = MiniLMEmbedding.embed_spans

    def noted(model: MiniLMEmbedding, texts: list[SpanText]) -> object:
        again.extend(names(texts))
        return embed(model, texts)

    planned = plan(operation, count)
    with monkeypatch.context() as patch, Assistant(server.library, settings=Settings()) as library:
        patch.setattr(MiniLMEmbedding, "embed_spans", noted)
        if operation == "repair":
            # What was not repaired yet is repaired now.
            library.doctor(repair=True)
            again.clear()
        whole(library, planned.before, planned.after)
        assert again == []
        assert library.collections() in ({}, {COLLECTION: count} if operation == "tag" else {})
        change(library, operation, server.files, planned)
        whole(library, planned.after, planned.after)
        assert library.collections() == ({COLLECTION: count} if operation == "tag" else {})
    twice = [one for one, times in Counter([*again, *server.embedded()]).items() if times > 1]
    assert len(twice) <= 2 * BATCH, f"{len(twice)} papers were embedded again"
    return len(twice)


def whole(library: Assistant, before: dict[str, str], after: dict[str, str]) -> None:
    """Assert that every paper is as it was or as it shall be, in all parts."""
    files = library._library.files()
    assert library.doctor() == []
    held = {paper.id: paper.abstract for paper in library.papers()}
    for paper in before.keys() | after.keys() | held.keys():
        assert held.get(paper) in (before.get(paper), after.get(paper)), paper
    assert all(paper.title == title(paper.id) for paper in library.papers())
    vectors = files.records.search_vectors(list(held))
    entries = list(files.store.entries(files.lexical.records))
    assert {e.chunked.paper.id: e.chunked.paper.abstract for e in entries} == held
    for entry in entries:
        assert np.allclose(entry.vectors, vectors[entry.chunked.paper.id], atol=2e-3), entry.chunked.paper.id
    # Ten papers are looked for by their vector and by the word that only one version has.
    touched = sorted(paper for paper in before.keys() | after.keys() if before.get(paper) != after.get(paper))
    looked_for = touched or sorted(held)
    for paper in random.Random(0).sample(looked_for, min(10, len(looked_for))):
        for version in ("old", "new"):
            found = files.lexical.search(word(int(paper[1:]), version), 3)
            assert (paper in found) == (word(int(paper[1:]), version) in held.get(paper, "")), (
                paper,
                version,
            )
        if paper in held:
            assert files.store.nearest_papers(vectors[paper][0], 3).get(paper, 0) > 0.99, paper
            assert library._library.files().records.vectors([library.paper(paper)]), paper


def seconds_of(server: Killable, operation: str, count: int) -> float:
    server.start(operation, count)
    began = time.monotonic()
    server.go()
    assert not server.ended()
    return time.monotonic() - began


def killed(server: Killable, operation: str, count: int, seconds: float) -> bool:
    """Change the library and kill that after so many seconds; return whether it was not done before."""
    process = server.start(operation, count)
    server.go()
    time.sleep(seconds)
    with suppress(ProcessLookupError):
        os.kill(process, signal.SIGKILL)
    return server.ended()


@pytest.mark.parametrize("operation", OPERATIONS)
def test_a_kill_at_a_random_moment_leaves_a_whole_library(
    killable: Killable, operation: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    print(f"KILL_SEED={SEED}")
    # A short while: on a busy machine, too, none of the changes is done by then.
    killed(killable, operation, FEW, random.Random(f"{SEED} {operation}").uniform(0, 0.3))
    check(killable, operation, FEW, monkeypatch)


@pytest.mark.slow
def test_kills_at_random_moments_leave_a_whole_library(
    killable: Killable, monkeypatch: pytest.MonkeyPatch
) -> None:
    print(f"KILL_SEED={SEED}")
    chance, done, again = random.Random(SEED), 0, 0
    times = {operation: seconds_of(killable, operation, FEW) for operation in OPERATIONS}
    while done < ROUNDS:
        operation = OPERATIONS[done % len(OPERATIONS)]
        done += killed(killable, operation, FEW, chance.uniform(0, times[operation]))
        again = max(again, check(killable, operation, FEW, monkeypatch))
    print(f"{done} kills at random moments; at most {again} papers embedded again")


def targets(library: Path) -> dict[str, list[Path]]:
    """Return the files of Chroma's index, its database, and the records."""
    return {
        "index": sorted(path for path in library.glob("chroma/*/*") if path.suffix in (".bin", ".pickle")),
        "chroma": [library / name for name in CHROMA],
        "records": [library / name for name in RECORDS],
    }


class Traced:
    """strace, which kills the process before the n-th call of a thread that changes one of these files."""

    def __init__(self, process: int, files: list[Path], nth: int, log: Path) -> None:
        assert STRACE
        self.log = log
        log.unlink(missing_ok=True)
        paths = [part for file in files for part in ("-P", str(file))]
        inject = ["-e", f"inject={CALLS}:signal=KILL:when={nth}"] if nth else []
        command = [STRACE, "-f", "-y", *paths, "-e", f"trace={CALLS}", *inject, "-o", str(log)]
        self._process = subprocess.Popen(
            [*command, "-p", str(process)], stderr=subprocess.PIPE, start_new_session=True
        )
        assert self._process.stderr is not None
        assert b"attached" in self._process.stderr.readline()

    def calls(self) -> int:
        """Return the most calls that one thread made."""
        self._process.communicate(timeout=30)
        lines = self.log.read_text(errors="replace").splitlines()
        made_by = Counter(line.split()[0] for line in lines if "(" in line and "resumed" not in line)
        return max(made_by.values(), default=0)


@pytest.mark.slow
@pytest.mark.skipif(STRACE is None, reason="there is no strace on this machine")
@pytest.mark.parametrize("killable", [MANY], indirect=True)
def test_kills_within_writes_leave_a_whole_library(
    killable: Killable, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    print(f"KILL_SEED={SEED}")
    chance, fallen, again = random.Random(SEED), Counter[str](), 0
    most: dict[tuple[str, str], int] = {}
    parts = list(targets(killable.library))
    for operation in OPERATIONS:
        for part in parts:
            process = killable.start(operation, MANY)
            trace = Traced(process, targets(killable.library)[part], 0, tmp_path / "trace")
            killable.go()
            assert not killable.ended()
            most[operation, part] = trace.calls()
    pairs = [pair for pair, calls in most.items() if calls]
    print(f"most calls of one thread: {most}")
    while fallen.total() < TRACED:
        operation, part = pairs[fallen.total() % len(pairs)]
        process = killable.start(operation, MANY)
        nth = chance.randint(1, most[operation, part])
        trace = Traced(process, targets(killable.library)[part], nth, tmp_path / "trace")
        killable.go()
        # Threads share the work differently each time: where none came so far, the change was done.
        if killable.ended():
            fallen[part] += 1
        trace.calls()
        again = max(again, check(killable, operation, MANY, monkeypatch))
    print(f"{fallen.total()} kills within writes ({dict(fallen)}); at most {again} papers embedded again")
