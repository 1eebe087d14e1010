"""Noise sensitivity and agreement of rewordings against examples worked by hand."""

from __future__ import annotations

import pytest

from evals.metrics.robustness import NoiseSensitivity, agreement, noise_sensitivity


def test_noise_sensitivity_agrees_with_an_example_worked_by_hand() -> None:
    # Papers: one relevant, one not. Statements: 1 from the relevant one and right; 2 from it and wrong; 3 from the other
    # and wrong; 4 from both and wrong, which is laid to the relevant one. Relevant 2/4, irrelevant 1/4.
    found = noise_sensitivity(
        relevant=[True, False],
        entailed=[[True, False], [True, False], [False, True], [True, True]],
        correct=[True, False, False, False],
    )
    assert found == NoiseSensitivity(relevant=0.5, irrelevant=0.25)
    assert noise_sensitivity([True], [], []) is None


def test_agreement_is_the_mean_jaccard_index_of_all_pairs() -> None:
    # {a} {a b}: 1/2; {a} {}: 0; {a b} {}: 0.
    assert agreement([frozenset("a"), frozenset("ab"), frozenset()]) == pytest.approx(1 / 6)
    assert agreement([frozenset(), frozenset()]) == 1.0
    assert agreement([frozenset("a")]) is None
