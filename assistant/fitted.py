"""The fitted numbers: logistic regressions over named features, and thresholds, all in fitted.json.

`python -m evals fit` reproduces the file. Each score is `1 / (1 + exp(-(intercept + sum(weight * value))))`.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from functools import cache
from importlib.resources import files


def probability(name: str, features: Mapping[str, float]) -> float:
    """The fitted probability `name` for these features, in 0..1. Features without a weight count nothing."""
    weights = _fitted()[name]
    z = weights["intercept"] + sum(weights.get(key, 0.0) * value for key, value in features.items())
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, z))))


def threshold(name: str) -> float:
    """A fitted threshold on a probability, in 0..1."""
    return _fitted()["thresholds"][name]


@cache
def _fitted() -> dict[str, dict[str, float]]:
    text = files("assistant").joinpath("fitted.json").read_text(encoding="utf-8")
    loaded: dict[str, dict[str, float]] = json.loads(text)
    return loaded
