"""What `add` takes: files, papers, and nothing else."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from support.answer import DOT, JOT

from assistant.core.errors import SourceError
from assistant.core.paper import Paper
from assistant.core.settings import SourceSettings
from assistant.library.readers import Problem
from assistant.library.sources.intake import records
from assistant.library.sources.services.http import ServiceClient

CLIENT = ServiceClient(SourceSettings())


def test_one_paper_and_a_list_of_papers_are_taken() -> None:
    assert list(records([DOT], CLIENT)) == [DOT]
    assert list(records([[DOT, JOT]], CLIENT)) == [DOT, JOT]


@pytest.mark.parametrize(
    "abstract",
    [
        "BACKGROUND: Bees. METHODS: We count. RESULTS: Four.",
        "Ziel: Bienen zählen. Verfahren: Wir zählen. Ergebnis: Vier.",
        "Bees: we count them.",
    ],
)
def test_a_paper_has_the_sections_that_it_would_have_in_a_file(tmp_path: Path, abstract: str) -> None:
    file = _file(tmp_path / "bees.jsonl", json.dumps({"title": "Bees", "abstract": abstract}))
    made, read = records([[Paper("bees", "Bees", abstract)], file], CLIENT)
    assert isinstance(made, Paper)
    assert isinstance(read, Paper)
    assert made.sections == read.sections


def test_what_is_no_paper_is_named() -> None:
    wrong: Any = [{"title": "T"}]
    with pytest.raises(SourceError, match="`Paper` values can be added, and dict is neither"):
        list(records([wrong], CLIENT))


def _file(path: Path, content: str) -> Path:
    path.write_text(content, encoding="utf-8")
    return path


def test_a_bad_file_among_others_costs_itself(tmp_path: Path) -> None:
    good = [_file(tmp_path / f"{n}.csv", f"title,abstract\nMole {n},It digs.\n") for n in (1, 2)]
    bad = _file(tmp_path / "junk.csv", "just,some\nnumbers,1\n")
    taken = list(
        records([good[0], bad, str(tmp_path / "gone.bib"), "arxiv:wrong", "no\0name", good[1]], CLIENT)
    )
    assert [record.title for record in taken if isinstance(record, Paper)] == ["Mole 1", "Mole 2"]
    told = [(record.field, Path(record.file).name) for record in taken if isinstance(record, Problem)]
    assert told == [
        ("file", "junk.csv"),
        ("file", "gone.bib"),
        ("file", "arxiv:wrong"),
        ("file", "no\ufffdname"),
    ]


def test_a_bad_file_alone_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="does not exist"):
        list(records([tmp_path / "gone.bib"], CLIENT))


@pytest.mark.parametrize(
    ("address", "instead"),
    [
        ("https://arxiv.org/abs/1706.03762", "add arxiv:1706.03762 instead"),
        ("http://www.arxiv.org/pdf/1706.03762v2.pdf", "add arxiv:1706.03762v2 instead"),
        ("https://arxiv.org/abs/cs/0309136", "add arxiv:cs/0309136 instead"),
        ("https://doi.org/10.1000/x.1", "add doi:10.1000/x.1 instead"),
        ("https://pubmed.ncbi.nlm.nih.gov/26017442/", "add pmid:26017442 instead"),
        ("https://example.org/papers.bib", "save what is there as a file"),
    ],
)
def test_an_address_is_told_what_to_add_instead(address: str, instead: str) -> None:
    with pytest.raises(SourceError, match=instead):
        list(records([address], CLIENT))
