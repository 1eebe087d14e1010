"""Web of Science's tags, one by one."""

from __future__ import annotations

import io

import pytest

from assistant.core.paper import Paper
from assistant.library.readers.problem import Located, Problem
from assistant.library.readers.tagged.wos import read


def paper(*lines: str, kind: str = "J") -> Paper:
    text = "\n".join(
        ["FN Clarivate", "VR 1.0", f"PT {kind}", "TI On tea", "AB Tea is good.", *lines, "ER", "", "EF"]
    )
    (located,) = read(io.StringIO(text), "f.ciw")
    assert isinstance(located, Located), located
    return located.paper


def test_a_record_of_web_of_science() -> None:
    one = paper(
        *[
            "AU Byron, A",
            "   Chen, B",
            "AF Byron, Ada",
            "   Chen, Bo",
            "SO NOTES OF TEA AND MICE",
            "PY 2020",
            "EY 2019",
        ],
        *[
            "DI 10.1/x",
            "PM MEDLINE:12",
            "VL 3",
            "IS 4",
            "BP 7",
            "EP 9",
            "DE tea; old mice",
            "PD MAY 6",
            "UT WOS:1",
            "LA English",
        ],
    )
    assert (one.title, one.abstract, one.authors) == ("On tea", "Tea is good.", ("Ada Byron", "Bo Chen"))
    assert (one.year, one.venue, one.doi, one.pmid) == (2020, "Notes of Tea and Mice", "10.1/x", "12")
    assert one.extra == {
        **{"volume": "3", "issue": "4", "language": "English", "type": "article-journal", "page": "7-9"},
        **{
            "keyword": "tea, old mice",
            "issued": {"date-parts": [[2020, 5, 6]]},
            "custom": {"accession-number": "WOS:1"},
        },
    }


def test_what_a_record_may_lack() -> None:
    one = paper(kind="X")
    assert (one.authors, one.year, one.pmid, one.extra) == ((), None, "", {})
    assert paper("AU Byron, Ada").authors == ("Ada Byron",)
    assert paper("PM WOS:1").pmid == ""
    assert paper("EY 2019").year == 2019


@pytest.mark.parametrize(
    ("venue", "shown"),
    [("PLOS ONE", "PLOS ONE"), ("JOURNAL OF TEA", "Journal of Tea"), ("Journal OF Tea", "Journal OF Tea")],
)
def test_capitals_of_a_long_venue_are_lowered(venue: str, shown: str) -> None:
    assert paper(f"SO {venue}").venue == shown


def test_the_tags_of_a_file_are_no_record() -> None:
    assert list(read(io.StringIO("FN Clarivate\nVR 1.0\nEF\n"), "f.ciw")) == []


FILE = """\
FN Clarivate Analytics Web of Science
VR 1.0
PT J
AU Muller, K
   van der Berg, A
AF Mueller, Karl
   van der Berg, Anna
TI Otters in city rivers:
   a count
SO JOURNAL OF URBAN ANIMALS
LA English
DT Article
DE otters; rivers
AB We counted otters in twelve rivers (p < 0.05).
   There were 340. (C) 2020 Elsevier B.V. All rights reserved.
SN 1234-5678
PD MAR
PY 2020
VL 7
IS 2
BP 101
EP 109
DI 10.5555/otters.2020
UT WOS:000123
PM 12345678
ER

PT J
AU Roe, R
TI Bats
AB They fly.
PY 2021
ER

EF
"""


def papers(text: str) -> list[Paper]:
    return [r.paper for r in read(io.StringIO(text, newline=""), "file") if not isinstance(r, Problem)]


def test_records_of_web_of_science_become_papers() -> None:
    otters, bats = papers(FILE)
    assert otters.title == "Otters in city rivers: a count"
    assert otters.abstract == "We counted otters in twelve rivers (p < 0.05). There were 340."
    assert otters.authors == ("Karl Mueller", "Anna van der Berg")
    assert (otters.year, otters.venue) == (2020, "Journal of Urban Animals")
    assert (otters.doi, otters.pmid) == ("10.5555/otters.2020", "12345678")
    assert (otters.extra["volume"], otters.extra["issue"], otters.extra["page"]) == ("7", "2", "101-109")
    assert otters.extra["keyword"] == "otters, rivers"
    assert otters.extra["custom"] == {
        "accession-number": "WOS:000123",
        "rights": "(C) 2020 Elsevier B.V. All rights reserved.",
    }
    assert (bats.title, bats.authors, bats.year) == ("Bats", ("R Roe",), 2021)


def test_a_file_that_breaks_off_keeps_what_came_before() -> None:
    assert [p.title for p in papers(FILE[: FILE.index("AB They")])] == [
        "Otters in city rivers: a count",
        "Bats",
    ]
