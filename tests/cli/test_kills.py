"""Commands that are killed at a random moment leave a library that is whole, and can be given again."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from assistant import Assistant, Settings, Where

pytestmark = pytest.mark.slow
COMMAND = [sys.executable, "-m", "assistant"]
# Of the time that a command takes, its start included, it is killed behind this share at the earliest.
EARLIEST = 0.3
TIMES = 3


def write(folder: Path, first: int, last: int, said: str) -> None:
    lines = [
        {
            "id": f"p{n}",
            "title": f"Paper {n}",
            "abstract": f"Otters {said} in case {n}. " * 4,
            "year": 2000 + n % 20,
        }
        for n in range(first, last)
    ]
    (folder / "papers.jsonl").write_text("\n".join(map(json.dumps, lines)))


def given(*command: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [*COMMAND, *command], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=os.environ
    )


@pytest.mark.parametrize("name", ["sync", "tag", "doctor", "backup", "search"])
def test_a_command_that_is_killed_leaves_a_whole_library(tmp_path: Path, name: str) -> None:
    source, library, draw = tmp_path / "source", tmp_path / "library", random.Random(name)
    source.mkdir()
    write(source, 0, 300, "swim")
    at = ["--library", str(library)]
    subprocess.run([*COMMAND, *at, "sync", str(source), "--apply"], check=True, capture_output=True)
    write(source, 100, 400, "dive")
    command = {
        "sync": ["sync", str(source), "--apply"],
        "tag": ["tag", "wet", *(f"p{n}" for n in range(100, 300))],
        "doctor": ["doctor", "--repair"],
        "backup": ["backup", str(tmp_path / "kept.backup")],
        "search": ["search", "otters", "--since", "2010"],
    }[name]
    start = time.perf_counter()
    given(*at, "search", "otters").wait()
    usual = time.perf_counter() - start
    for _ in range(TIMES):
        if name == "doctor":
            (library / "lexical" / "meta.json").unlink(missing_ok=True)
        running = given(*at, *command)
        time.sleep(draw.uniform(EARLIEST, 2.0) * usual)
        running.kill()
        running.wait()
        with Assistant(library, settings=Settings()) as opened:
            assert all("Otters" in paper.abstract for paper in opened.papers())
            assert [p.paper.year for p in opened.search("otters", where=Where(since=2015, until=2015))].count(
                2015
            )
    done = subprocess.run([*COMMAND, *at, *command], capture_output=True, text=True, env=os.environ)
    assert done.returncode == 0, done.stderr
    with Assistant(library, settings=Settings()) as opened:
        opened.doctor(repair=True)
        assert opened.doctor() == []
        held = {paper.id for paper in opened.papers()}
        assert held == {f"p{n}" for n in (range(100, 400) if name == "sync" else range(300))}
        if name == "tag":
            assert opened.collections() == {"wet": 200}
    if name == "backup":
        with Assistant(tmp_path / "other", settings=Settings()) as other:
            other.restore(tmp_path / "kept.backup")
            assert len(other.papers()) == 300
