"""Lists of papers on subjects that "and" or "or" joins."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant import Assistant, Paper, Settings

BOATS = {
    "sail": ("Sails of hemp", "Hemp was used for sails. Hemp sails tore after two years at sea."),
    "oar": ("Oars of ash wood", "Ash wood is light. Oars of ash broke less often than oars of spruce."),
    "both": ("Sails and oars on galleys", "Galleys had sails and oars. With both they crossed the bay in nine hours."),
    "tar": ("Tar keeps hulls dry", "Hulls rot. Pine tar kept hulls dry for three winters."),
    "rope": ("Knots in wet rope", "Rope swells. Knots in wet rope held twice the load of dry ones."),
    "light": ("A lighthouse keeper's diary", "Keepers wrote diaries. Fog was noted on ninety days a year."),
    "crew": ("Scurvy in crews", "Crews fell ill. Lemon juice cured scurvy within a week."),
}  # fmt: skip


@pytest.fixture(scope="module")
def boats(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    with Assistant(tmp_path_factory.mktemp("boats") / "library", settings=Settings()) as made:
        made.add([Paper(key, title, abstract) for key, (title, abstract) in BOATS.items()])
        yield made


@pytest.mark.parametrize(
    ("question", "listed", "remark"),
    [
        ("papers about sails and oars", {"both"}, "1 paper matches both “sails” and “oars”. 2 more match one of these: ask with “or”."),
        ("papers about sails or oars", {"both", "sail", "oar"}, "3 papers match “sails” or “oars”."),
        ("Which papers are about scurvy and tar?", {"crew", "tar"}, "No paper matches both “scurvy” and “tar”. 2 papers match “scurvy” or “tar”."),
        ("Which studies are on scurvy, rope and tar?", {"crew", "rope", "tar"}, "No paper matches “scurvy”, “rope” and “tar”. 3 papers match “scurvy”, “rope” or “tar”."),
        ("List papers on pine tar and wet rope", {"rope", "tar"}, "No paper matches both “pine tar” and “wet rope”. 2 papers match “pine tar” or “wet rope”."),
        ("Which papers mention scurvy or lighthouse keepers?", {"crew", "light"}, "2 papers match “scurvy” or “lighthouse keepers”."),
        ("Which papers compare scurvy and rope?", {"crew", "rope"}, "No paper matches both “scurvy” and “rope”. 2 papers match “scurvy” or “rope”."),
    ],
)  # fmt: skip
def test_and_asks_for_papers_on_all_else_on_any(
    boats: Assistant, question: str, listed: set[str], remark: str
) -> None:
    answer = boats.ask(question)
    assert {s.citations[0] for s in answer.statements} == listed
    assert answer.remark == remark


@pytest.mark.parametrize(
    "question", ["papers about sails", "papers about wet rope", "Which papers are on scurvy and why?"]
)
def test_one_subject_is_joined_to_nothing(boats: Assistant, question: str) -> None:
    answer = boats.ask(question)
    assert " and " not in answer.remark
    assert "match" in answer.remark


@pytest.mark.parametrize(
    ("question", "remark"),
    [
        ("Which papers are reviews or trials?", "2 papers match “reviews” or “trials”."),
        ("List reviews and trials", "2 papers match “reviews” or “trials”."),
    ],
)
def test_no_paper_is_of_two_kinds(tmp_path: Path, question: str, remark: str) -> None:
    papers = [
        Paper("review", "Soap: a review", "Soap is old. This review covers 90 works on soap."),
        Paper("pooled", "A trial of soap", "Soap cleans. In this trial 12 cooks used soap."),
        Paper("plain", "Soap from ash", "Ash makes soap. Birch ash gave the hardest soap."),
    ]
    with Assistant(tmp_path / "library") as library:
        library.add(papers)
        answer = library.ask(question)
    assert {source.paper.id for source in answer.sources} == {"review", "pooled"}
    assert answer.remark == remark
