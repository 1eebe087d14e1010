"""Spoilt files of every format: papers, Problems or one refusal, in little time and memory; never another error."""

from __future__ import annotations

import gzip
import os
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
    found, megabytes = alone(f"sum(read_all({name!r}, 5_000, Path({str(tmp_path)!r})))")
    assert found >= 5_000
    assert megabytes < MEGABYTES


@pytest.mark.slow
@pytest.mark.parametrize("unit", [b"\0", b" ", b"a", b"{}\n", b"TY  - JOUR\n", b"@article{a, title={"])
def test_a_gigabyte_in_gzip_is_refused_in_little_memory(unit: bytes, tmp_path: Path) -> None:
    path, block = tmp_path / "zeros.gz", unit * ((1 << 24) // len(unit))
    with gzip.open(path, "wb", 6) as file:
        for _ in range(64):
            file.write(block)
    refused, megabytes = alone(f"is_refused(Path({str(path)!r}))")
    assert refused
    assert megabytes < MEGABYTES


def is_refused(path: Path) -> bool:
    """Return whether a file is refused before anything of it is read."""
    try:
        return next(iter(read(path)), None) is None
    except SourceError:
        return True


def alone(code: str) -> tuple[int, int]:
    """Return the number that an expression is in a process of its own, and how many megabytes that took."""
    program = (
        "import resource; from pathlib import Path; from library.readers.test_malformed import is_refused, read_all; "
        f"print(int({code}), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)"
    )
    # What is installed beside the tests is seen there, too.
    path = os.pathsep.join([str(ROOT), str(ROOT / "tests"), *filter(None, sys.path)])
    run = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, cwd=ROOT / "tests", env={"PYTHONPATH": path}, timeout=1_800
    )  # fmt: skip
    assert run.returncode == 0, run.stderr[-3000:]
    number, megabytes = map(int, run.stdout.split())
    return number, megabytes
