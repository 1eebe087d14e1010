"""Web of Science's tags, one by one."""

from __future__ import annotations

import io

import pytest

from assistant.core.paper import Paper
from assistant.library.readers.problem import Located
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
