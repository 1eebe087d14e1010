"""A run's files on disk. It survives being killed: each finished case is written at once.

run.json        what produced it: suite, settings, versions, digests, times
suite.yaml      the suite at that time
cases.jsonl     its cases that were chosen for this run
records.jsonl   one record per finished case
judged.jsonl    one judgement per judged case
papers.jsonl    the papers that were retrieved, for reports
replies/        replies of models (beside the runs, shared by them)
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from filelock import FileLock, Timeout

from assistant import Paper
from assistant.core.json_values import dump, load
from evals.cases.judge import Judgement
from evals.cases.record import Record
from evals.errors import EvaluationError
from evals.suites.suite import Case, Suite, open_suite, write_cases

RUN, RECORDS, JUDGED, PAPERS = "run.json", "records.jsonl", "judged.jsonl", "papers.jsonl"
Value = TypeVar("Value")


@dataclass(frozen=True)
class RunFolder:
    """One run's folder."""

    path: Path

    @property
    def name(self) -> str:
        return self.path.name

    def manifest(self) -> dict[str, Any]:
        """Return the content of run.json. Raises `EvaluationError` if it is missing or broken."""
        try:
            data: dict[str, Any] = json.loads((self.path / RUN).read_text(encoding="utf-8"))
        except (OSError, ValueError) as exc:
            raise EvaluationError(
                f"{self.path} is not a run: name a folder that `python -m evals run` made."
            ) from exc
        return data

    def answered_by(self) -> str:
        """Return what answered the questions."""
        made = self.manifest()
        return str(made.get("system") or made["settings"]["llm"]["model"] or "quotes")

    def suite(self) -> Suite:
        """Return the suite as it was when the run began, with the cases chosen for it."""
        return open_suite(self.path)

    def begin(self, manifest: dict[str, Any], suite: Suite, cases: Iterable[Case]) -> None:
        """Make the folder. run.json comes last, so that a folder with one is complete."""
        self.path.mkdir(parents=True, exist_ok=True)
        (self.path / "suite.yaml").write_bytes((suite.folder / "suite.yaml").read_bytes())
        write_cases(self.path / "cases.jsonl", cases)
        self.write(manifest)

    def write(self, manifest: dict[str, Any]) -> None:
        """Replace run.json in one step."""
        fresh = self.path / f"{RUN}.new"
        fresh.write_text(json.dumps(manifest, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
        fresh.replace(self.path / RUN)

    def records(self) -> dict[str, Record]:
        """Return the records of finished cases by case id; the last line of a case counts."""
        return {record.case: record for record in self._values(RECORDS, Record)}

    def judgements(self) -> dict[str, Judgement]:
        """Return the judgements by case id."""
        return {judgement.case: judgement for judgement in self._values(JUDGED, Judgement)}

    def papers(self) -> dict[str, Paper]:
        """Return the papers that were retrieved, by id."""
        return {paper.id: paper for paper in self._values(PAPERS, Paper)}

    def append(self, name: str, value: Record | Judgement | Paper) -> None:
        """Write one line, and wait until it is on the disk."""
        with (self.path / name).open("a", encoding="utf-8") as file:
            file.write(json.dumps(dump(value), ensure_ascii=False) + "\n")
            file.flush()
            os.fsync(file.fileno())

    def repair(self) -> None:
        """Remove an incomplete last line, which a killed run leaves."""
        for name in (RECORDS, JUDGED):
            path = self.path / name
            if path.exists():
                whole = path.read_bytes()
                end = whole.rfind(b"\n") + 1
                if end < len(whole):
                    os.truncate(path, end)

    def lock(self) -> FileLock:
        """Lock the run for writing. Raises `EvaluationError` if another process holds the lock."""
        lock = FileLock(self.path / ".lock")
        try:
            lock.acquire(timeout=0)
        except Timeout as exc:
            raise EvaluationError(
                f"Another process is writing {self.path}: wait for it, or give --name."
            ) from exc
        return lock

    def _values(self, name: str, kind: type[Value]) -> list[Value]:
        path = self.path / name
        if not path.exists():
            return []
        values = []
        lines = path.read_text(encoding="utf-8").split("\n")
        # The last is empty, or incomplete after a kill.
        for number, line in enumerate(lines[:-1], start=1):
            try:
                values.append(load(kind, json.loads(line)))
            except ValueError as exc:
                raise EvaluationError(
                    f"{path}:{number} is damaged ({type(exc).__name__}): delete the line and run again."
                ) from exc
        return values


def open_run(path: str | Path, runs: Path) -> RunFolder:
    """Return the run in a folder, or the one of that name in `runs`. Raises `EvaluationError` if there is none."""
    for folder in (Path(path), runs / str(path)):
        if (folder / RUN).exists():
            return RunFolder(folder)
    raise EvaluationError(f"There is no run {str(path)!r}: `python -m evals runs` lists those in {runs}.")


def all_runs(runs: Path) -> list[RunFolder]:
    """Return the runs in a folder, oldest first."""
    folders = (RunFolder(path.parent) for path in runs.glob(f"*/{RUN}"))
    return sorted(folders, key=lambda run: str(run.manifest().get("started", "")))
