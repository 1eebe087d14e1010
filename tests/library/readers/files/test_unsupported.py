"""Text of a format that is not read is named, and the sentence says what to export instead."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.files import papers_in, refusal, write


@pytest.mark.parametrize(
    ("name", "text", "kind", "instead"),
    [
        ("a.rdf", '<rdf:RDF\n xmlns:rdf="x"><bib:Article/></rdf:RDF>', "RDF, as Zotero", "as RIS"),
        ("a.xml", '<?xml version="1.0"?>\n<rdf:RDF xmlns:rdf="x"></rdf:RDF>', "RDF, as Zotero", "as RIS"),
        ("a.xml", '<?xml version="1.0"?>\n<records>\n<rec resultID="1"><header/></rec></records>', "EBSCO", "as RIS"),
        ("a.txt", "<1>\nUnique Identifier\n  123\nTitle\n  Otters swim.\n", "Ovid", "as RIS"),
        ("a.txt", "<1>\r\nUI  - 123\r\nTI  - Otters\r\n", "Ovid", "as RIS"),
        ("a.txt", "Record #1 of 2\nID: CN-1\nTI: Otters\nAB: They swim.\n", "Cochrane", "as RIS"),
        ("a.txt", f"{'_' * 60}\n\nDocument 1 of 2\n\nOtters\n", "ProQuest", "as RIS"),
        ("scopus.txt", "Scopus\nEXPORT DATE: 01 May 2024\n\nDoe J.\nOtters\n", "Scopus", "as CSV, RIS or BibTeX"),
        ("a.bbl", "\\providecommand{\\x}{}\n\\begin{thebibliography}{9}\n\\bibitem{a} Doe.\n", ".bbl", "add its .bib file"),
        ("a.csv", '"TITLE","Otters"\n"AUTHOR NAMES","Doe J."\n"SOURCE","Rivers"\n"ABSTRACT","They swim."\n', "Embase", "a record in each row"),
    ],
)  # fmt: skip
def test_a_foreign_format_is_refused_in_one_sentence(
    tmp_path: Path, name: str, text: str, kind: str, instead: str
) -> None:
    message = refusal(write(tmp_path / name, text))
    assert kind in message
    assert instead in message
    assert len(message.removeprefix(str(tmp_path))) < 160


def test_a_library_of_endnote_is_told_what_endnote_can_export(tmp_path: Path) -> None:
    assert "export it there as XML or RIS" in refusal(write(tmp_path / "my.enl", b"\x00\x01lib\x00" * 9))


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf_16_without_a_mark_is_read_with_its_accents(tmp_path: Path, encoding: str) -> None:
    text = "TY  - JOUR\nTI  - Füchse äsen “nie”\nAB  - Größe und Übermaß.\nER  - \n"
    (paper,) = papers_in(write(tmp_path / "a.ris", text.encode(encoding)))
    assert (paper.title, paper.abstract) == ("Füchse äsen “nie”", "Größe und Übermaß.")
