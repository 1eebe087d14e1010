"""RIS becomes papers; what is broken costs only itself and is named by its line."""

from __future__ import annotations

import io
import time
from pathlib import Path

import pytest
from support.files import papers_in, write

from assistant.core.paper import Paper
from assistant.library.readers import Problem
from assistant.library.readers.tagged.ris import read

RIS = """TY  - JOUR\r
TI  - A title that\r
  is wrapped\r
AU  - Byron, Ada\r
AU  - Chen, Bo, Jr.\r
PY  - 2024/05/01/\r
N2  - The abstract goes\r
on here.\r
DO  - 10.1/x\r
UR  - https://x.org/a; https://y.org\r
JF  - Journal of X\r
AN  - 123\r
DB  - PubMed\r
ER  - \r
TY  - CONF
T1  - Second without an end
AB  - Another abstract.
A1  - Curie, Marie
TY  - JOUR
TI  - No abstract
ER  -
"""


def papers(text: str) -> list[Paper]:
    return [r.paper for r in read(io.StringIO(text, newline=""), "file") if not isinstance(r, Problem)]


def problems(text: str) -> list[Problem]:
    return [r for r in read(io.StringIO(text, newline=""), "file") if isinstance(r, Problem)]


def reference(*fields: str) -> str:
    return "\n".join(["TY  - JOUR", "TI  - One t", "AB  - A b.", *fields, "ER  - ", ""])


def test_references_become_papers() -> None:
    one, two, untold = papers(RIS)
    assert (untold.title, untold.abstract) == ("No abstract", "")
    assert (one.title, one.abstract) == ("A title that is wrapped", "The abstract goes on here.")
    assert one.authors == ("Ada Byron", "Bo Chen Jr.")
    assert (one.year, one.venue, one.doi, one.pmid) == (2024, "Journal of X", "10.1/x", "123")
    assert one.url == "https://x.org/a"
    assert (two.title, two.authors) == ("Second without an end", ("Marie Curie",))


@pytest.mark.parametrize(
    ("fields", "pmid"),
    [
        (["AN  - 77"], ""),
        (["AN  - PMID:77", "DB  - Embase"], "77"),
        (["AN  - 77", "DB  - Ovid MEDLINE(R)"], "77"),
        (["AN  - 77", "DB  - PubMed"], "77"),
        (["AN  - 77", "DB  - Scopus"], ""),
        (["AN  - 77", "DP  - Ovid"], ""),
        (["AN  - WOS:77"], ""),
        (["AN  - WOS:77", "DB  - PubMed"], ""),
    ],
)
def test_an_accession_number_is_a_pubmed_id_where_it_is_said_to_be_one(fields: list[str], pmid: str) -> None:
    assert papers(reference(*fields))[0].pmid == pmid


@pytest.mark.parametrize(
    ("field", "name", "value"),
    [
        ("DO  - https://doi.org/10.1/ABC", "id", "doi:10.1/abc"),
        ("DO  - https://doi.org/10.1/ABC", "doi", "10.1/ABC"),
        ("UR  - https://arxiv.org/abs/2401.01234v2", "arxiv_id", "2401.01234v2"),
        ("UR  - https://arxiv.org/pdf/cs/0112017", "arxiv_id", "cs/0112017"),
        ("UR  - see HTTPS://x.org/a;https://y.org", "url", "HTTPS://x.org/a"),
        ("UR  - none", "url", ""),
        ("T2  - Second", "venue", "Second"),
        ("JO  - Short name", "venue", "Short name"),
        ("Y1  - 2019/03//", "year", 2019),
        ("DA  - May 2018", "year", 2018),
        ("PY  - in press", "year", None),
        ("AU  - World Health Organization", "authors", ("World Health Organization",)),
        ("au - Byron,Ada", "authors", ("Ada Byron",)),
    ],
)
def test_fields_of_a_reference(field: str, name: str, value: object) -> None:
    assert getattr(papers(reference(field))[0], name) == value


EMBASE = (
    "ID  - L2001234567",
    "UR  - https://www.embase.com/search/results?subaction=viewrecord&id=L2001234567&from=export",
    "UR  - http://dx.doi.org/10.5555/sc.1",
)


def test_a_reference_of_embase_has_the_doi_of_its_second_link_and_no_citation_key() -> None:
    (paper,) = papers(reference(*EMBASE))
    assert (paper.doi, paper.id) == ("10.5555/sc.1", "doi:10.5555/sc.1")
    assert "citation-key" not in paper.extra
    assert paper.extra["custom"]["urls"] == ["http://dx.doi.org/10.5555/sc.1"]
    assert paper.extra["custom"]["accession-number"] == "L2001234567"


def test_an_id_is_a_citation_key_elsewhere() -> None:
    (paper,) = papers(reference("ID  - L2001234567", "UR  - https://example.org/a"))
    assert paper.extra["citation-key"] == "L2001234567"


def test_the_abstract_may_be_a_note_and_the_title_a_translated_one() -> None:
    (paper,) = papers("TY  - JOUR\nTT  - Translated\nN2  - Noted.\nER  - \n")
    assert (paper.title, paper.abstract) == ("Translated", "Noted.")


def test_text_before_the_first_and_after_each_reference_is_passed_over() -> None:
    text = "Exported 2020\nDB  - X\n" + reference() + "page 2\n\n" + reference("DO  - 10.1/x")
    assert [paper.doi for paper in papers(text)] == ["", "10.1/x"]
    assert problems(text) == []


def test_a_line_that_goes_on_for_long_is_read_quickly() -> None:
    began = time.process_time()
    long = "TY  - JOUR\nTI  - One t\nN1  - x\n" + "words that go on\n" * 100_000 + "AB  - A b.\nER  - \n"
    assert len(papers(long)) == 1
    assert time.process_time() - began < 15


def test_ris_is_told_by_content_too(tmp_path: Path) -> None:
    assert len(papers_in(write(tmp_path / "export.txt", RIS))) == 3
