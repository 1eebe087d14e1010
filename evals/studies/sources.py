"""The studies' data: files of this folder, and third-party data that is read in place where it is there."""

from __future__ import annotations

import gzip
import json
import os
import re
from functools import cache
from pathlib import Path
from typing import Any

from assistant import Paper
from evals.errors import EvaluationError

HERE = Path(__file__).resolve().parent / "data"
Case = dict[str, Any]


def load(name: str) -> list[Case]:
    """The cases of a file of this repository. Raises `EvaluationError` where it is missing or malformed."""
    return read_lines(HERE / f"{name}.jsonl")


def read_lines(path: Path) -> list[Case]:
    """The records of a JSONL file, also gzipped."""
    try:
        with (
            gzip.open(path, "rt", encoding="utf-8")
            if path.suffix == ".gz"
            else path.open(encoding="utf-8") as file
        ):
            return [json.loads(line) for line in file if line.strip()]
    except (OSError, ValueError) as exc:
        raise EvaluationError(f"{path} cannot be read: {exc}.") from exc


def shared(*parts: str) -> Path | None:
    """A file of the shared data, or None where it is absent.

    The folder is $EVALS_SHARED, or `shared` beside the repository.
    """
    root = os.environ.get("EVALS_SHARED") or str(HERE.parents[3] / "shared")
    path = Path(root, "data", *parts)
    return path if path.exists() else None


def need_shared(*parts: str) -> Path:
    """The same, raising `EvaluationError` where it is absent."""
    path = shared(*parts)
    if path is None:
        raise EvaluationError(
            f"{'/'.join(parts)} is not here: set EVALS_SHARED to the folder that holds data/, or leave this suite out."
        )
    return path


@cache
def _scifact() -> dict[str, Case]:
    return {row["id"]: row for row in read_lines(need_shared("scifact", "corpus.jsonl.gz"))}


def scifact_sentences(paper: str) -> list[str]:
    """One of SciFact's abstracts as its authors cut it."""
    cut: list[str] = _scifact()[paper]["sentences"]
    return cut


def sentences(text: str) -> list[str]:
    """A text cut at full stops that are followed by a capital; plainer than the assistant's own way, on purpose."""
    return [s.strip() for s in re.split(r"(?<=[a-z0-9)%][.!?])\s+(?=[A-Z])", text) if s.strip()]


def ml_papers() -> list[Paper]:
    """The machine-learning papers that have an abstract."""
    rows = read_lines(need_shared("ml_papers", "papers.jsonl.gz"))
    return [
        Paper(r["id"], r["title"], r["abstract"], source="ml_papers") for r in rows if r["abstract"].strip()
    ]


def scifact_papers() -> list[Paper]:
    """SciFact's 5,183 abstracts."""
    return [
        Paper(id=row["id"], title=row["title"], abstract=" ".join(row["sentences"]), source="scifact")
        for row in _scifact().values()
    ]
