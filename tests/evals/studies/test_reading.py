"""Files of every format that the study of reading writes are read, to the character."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.files import papers_in, problems_in

from evals.studies import reading
from evals.studies.generators.exports import EXPORTS, references


@pytest.mark.parametrize("name", EXPORTS)
def test_each_format_says_what_its_records_say(name: str, tmp_path: Path) -> None:
    records = references(12)
    path = tmp_path / f"a{EXPORTS[name].ending}"
    path.write_text(EXPORTS[name].write(records), encoding="utf-8", newline="")
    papers = papers_in(path)
    assert problems_in(path) == []
    assert [paper.title for paper in papers] == [record.title for record in records]
    assert [paper.abstract for paper in papers] == [record.abstract for record in records]
    if name != "Page":
        assert [paper.year for paper in papers] == [record.year for record in records]
        assert [len(paper.authors) for paper in papers] == [len(record.names) for record in records]


def test_a_line_per_format_says_how_long_it_took(tmp_path: Path) -> None:
    lines = list(reading.measure(tmp_path, 20, "ris, page"))
    assert [line.split(": 20 records in ")[0] for line in lines] == ["RIS", "Page"]
    assert list(tmp_path.iterdir()) == []
