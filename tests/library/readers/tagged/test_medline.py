"""PubMed's text format, tag by tag."""

from __future__ import annotations

import io

import pytest

from assistant.core.paper import Paper
from assistant.library.readers.problem import Located
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
    ("lines", "authors"),
    [
        (["AU  - Byron AK"], ("AK Byron",)),
        (["FAU - Li, BO"], ("BO Li",)),
        (["FAU - Byron, Ada", "AU  - Byron A", "AU  - Chen B"], ("Ada Byron",)),
    ],
)
def test_full_names_go_before_initials(lines: list[str], authors: tuple[str, ...]) -> None:
    assert paper(*lines).authors == authors
