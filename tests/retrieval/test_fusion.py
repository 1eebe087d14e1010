"""Fusion of channels, with exact values."""

from __future__ import annotations

import pytest

from assistant.retrieval.fusion import fuse, ranks, scaled


def test_scores_are_scaled_to_the_range_from_0_to_1() -> None:
    assert scaled({"a": 4.0, "b": 2.0, "c": 3.0}) == {"a": 1.0, "b": 0.0, "c": 0.5}


def test_equal_scores_are_all_1() -> None:
    assert scaled({"a": 2.0, "b": 2.0}) == {"a": 1.0, "b": 1.0}
    assert scaled({}) == {}


def test_a_missing_score_counts_as_the_channels_least() -> None:
    fused = fuse({"dense": {"a": 0.9, "b": 0.5, "c": 0.1}, "lexical": {"a": 1.0, "d": 3.0}})
    assert fused == pytest.approx({"a": 0.5, "b": 0.25, "c": 0.0, "d": 0.5})


def test_one_channel_alone_has_the_whole_weight() -> None:
    assert fuse({"lexical": {"a": 1.0, "b": 3.0}}) == {"a": 0.0, "b": 1.0}


def test_ranks_begin_with_1_and_equal_scores_keep_their_order() -> None:
    assert ranks({"a": 0.2, "b": 0.9, "c": 0.2}) == {"b": 1, "a": 2, "c": 3}
