"""Papers are sorted, written in batches, and a library is repaired after an interrupted write."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.core.errors import LibraryLocked
from assistant.core.paper import Paper
from assistant.library.readers import Problem
from assistant.library.records import Known
from assistant.library.sync import AddReport, _new_generation, _Tally, writing


def paper(name: str, abstract: str = "Text.", source: str = "file") -> Paper:
    return Paper(name, name, abstract, source=source)


def test_records_are_sorted_into_new_changed_unchanged_and_problems() -> None:
    same, old = paper("same"), paper("old")
    problem = Problem("file", 3, "title", "missing")
    tally = _Tally({p.id: Known(p.fingerprint, p.source) for p in (same, old, paper("mine"))})
    records = [
        paper("new"),
        same,
        problem,
        paper("old", "Other."),
        paper("mine", "Other.", "elsewhere"),
        paper("same", source="elsewhere"),
        paper("new"),
    ]
    assert [p.id for p in tally.sort(records)] == ["new", "old"]
    report = tally.report()
    assert (report.added, report.changed, report.unchanged) == (("new",), ("old",), ("same", "same", "new"))
    assert report.problems[0] == problem
    assert [(p.file, p.line, p.field) for p in report.problems[1:]] == [("elsewhere", 0, "id")]
    assert "from file; remove it first" in report.problems[1].message
    assert tally.read == 6
    assert str(report) == "1 added, 1 changed, 3 unchanged, 2 problems"
    assert str(AddReport(problems=(Problem("x", 1, "title", "missing"),))).endswith("0 unchanged, 1 problem")
    assert str(AddReport()) == "0 added, 0 changed, 0 unchanged, 0 problems"


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
