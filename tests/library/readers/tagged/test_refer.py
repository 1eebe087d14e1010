from __future__ import annotations

import io

from assistant.core.paper import Paper
from assistant.library.readers.problem import Problem
from assistant.library.readers.tagged.refer import read

FILE = """\
%0 Journal Article
%A Müller, Karl
%A Anna van der Berg
%T Otters in city rivers
%J Journal of Urban Animals
%D 2020
%V 7
%N 2
%P 101-109
%R 10.5555/otters.2020
%X We counted otters in twelve rivers (p < 0.05).
There were 340.
%K otters
rivers
%U https://example.org/otters
%@ 1234-5678

%A Roe, Rick
%T Bats
%0 Thesis
%X They fly.
"""


def papers(text: str) -> list[Paper]:
    return [r.paper for r in read(io.StringIO(text, newline=""), "file") if not isinstance(r, Problem)]


def test_references_of_endnote_become_papers() -> None:
    otters, bats = papers(FILE)
    assert otters.title == "Otters in city rivers"
    assert otters.abstract == "We counted otters in twelve rivers (p < 0.05). There were 340."
    assert otters.authors == ("Karl Müller", "Anna van der Berg")
    assert (otters.year, otters.venue) == (2020, "Journal of Urban Animals")
    assert (otters.doi, otters.url) == ("10.5555/otters.2020", "https://example.org/otters")
    assert (otters.extra["volume"], otters.extra["issue"], otters.extra["page"]) == ("7", "2", "101-109")
    assert otters.extra["keyword"] == "otters, rivers"
    assert (otters.extra["ISSN"], otters.extra["type"]) == ("1234-5678", "article-journal")
    assert (bats.title, bats.authors, bats.extra["type"]) == ("Bats", ("Rick Roe",), "thesis")


def test_a_percent_sign_within_a_text_is_no_tag() -> None:
    assert (
        papers("%T Otters\n%X We saw\n5% of them.\n% of all.\n")[0].abstract == "We saw 5% of them. % of all."
    )
