"""Papers are sorted, written in batches, and a library is repaired after an interrupted write."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.core.errors import LibraryLocked
from assistant.library.sync import _new_generation, writing


def test_a_change_makes_a_new_generation_whether_it_is_whole_or_broken_off(tmp_path: Path) -> None:
    generation = tmp_path / "generation"
    with pytest.raises(KeyboardInterrupt), _new_generation(tmp_path):
        raise KeyboardInterrupt
    first = generation.read_text()
    with _new_generation(tmp_path):
        assert generation.read_text() == first
    assert generation.read_text() != first


def test_the_write_lock_is_held_once_and_released(tmp_path: Path) -> None:
    with (
        writing(tmp_path),
        pytest.raises(LibraryLocked, match="wait until it has finished"),
        writing(tmp_path),
    ):
        pass
    with writing(tmp_path):
        pass
