"""Which follow-ups ask for nothing but records of the papers below the last answer."""

from __future__ import annotations

import pytest

from assistant.conversation.history_turn import HistoryTurn
from assistant.conversation.shown import OfShown, of_record, of_shown

TWO = HistoryTurn("Do naps help?", "They do [1][2].", ("Naps", "Sleep"), ids=("n", "s"))
ONE = HistoryTurn("How fast is SSD?", "59 frames [1].", ("SSD",), ids=("d",))


@pytest.mark.parametrize(
    ("question", "asked", "ids"),
    [
        ("Who wrote it?", "authors", ("n", "s")),
        ("who wrote that paper?", "authors", ("n", "s")),
        ("Who are the authors?", "authors", ("n", "s")),
        ("Who is the first author of [2]?", "authors", ("s",)),
        ("Who proposed it?", "authors", ("n", "s")),
        ("Who found that?", "authors", ("n", "s")),
        ("When was it published?", "years", ("n", "s")),
        ("What year?", "years", ("n", "s")),
        ("When was the second one published?", "years", ("s",)),
        ("Where was the study published?", "venues", ("n", "s")),
        ("And in which journal?", "venues", ("n", "s")),
        ("Which is the newest?", "newest", ("n", "s")),
        ("Which of these papers is the most recent?", "newest", ("n", "s")),
        ("And the oldest one?", "oldest", ("n", "s")),
    ],
)
def test_records_of_the_papers_shown_are_asked_for(question: str, asked: str, ids: tuple[str, ...]) -> None:
    found = of_shown(question, [ONE, TWO])
    assert found is not None
    assert (found.asked, found.ids) == (asked, ids)


@pytest.mark.parametrize(
    "question",
    [
        # Of the whole library.
        "What is the newest paper?",
        "Who wrote the most papers?",
        "Which journals are there?",
        # Of something that an abstract says.
        "When did they nap?",
        "In which year did it work?",
        "Where was it found?",
        "Who benefits?",
        "Why?",
        "Who wrote about caffeine?",
        "What is the latest on melatonin?",
        "And in children?",
        # Answered with yes or no.
        "Was it published in 2019?",
        "Is it the newest?",
        # The last answer shows no third paper.
        "Who wrote [3]?",
    ],
)
def test_other_questions_are_not_of_the_papers_shown(question: str) -> None:
    assert of_shown(question, [ONE, TWO]) is None


def test_nothing_is_shown_before_the_first_answer_or_below_a_refusal() -> None:
    assert of_shown("Who wrote it?", []) is None
    assert of_shown("Who wrote it?", [ONE, HistoryTurn("Who won?", papers=("SSD",), cited=False)]) is None


def test_one_paper_is_neither_the_newest_nor_the_oldest() -> None:
    assert of_shown("Which is the newest?", [TWO, ONE]) is None


def test_a_place_is_of_the_last_list_that_is_long_enough() -> None:
    assert of_shown("Who wrote the second one?", [TWO, ONE]) == OfShown("authors", ("s",))


def test_they_are_the_papers_of_the_last_answers_if_each_has_one() -> None:
    other = HistoryTurn("What is Dot?", "Dot [1].", ("Dot",), ids=("o",))
    assert of_shown("Which of them is the newest?", [TWO, ONE, other]) == OfShown("newest", ("d", "o"))
    assert of_shown("Which of them is the newest?", [TWO, ONE, ONE]) == OfShown("newest", ("n", "s"))
    assert of_shown("Which of them is the newest?", [ONE]) is None


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("Who wrote the SSD paper?", ("authors", "SSD paper")),
        ("Who are the authors of LXMERT?", ("authors", "LXMERT")),
        ("When was Next ViT published?", ("years", "Next ViT")),
        ("Who wrote about naps?", None),
        ("Who wrote it?", None),
        ("Who wrote the most papers?", None),
        ("Is SSD the newest?", None),
        ("Which is the newest SSD paper?", None),
    ],
)
def test_a_question_may_name_the_paper_whose_record_it_asks(
    question: str, asked: tuple[str, str] | None
) -> None:
    assert of_record(question) == asked
