"""PubMed's text format, tag by tag."""

from __future__ import annotations

import io
import time

import pytest

from assistant.core.paper import Paper
from assistant.library.readers.problem import Located, Problem
from assistant.library.readers.tagged.medline import read


def paper(*lines: str) -> Paper:
    text = "\n".join(["PMID- 12", "TI  - On tea", "AB  - Tea is good.", *lines, ""])
    (located,) = read(io.StringIO(text), "f.nbib")
    assert isinstance(located, Located), located
    return located.paper


def test_a_record_of_medline() -> None:
    one = paper(
        *[
            "FAU - Byron, Ada",
            "AU  - Byron A",
            "CN  - The Group",
            "DP  - 2020 May 6",
            "JT  - Notes of tea",
            "TA  - Notes",
        ],
        *[
            "LID - 10.1/x [doi]",
            "AID - S12 [pii]",
            "VI  - 3",
            "IP  - 4",
            "PG  - 7-9",
            "LA  - eng",
            "PMC - PMC34",
        ],
        *[
            "IS  - 1234-567X (Electronic)",
            "PT  - Journal Article",
            "OT  - tea",
            "MH  - old  mice",
            "CI  - (c) us",
        ],
    )
    assert (one.title, one.abstract, one.authors) == ("On tea", "Tea is good.", ("Ada Byron", "The Group"))
    assert (one.year, one.venue, one.doi, one.pmid) == (2020, "Notes of tea", "10.1/x", "12")
    assert one.extra == {
        **{"volume": "3", "issue": "4", "page": "7-9", "language": "eng", "container-title-short": "Notes"},
        **{"PMCID": "PMC34", "type": "article-journal", "ISSN": "1234-567X", "keyword": "tea, old mice"},
        **{"issued": {"date-parts": [[2020, 5, 6]]}, "custom": {"rights": "(c) us"}},
    }


def test_what_a_record_may_lack() -> None:
    one = paper()
    assert (one.authors, one.year, one.doi, one.extra) == ((), None, "", {})


@pytest.mark.parametrize(
    ("lines", "note"),
    [
        (["PT  - Journal Article", "PT  - Retracted Publication"], "Retracted, says PubMed."),
        (["PT  - Retracted Publication", "RIN - Tea. 2021;8:1. PMID: 33."], "Retracted, says PubMed (Tea. 2021;8:1. PMID: 33)."),
        (["RIN - Tea. 2021;8:1"], "Retracted, says PubMed (Tea. 2021;8:1)."),
        (["PT  - Retraction of Publication", "ROF - Tea. 2020;7:1"], ""),
    ],
)  # fmt: skip
def test_a_retraction_is_a_note_as_in_pubmeds_xml(lines: list[str], note: str) -> None:
    assert paper(*lines).note == note


@pytest.mark.parametrize(
    ("lines", "authors"),
    [
        (["AU  - Byron AK"], ("AK Byron",)),
        (["FAU - Li, BO"], ("BO Li",)),
        (["FAU - Byron, Ada", "AU  - Byron A", "AU  - Chen B"], ("Ada Byron",)),
    ],
)
def test_full_names_go_before_initials(lines: list[str], authors: tuple[str, ...]) -> None:
    assert paper(*lines).authors == authors


FILE = """\
PMID- 12345678
OWN - NLM
STAT- MEDLINE
DP  - 2020 Mar-Apr
TI  - Otters in city rivers: a count of
      340 animals.
PG  - 101-9
LID - 10.5555/otters.2020 [doi]
AB  - BACKGROUND: Otters live in rivers. METHODS: We counted otters in p < 0.05 of
      twelve rivers. RESULTS: There were 340 (95% CI 300-380).
CI  - Copyright (c) 2020 Example Press.
FAU - Müller, Karl
AU  - Müller K
FAU - van der Berg, Anna
AU  - van der Berg A
LA  - eng
PT  - Journal Article
JT  - Journal of urban animals
TA  - J Urban Anim
VI  - 7
MH  - Otters/*physiology
AID - 10.5555/otters.2020 [doi]
PMC - PMC7654321
SO  - J Urban Anim. 2020 Mar;7(2):101-9.

PMID- 2
TI  - Bats.
AB  - They fly.
"""


def papers(text: str) -> list[Paper]:
    return [r.paper for r in read(io.StringIO(text, newline=""), "file") if not isinstance(r, Problem)]


def test_records_of_pubmed_become_papers() -> None:
    otters, bats = papers(FILE)
    assert otters.title == "Otters in city rivers: a count of 340 animals."
    assert otters.abstract == (
        "BACKGROUND: Otters live in rivers. METHODS: We counted otters in p < 0.05 of twelve rivers. "
        "RESULTS: There were 340 (95% CI 300-380)."
    )
    assert [s.label for s in otters.sections] == ["BACKGROUND", "METHODS", "RESULTS"]
    assert otters.authors == ("Karl Müller", "Anna van der Berg")
    assert (otters.year, otters.venue) == (2020, "Journal of urban animals")
    assert (otters.doi, otters.pmid) == ("10.5555/otters.2020", "12345678")
    assert otters.extra["PMCID"] == "PMC7654321"
    assert (otters.extra["volume"], otters.extra["page"]) == ("7", "101-9")
    assert otters.extra["custom"] == {"rights": "Copyright (c) 2020 Example Press."}
    assert (bats.id, bats.title, bats.abstract) == ("pmid:2", "Bats.", "They fly.")


def test_windows_line_ends_and_a_record_without_a_blank_line_before_it_are_read() -> None:
    assert papers(FILE.replace("\n", "\r\n")) == papers(FILE)
    assert [p.pmid for p in papers(FILE.replace("\n\n", "\n"))] == ["12345678", "2"]


def test_an_identifier_without_end_costs_no_time() -> None:
    text = "PMID- 1\nTI  - T\nAB  - A b.\nLID - " + "9" * 100_000 + "\nAID - 10.5555/x [doi]\n"
    before = time.process_time()
    (located,) = read(io.StringIO(text), "f")
    assert isinstance(located, Located)
    assert located.paper.doi == "10.5555/x"
    assert time.process_time() - before < 2
