"""Reading JSONL, JSON and CSV files, and refusing what cannot be read."""

from __future__ import annotations

import csv
import gzip
import io
import json
import os
import tarfile
import unicodedata
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.core.errors import SourceError
from assistant.core.paper import Paper, Section
from assistant.library.readers import Problem, read
from assistant.library.readers.record import clean, from_record
from assistant.library.readers.structure import labelled
from assistant.library.readers.table import read_csv

ONE = {"title": "Bees count", "abstract": "We show that bees count to four."}


def papers_in(path: Path) -> list[Paper]:
    return [found for found in read(path) if isinstance(found, Paper)]


def problems_in(path: Path) -> list[Problem]:
    return [found for found in read(path) if isinstance(found, Problem)]


def write(path: Path, content: str | bytes) -> Path:
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def lines(path: Path, *records: Any) -> Path:
    return write(path, "".join(json.dumps(record) + "\n" for record in records))


def refusal(path: Path) -> str:
    with pytest.raises(SourceError) as caught:
        list(read(path))
    return str(caught.value)


@pytest.fixture
def jsonl(tmp_path: Path) -> Path:
    return tmp_path / "papers.jsonl"


# Records


def test_every_field_of_a_record_comes_through(jsonl: Path) -> None:
    record = {
        **ONE,
        "id": "x1",
        "authors": ["Ada Byron", "Alan Turing"],
        "year": 2024,
        "venue": "Bees",
        "doi": "10.1000/182",
        "arxiv_id": "2401.01234v2",
        "pmid": "123",
        "url": "https://example.org/x",
        "note": "A summary.",
    }
    (paper,) = papers_in(lines(jsonl, record))
    assert paper.to_json() == {
        **record,
        "authors": ("Ada Byron", "Alan Turing"),
        "source": str(jsonl.resolve()),
    }


def test_unknown_keys_are_ignored(jsonl: Path) -> None:
    assert len(papers_in(lines(jsonl, {**ONE, "keywords": ["bee"], "rating": {"mean": 3}}))) == 1
    assert problems_in(jsonl) == []


@pytest.mark.parametrize(
    ("given", "identity"),
    [
        ({"doi": "https://doi.org/10.1000/ABC"}, "doi:10.1000/abc"),
        ({"arxiv_id": "arXiv:2401.01234v3"}, "arxiv:2401.01234"),
        ({"pmid": 77}, "pmid:77"),
        ({"id": "mine", "doi": "10.1/x"}, "mine"),
        ({"id": 12}, "12"),
    ],
)
def test_the_id_is_the_records_own_or_its_strongest_identifier(
    jsonl: Path, given: dict[str, Any], identity: str
) -> None:
    assert [paper.id for paper in papers_in(lines(jsonl, {**ONE, **given}))] == [identity]


@pytest.mark.parametrize(
    ("record", "field"),
    [
        ("text", "record"),
        (7, "record"),
        (None, "record"),
        ([ONE], "record"),
        ({"abstract": "A."}, "title"),
        ({**ONE, "title": "  "}, "title"),
        ({**ONE, "title": 5}, "title"),
        ({**ONE, "title": "—"}, "title"),
        ({"title": "A"}, "abstract"),
        ({**ONE, "abstract": ["A."]}, "abstract"),
        ({**ONE, "abstract": ["A."], "sections": [{"label": "X", "text": "Y."}]}, "abstract"),
        ({**ONE, "abstract": "a " * 10_001}, "abstract"),
    ],
)
def test_a_record_that_cannot_be_a_paper_is_a_problem_and_the_next_goes_in(
    jsonl: Path, record: Any, field: str
) -> None:
    found = list(read(lines(jsonl, record, {**ONE, "id": "next"})))
    assert [(p.line, p.field) if isinstance(p, Problem) else p.id for p in found] == [(1, field), "next"]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("year", 1499),
        ("year", 2101),
        ("year", 2024.5),
        ("year", True),
        ("year", "twenty"),
        ("year", [2024]),
        ("authors", "Ada Byron"),
        ("authors", [1]),
        ("authors", {"name": "Ada"}),
        ("venue", ["Bees"]),
        ("doi", "https://doi.org/"),
        ("arxiv_id", "arXiv:"),
        ("url", "javascript:alert(1)"),
        ("url", "https://example.org/a b"),
        ("id", {"x": 1}),
        ("sections", "BACKGROUND"),
        ("sections", [{"label": "RESULTS", "text": "Not in it."}]),
        ("sections", [{"label": "RESULTS"}]),
        ("sections", [{"label": 3, "text": "bees"}]),
    ],
)
def test_a_wrong_optional_field_is_a_problem_and_the_paper_goes_in_without_it(
    jsonl: Path, field: str, value: Any
) -> None:
    problem, paper = read(lines(jsonl, {**ONE, field: value}))
    assert isinstance(problem, Problem)
    assert (problem.line, problem.field) == (1, field)
    assert isinstance(paper, Paper)
    assert paper.id.startswith("t:") if field == "id" else not getattr(paper, field)


