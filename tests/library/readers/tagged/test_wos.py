from __future__ import annotations

import io

from assistant.core.paper import Paper
from assistant.library.readers.problem import Problem
from assistant.library.readers.tagged.wos import read

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
