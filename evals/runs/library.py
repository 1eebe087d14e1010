"""The indexed library of a suite."""

from __future__ import annotations

import hashlib

import httpx

from assistant import Assistant, Settings
from assistant.core.settings import cache_path
from assistant.library.embedding.embedder import MINILM
from assistant.library.sources.sample import sample_papers
from evals.errors import EvaluationError
from evals.suites.suite import Suite

_COMPLETE = "whole"


def open_library(suite: Suite, settings: Settings, transport: httpx.BaseTransport | None = None) -> Assistant:
    """Open a suite's library, and index it first if this was not yet done with the embedder of the settings.

    Raises `EvaluationError` if one of its files is missing or has no paper.
    """
    if not suite.files and settings.embedding.name == MINILM:
        return Assistant.sample(settings=settings, transport=transport)
    key = hashlib.sha256(repr((settings.embedding.name, settings.embedding.base_url)).encode())
    for path in suite.files:
        if not path.is_file():
            raise EvaluationError(
                f"The library of {suite.name} lacks {path}: put it there, or correct suite.yaml."
            )
        with path.open("rb") as file:
            key.update(hashlib.file_digest(file, "sha256").digest())
    folder = cache_path() / "evals" / f"{suite.name}-{key.hexdigest()[:12]}"
    library = Assistant(folder, settings=settings, transport=transport)
    # Written last: an interrupted indexing continues where it stopped.
    complete = folder / _COMPLETE
    if not complete.exists():
        library.add(*(suite.files or (sample_papers(),)))
        if not len(library):
            raise EvaluationError(
                f"The library of {suite.name} has no paper: try `assistant add` with its files."
            )
        complete.touch()
    return library