@pytest.mark.parametrize("year", [2024, "2024", " 2024 ", 2024.0, "2024.0"])
def test_a_year_may_be_written_in_digits(jsonl: Path, year: Any) -> None:
    assert papers_in(lines(jsonl, {**ONE, "year": year}))[0].year == 2024


def test_white_space_is_normalised_and_letters_are_composed(jsonl: Path) -> None:
    record = {"title": " Poincare\u0301 \n maps ", "abstract": "One\r\n\ttwo\u00a0 three.\u0000 Four."}
    paper = papers_in(lines(jsonl, record))[0]
    assert (paper.title, paper.abstract) == ("Poincaré maps", "One two three. Four.")


def test_a_lone_surrogate_does_not_break_a_record(jsonl: Path) -> None:
    paper = papers_in(write(jsonl, '{"title": "A \\ud800 b", "abstract": "We do."}'))[0]
    assert paper.title.encode()


def test_sections_without_an_abstract_become_one_with_offsets(jsonl: Path) -> None:
    parts = [{"label": "AIM", "text": " To  count. "}, {"label": "RESULTS", "text": "Four."}]
    paper = papers_in(lines(jsonl, {"title": "Bees", "sections": parts}))[0]
    assert paper.abstract == "To count. Four."
    assert paper.sections == (Section("AIM", 0, 9), Section("RESULTS", 10, 15))


def test_the_same_text_in_two_sections_has_two_places(jsonl: Path) -> None:
    parts = [{"label": "A", "text": "None."}, {"label": "B", "text": "None."}]
    paper = papers_in(lines(jsonl, {"title": "Bees", "abstract": "None. None.", "sections": parts}))[0]
    assert paper.sections == (Section("A", 0, 5), Section("B", 6, 11))


def test_sections_in_another_order_are_found_in_the_abstract(jsonl: Path) -> None:
    parts = [{"label": "B", "text": "Second."}, {"label": "A", "text": "First."}]
    paper = papers_in(lines(jsonl, {"title": "Bees", "abstract": "First. Second.", "sections": parts}))[0]
    assert [paper.abstract[part.start : part.end] for part in paper.sections] == ["First.", "Second."]


def test_a_section_that_is_not_in_the_abstract_is_left_out_of_the_others(jsonl: Path) -> None:
    parts = [{"label": "A", "text": "We show"}, {"label": "B", "text": "Gone."}]
    assert papers_in(lines(jsonl, {**ONE, "sections": parts}))[0].sections == (Section("A", 0, 7),)


def test_a_problem_prints_as_file_line_field_and_message() -> None:
    assert str(Problem("a.csv", 3, "year", "no year")) == "a.csv:3: year: no year"


@given(st.text(max_size=200))
def test_cleaned_text_is_one_line_composed_and_stays_as_it_is(text: str) -> None:
    once = clean(text)
    assert clean(once) == once
    assert unicodedata.is_normalized("NFC", once)
    assert once == " ".join(once.split())


@given(
    st.lists(st.text(st.characters(categories=["L", "P", "Zs"]), max_size=20), min_size=1, max_size=5),
    st.booleans(),
)
def test_each_section_is_where_its_offsets_say(texts: list[str], with_abstract: bool) -> None:
    parts = [{"label": str(number), "text": text} for number, text in enumerate(texts)]
    record = {"title": "T", "sections": parts} | ({"abstract": " ".join(texts)} if with_abstract else {})
    for found in from_record(record, "file", 1):
        if not isinstance(found, Problem):
            paper = found.paper
            for section in paper.sections:
                assert paper.abstract[section.start : section.end] == clean(texts[int(section.label)])


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
FIELDS = ["id", "title", "abstract", "authors", "year", "venue", "doi", "arxiv_id", "pmid", "url", "sections"]


