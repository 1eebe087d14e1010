"""Quotes: the best sentence first, others only where it may not be enough."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.papers import PAPERS

from assistant import Assistant, Paper, Settings
from assistant.core.errors import QuestionError
from assistant.core.length import LENGTHS
from assistant.core.settings import AnswerSettings


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    made = Assistant(tmp_path_factory.mktemp("quotes") / "library")
    sleep = Paper(
        "nap",
        "Naps after learning",
        "Naps are thought to strengthen every kind of memory. We tested 40 adults who slept for an hour after learning word "
        "pairs. Recall did not differ between the groups. Short naps after learning do not improve the memory of word pairs.",
        source="test",
    )
    torn = Paper(
        "meter",
        "A meter of breath",
        "The meter Halo counts breaths from the sound of a room. In 30 homes it missed 2% of all breaths.",
        source="test",
    )
    made.add([*PAPERS, sleep, torn])
    return made


@pytest.mark.parametrize(
    ("question", "first"),
    [
        ("How fast does Dot find cars?", "Dot finds cars in 5 ms on a phone."),
        (
            "How many listeners was Line tested with?",
            "Line increases listening time by 12% for new users. It was tested with 3,000 listeners over two months.",
        ),
        (
            "Do naps improve the memory of word pairs?",
            "Short naps after learning do not improve the memory of word pairs.",
        ),
    ],
)
def test_the_first_sentence_answers(library: Assistant, question: str, first: str) -> None:
    answer = library.ask(question)
    assert answer.statements[0].text == first
    assert sum(len(s.text.split()) for s in answer.statements) <= library.settings.answer.words


def test_a_sentence_that_points_back_takes_the_one_before_along(library: Assistant) -> None:
    answer = library.ask("How many breaths did Halo miss in homes?")
    (first,) = answer.statements[0].evidence
    assert first.quote == answer.statements[0].text == answer.sources[0].paper.abstract


def test_an_answer_has_at_most_three_sentences(library: Assistant) -> None:
    for question in ("What is Dot?", "What is Wave and what does it do?", "Is Line good?"):
        assert len(library.ask(question).statements) <= 3


def test_the_length_of_an_answer_is_chosen_by_the_question_or_by_the_settings(library: Assistant) -> None:
    question = "Do naps help memory?"
    short, normal, long = (library.ask(question, length=length) for length in LENGTHS)
    assert len(short.statements) == 1 <= len(normal.statements) <= len(long.statements)
    settings = Settings(answer=AnswerSettings(length="short"))
    with Assistant(library.path, settings=settings) as terse:
        assert terse.ask(question).statements == short.statements


def test_a_length_that_is_none_is_refused(library: Assistant) -> None:
    with pytest.raises(QuestionError, match="The length of an answer is short, normal, long, and not 'tiny'"):
        library.ask("Do naps help memory?", length="tiny")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("one", "other", "question"),
    [
        (
            "BACKGROUND: Slates leak. METHODS: We laid slate roofs on 30 barns. RESULTS: Slate roofs leaked twice in ten years.",
            "BACKGROUND: Thatch burns. METHODS: We laid thatch roofs on 24 barns. RESULTS: Thatch roofs leaked nine times in ten years.",
            "How do slate roofs and thatch roofs differ?",
        ),
        (
            "BACKGROUND: Music is old. METHODS: In this trial, 40 pupils sang in choirs for a year. RESULTS: Reading became faster by 12 "
            "words a minute. Spelling stayed as it was.",
            "BACKGROUND: Music is loud. METHODS: In this trial, 35 pupils beat drums for a year. RESULTS: Reading became faster by 3 words "
            "a minute. Spelling stayed as it was.",
            "Compare choirs and drums",
        ),
    ],
)
def test_how_things_differ_is_told_by_what_was_found(
    tmp_path: Path, one: str, other: str, question: str
) -> None:
    with Assistant(tmp_path / "library", settings=Settings()) as library:
        library.add(
            [
                Paper("one", "Leaks and reading, a study", one),
                Paper("other", "Leaks and reading, another study", other),
            ]
        )
        answer = library.ask(question)
    for statement, text in zip(answer.statements, (one, other), strict=True):
        assert statement.evidence[0].section == "RESULTS"
        assert statement.text in text
