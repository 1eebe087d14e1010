"""Where the studies' data are. Files of this repository, and third-party data if it is on this machine."""

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
    """Read the cases of a file in data/. Raises `EvaluationError` if it is missing or malformed."""
    return read_lines(HERE / f"{name}.jsonl")


def read_lines(path: Path) -> list[Case]:
    """Read the records of a JSONL file, also gzipped. Raises `EvaluationError` if it cannot be read."""
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
    """Return a file of the shared data, or None if it is absent.

    The folder is $EVALS_SHARED, or `shared` beside the repository.
    """
    root = os.environ.get("EVALS_SHARED") or str(HERE.parents[3] / "shared")
    path = Path(root, "data", *parts)
    return path if path.exists() else None


def need_shared(*parts: str) -> Path:
    """Return a file of the shared data. Raises `EvaluationError` if it is absent."""
    path = shared(*parts)
    if path is None:
        raise EvaluationError(
            f"{'/'.join(parts)} is missing: set EVALS_SHARED to the folder that contains data/, or leave this study out."
        )
    return path


@cache
def _scifact() -> dict[str, Case]:
    return {row["id"]: row for row in read_lines(need_shared("scifact", "corpus.jsonl.gz"))}


def scifact_sentences(paper: str) -> list[str]:
    """Return the sentences of one of SciFact's abstracts, as its authors split it."""
    cut: list[str] = _scifact()[paper]["sentences"]
    return cut


def sentences(text: str) -> list[str]:
    """Split a text at full stops before a capital letter. On purpose simpler than the assistant's own way."""
    return [s.strip() for s in re.split(r"(?<=[a-z0-9)%][.!?])\s+(?=[A-Z])", text) if s.strip()]


def ml_papers() -> list[Paper]:
    """Read the machine-learning papers that have an abstract."""
    rows = read_lines(need_shared("ml_papers", "papers.jsonl.gz"))
    return [
        Paper(r["id"], r["title"], r["abstract"], source="ml_papers") for r in rows if r["abstract"].strip()
    ]


def scifact_papers() -> list[Paper]:
    """Read SciFact's 5,183 abstracts."""
    return [
        Paper(id=row["id"], title=row["title"], abstract=" ".join(row["sentences"]), source="scifact")
        for row in _scifact().values()
    ]
