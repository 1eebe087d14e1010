"""How long files are read: 10,000 records of each text format, without embedding them."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

from assistant.core.paper import Paper
from assistant.library.readers import read
from evals.studies.generators.exports import EXPORTS, references

SECONDS = 4.0
"""10,000 records are to be read in this time at most."""


def measure(folder: Path, count: int = 10_000, formats: str = "") -> Iterator[str]:
    """Yield a line per format: how long `count` records of it were read. `formats`: names with commas; "" for all.

    Raises `RuntimeError` where a format's own records are not all read.
    """
    records = references(count)
    wanted = [name.strip().lower() for name in formats.split(",") if name.strip()]
    for name, export in EXPORTS.items():
        if wanted and name.lower() not in wanted:
            continue
        path = folder / f"reading{export.ending}"
        path.write_text(export.write(records), encoding="utf-8", newline="")
        before = time.process_time()
        found = sum(isinstance(record, Paper) for record in read(path))
        took = time.process_time() - before
        path.unlink()
        if found != count:
            raise RuntimeError(f"{name}: {found} of {count} records were read.")
        yield f"{name}: {count:,} records in {took:.1f} s of CPU (at most {SECONDS:.0f} for 10,000)"
