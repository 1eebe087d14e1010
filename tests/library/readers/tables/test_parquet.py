"""Parquet: read where pyarrow is installed, else refused with the command that installs it."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from support.files import papers_in, problems_in, refusal, write


def test_without_pyarrow_the_command_that_installs_it_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    path = write(tmp_path / "a.parquet", b"PAR1 and so on PAR1")
    assert (
        "is a Parquet table: reading these needs pyarrow; install it with `pip install pyarrow`"
        in refusal(path)
    )


def test_rows_are_read_with_lists_of_names(tmp_path: Path) -> None:
    pyarrow = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    rows = [
        {
            "title": "A",
            "abstract": "We count.",
            "authors": ["Jane Doe", "Rick Roe"],
            "year": 2020,
            "doi": None,
        },
        {"title": None, "abstract": "No title.", "authors": [], "year": None, "doi": "10.5555/x"},
    ]
    parquet.write_table(pyarrow.Table.from_pylist(rows), tmp_path / "a.parquet")
    (paper,) = papers_in(tmp_path / "a.parquet")
    assert (paper.title, paper.authors, paper.year, paper.doi) == ("A", ("Jane Doe", "Rick Roe"), 2020, "")
    assert [(problem.line, problem.field) for problem in problems_in(tmp_path / "a.parquet")] == [
        (2, "title")
    ]


def test_a_damaged_table_is_refused_in_a_sentence(tmp_path: Path) -> None:
    pytest.importorskip("pyarrow")
    assert "is a damaged Parquet table" in refusal(write(tmp_path / "a.parquet", b"PAR1 and so on PAR1"))


def test_a_table_whose_text_is_damaged_is_refused(tmp_path: Path) -> None:
    pyarrow = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    path = tmp_path / "a.parquet"
    parquet.write_table(
        pyarrow.table({"title": ["Otters"], "abstract": ["We count."]}), path, compression="none"
    )
    write(path, path.read_bytes().replace(b"We count.", b"We c\xffunt."))
    assert "is a damaged Parquet table" in refusal(path)


def test_bytes_are_read_as_text(tmp_path: Path) -> None:
    pyarrow = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    table = pyarrow.table({"title": ["Ottérs".encode()], "abstract": [b"We count."]})
    parquet.write_table(table, tmp_path / "a.parquet")
    (paper,) = papers_in(tmp_path / "a.parquet")
    assert (paper.title, paper.abstract) == ("Ottérs", "We count.")