@given(st.dictionaries(st.sampled_from(FIELDS), json_values))
def test_no_record_whatever_it_holds_breaks_the_reader(record: dict[str, Any]) -> None:
    found = list(from_record(record, "file", 1))
    assert found
    assert all(isinstance(problem, Problem) for problem in found[:-1])


# Labels inside abstracts


@pytest.mark.parametrize(
    "abstract",
    [
        "BACKGROUND: Bees. METHODS: We count. RESULTS: Four.",
        "Background: Bees are small. Methods: We count. Results: Four.",
        "BACKGROUND AND AIMS: Bees. MATERIALS AND METHODS: We count (twice). MAIN RESULTS: Four.",
    ],
)
def test_labels_at_sentence_starts_make_sections(abstract: str) -> None:
    assert len(labelled(abstract)) == 3
    assert " ".join(abstract[part.start : part.end] for part in labelled(abstract)) == abstract


@pytest.mark.parametrize(
    "abstract",
    [
        "Results: we count four bees.",
        "Results: one. Results: two.",
        "We list methods: counting. We list results: four.",
        "Our bees: four. The hive: one.",
    ],
)
def test_text_without_two_known_labels_has_no_sections(abstract: str) -> None:
    assert labelled(abstract) == ()


def test_labels_in_a_record_name_the_section_of_a_sentence(jsonl: Path) -> None:
    paper = papers_in(lines(jsonl, {"title": "B", "abstract": "Aim: To count. Results: There are four."}))[0]
    assert paper.section_at(paper.abstract.index("There")) == "RESULTS"


# The same paper twice


def test_the_same_record_twice_comes_once(jsonl: Path) -> None:
    assert len(list(read(lines(jsonl, ONE, ONE)))) == 1


def test_the_same_id_with_another_text_is_a_problem_and_the_first_stays(jsonl: Path) -> None:
    first, second = {**ONE, "id": "x"}, {**ONE, "id": "x", "abstract": "We show five."}
    paper, problem = read(lines(jsonl, first, second))
    assert isinstance(paper, Paper)
    assert paper.abstract == ONE["abstract"]
    assert isinstance(problem, Problem)
    assert (problem.line, problem.field) == (2, "id")


# JSON


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
        tmp_path / "papers.json", json.dumps([ONE, {"title": "B"}, {**ONE, "id": "x"}], indent=indent)
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


# CSV


def test_a_table_is_read_with_authors_and_embedded_line_breaks(tmp_path: Path) -> None:
    rows = 'Title, Abstract ,authors,year\r\nBees,"We\r\ncount, ""four"".",Ada Byron; Alan Turing,2024\r\n'
    paper = papers_in(write(tmp_path / "papers.csv", rows))[0]
    assert paper.abstract == 'We count, "four".'
    assert (paper.authors, paper.year) == (("Ada Byron", "Alan Turing"), 2024)


def test_the_line_of_a_row_counts_embedded_line_breaks(tmp_path: Path) -> None:
    path = write(tmp_path / "papers.csv", 'title,abstract\nA,"We\n\ncount."\n\nB,\nC,We do.\n')
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
            *[st.text(st.characters(categories=["L", "P"], include_characters='\n",; '), min_size=1)] * 2
        ),
        min_size=1,
        max_size=4,
    )
)
def test_any_well_formed_table_gives_a_paper_or_a_problem_a_row(rows: list[tuple[str, str]]) -> None:
    text = io.StringIO(newline="")
    csv.writer(text).writerows([("title", "abstract"), *rows])
    text.seek(0)
    found = list(read_csv(text, "file", ","))
    texts = [(p.paper.title, p.paper.abstract) for p in found if not isinstance(p, Problem)]
    assert len(found) == len(rows)
    assert set(texts) <= {(clean(title), clean(abstract)) for title, abstract in rows}


# Encodings and compression


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
@pytest.mark.parametrize("name", ["papers.jsonl", "papers.csv"])
def test_unicode_with_a_byte_order_mark_is_read(tmp_path: Path, name: str, encoding: str) -> None:
    row = json.dumps({**ONE, "title": "Poincaré"}, ensure_ascii=False)
    text = row if name.endswith("jsonl") else "title,abstract\nPoincaré,We count.\n"
    assert papers_in(write(tmp_path / name, text.encode(encoding)))[0].title == "Poincaré"


