from __future__ import annotations

import json
import math

import pytest

from assistant.core.weights import fitted_file, probability, threshold

FITTED = json.loads(fitted_file().read_text(encoding="utf-8"))


def test_a_probability_is_the_logistic_of_the_weighted_sum() -> None:
    weights = FITTED["about_short"]
    z = weights["intercept"] + 0.5 * weights["cosine"] - 2 * weights["negation"]
    features = {"cosine": 0.5, "negation": -2.0}
    assert probability("about_short", features) == pytest.approx(1 / (1 + math.exp(-z)), abs=1e-12)


def test_a_feature_without_a_weight_is_ignored() -> None:
    assert probability("about", {"no such feature": 9.0}) == probability("about", {})


def test_far_sums_stay_in_range() -> None:
    assert probability("about", {"cosine": 1e9}) == pytest.approx(1 / (1 + math.exp(-30)), abs=1e-16)
    assert probability("about", {"cosine": -1e9}) == pytest.approx(1 / (1 + math.exp(30)), rel=1e-9)


def test_thresholds_are_probabilities_of_the_file() -> None:
    assert FITTED["thresholds"]
    for name, value in FITTED["thresholds"].items():
        assert threshold(name) == value
        assert 0 < value < 1


def test_a_name_that_was_not_fitted_is_a_defect() -> None:
    with pytest.raises(KeyError):
        threshold("no such threshold")
