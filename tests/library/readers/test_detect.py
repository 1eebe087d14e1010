"""One file, read whole: the format is chosen, and a paper comes once."""

from __future__ import annotations

import io
import subprocess
import sys
from pathlib import Path

import pytest
from support.files import ONE, lines, refusal, write

from assistant.core.paper import Paper
from assistant.library.readers import Problem, read
from assistant.library.readers.formats import EVERY, FORMATS, NAMES, detect
from assistant.library.readers.problem import Located


@pytest.fixture
def jsonl(tmp_path: Path) -> Path:
    return tmp_path / "papers.jsonl"


def test_the_same_record_twice_comes_once(jsonl: Path) -> None:
    assert len(list(read(lines(jsonl, ONE, ONE)))) == 1


def test_the_same_id_with_another_text_is_a_record_of_its_own(jsonl: Path) -> None:
    first, second = {**ONE, "id": "x"}, {**ONE, "id": "x", "abstract": "We show five."}
    assert [r.abstract for r in read(lines(jsonl, first, second)) if isinstance(r, Paper)] == [
        ONE["abstract"],
        "We show five.",
    ]


def test_a_record_without_an_abstract_is_a_paper_unless_abstracts_are_asked_for(jsonl: Path) -> None:
    lines(jsonl, {"title": "Bees"}, ONE)
    assert [r.abstract for r in read(jsonl) if isinstance(r, Paper)] == ["", ONE["abstract"]]
    problem, _ = read(jsonl, abstracts_only=True)
    assert isinstance(problem, Problem)
    assert (problem.line, problem.field) == (1, "abstract")


@pytest.mark.parametrize(
    ("name", "head", "expected"),
    [
        ("a.bib", "Encoding: UTF-8", "BibTeX"),
        ("A.BIBTEX.GZ", "", "BibTeX"),
        ("a.txt", "% made by hand\n\n @Article {x,", "BibTeX"),
        ("a.txt", "@someone wrote", "Daily Papers page"),
        ("a.ris", "Provider: X", "RIS"),
        ("a.txt", "\nTY  - JOUR", "RIS"),
        ("a.txt", "TY - JOUR", "RIS"),
        ("a", "\nyear\tABSTRACT\t title ", "CSV"),
        ("a.tsv", "name\tsummary", "CSV"),
        ("a.txt", "title,summary", "CSV"),
        ("a.txt", "title,price", "Daily Papers page"),
        ("a.txt", "Record #1 of 2\n@article{a,", "BibTeX"),
        ("a.txt", "DB  - One\nTI  - T\n", "RIS"),
        ("a.txt", "PMID- 12", "MEDLINE"),
        ("a.txt", "FN Clarivate Analytics Web of Science", "Web of Science"),
        ("a.txt", "%A Doe\n%T Otters\n", "Refer"),
        ("a.txt", "<?xml version='1.0'?>", "XML"),
        ("a.csv", '[{"title": "A"}]', "JSONL"),
        ("a.ndjson", "no json", "JSONL"),
        ("a.txt", '{"title": "A"}', "JSONL"),
        ("a.txt", "{}", "JSONL"),
        ("a.txt", "[]", "JSONL"),
        ("a.txt", "[1] A reference", "Daily Papers page"),
        ("a.json", "no json", "JSONL"),
        ("a", "A title", "Daily Papers page"),
    ],
)
def test_the_beginning_tells_the_format_and_else_the_name(name: str, head: str, expected: str) -> None:
    assert detect(name, head).name == expected


def test_each_format_has_a_reader_of_its_own_and_endings_of_its_own() -> None:
    endings = [ending for known in EVERY for ending in known.endings]
    assert len(endings) == len(set(endings))
    assert len({known.module for known in EVERY}) == len(EVERY)


@pytest.mark.parametrize(
    ("module", "text"),
    [
        ("bibtex.records", "@misc{a, title={T}, abstract={A b.}}"),
        ("tagged.ris", "TY  - JOUR\nTI  - T\nAB  - A b.\nER  - "),
        ("tables.table", "title|abstract\nT|A b."),
        ("objects.jsonl", '{"title": "T", "abstract": "A b."}'),
        ("pages.note", "# T\n\nA b."),
        ("pages.page", "T\n\n" + "word " * 40),
    ],
)
def test_each_format_reads_its_files(module: str, text: str) -> None:
    (known,) = [known for known in FORMATS if known.module == module]
    (record,) = known.read(io.StringIO(text), "file")
    assert isinstance(record, Located)
    assert (record.line, record.paper.title, record.paper.source) == (
        (2 if module == "tables.table" else 1),
        "T",
        "file",
    )


def test_a_format_is_described_by_name_endings_and_contents() -> None:
    assert str(FORMATS[0]) == "BibTeX (.bib, .bibtex): entries, best with an abstract"
    assert NAMES == (
        "BibTeX, RIS, MEDLINE, Web of Science, Refer, XML, CSV, JSONL, Markdown, Daily Papers page, "
        "Excel, Parquet, PDF, Zip archive"
    )


def test_the_list_of_formats_is_imported_without_the_readers_vendors() -> None:
    code = "import sys, assistant.library.readers.formats; print({'openpyxl', 'bibtexparser', 'numpy', 'pypdf', 'pyarrow', 'yaml'} & set(sys.modules))"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "set()"


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (" <!DOCTYPE html><html>", "HTML"),
        ("{\\rtf1", "RTF"),
        ("1. J Urban Anim. 2020.\n\nOtters.\n\nAuthor information:\n", "PubMed"),
        ("\\documentclass{a}", "LaTeX"),
    ],
)
def test_text_of_another_format_is_refused_by_name(tmp_path: Path, content: str, kind: str) -> None:
    assert kind in refusal(write(tmp_path / "a.txt", content))


def test_a_guessed_encoding_is_the_first_problem_and_others_are_not_mentioned(tmp_path: Path) -> None:
    text = "TY  - JOUR\nTI  - Müller’s bees\nAB  - Größe.\nER  - \n"
    problem, paper = read(write(tmp_path / "a.ris", text.encode("cp1252")))
    assert isinstance(problem, Problem)
    assert (problem.line, problem.field) == (0, "encoding")
    assert problem.message.startswith("read as Windows-1252, which is a guess")
    assert isinstance(paper, Paper)
    assert (paper.title, paper.abstract) == ("Müller’s bees", "Größe.")
    assert len(list(read(write(tmp_path / "b.ris", text)))) == 1
