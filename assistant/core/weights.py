"""Fitted weights and thresholds.

They belong to logistic regressions over named features. `python -m tests.studies fit` writes them to weights.json. A probability is `1 / (1 + exp(-(intercept + sum(weight * value))))`.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from functools import cache
from pathlib import Path


def probability(name: str, features: Mapping[str, float]) -> float:
    """Return the probability of the regression `name`, in 0..1. Features without a weight are ignored."""
    weights = _fitted()[name]
    z = weights["intercept"] + sum(weights.get(key, 0.0) * value for key, value in features.items())
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, z))))


def log_odds(probability: float) -> float:
    """Return the log odds of a probability between 0 and 1."""
    return math.log(probability / (1 - probability))


def weights(name: str) -> Mapping[str, float]:
    """Return the fitted weights of the regression `name` by feature."""
    return _fitted()[name]


def threshold(name: str) -> float:
    """Return a fitted threshold on a probability, in 0..1."""
    return _fitted()["thresholds"][name]


def forget() -> None:
    """Read the file again when a weight is next asked for."""
    _fitted.cache_clear()


def fitted_file() -> Path:
    """Return the path of the file of weights and thresholds."""
    return Path(__file__).with_name("weights.json")


@cache
def _fitted() -> dict[str, dict[str, float]]:
    loaded: dict[str, dict[str, float]] = json.loads(fitted_file().read_text(encoding="utf-8"))
    return loaded
