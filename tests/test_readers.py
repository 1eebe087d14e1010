from __future__ import annotations

import gzip
import json
import re
from pathlib import Path

import pytest
from conftest import shared

from assistant import Paper, Problem
from assistant.errors import SourceError
from assistant.readers import read

LONG = "We present a method that does a thing well. " * 8


def page(*parts: str) -> str:
    return "\n\n".join(parts) + "\n"


def taken(tmp_path: Path, text: str, name: str = "page.txt") -> tuple[list[Paper], list[Problem]]:
    path = tmp_path / name
    path.write_bytes(text.encode())
    records = list(read(path))
    return [r for r in records if isinstance(r, Paper)], [r for r in records if isinstance(r, Problem)]


HEADER = ("new", "Get trending papers in your email inbox!", "Subscribe", "Daily Papers", "byAK and the research community")
ONE, TWO = ("Alpha: a first paper", LONG + "Alpha ends."), ("Do We Need Beta?", LONG + "Beta ends.")


@pytest.mark.parametrize(
    "text",
    [
        page(*HEADER, "Aug 20", *ONE, *TWO),
        page(*HEADER, "September 3, 2025", *ONE, *TWO),
        page(*HEADER, "2025-09-03", *ONE, *TWO),
        page(*ONE, *TWO),
        page(*HEADER, "Aug 20", "12", *ONE, "7", *TWO, "Previous", "Next"),
        page("Aug 20", ONE[0], "· 5 authors", ONE[1], "Upvote 45", TWO[0], "· 2 authors", TWO[1]),
        page(*HEADER, "Aug 20", *ONE, *TWO).replace("\n", "\r\n"),
        "\n".join([*HEADER, "Aug 20", *ONE, *TWO]),
        page("Aug 20", ONE[0], ONE[1].replace(". ", ".\n"), *TWO),
        page("Aug 20", *ONE, *TWO, *ONE),
    ],
)
def test_pages_that_differ_a_little_are_read(tmp_path: Path, text: str) -> None:
    papers, problems = taken(tmp_path, text)
    assert [p.title for p in papers] == [ONE[0], TWO[0]]
    assert papers[0].abstract.endswith("Alpha ends.")
    assert papers[1].abstract.endswith("Beta ends.")
    assert problems == []


def test_an_abstract_in_two_paragraphs_is_one(tmp_path: Path) -> None:
    papers, _ = taken(tmp_path, page("Aug 20", ONE[0], LONG, LONG + "Alpha ends.", *TWO))
    assert papers[0].abstract == (LONG + LONG + "Alpha ends.").replace("  ", " ")


def test_a_short_last_paragraph_belongs_to_the_abstract(tmp_path: Path) -> None:
    papers, _ = taken(tmp_path, page("Aug 20", *ONE, "Code is available at https://example.org/x.", *TWO))
    assert papers[0].abstract.endswith("https://example.org/x.")
    assert papers[0].url == "https://example.org/x"
    assert len(papers) == 2


def test_a_paper_without_an_abstract_is_a_problem_and_takes_no_other_ones(tmp_path: Path) -> None:
    papers, problems = taken(tmp_path, page("Aug 20", "Gamma: lost", *ONE, *TWO))
    assert [p.title for p in papers] == [ONE[0], TWO[0]]
    assert [(p.line, p.field) for p in problems] == [(3, "abstract")]
    assert "Gamma" in problems[0].message


def test_the_real_page_comes_through_whole() -> None:
    records = list(read(shared("daily_papers.txt")))
    assert len(records) == 72
    assert all(isinstance(r, Paper) for r in records)
    text = re.sub(r"\s+", " ", shared("daily_papers.txt").read_text())
    assert all(r.title in text and r.abstract in text for r in records if isinstance(r, Paper))


def test_dropping_any_abstract_of_the_real_page_costs_that_paper_only(tmp_path: Path) -> None:
    papers = [r for r in read(shared("daily_papers.txt")) if isinstance(r, Paper)]
    whole = {(p.title, p.abstract) for p in papers}
    for k, lost in enumerate(papers):
        parts = [x for i, p in enumerate(papers) for x in ((p.title,) if i == k else (p.title, p.abstract))]
        found, problems = taken(tmp_path, page("Aug 21", *parts))
        assert {(p.title, p.abstract) for p in found} == whole - {(lost.title, lost.abstract)}
        assert len(problems) == 1


def line(**record: object) -> str:
    return json.dumps(record)


