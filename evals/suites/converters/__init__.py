"""From public data sets to suites. One module for each format, which gives a `Converted`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from evals.suites.converters import beir, pubmedqa, scholarqabench, scifact
from evals.suites.converters.converted import Converter, Report, write

FORMATS: Mapping[str, Converter] = {
    "beir": beir.read,
    "pubmedqa": pubmedqa.read,
    "scholarqabench": scholarqabench.read,
    "scifact": scifact.read,
}


def convert(form: str, path: Path, to: Path, *, limit: int | None = None) -> Report:
    """Write the set at `path` as a suite into the new folder `to`; with `limit`, a random sample of so many cases.

    Raises `EvaluationError` with file and line of what cannot be read, or if `to` has a suite already.
    """
    return write(FORMATS[form](path), to, limit)
