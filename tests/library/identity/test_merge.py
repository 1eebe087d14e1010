from __future__ import annotations

from itertools import permutations

import pytest

from assistant.core.paper import Paper, Section, own_keys
from assistant.library.identity.merge import merged

OLD = Paper(
    "a",
    "Otters",
    "Old text.",
    authors=("Jane Doe", "Karl Roe"),
    year=2019,
    doi="10.5555/x",
    sections=(Section("AIM", 0, 9),),
    source="one",
    extra={"volume": "7", "page": "1-2", "citation-key": "doe19"},
)
NEW = Paper(
    "b",
    "Otters!",
    "",
    authors=("J. Doe",),
    year=2020,
    source="two",
    extra={"page": "1", "citation-key": "doe"},
)


def test_the_latest_record_counts_and_the_others_fill_what_it_lacks() -> None:
    paper = merged("id", [OLD, NEW])
    assert (paper.id, paper.title, paper.year, paper.doi, paper.source) == (
        "id",
        "Otters!",
        2020,
        "10.5555/x",
        "two",
    )
    assert (paper.abstract, paper.sections) == (OLD.abstract, OLD.sections)
    assert paper.authors == OLD.authors
    assert (paper.extra["volume"], paper.extra["page"]) == ("7", "1")
    assert own_keys(paper) == ("doe", "doe19")


def test_one_record_stays_as_it_is() -> None:
    assert merged("a", [OLD]) == OLD


def test_that_a_paper_was_retracted_counts_whichever_record_tells_it() -> None:
    told = Paper("a", "T", "", note="Retracted, says PubMed.")
    text = Paper("b", "T", "Text.", note="A summary.")
    assert merged("p", [told, text]).note == "Retracted, says PubMed. A summary."
    assert merged("p", [text, told]).note == "Retracted, says PubMed. A summary."
    assert merged("p", [text, Paper("c", "T", "", note="Another.")]).note == "A summary."


@pytest.mark.parametrize(
    ("short", "name"),
    [("J. Neurosci.", "The Journal of Neuroscience"), ("Proc Natl Acad Sci", "Proceedings of the National Academy of Sciences"), ("Sleep", "Sleep")],
)  # fmt: skip
def test_the_name_of_a_journal_that_is_spelled_out_counts(short: str, name: str) -> None:
    for venues in permutations([short, name]):
        assert merged("p", [Paper("a", "T", "", venue=venue) for venue in venues]).venue == name


def test_of_two_venues_the_latest_counts() -> None:
    assert merged("p", [Paper("a", "T", "", venue=v) for v in ("Sleep Medicine", "Sleep")]).venue == "Sleep"
    assert merged("p", [Paper("a", "T", "", venue=v) for v in ("arXiv preprint", "Nature")]).venue == "Nature"
    assert merged("p", [Paper("a", "T", "", venue=v) for v in ("J. Sleep", "")]).venue == "J. Sleep"