GOOD = {"title": "T", "abstract": "An abstract."}


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("{broken", "record"),
        ("[1, 2]", "record"),
        (line(abstract="x"), "title"),
        (line(title="T"), "abstract"),
        (line(title="T", abstract="  "), "abstract"),
        (line(title=7, abstract="x"), "title"),
        (line(title="T", abstract="x" * 30_000), "abstract"),
    ],
)
def test_a_record_that_cannot_be_a_paper_is_named_and_the_others_go_in(tmp_path: Path, text: str, field: str) -> None:
    papers, problems = taken(tmp_path, line(**GOOD) + "\n" + text + "\n", "x.jsonl")
    assert len(papers) == 1
    assert [(p.line, p.field) for p in problems] == [(2, field)]


@pytest.mark.parametrize(("field", "value"), [("year", "soon"), ("year", 99), ("authors", "Ada"), ("doi", ["x"])])
def test_a_wrong_optional_field_is_a_problem_and_the_paper_goes_in(tmp_path: Path, field: str, value: object) -> None:
    papers, problems = taken(tmp_path, line(**GOOD, **{field: value}), "x.jsonl")
    assert len(papers) == 1
    assert [p.field for p in problems] == [field]


def test_all_fields_of_a_record_are_kept(tmp_path: Path) -> None:
    record = {**GOOD, "id": "x1", "authors": ["Ada Byron"], "year": 2024, "venue": "V", "doi": "10.1/x", "arxiv_id": "2401.00001", "pmid": "5", "url": "u"}
    papers, _ = taken(tmp_path, line(**record), "x.jsonl")
    paper = papers[0].to_json()
    assert {k: paper[k] for k in record if k != "authors"} == {k: v for k, v in record.items() if k != "authors"}
    assert papers[0].authors == ("Ada Byron",)


def test_sections_keep_their_places(tmp_path: Path) -> None:
    record = {"title": "T", "sections": [{"label": "METHODS", "text": "We did it."}, {"label": "RESULTS", "text": "It works."}]}
    (paper,), _ = taken(tmp_path, line(**record), "x.jsonl")
    assert [(s.label, paper.abstract[s.start : s.end]) for s in paper.sections] == [("METHODS", "We did it."), ("RESULTS", "It works.")]


def test_labels_in_the_abstract_become_sections(tmp_path: Path) -> None:
    record = {"title": "T", "abstract": "BACKGROUND: It hurts. METHODS: We looked. RESULTS: It stops."}
    (paper,), _ = taken(tmp_path, line(**record), "x.jsonl")
    assert [s.label for s in paper.sections] == ["BACKGROUND", "METHODS", "RESULTS"]


def test_csv_separates_authors_by_semicolons(tmp_path: Path) -> None:
    text = 'title,abstract,authors,year\n"A, b","Line one\nline two",Ada Byron; Bo Chen,2020\nC,,,\n'
    papers, problems = taken(tmp_path, text, "x.csv")
    assert papers[0].authors == ("Ada Byron", "Bo Chen")
    assert papers[0].abstract == "Line one line two"
    assert [(p.line, p.field) for p in problems] == [(4, "abstract")]


def test_csv_without_the_columns_names_what_it_found(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="found: name, text"):
        taken(tmp_path, "name,text\na,b\n", "x.csv")


def test_gzip_and_byte_order_marks_are_read(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl.gz"
    path.write_bytes(gzip.compress(("\ufeff" + line(**GOOD)).encode()))
    assert len(list(read(path))) == 1


def test_the_same_record_twice_is_one_and_another_text_a_problem(tmp_path: Path) -> None:
    text = "\n".join([line(id="a", **GOOD), line(id="a", **GOOD), line(id="a", title="T", abstract="Other.")])
    papers, problems = taken(tmp_path, text, "x.jsonl")
    assert len(papers) == 1
    assert [p.field for p in problems] == ["id"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "empty"),
        (b"%PDF-1.7 ...", "PDF"),
        (b"PK\x03\x04....", "zip"),
        (b"abc\0def", "binary"),
        ("Ein Satz \u00fc".encode("latin-1"), "UTF-8"),
        (b"just\n\na few\n\nshort lines\n", "no paper"),
    ],
)
def test_a_file_that_cannot_be_read_says_what_it_is(tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "file.txt"
    path.write_bytes(content)
    with pytest.raises(SourceError, match=said):
        list(read(path))


def test_a_missing_file_and_a_folder_are_told_apart(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="does not exist"):
        list(read(tmp_path / "none.txt"))
    with pytest.raises(SourceError, match="folder"):
        list(read(tmp_path))
