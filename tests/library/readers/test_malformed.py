"""Spoilt files of every format: papers, Problems or one refusal, in little time and memory; never another error."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest
from support.malformed import NAMES, malformed
from support.papers import ROOT

from assistant.core.errors import SourceError
from assistant.core.paper import Paper
from assistant.library.readers import Problem, read

SECONDS = 10.0
"""No file of one record takes so long, on a busy machine."""
MEGABYTES = 500


def read_all(name: str, count: int, folder: Path) -> tuple[int, int, int]:
    """Read spoilt files of a format; return how many papers, problems and refusals there were."""
    papers = problems = refusals = 0
    for path in malformed(name, count, folder):
        before = time.process_time()
        try:
            for record in read(path):
                assert isinstance(record, Paper | Problem)
                papers += isinstance(record, Paper)
                problems += isinstance(record, Problem)
        except SourceError:
            refusals += 1
        assert time.process_time() - before < SECONDS, path.read_bytes()[:2000]
    return papers, problems, refusals


def needed(name: str) -> None:
    """Skip the test where what reads a format is not installed."""
    if name == "Parquet":
        pytest.importorskip("pyarrow")


@pytest.mark.parametrize("name", NAMES)
def test_two_hundred_spoilt_files_of_a_format(name: str, tmp_path: Path) -> None:
    needed(name)
    papers, problems, refusals = read_all(name, 200, tmp_path)
    # Most faults cost little; some cost a record, and are told.
    assert papers >= 5
    assert problems + refusals >= 5


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_five_thousand_spoilt_files_of_a_format_in_little_memory(name: str, tmp_path: Path) -> None:
    needed(name)
    code = (
        "import resource, sys; from pathlib import Path; from library.readers.test_malformed import read_all; "
        f"counts = read_all({name!r}, 5_000, Path({str(tmp_path)!r})); "
        "print(sum(counts), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)"
    )
    run = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT / "tests", env={"PYTHONPATH": f"{ROOT}:{ROOT / 'tests'}"}, timeout=1_800
    )  # fmt: skip
    assert run.returncode == 0, run.stderr[-3000:]
    found, megabytes = map(int, run.stdout.split())
    assert found >= 5_000
    assert megabytes < MEGABYTES
