"""Zip archives: what is in them is read, and nothing of what they say of paths and sizes is believed."""

from __future__ import annotations

from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from support.files import papers_in, problems_in, refusal, write

from assistant.core.paper import Paper
from assistant.library.readers import Problem, read

BIB = "@article{a, title={Otters by night}, abstract={We counted 12 otters.}}\n"
CSV = "title,abstract\nBeavers,Dams lower floods.\n,No title.\n"


def archive(path: Path, **files: str | bytes) -> Path:
    with ZipFile(path, "w", ZIP_DEFLATED) as packed:
        for name, content in files.items():
            packed.writestr(name, content)
    return path


def test_files_of_any_format_are_read_and_the_archive_is_their_source(tmp_path: Path) -> None:
    path = archive(tmp_path / "a.zip", **{"x/refs.bib": BIB, "y/table.csv": CSV})
    papers = papers_in(path)
    assert [(paper.title, paper.source) for paper in papers] == [
        ("Otters by night", str(path)),
        ("Beavers", str(path)),
    ]
    (problem,) = problems_in(path)
    assert (problem.file, problem.line, problem.field) == (str(path), 3, "title")
    assert problem.message == "missing or empty: a paper needs a title (in y/table.csv)"


@pytest.mark.parametrize(
    "name", ["../../evil.bib", "/etc/evil.bib", "a\\..\\evil.bib", "C:\\evil.bib", "x\x00.bib"]
)
def test_no_path_of_an_archive_is_used(tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "temporary"))
    path = archive(tmp_path / "in" / "a.zip", **{name: BIB})
    before = sorted(tmp_path.rglob("*"))
    assert [paper.title for paper in papers_in(path)] == ["Otters by night"]
    assert sorted(tmp_path.rglob("*")) == before


def test_a_file_without_a_name_is_read(tmp_path: Path) -> None:
    # Zero bytes end a name, as zipfile reads it.
    path = archive(tmp_path / "a.zip", **{"Xrefs.bib": BIB, "b.csv": CSV})
    write(path, path.read_bytes().replace(b"Xrefs.bib", b"\0refs.bib"))
    assert [paper.title for paper in papers_in(path)] == ["Otters by night", "Beavers"]


def test_hidden_files_and_folders_are_left_out(tmp_path: Path) -> None:
    path = archive(tmp_path / "a.zip", **{"__MACOSX/._a.bib": BIB, ".git/b.bib": BIB, "c.csv": CSV})
    assert [paper.title for paper in papers_in(path)] == ["Beavers"]


def test_what_cannot_be_read_costs_itself_alone(tmp_path: Path) -> None:
    inner = archive(tmp_path / "inner.zip", **{"a.bib": BIB}).read_bytes()
    held: dict[str, str | bytes] = {
        "i.png": b"\x89PNG\r\n",
        "inner.zip": inner,
        "z.bib": BIB,
        "empty.ris": b"",
    }
    path = archive(tmp_path / "a.zip", **held)
    picture, nested, paper, empty = read(path)
    assert isinstance(picture, Problem)
    assert (picture.field, picture.message.startswith("it is an image:")) == ("file", True)
    assert picture.message.endswith("(in i.png)")
    assert isinstance(nested, Problem)
    assert "it is an archive in an archive: unpack it" in nested.message
    assert isinstance(paper, Paper)
    assert isinstance(empty, Problem)
    assert empty.message == "it is empty: nothing was added. (in empty.ris)"


def test_a_member_that_is_damaged_is_named(tmp_path: Path) -> None:
    path = archive(tmp_path / "a.zip", **{"a.bib": BIB * 50, "b.csv": CSV})
    content = bytearray(path.read_bytes())
    content[45] ^= 0xFF
    (tmp_path / "b.zip").write_bytes(content)
    first, *_ = read(tmp_path / "b.zip")
    assert isinstance(first, Problem)
    assert first.message.startswith("it is damaged (")
    assert first.message.endswith("(in a.bib)")
    assert [paper.title for paper in papers_in(tmp_path / "b.zip")] == ["Beavers"]


def test_an_archive_that_unpacks_without_end_is_refused(tmp_path: Path) -> None:
    bomb = archive(tmp_path / "a.zip", **{"a.bib": BIB + " " * 80_000_000})
    assert bomb.stat().st_size < 200_000
    assert "unpacks to far more than its size" in refusal(bomb)


@pytest.mark.parametrize("content", [b"PK\x03\x04", b"PK\x03\x04 and no more of it"])
def test_a_damaged_archive_is_refused_in_a_sentence(tmp_path: Path, content: bytes) -> None:
    assert "is a damaged zip archive: fetch it again" in refusal(write(tmp_path / "a.zip", content))


def test_an_office_document_is_no_archive_of_papers(tmp_path: Path) -> None:
    path = archive(tmp_path / "a.docx", **{"[Content_Types].xml": "<x/>", "word/document.xml": "<x/>"})
    assert "office document" in refusal(path)
