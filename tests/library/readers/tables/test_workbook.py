"""Workbooks of Excel: the same columns as CSV, whatever the sheet looks like."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from openpyxl import Workbook
from support.files import papers_in, problems_in, refusal, write

from assistant import Paper
from assistant.library.readers import read

SCOPUS = ["Authors", "Title", "Year", "Source title", "DOI", "Abstract"]


def workbook(path: Path, *sheets: Sequence[Sequence[Any]]) -> Path:
    book = Workbook()
    book.remove(book.active)
    for rows in sheets:
        sheet = book.create_sheet()
        for row in rows:
            sheet.append(row)
    book.save(path)
    return path


def test_the_columns_of_scopus_are_known(tmp_path: Path) -> None:
    row = ["Doe J.; Roe R.", "Otters ≤ 5", 2020, "Urban Animals", "10.5555/otters", "We counted 12 & more."]
    (paper,) = papers_in(workbook(tmp_path / "a.xlsx", [SCOPUS, row]))
    assert (paper.title, paper.abstract) == ("Otters ≤ 5", "We counted 12 & more.")
    assert (paper.authors, paper.year, paper.venue) == (("J. Doe", "R. Roe"), 2020, "Urban Animals")
    assert paper.id == "doi:10.5555/otters"


def test_the_table_may_stand_in_another_sheet_below_other_lines(tmp_path: Path) -> None:
    notes = [["Read me first"], ["Nothing here"]]
    table = [["Export of May"], [], ["title", "abstract"], [], ["A", "We count."], ["", "No title."]]
    path = workbook(tmp_path / "a.xlsx", notes, table)
    assert [paper.title for paper in papers_in(path)] == ["A"]
    assert [(problem.line, problem.field) for problem in problems_in(path)] == [(6, "title")]


def test_dates_numbers_and_empty_cells_are_what_they_show(tmp_path: Path) -> None:
    rows: list[list[object]] = [
        ["Title", "Abstract", "Publication Date", "PMID", "Volume"],
        ["A", "We count.", datetime(2021, 5, 3), 35123456.0, 7],
        ["B", "We count too.", "Spring 2020", None, None],
    ]
    first, second = papers_in(workbook(tmp_path / "a.xlsx", rows))
    assert (first.year, first.pmid, first.extra) == (
        2021,
        "35123456",
        {"volume": "7", "issued": {"date-parts": [[2021, 5, 3]]}},
    )
    assert (second.year, second.pmid, second.extra) == (2020, "", {})


def test_columns_may_be_named(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", [["Titel", "Kurzfassung"], ["A", "We count."]])
    assert "needs the columns title and abstract, and its first line names Titel, Kurzfassung" in refusal(
        path
    )
    (paper,) = read(path, columns={"title": "Titel", "abstract": "Kurzfassung"})
    assert isinstance(paper, Paper)
    assert paper.title == "A"


def test_one_cell_in_the_last_corner_costs_no_memory(tmp_path: Path) -> None:
    book = Workbook()
    book.active.append(["title", "abstract"])
    book.active.append(["A", "We count."])
    book.active["XFD1048576"] = "x"
    book.save(tmp_path / "a.xlsx")
    assert [paper.title for paper in papers_in(tmp_path / "a.xlsx")] == ["A"]


def changed(path: Path, to: Path, part: str, old: bytes, new: bytes) -> Path:
    with ZipFile(path) as package, ZipFile(to, "w", ZIP_DEFLATED) as copy:
        for name in package.namelist():
            content = package.read(name)
            copy.writestr(name, content.replace(old, new) if name == part else content)
    return to


def test_a_row_far_below_all_others_is_refused(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", [["title", "abstract"], ["A", "We count."]])
    far = changed(path, tmp_path / "b.xlsx", "xl/worksheets/sheet1.xml", b'r="2"', b'r="999999999999"')
    assert "more rows and columns than can be read" in refusal(far)


def test_a_workbook_that_unpacks_without_end_is_refused(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", [["title", "abstract"]])
    bomb = changed(
        path,
        tmp_path / "b.xlsx",
        "xl/worksheets/sheet1.xml",
        b"<sheetData>",
        b"<sheetData>" + b" " * 70_000_000,
    )
    assert "more than 64 MB unpacked" in refusal(bomb)


@pytest.mark.parametrize("part", ["xl/workbook.xml", "xl/worksheets/sheet1.xml"])
def test_a_damaged_workbook_is_refused_in_a_sentence(tmp_path: Path, part: str) -> None:
    path = workbook(tmp_path / "a.xlsx", [["title", "abstract"], ["A", "We count."]])
    broken = changed(path, tmp_path / "b.xlsx", part, b"<", b"<<")
    assert "is a damaged workbook" in refusal(broken)


def test_what_only_begins_as_a_zip_archive_is_refused(tmp_path: Path) -> None:
    assert "damaged zip archive" in refusal(write(tmp_path / "a.xlsx", b"PK\x03\x04" + b"x" * 50))