@pytest.mark.parametrize("name", ["papers.jsonl.gz", "papers.gz", "papers.jsonl"])
def test_gzip_is_read_whatever_its_name(tmp_path: Path, name: str) -> None:
    assert len(papers_in(write(tmp_path / name, gzip.compress(json.dumps(ONE).encode())))) == 1


def test_another_encoding_is_refused_with_the_byte_and_a_remedy(tmp_path: Path) -> None:
    said = refusal(write(tmp_path / "papers.txt", b"a" * 2_000_000 + "é".encode("latin1") + b" b"))
    assert "byte 2000000" in said
    assert "iconv -f latin1 -t utf-8 papers.txt" in said


def test_no_paper_comes_from_a_file_whose_end_is_in_another_encoding(jsonl: Path) -> None:
    write(jsonl, json.dumps(ONE).encode() + b"\n" + b'{"title": "\xe9"}')
    with pytest.raises(SourceError):
        next(read(jsonl))


def test_a_character_cut_at_the_end_is_refused(tmp_path: Path) -> None:
    assert "byte 3" in refusal(write(tmp_path / "papers.txt", b"abc\xc3"))


def test_utf16_without_a_mark_is_named(jsonl: Path) -> None:
    assert "iconv -f utf-16le" in refusal(write(jsonl, json.dumps(ONE).encode("utf-16le")))


@pytest.mark.parametrize("kept", [12, 40])
def test_a_damaged_gzip_file_is_refused(tmp_path: Path, kept: int) -> None:
    packed = gzip.compress(json.dumps(ONE).encode())[:kept]
    assert "damaged" in refusal(write(tmp_path / "papers.jsonl.gz", packed))


# Files that cannot be read at all


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    assert "does not exist" in refusal(tmp_path / "none.jsonl")


def test_a_folder_is_refused(tmp_path: Path) -> None:
    assert "folder" in refusal(tmp_path)


def test_a_pipe_is_refused_without_waiting_for_it(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert "regular file" in refusal(tmp_path / "pipe")


@pytest.mark.parametrize("content", [b"", b" \n\t\n", b"\xef\xbb\xbf\n", gzip.compress(b"")])
def test_an_empty_file_is_refused(tmp_path: Path, content: bytes) -> None:
    assert "empty" in refusal(write(tmp_path / "papers.txt", content))


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"%PDF-1.7\n%\xe2\xe3", "PDF"),
        (b"PK\x03\x04\x14\x00", "zip"),
        (b"\x89PNG\r\n\x1a\n", "image"),
        (b"\xff\xd8\xff\xe0", "image"),
        (b"RIFF\x00\x00\x00\x00WEBP", "image"),
        (b"SQLite format 3\x00", "database"),
        (b"title,abstract\n\x00\x01", "binary"),
        (b"<!DOCTYPE html><html>", "HTML"),
    ],
)
def test_a_file_of_another_kind_is_refused_by_name(tmp_path: Path, content: bytes, name: str) -> None:
    assert name in refusal(write(tmp_path / "papers.jsonl", content))


def test_a_zero_byte_far_into_the_file_is_binary(jsonl: Path) -> None:
    assert "binary" in refusal(write(jsonl, b" " * 3_000_000 + b"\x00"))


def test_an_archive_inside_gzip_is_named(tmp_path: Path) -> None:
    inner = lines(tmp_path / "papers.jsonl", ONE)
    with tarfile.open(tmp_path / "papers.tar.gz", "w:gz") as archive:
        archive.add(inner, "papers.jsonl")
    assert "archive" in refusal(tmp_path / "papers.tar.gz")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read every file")
def test_a_file_without_read_permission_is_refused(jsonl: Path) -> None:
    lines(jsonl, ONE).chmod(0)
    assert "chmod" in refusal(jsonl)


def test_a_link_that_leads_to_itself_is_refused(tmp_path: Path) -> None:
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    assert "loop" in refusal(tmp_path / "loop")


@pytest.mark.parametrize(
    ("name", "content"), [("a.json", "[]"), ("a.csv", "title,abstract\n"), ("a.txt", "12\n")]
)
def test_a_file_without_any_paper_is_refused(tmp_path: Path, name: str, content: str) -> None:
    assert "no paper" in refusal(write(tmp_path / name, content))
