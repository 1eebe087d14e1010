"""Records and vectors come back as they were, and what others have to follow is noted."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from assistant.core.errors import LibraryCorrupt
from assistant.core.paper import Paper
from assistant.library.chunks import chunk
from assistant.library.embedding.packed import PaperVectors, signs, unpack_rows
from assistant.library.identity.ledger import Origin
from assistant.library.identity.where import Where
from assistant.library.records import PAGE, Entry, Known, Records, paper_vectors


def entry(paper: Paper, *rows: tuple[float, float], reading: PaperVectors | None = None) -> Entry:
    return Entry(chunk(paper), np.array(rows or [(1, 0), (0, 1)], dtype=np.float32), reading)


def shelf(*papers: Paper) -> Records:
    made = Records(None)
    made.put([entry(paper) for paper in papers])
    return made


PAPER = Paper("p", "Title", "One is. Two is.")
READING = PaperVectors(
    np.array([[0.6, 0.8]], dtype=np.float32), signs(np.array([[0.5, -0.5], [-0.1, 0.9]], dtype=np.float32))
)


def test_records_come_back_as_they_were_in_the_order_of_adding() -> None:
    first, second = Paper("z", "Z", "x", year=2020, source="file"), Paper("a", "A", "y", source="other")
    records = shelf(first, second)
    newer = replace(first, abstract="Changed.")
    records.put([entry(newer)])
    assert list(records.papers) == [newer, second]
    assert records.get(["a", "gone"]) == {"a": second}
    assert records.get([]) == {}
    assert records.known() == {p.id: Known(p.fingerprint, p.source) for p in (newer, second)}
    assert (len(records), bool(records), bool(Records(None))) == (2, True, True)


def test_more_papers_than_a_page_come_back_whole() -> None:
    papers = [Paper(f"p{n}", f"Paper {n}", "x") for n in range(PAGE + 1)]
    records = shelf(*papers)
    assert list(records.papers) == papers
    assert list(records.get([p.id for p in papers]).values()) == papers


def test_what_was_written_or_removed_is_pending_until_it_is_settled() -> None:
    records = shelf(Paper("a", "A", "x"), Paper("b", "B", "x"))
    assert records.pending() == ["a", "b"]
    records.clear_pending(["a", "b"])
    records.remove("a")
    records.mark_pending(["c"])
    assert records.pending() == ["a", "c"]
    assert (list(records.known()), records.search_vectors(["a"])) == (["b"], {})


def test_vectors_are_valid_for_one_text_of_a_paper() -> None:
    paper = Paper("p", "P", "One two.")
    records = Records(None)
    records.put([entry(paper, (0.6, 0.8), (0, 1), reading=READING)])
    assert records.search_vectors(["p", "gone"])["p"] == pytest.approx(
        np.array([(0.6, 0.8), (0, 1)]), abs=1e-3
    )
    stored = records.vectors([paper, Paper("q", "Q", "x")])
    assert list(stored) == ["p"]
    assert stored["p"].sentences == pytest.approx(READING.as_stored().sentences)
    assert stored["p"].words.tolist() == READING.words.tolist()
    changed = replace(paper, abstract="Three.")
    assert records.vectors([changed]) == {}
    records.put([entry(changed)])
    assert records.vectors([changed]) == records.vectors([paper]) == {}
    records.put_vectors([(changed, READING), (Paper("q", "Q", "x"), READING)])
    assert list(records.vectors([changed, Paper("q", "Q", "x")])) == ["p"]


def test_a_file_that_is_no_file_of_records_is_told(tmp_path: Path) -> None:
    (tmp_path / "c.sqlite").write_bytes(b"garbage " * 1000)
    with pytest.raises(LibraryCorrupt, match=r"c\.sqlite are damaged"):
        Records(tmp_path / "c.sqlite")


def test_sentences_of_format_4_are_read(tmp_path: Path) -> None:
    assert unpack_rows(b"\x03\x04\x7f\x81", 2, 8) == pytest.approx(
        np.array([[0.6, 0.8], [0.5, -0.5]]) * [[1], [2**0.5]]
    )
    with closing(Records(tmp_path / "r.sqlite")) as records:
        records.put([entry(PAPER, reading=READING)])
        with records._db as db:
            db.execute("UPDATE reading_vectors SET sentences = ?", [b"\x03\x04"])
            db.execute("ALTER TABLE reading_vectors DROP COLUMN bits")
    with closing(Records(tmp_path / "r.sqlite")) as records:
        assert records.vectors([PAPER])["p"].sentences == pytest.approx(np.array([[0.6, 0.8]]))


def test_the_rows_of_a_pass_are_divided_into_sentences_and_words() -> None:
    cut = chunk(PAPER)
    rows = np.arange(1 + len(cut.spans), dtype=np.float32)[:, None]
    vectors = paper_vectors(cut, rows)
    # Row 0 is the whole text.
    assert vectors.sentences.ravel().tolist() == [1, 2]
    assert vectors.words.tolist() == [[128]] * len(cut.words)


def test_a_library_that_knew_no_spellings_of_names_learns_them_when_it_is_opened(tmp_path: Path) -> None:
    file = tmp_path / "records.sqlite"
    records = Records(file)
    paper = Paper("o", "Otters", "They swim.", authors=("Liv Østergård",))
    records.put([Entry(chunk(paper), np.ones((2, 2), dtype=np.float32))])
    records.close()
    with closing(sqlite3.connect(file)) as db, db:
        db.execute("DELETE FROM facets WHERE kind IN ('name', 'short name')")
    again = Records(file)
    assert again.ledger.chosen(Where(author="Ostergard")) == {"o"}
    again.close()


def test_a_record_that_is_the_paper_is_kept_once_and_stays_when_the_paper_changes() -> None:
    records = shelf(PAPER)
    rows = "SELECT record FROM origins WHERE paper = 'p'"
    assert records.rows(rows) == [("",)]
    assert records.ledger.origins("p") == [Origin(PAPER.source, "p", PAPER)]
    other = replace(PAPER, doi="10.1/x", source="other")
    both = replace(PAPER, doi="10.1/x")
    records.put([replace(entry(both), origins=(Origin("other", "p", other),))])
    assert [one.record for one in records.ledger.origins("p")] == [PAPER, other]
    assert all(record for (record,) in records.rows(rows))
