"""JSON lines, JSON lists and records over several lines."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from support.files import ONE, lines, papers_in, problems_in, write

from assistant.core.paper import Paper
from assistant.library.readers import Problem, read


@pytest.fixture
def jsonl(tmp_path: Path) -> Path:
    return tmp_path / "papers.jsonl"


def test_a_broken_line_costs_only_itself(jsonl: Path) -> None:
    write(jsonl, '\n{"title": \n' + json.dumps(ONE) + "\n")
    problem, paper = read(jsonl)
    assert isinstance(problem, Problem)
    assert (problem.line, problem.field) == (2, "record")
    assert isinstance(paper, Paper)


def test_a_record_nested_too_deeply_is_a_problem(jsonl: Path) -> None:
    write(jsonl, json.dumps(ONE) + "\n" + "[" * 100_000 + "\n")
    assert [problem.line for problem in problems_in(jsonl)] == [2]


@pytest.mark.parametrize("indent", [None, 2])
def test_a_json_list_is_read_with_the_line_of_each_record(tmp_path: Path, indent: int | None) -> None:
    path = write(
        tmp_path / "papers.json", json.dumps([ONE, {"abstract": "B"}, {**ONE, "id": "x"}], indent=indent)
    )
    assert [paper.id for paper in papers_in(path)][1:] == ["x"]
    assert [problem.line for problem in problems_in(path)] == [6 if indent else 1]


def test_json_lines_may_be_named_json(tmp_path: Path) -> None:
    assert len(papers_in(lines(tmp_path / "papers.json", ONE, {**ONE, "id": "x"}))) == 2


def test_a_single_record_over_several_lines_is_read(tmp_path: Path) -> None:
    path = write(tmp_path / "paper.json", json.dumps(ONE, indent=2))
    assert [paper.title for paper in papers_in(path)] == ["Bees count"]


def test_a_list_that_breaks_off_gives_what_came_before_and_a_problem(tmp_path: Path) -> None:
    text = json.dumps([{**ONE, "id": str(i)} for i in range(3)], indent=1)
    found = list(read(write(tmp_path / "cut.json", text[:-40])))
    assert [p.id if isinstance(p, Paper) else p.field for p in found] == ["0", "1", "record"]


def test_a_list_longer_than_one_block_is_whole(tmp_path: Path) -> None:
    records = [{**ONE, "id": str(i), "abstract": f"We show {i}. " * 300} for i in range(60)]
    found = papers_in(write(tmp_path / "long.json", json.dumps(records, indent=1)))
    assert [paper.id for paper in found] == [str(i) for i in range(60)]


def test_a_file_is_read_record_by_record(jsonl: Path) -> None:
    write(jsonl, (json.dumps(ONE) + "\n") * 3)
    found = read(jsonl)
    assert isinstance(next(found), Paper)
    assert next(found, None) is None


@pytest.mark.parametrize("name", ["papers.data", "papers", "papers.txt"])
def test_json_is_known_by_its_content(tmp_path: Path, name: str) -> None:
    assert len(papers_in(lines(tmp_path / name, ONE))) == 1
