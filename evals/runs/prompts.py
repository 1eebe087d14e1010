"""Run with prompts of one's own."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from assistant.core.settings import OWN_PROMPTS
from assistant.llm.prompts import texts
from evals.errors import EvaluationError


def read_prompts(pairs: Sequence[str]) -> dict[str, Path]:
    """Read "name=file" texts. Raises `EvaluationError` if there is no such prompt or no such file."""
    found = {}
    for pair in pairs:
        name, equals, file = pair.partition("=")
        if not equals or name not in texts():
            raise EvaluationError(
                f"--prompt {pair}: write NAME=FILE with one of the names {', '.join(sorted(texts()))}."
            )
        if not Path(file).is_file():
            raise EvaluationError(f"--prompt {pair}: there is no file {file}.")
        found[name] = Path(file)
    return found


@contextmanager
def own_prompts(files: Mapping[str, Path]) -> Iterator[None]:
    """Let the program use these files as its prompts, by name, in this process and while the block lasts."""
    if not files:
        yield
        return
    before = {name: value for name, value in os.environ.items() if name == OWN_PROMPTS}
    with TemporaryDirectory() as folder:
        for name, file in files.items():
            shutil.copy(file, Path(folder) / f"{name}.md")
        os.environ[OWN_PROMPTS] = folder
        try:
            yield
        finally:
            del os.environ[OWN_PROMPTS]
            os.environ.update(before)
