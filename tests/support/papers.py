"""A library of three papers, and the shared third-party data."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from assistant import Paper

ROOT = Path(__file__).resolve().parents[2]
SHARED = Path(os.environ.get("EVALS_SHARED") or ROOT.parent / "shared")
PAPERS = [
    Paper(
        "dot",
        "Dot: tiny detectors",
        "Object detectors are slow. We present Dot, a detector with one network. Dot finds cars in 5 ms on a phone. "
        "On the Road data set Dot reaches 71% mAP, while BigDet reaches 68%. Dot does not need object proposals.",
        authors=("Ada Byron", "Bo Chen"),
        year=2024,
        source="test",
    ),
    Paper(
        "line",
        "Line: recommending music",
        "Music recommenders forget old songs. We introduce Line, which stores a summary of each listener. "
        "Line increases listening time by 12% for new users. It was tested with 3,000 listeners over two months.",
        source="test",
    ),
    Paper(
        "wave",
        "Wave: forecasting rain",
        "Rain is hard to forecast beyond six hours. Wave is a neural network that reads radar images. "
        "Wave halves the error of the national model at a lead time of three hours. It needs one GPU.",
        source="test",
    ),
]


def shared(*parts: str) -> Path:
    """A file of the shared data; skips the test where it is absent."""
    path = Path(SHARED, "data", *parts)
    if not path.exists():
        pytest.skip(f"the shared data {'/'.join(parts)} is not here (EVALS_SHARED names its folder)")
    return path
