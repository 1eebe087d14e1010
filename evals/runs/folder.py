"""A run on disk: run.json says what produced it, records.jsonl has a line a case; it survives being killed.

run.json        suite, settings, versions, digests, when
suite.yaml      the suite as it was, and the cases that this run chose
cases.jsonl
records.jsonl   a line a case, written when the case is finished
judged.jsonl    the judge's, likewise
papers.jsonl    the papers that were found, for reports
replies/        what models replied (beside the runs, shared by them)
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from filelock import FileLock, Timeout

from assistant import Paper
from evals.cases.judge import Judgement
from evals.cases.record import Record
from evals.errors import EvaluationError
from evals.suites.suite import Case, Suite, open_suite, write_cases

RUN, RECORDS, JUDGED, PAPERS = "run.json", "records.jsonl", "judged.jsonl", "papers.jsonl"
Read = TypeVar("Read")


@dataclass(frozen=True)
class RunFolder:
    """One run's folder."""

    path: Path

    @property
    def name(self) -> str:
        return self.path.name

    def manifest(self) -> dict[str, Any]:
        """run.json. Raises `EvaluationError` where it is missing or broken."""
        try:
            data: dict[str, Any] = json.loads((self.path / RUN).read_text(encoding="utf-8"))
        except (OSError, ValueError) as exc:
            raise EvaluationError(
                f"{self.path} is no run: name a folder that `python -m evals run` made."
            ) from exc
        return data

    def suite(self) -> Suite:
        """The suite as it was when the run began, with the cases chosen for it."""
        return open_suite(self.path)

    def begin(self, manifest: dict[str, Any], suite: Suite, cases: Iterable[Case]) -> None:
        """Makes the folder; run.json last, so that a folder with one is whole."""
        self.path.mkdir(parents=True, exist_ok=True)
        (self.path / "suite.yaml").write_bytes((suite.folder / "suite.yaml").read_bytes())
        write_cases(self.path / "cases.jsonl", cases)
        self.write(manifest)

    def write(self, manifest: dict[str, Any]) -> None:
        """Replaces run.json at once."""
        fresh = self.path / f"{RUN}.new"
        fresh.write_text(json.dumps(manifest, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
        fresh.replace(self.path / RUN)

    def records(self) -> dict[str, Record]:
        """Finished cases by id; the last line of a case counts."""
        return {record.case: record for record in self._lines(RECORDS, Record.from_json)}

    def judgements(self) -> dict[str, Judgement]:
        """The judge's by case id."""
        return {judged.case: judged for judged in self._lines(JUDGED, Judgement.from_json)}

    def papers(self) -> dict[str, Paper]:
        """The papers that were found, by id."""
        return {paper.id: paper for paper in self._lines(PAPERS, Paper.from_json)}

    def append(self, name: str, data: dict[str, Any]) -> None:
        """Writes one line and has the disk take it."""
        with (self.path / name).open("a", encoding="utf-8") as file:
            file.write(json.dumps(data, ensure_ascii=False) + "\n")
            file.flush()
            os.fsync(file.fileno())

    def mend(self) -> None:
        """Cuts off what a kill left of a last line."""
        for name in (RECORDS, JUDGED):
            path = self.path / name
            if path.exists():
                whole = path.read_bytes()
                end = whole.rfind(b"\n") + 1
                if end < len(whole):
                    os.truncate(path, end)

    def lock(self) -> FileLock:
        """Held while a run is written. Raises `EvaluationError` where another process holds it."""
        lock = FileLock(self.path / ".lock")
        try:
            lock.acquire(timeout=0)
        except Timeout as exc:
            raise EvaluationError(
                f"Another process is at work on {self.path}: wait for it, or give --name."
            ) from exc
        return lock

    def _lines(self, name: str, read: Callable[[dict[str, Any]], Read]) -> list[Read]:
        path = self.path / name
        if not path.exists():
            return []
        found = []
        lines = path.read_text(encoding="utf-8").split("\n")
        # The last is empty, or what a kill left of one.
        for number, line in enumerate(lines[:-1], start=1):
            try:
                found.append(read(json.loads(line)))
            except (KeyError, TypeError, ValueError) as exc:
                raise EvaluationError(
                    f"{path}:{number} is damaged ({type(exc).__name__}): delete the line and run again to have it anew."
                ) from exc
        return found


def open_run(path: str | Path, runs: Path) -> RunFolder:
    """The run in a folder, or of that name among the runs. Raises `EvaluationError` where there is none."""
    for folder in (Path(path), runs / str(path)):
        if (folder / RUN).exists():
            return RunFolder(folder)
    raise EvaluationError(f"There is no run {str(path)!r}: `python -m evals runs` lists those in {runs}.")


def all_runs(runs: Path) -> list[RunFolder]:
    """The runs in a folder, oldest first."""
    found = [RunFolder(path.parent) for path in runs.glob(f"*/{RUN}")]
    return sorted(found, key=lambda run: str(run.manifest().get("started", "")))
