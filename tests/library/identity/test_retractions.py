"""The table of Retraction Watch: what it says of papers, by their identifiers."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from assistant.core.errors import SourceError
from assistant.core.paper import Paper, caution
from assistant.library.identity.retractions import noted, notice_of, read

COLUMNS = (
    "Record ID,Title,RetractionDate,RetractionDOI,OriginalPaperDOI,OriginalPaperPubMedID,RetractionNature,Reason"
).split(",")


def table(path: Path, *rows: tuple[str, str, str, str, str, str]) -> Path:
    """Write rows of date, notice, DOI, PubMed id, nature and reasons."""
    file = path / "watch.csv"
    with file.open("w", newline="", encoding="utf-8") as out:
        writer = csv.writer(out)
        writer.writerow(COLUMNS)
        for n, (date, notice, doi, pmid, nature, reason) in enumerate(rows):
            writer.writerow((n, f"Title, {n}", date, notice, doi, pmid, nature, reason))
    return file


def test_a_notice_has_date_reasons_and_doi(tmp_path: Path) -> None:
    reasons = "+Error in Data;+Fake Peer Review;+Plagiarism;+Other;"
    file = table(tmp_path, ("1/5/2021 0:00", "10.5555/N.1", "10.5555/ABC", "0", "Retraction", reasons))
    said = "Retracted, says Retraction Watch (2021-01-05; Error in Data, Fake Peer Review, Plagiarism; doi:10.5555/n.1)."
    assert read(file) == {("doi", "10.5555/abc"): said}
    paper = Paper("p", "T", "A.", doi="10.5555/Abc", note="A summary.")
    assert notice_of(paper, read(file)) == said
    flagged = noted(paper, [said])
    assert flagged.note == f"{said} A summary."
    assert (caution(flagged), caution(paper)) == ("Retracted", "")
    assert noted(flagged, [said]) == flagged


@pytest.mark.parametrize(
    ("natures", "said"),
    [
        (["Retraction"], "Retracted"),
        (["Expression of concern"], "Expression of concern"),
        (["Correction"], "Corrected"),
        (["Expression of concern", "Retraction", "Correction"], "Retracted"),
        (["Retraction", "Reinstatement"], ""),
        (["Retraction", "Reinstatement", "Correction"], "Corrected"),
        (["Something else"], ""),
    ],
)
def test_the_gravest_notice_counts_until_the_paper_is_reinstated(
    tmp_path: Path, natures: list[str], said: str
) -> None:
    rows = [(f"3/{n + 1}/2020 0:00", "", "unavailable", "71", nature, "") for n, nature in enumerate(natures)]
    found = read(table(tmp_path, *reversed(rows)))
    assert set(found) == ({("pmid", "71")} if said else set())
    assert notice_of(Paper("p", "T", "A.", pmid="71"), found).startswith(said)


def test_another_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "other.csv").write_text("title,abstract\nx,y\n")
    with pytest.raises(SourceError, match=r"other\.csv is no table of Retraction Watch"):
        read(tmp_path / "other.csv")
    with pytest.raises(SourceError, match=r"none\.csv does not exist"):
        read(tmp_path / "none.csv")
