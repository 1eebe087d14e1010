"""PDFs: what is read from a first page, and what is refused."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from support.files import papers_in, pdf, refusal, write

PAGE = (
    ("arXiv:2101.00001v2 [cs.CL] 4 Jan 2021", 9),
    ("Counting Otters in", 18),
    ("Twelve City Rivers", 18),
    ("Jane Doe and Rick Roe", 11),
    ("Abstract", 12),
    ("We counted otters (340 of them) in twelve river-", 10),
    ("banks. Clean water was linked to more otters.", 10),
    ("1 Introduction", 12),
    ("Otters are animals.", 10),
)


def test_title_and_abstract_of_the_first_page_are_read_and_marked(tmp_path: Path) -> None:
    (paper,) = papers_in(pdf(tmp_path / "a.pdf", *PAGE))
    assert paper.title == "Counting Otters in Twelve City Rivers"
    assert paper.abstract == (
        "We counted otters (340 of them) in twelve riverbanks. Clean water was linked to more otters."
    )
    assert (paper.arxiv_id, paper.id) == ("2101.00001", "arxiv:2101.00001")
    assert paper.extra == {"custom": {"extracted": "from the first page of a PDF"}}


@pytest.mark.parametrize(
    "heading",
    ["Abstract. We counted otters.", "ABSTRACT: We counted otters.", "Abstract — We counted otters."],
)
@pytest.mark.parametrize(
    "after", ["Keywords: otters", "Introduction", "© 2020 Example Press", "I. Introduction"]
)
def test_an_abstract_ends_where_the_next_part_begins(tmp_path: Path, heading: str, after: str) -> None:
    lines = (("Otters by night", 16), (heading, 10), ("They swim.", 10), (after, 10), ("More.", 10))
    (paper,) = papers_in(pdf(tmp_path / "a.pdf", *lines))
    assert paper.abstract == "We counted otters. They swim."


def test_a_page_without_an_abstract_has_a_title_alone(tmp_path: Path) -> None:
    (paper,) = papers_in(pdf(tmp_path / "a.pdf", ("Otters by night", 16), ("A letter to the editor.", 10)))
    assert (paper.title, paper.abstract) == ("Otters by night", "")


def test_a_page_without_text_is_refused(tmp_path: Path) -> None:
    assert "without text on its first page" in refusal(pdf(tmp_path / "a.pdf"))


@pytest.mark.parametrize("content", [b"%PDF-1.4\n", b"%PDF-1.7\nxref\n0 1\ntrailer<</Root 9 0 R>>\n%%EOF"])
def test_a_damaged_pdf_is_refused_in_a_sentence(tmp_path: Path, content: bytes) -> None:
    assert "is a damaged PDF: fetch it again" in refusal(write(tmp_path / "a.pdf", content))


@pytest.mark.parametrize("ending", [".pdf", ".PDF", ".xlsx", ".parquet", ".zip"])
@pytest.mark.parametrize(
    "content",
    [
        b"A text about sleep.",
        b"<html><body>Please sign in.</body></html>",
        b"\x89PNG\r\n\x1a\n",
        b"Caf\xe9 au lait, \xe0 deux.",
    ],
)
def test_what_only_its_name_makes_a_pdf_or_another_packed_file_is_told_so(
    tmp_path: Path, ending: str, content: bytes
) -> None:
    said = refusal(write(tmp_path / f"a{ending}", content))
    assert f"a{ending} is no real {ending.lower()} file" in said
    assert "get the file again, or add its references as BibTeX or RIS." in said


def test_a_wrong_ending_hides_no_paper_and_nothing_that_is_said_of_an_empty_file(tmp_path: Path) -> None:
    bibtex = b"@article{a, title = {Otters}, abstract = {We counted otters.}}"
    assert [paper.title for paper in papers_in(write(tmp_path / "a.pdf", bibtex))] == ["Otters"]
    assert "is empty" in refusal(write(tmp_path / "b.pdf", b""))
    assert "does not exist" in refusal(tmp_path / "c.pdf")


def test_without_pypdf_the_command_that_installs_it_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pypdf", None)
    assert "pip install pypdf" in refusal(pdf(tmp_path / "a.pdf", *PAGE))
