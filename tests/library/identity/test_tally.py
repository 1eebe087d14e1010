"""Records are sorted into new, changed and unchanged papers, duplicates and problems."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from assistant.core.paper import Paper
from assistant.library.chunks import chunk
from assistant.library.identity.ledger import Origin
from assistant.library.identity.tally import AddReport, Tally
from assistant.library.readers import Problem
from assistant.library.records import Entry, Records

OTTERS = "Otters in city rivers: a twelve-river count"
TEXT = "We counted otters in twelve city rivers and found 340 animals."


def paper(name: str, title: str = "", abstract: str = "Text.", source: str = "file", **more: Any) -> Paper:
    return Paper(name, title or f"The long title of {name}", abstract, source=source, **more)


def shelf(*papers: Paper) -> Records:
    records = Records(None)
    records.put([Entry(chunk(p), np.ones((2, 2), dtype=np.float32)) for p in papers])
    return records


def test_records_are_sorted_into_new_changed_unchanged_and_problems() -> None:
    same, old = paper("same"), paper("old")
    problem = Problem("file", 3, "title", "missing")
    tally = Tally(shelf(same, old))
    records: list[Paper | Problem] = [
        paper("new"),
        same,
        problem,
        paper("old", abstract="Other."),
        paper("new"),
    ]
    assert [p.id for p in tally.sort(records)] == ["new", "old"]
    report = tally.report()
    assert (report.added, report.changed, report.unchanged) == (("new",), ("old",), ("same", "new"))
    assert (report.problems, tally.read) == ((problem,), 4)
    assert (tally.replaces_stored("old"), tally.replaces_stored("new")) == (True, False)
    assert str(report) == "1 added, 1 changed, 2 unchanged, 1 problem"
    assert str(AddReport()) == "0 added, 0 changed, 0 unchanged, 0 problems"


def test_a_paper_of_two_sources_is_one_and_its_records_are_remembered() -> None:
    first = paper("doi:10.5555/x", OTTERS, TEXT, doi="10.5555/x")
    second = paper("s2", OTTERS.upper() + ".", TEXT, source="other", pmid="12", url="https://x.org")
    tally = Tally(shelf(first))
    (whole,) = tally.sort([second])
    assert (whole.id, whole.doi, whole.pmid) == ("doi:10.5555/x", "10.5555/x", "12")
    report = tally.report()
    assert [(d.paper_id, d.source, d.others) for d in report.duplicates] == [
        ("doi:10.5555/x", "other", ("file",))
    ]
    assert (report.added, report.changed) == ((), ("doi:10.5555/x",))
    assert tally.origins(whole.id) == (Origin("other", "s2", second),)


def test_a_record_that_says_nothing_new_is_attached_and_the_paper_stays() -> None:
    first = paper("a", OTTERS, TEXT)
    records = shelf(first)
    tally = Tally(records)
    again = replace(first, id="b", source="other")
    assert list(tally.sort([again])) == []
    records.ledger.attach(tally.attached)
    assert [o.source for o in records.ledger.origins("a")] == ["file", "other"]
    assert Tally(records).report() == AddReport()
    later = Tally(records)
    assert list(later.sort([again])) == []
    assert later.report().unchanged == ("a",)


def test_two_records_of_one_batch_are_merged() -> None:
    tally = Tally(Records(None))
    one, other = paper("a", OTTERS, TEXT), paper("b", OTTERS + ".", TEXT, pmid="12")
    states = list(tally.sort([one, other]))
    assert [(p.id, p.pmid) for p in states] == [("a", ""), ("a", "12")]
    assert tally.report().added == ("a",)
    assert len(tally.origins("a")) == 2


def test_numbers_of_two_files_are_no_identity() -> None:
    tally = Tally(shelf(paper("1", "Otters in city rivers")))
    (made,) = tally.sort([paper("1", "Bats and street lamps", source="other")])
    assert made.id.startswith("t:")


def test_a_preprint_is_linked_and_not_merged() -> None:
    tally = Tally(shelf(paper("doi:10.5555/x", OTTERS, TEXT, doi="10.5555/x")))
    assert [p.id for p in tally.sort([paper("arxiv:2001.00001", OTTERS, TEXT, arxiv_id="2001.00001")])] == [
        "arxiv:2001.00001"
    ]
    assert tally.report().versions == (("doi:10.5555/x", "arxiv:2001.00001"),)
