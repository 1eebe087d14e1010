"""Quotes: the best sentence first, others only where it may not be enough."""

from __future__ import annotations

import pytest
from support.papers import PAPERS

from assistant import Assistant, Paper


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
        ("How many listeners was Line tested with?", "It was tested with 3,000 listeners over two months."),
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
    assert [s.text for s in answer.statements[:2]] == [
        "In 30 homes it missed 2% of all breaths.",
        "The meter Halo counts breaths from the sound of a room.",
    ]


def test_an_answer_has_at_most_three_sentences(library: Assistant) -> None:
    for question in ("What is Dot?", "What is Wave and what does it do?", "Is Line good?"):
        assert len(library.ask(question).statements) <= 3
