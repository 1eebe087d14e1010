"""Table of all metrics: name, group, direction, meaning."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

TABLE = Path(__file__).resolve().with_suffix(".toml")
Group = Literal["retrieval", "citation", "answer", "refusal", "robustness", "judge", "cost", "own"]
Better = Literal["more", "less", ""]


@dataclass(frozen=True)
class Metric:
    """A metric: whether more or less of it is better ("" for neither), and what it measures.

    `headline` metrics are shown first; the others with `--all`. What a `verified` metric says depends on the verifier.
    """

    name: str
    group: Group
    better: Better
    about: str
    headline: bool = False
    verified: bool = False

    @property
    def timed(self) -> bool:
        """Whether it is in seconds, which depend on the load of the machine."""
        return self.group == "cost" and self.name.startswith(("seconds", "first_"))

    @property
    def share(self) -> bool:
        """Whether it lies between 0 and 1."""
        return self.group != "cost" and self.name not in ("citations", "words")

    def decided_by(self, verifier: str) -> str:
        """Return the name, with that of the verifier if the figure depends on it: "citation_recall@rules"."""
        return f"{self.name}@{verifier}" if self.verified else self.name


METRICS = tuple(
    Metric(name, **fields) for name, fields in tomllib.loads(TABLE.read_text(encoding="utf-8")).items()
)
BY_NAME = {metric.name: metric for metric in METRICS}
