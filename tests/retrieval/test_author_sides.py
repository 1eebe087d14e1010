"""Authors that a question sets side by side are compared by their papers on what it asks, in any field."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant import Assistant, Chat, Paper
from assistant.core.text.tokens import tokens
from assistant.library.catalogue import Catalogue
from assistant.retrieval.author_sides import asks_for_agreement
from assistant.retrieval.library_question import LibraryQuestion, library_question

PAPERS = (
    Paper(
        "lime",
        "Lime mortar in damp walls",
        "Damp walls crumble. We watched 30 walls for two years. Lime mortar prevents the crumbling of damp walls.",
        ("Brandt, Ida", "Fofana, Sekou"),
        2018,
    ),
    Paper(
        "brick",
        "Bricks from river clay",
        "River clay is cheap. Bricks of river clay broke at 12 MPa.",
        ("Brandt, Ida",),
        2020,
    ),
    Paper(
        "reply",
        "Does lime mortar save damp walls?",
        "Brandt and Fofana hold that lime mortar helps. We watched 200 walls for nine years. Lime mortar does not prevent the crumbling of "
        "damp walls.",
        ("Quist, Per",),
        2022,
    ),
    Paper("kiln", "Kilns", "Kilns are hot. A new kiln saved 9% of the fuel.", ("Quist, Per",), 2016),
    Paper(
        "choir",
        "Singing in a choir and loneliness",
        "Many old people are lonely. We asked 80 singers. Singing in a choir reduces loneliness.",
        ("Mori, Aya", "Stahl, Eva"),
        2017,
    ),
    Paper(
        "solo",
        "Singers and their teachers",
        "Teachers differ. Singers changed them twice.",
        ("Mori, Aya",),
        2019,
    ),
    Paper(
        "trial",
        "A trial of choirs for lonely people",
        "Choirs are popular. We assigned 400 people to a choir or to none. Singing in a choir does not reduce loneliness.",
        ("Ekman, Liv",),
        2023,
    ),
)
SHELF = Catalogue.of(PAPERS)
STEMS = {token.stem for paper in PAPERS for token in tokens(f"{paper.title} {paper.abstract}")}


def read(question: str) -> LibraryQuestion:
    return library_question(question, SHELF, STEMS.__contains__)


@pytest.mark.parametrize(
    ("question", "papers"),
    [
        ("Compare the studies of lime mortar by Brandt and Quist", {"lime", "reply"}),
        ("Compare Mori's and Ekman's findings on loneliness", {"choir", "trial"}),
        ("How do Mori and Ekman differ on choirs?", {"choir", "trial"}),
        ("Do Mori and Ekman agree on choirs?", {"choir", "trial"}),
        ("Does Quist contradict Brandt on damp walls?", {"lime", "reply"}),
        # Who wrote together is one side, and who names the other side replies to it
        ("Does Quist agree with Brandt and Fofana?", {"lime", "reply"}),
        ("How does Quist differ from Brandt and Fofana?", {"lime", "reply"}),
        ("Compare Quist 2016 with Brandt 2020", {"kiln", "brick"}),
        ("Do Mori and Ekman agree?", {"choir", "solo", "trial"}),
    ],
)
def test_papers_of_each_side_are_those_on_the_topic(question: str, papers: set[str]) -> None:
    about = read(question)
    assert (about.asked, about.rest, about.either) == ("findings", "", True)
    assert set(about.papers.ids) == papers


@pytest.mark.parametrize(
    "question",
    [
        # One of them wrote nothing on it
        "Compare Mori and Quist on loneliness",
        "How do Mori and Ekman differ on kilns?",
        # No names
        "Compare mori and quist on damp walls",
        # One author, and what was spoken of before
        "Does Mori agree that choirs help?",
        "Do they agree with Mori and Ekman?",
    ],
)
def test_no_sides(question: str) -> None:
    assert not read(question).either


def test_who_is_joined_to_an_author_is_one() -> None:
    about = read("How many singers did Mori and Stahl ask?")
    assert [one.value for one in about.filters] == ["Mori", "Stahl"]
    assert about.papers.ids == ("choir",)
    # What two wrote apart is asked of neither alone.
    assert not read("How many singers did Mori and Ekman ask?").papers.ids


def test_questions_for_agreement() -> None:
    assert asks_for_agreement("does a contradict b".split())
    assert not asks_for_agreement("a agrees with b".split())
    assert not asks_for_agreement("do a and b help".split())


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    path: Path = tmp_path_factory.mktemp("sides")
    library = Assistant(path)
    library.add(PAPERS)
    return library


@pytest.mark.parametrize(
    ("question", "older", "newer"),
    [
        ("Compare Brandt's and Quist's findings on lime mortar", "lime", "reply"),
        ("Compare the work of Mori and Ekman on loneliness", "choir", "trial"),
    ],
)
def test_a_comparison_of_authors_can_be_followed_up(
    library: Assistant, question: str, older: str, newer: str
) -> None:
    chat = Chat(library)
    answer = chat.ask(question)
    assert {source.paper.id for source in answer.sources} == {older, newer}
    assert answer.comparison
    assert {row.name for row in answer.comparison.aspects} >= {"Results"}
    assert answer.confidence.name == "high"
    assert [source.paper.id for source in chat.ask("Which is newer?").sources] == [newer]
    agree = chat.ask("Do they agree?")
    assert "contradict" in agree.remark
    assert {s.text for s in agree.statements} == {s.text for s in answer.statements}


def test_the_remark_counts_the_papers_of_these_authors(library: Assistant) -> None:
    some = library.ask("Compare Brandt's and Quist's findings on lime mortar")
    assert some.remark == "2 of the 4 papers by Brandt or Quist, side by side:"
    assert library.ask("Compare Mori and Ekman").remark == "3 of the 7 papers are by Mori or Ekman."


@pytest.mark.parametrize(
    "question", ["Does Quist agree with Brandt and Fofana?", "Do Mori and Ekman agree on loneliness?"]
)
def test_agreement_of_authors_says_who_contradicts_whom(library: Assistant, question: str) -> None:
    assert "[1] and [2]" in library.ask(question).remark


@pytest.mark.parametrize(
    "question", ["How many singers did Mori and Stahl ask?", "How long did Quist watch walls?"]
)
def test_a_question_is_understood_with_its_authors(library: Assistant, question: str) -> None:
    answer = library.ask(question)
    assert answer.standalone == question
    assert answer.filters
    assert not answer.refusal
