"""Agreement of rewordings against examples worked by hand."""

from __future__ import annotations

import pytest

from evals.metrics.robustness import agreement


def test_agreement_is_the_mean_jaccard_index_of_all_pairs() -> None:
    # {a} {a b}: 1/2; {a} {}: 0; {a b} {}: 0.
    assert agreement([frozenset("a"), frozenset("ab"), frozenset()]) == pytest.approx(1 / 6)
    assert agreement([frozenset(), frozenset()]) == 1.0
    assert agreement([frozenset("a")]) is None
