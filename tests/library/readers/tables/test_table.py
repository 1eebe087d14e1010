"""Tables with a header: CSV, TSV and other separators."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.files import papers_in, problems_in, refusal, write

from assistant.library.readers import Problem
from assistant.library.readers.record import clean
from assistant.library.readers.tables.table import read as read_table


def test_a_table_is_read_with_authors_and_embedded_line_breaks(tmp_path: Path) -> None:
    rows = 'Title, Abstract ,authors,year\r\nBees,"We\r\ncount, ""four"".",Ada Byron; Alan Turing,2024\r\n'
    paper = papers_in(write(tmp_path / "papers.csv", rows))[0]
    assert paper.abstract == 'We count, "four".'
    assert (paper.authors, paper.year) == (("Ada Byron", "Alan Turing"), 2024)


def test_the_line_of_a_row_counts_embedded_line_breaks(tmp_path: Path) -> None:
    path = write(tmp_path / "papers.csv", 'title,abstract\nA,"We\n\ncount."\n\n,B\nC,We do.\n')
    assert [problem.line for problem in problems_in(path)] == [6]
    assert [paper.title for paper in papers_in(path)] == ["A", "C"]


@pytest.mark.parametrize(
    ("name", "separator"),
    [("papers.tsv", "\t"), ("papers.csv", ";"), ("papers.csv", "\t"), ("papers.txt", ","), ("papers", "\t")],
)
def test_the_separator_is_told_by_the_header(tmp_path: Path, name: str, separator: str) -> None:
    text = f"title{separator}abstract\nBees{separator}We count.\n"
    assert [paper.title for paper in papers_in(write(tmp_path / name, text))] == ["Bees"]


def test_a_header_without_the_columns_names_those_that_are_there(tmp_path: Path) -> None:
    assert "name, summary" in refusal(write(tmp_path / "papers.csv", "name,summary\nA,B\n"))


def test_a_column_that_stands_twice_is_refused(tmp_path: Path) -> None:
    assert "title" in refusal(write(tmp_path / "papers.csv", "title,abstract,title\nA,B,C\n"))


def test_a_comma_outside_quotes_does_not_cut_an_abstract_silently(tmp_path: Path) -> None:
    path = write(tmp_path / "papers.csv", "title,abstract\nA,We count, and go.\nB,We count.\n")
    assert [(problem.line, problem.field) for problem in problems_in(path)] == [(2, "record")]
    assert [paper.title for paper in papers_in(path)] == ["B"]


def test_a_quote_that_is_never_closed_costs_one_row(tmp_path: Path) -> None:
    path = write(tmp_path / "papers.csv", 'title,abstract\nA,"We count.\nB,We go.\nC,We stay.\n')
    assert [problem.line for problem in problems_in(path)] == [2]
    assert [paper.title for paper in papers_in(path)] == ["B", "C"]


@given(
    st.lists(
        st.tuples(
            *[
                st.text(
                    st.characters(
                        categories=["L", "P"], include_characters='\n",; ', exclude_characters="\\"
                    ),
                    min_size=1,
                )
            ]
            * 2
        ),
        min_size=1,
        max_size=4,
    )
)
def test_any_well_formed_table_gives_a_paper_or_a_problem_a_row(rows: list[tuple[str, str]]) -> None:
    text = io.StringIO(newline="")
    csv.writer(text).writerows([("title", "abstract"), *rows])
    text.seek(0)
    found = list(read_table(text, "file"))
    texts = [(p.paper.title, p.paper.abstract) for p in found if not isinstance(p, Problem)]
    assert len(found) == len(rows)
    assert set(texts) <= {(clean(title), kept) for title, abstract in rows for kept in (clean(abstract), "")}
