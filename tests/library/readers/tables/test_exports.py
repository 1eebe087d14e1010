"""Tables as Scopus, Web of Science, IEEE Xplore, Zotero, ASReview, Rayyan and Covidence write them, at their most awkward."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import pytest
from support.files import papers_in, problems_in, write

ABSTRACT = 'We counted "otters", in 12 rivers;\nP < 0.05 (95% CI: 1–2).'
PLAIN = 'We counted "otters", in 12 rivers; P < 0.05 (95% CI: 1–2).'


def table(columns: dict[str, str], mark: str = ",", encoding: str = "utf-8-sig", ends: str = "\r\n") -> bytes:
    file = io.StringIO()
    writer = csv.writer(file, delimiter=mark, lineterminator=ends)
    writer.writerow(columns)
    writer.writerow(columns.values())
    writer.writerow([""] * len(columns))
    return file.getvalue().encode(encoding)


SCOPUS = {
    "Authors": "Doe J.; van der Berg A.M.", "Author full names": "Doe, Jane (57191234567); van der Berg, Anna Maria (123)",
    "Author(s) ID": "57191234567; 123", "Title": "Otters “at” night", "Year": "2020", "Source title": "Urban Animals", "Volume": "4",
    "Issue": "2", "Art. No.": "", "Page start": "101", "Page end": "109", "Page count": "", "Cited by": "3", "DOI": "10.5555/otters",
    "Link": "https://www.scopus.com/inward/record.uri?eid=2-s2.0-1&doi=10", "Abstract": ABSTRACT + " © 2020 Example Press Ltd.",
    "Author Keywords": "Otters; Rivers", "Index Keywords": "animal", "Document Type": "Article", "Publication Stage": "Final",
    "Open Access": "", "Source": "Scopus", "EID": "2-s2.0-1",
}  # fmt: skip
WEB_OF_SCIENCE = {
    "PT": "J", "AU": "Doe, J; van der Berg, AM", "BA": "", "AF": "Doe, Jane; van der Berg, Anna Maria", "TI": "Otters “at” night",
    "SO": "URBAN ANIMALS", "LA": "English", "DT": "Article", "DE": "Otters; Rivers", "AB": ABSTRACT.replace("\n", " "), "SN": "1234-5678",
    "PY": "2020", "VL": "4", "IS": "2", "BP": "101", "EP": "109", "DI": "10.5555/otters", "PM": "35123456", "UT": "WOS:000123",
}  # fmt: skip
WEB_OF_SCIENCE_EXCEL = {
    "Publication Type": "J", "Authors": "Doe, J; van der Berg, AM", "Author Full Names": "Doe, Jane; van der Berg, Anna Maria",
    "Article Title": "Otters “at” night", "Source Title": "Urban Animals", "Document Type": "Article", "Author Keywords": "Otters; Rivers",
    "Keywords Plus": "ANIMAL", "Abstract": ABSTRACT, "ISSN": "1234-5678", "Publication Year": "2020", "Volume": "4", "Issue": "2",
    "Start Page": "101", "End Page": "109", "DOI": "10.5555/otters", "Pubmed Id": "35123456", "UT (Unique WOS ID)": "WOS:000123",
}  # fmt: skip
IEEE = {
    "Document Title": "Otters “at” night", "Authors": "J. Doe; A. M. van der Berg", "Author Affiliations": "X; Y",
    "Publication Title": "Urban Animals", "Date Added To Xplore": "1 May 2021", "Publication Year": "2020", "Volume": "4", "Issue": "2",
    "Start Page": "101", "End Page": "109", "Abstract": ABSTRACT, "ISSN": "1234-5678", "ISBNs": "", "DOI": "10.5555/otters",
    "PDF Link": "https://ieeexplore.example.org/1", "Author Keywords": "Otters;Rivers", "IEEE Terms": "Animals",
}  # fmt: skip
ZOTERO = {
    "Key": "ABCD2345", "Item Type": "journalArticle", "Publication Year": "2020", "Author": "Doe, Jane; van der Berg, Anna Maria",
    "Title": "Otters “at” night", "Publication Title": "Urban Animals", "ISBN": "", "ISSN": "1234-5678", "DOI": "10.5555/otters",
    "Url": "https://example.org/o", "Abstract Note": ABSTRACT, "Date": "2020-05-03", "Date Added": "2021-01-01 10:00:00", "Pages": "101-109",
    "Issue": "2", "Volume": "4", "Language": "en", "Manual Tags": "Otters; Rivers", "Automatic Tags": "", "Editor": "",
}  # fmt: skip
ASREVIEW = {
    "record_id": "7", "title": "Otters “at” night", "abstract": ABSTRACT, "authors": "['Doe, Jane', 'van der Berg, Anna Maria']",
    "notes": "", "year": "2020.0", "doi": "https://doi.org/10.5555/otters", "keywords": "['Otters', 'Rivers']", "included": "1",
}  # fmt: skip
RAYYAN = {
    "key": "rayyan-123", "title": "Otters “at” night", "year": "2020", "month": "5", "day": "", "journal": "Urban Animals", "issn": "1234-5678",
    "volume": "4", "issue": "2", "pages": "101-109", "authors": "Doe, Jane and van der Berg, Anna Maria", "url": "https://example.org/o",
    "language": "eng", "publisher": "", "location": "", "abstract": ABSTRACT, "notes": 'RAYYAN-INCLUSION: {"Ada"=>"Included"}',
    "pubmed_id": "35123456", "pmc_id": "PMC123", "keywords": "Otters,Rivers",
}  # fmt: skip
COVIDENCE = {
    "Title": "Otters “at” night", "Authors": "Doe, Jane; van der Berg, Anna Maria", "Abstract": ABSTRACT, "Published Year": "2020",
    "Published Month": "5", "Journal": "Urban Animals", "Volume": "4", "Issue": "2", "Pages": "101-109", "Accession Number": "",
    "DOI": "10.5555/otters", "Ref": "", "Covidence #": "#123", "Study": "Doe 2020", "Notes": "", "Tags": "Otters; Rivers",
}  # fmt: skip
FULL = ("Jane Doe", "Anna Maria van der Berg")


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("scopus.csv", table(SCOPUS), {"authors": FULL, "year": 2020, "venue": "Urban Animals", "id": "doi:10.5555/otters"}),
        ("savedrecs.txt", table(WEB_OF_SCIENCE, "\t"), {"authors": FULL, "pmid": "35123456", "year": 2020}),
        ("savedrecs.txt", table(WEB_OF_SCIENCE, "\t", "utf-16"), {"authors": FULL, "id": "doi:10.5555/otters"}),
        ("wos.csv", table(WEB_OF_SCIENCE_EXCEL, ";"), {"authors": FULL, "pmid": "35123456", "venue": "Urban Animals"}),
        ("ieee.csv", table(IEEE), {"authors": ("J. Doe", "A. M. van der Berg"), "year": 2020, "doi": "10.5555/otters"}),
        ("zotero.csv", table(ZOTERO, ends="\n"), {"authors": FULL, "year": 2020, "url": "https://example.org/o"}),
        ("asreview.csv", table(ASREVIEW, encoding="utf-8"), {"authors": FULL, "year": 2020, "id": "doi:10.5555/otters"}),
        ("rayyan.csv", table(RAYYAN), {"authors": FULL, "pmid": "35123456", "venue": "Urban Animals", "id": "pmid:35123456"}),
        ("covidence.csv", table(COVIDENCE, ends="\r"), {"authors": FULL, "year": 2020, "venue": "Urban Animals"}),
    ],
)  # fmt: skip
def test_the_table_of_a_service_is_read_whole(
    tmp_path: Path, name: str, content: bytes, expected: dict[str, Any]
) -> None:
    path = write(tmp_path / name, content)
    (paper,) = papers_in(path)
    assert (paper.title, paper.abstract) == ("Otters “at” night", PLAIN)
    assert {field: getattr(paper, field) for field in expected} == expected
    told = {name: paper.extra.get(name) for name in ("volume", "issue", "page")}
    assert told == (
        {"volume": "4", "issue": "2", "page": "101-109"} if "asreview" not in name else dict.fromkeys(told)
    )
    assert [word.strip() for word in paper.extra["keyword"].replace(";", ",").split(",")] == [
        "Otters",
        "Rivers",
    ]
    # The row that is empty is no record; what has no name in CSL is told once.
    assert [(problem.line, problem.field) for problem in problems_in(path)] in ([], [(1, "columns")])


def test_what_has_a_name_in_csl_is_kept_of_zoteros_table(tmp_path: Path) -> None:
    more = {
        **ZOTERO, "Automatic Tags": "Animals", "Editor": "Roe, Rick", "Place": "Oslo", "Short Title": "Otters", "Notes": "<p>Read it.</p>",
        "Extra": "PMID: 30000123\nCitation Key: doe2020\nA line of mine", "Library Catalog": "Zotero", "Rights": "CC BY", "Call Number": "Q 7",
    }  # fmt: skip
    path = write(tmp_path / "zotero.csv", table(more))
    (paper,) = papers_in(path)
    assert (paper.pmid, paper.note) == ("30000123", "")
    kept = {
        "keyword": "Otters; Rivers; Animals", "editor": [{"family": "Roe", "given": "Rick"}], "publisher-place": "Oslo", "title-short": "Otters",
        "annote": "Read it.", "citation-key": "doe2020", "note": "A line of mine", "issued": {"date-parts": [[2020, 5, 3]]}, "source": "Zotero",
        "call-number": "Q 7",
    }  # fmt: skip
    assert {name: paper.extra.get(name) for name in kept} == kept
    (problem,) = problems_in(path)
    assert (problem.line, problem.field) == (1, "columns")
    assert problem.message == "not kept, with how many records have them: Key (1), Date Added (1), Rights (1)"


def test_month_and_notes_of_rayyans_table_are_kept(tmp_path: Path) -> None:
    (paper,) = papers_in(write(tmp_path / "rayyan.csv", table(RAYYAN)))
    assert paper.extra["issued"] == {"date-parts": [[2020, 5]]}
    assert paper.extra["annote"] == RAYYAN["notes"]


@pytest.mark.parametrize(
    ("date", "issued"),
    [("2020-05-03", [[2020, 5, 3]]), ("May 2020", [[2020, 5]]), ("3 May 2020", [[2020, 5, 3]]), ("03/05/2020", None), ("2020", None), ("2004/2006", [[2004], [2006]])],
)  # fmt: skip
def test_a_date_is_kept_where_its_month_is_clear(tmp_path: Path, date: str, issued: Any) -> None:
    (paper,) = papers_in(write(tmp_path / "a.csv", f"title,abstract,date\nOtters,They swim.,{date}\n"))
    assert paper.extra.get("issued") == (issued and {"date-parts": issued})
    assert paper.year == int(date[:4] if date[:2] == "20" else date[-4:])
