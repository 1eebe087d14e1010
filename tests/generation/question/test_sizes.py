"""Which sizes of studies a question asks for."""

from __future__ import annotations

import pytest

from assistant.core.text.tokens import tokens
from assistant.generation.question.sizes import sizes_asked


@pytest.mark.parametrize(
    ("question", "said", "who", "held", "not_held"),
    [
        ("Which studies had fewer than 30 participants?", "fewer than 30 participants", "particip", 29, 30),
        ("studies with more than 100 patients", "more than 100 patients", "patient", 101, 100),
        ("Which trials had at least 50 women?", "at least 50 women", "women", 50, 49),
        ("List surveys with no more than 40 schools", "no more than 40 schools", "school", 40, 41),
        ("Which studies tested 20 or fewer players?", "20 or fewer players", "player", 20, 21),
        ("Which studies had 30 players or more?", "30 players or more", "player", 30, 29),
        ("Which studies had less than thirty subjects?", "less than thirty subjects", "subject", 29, 30),
        ("Which trials included over 1,000 older adults?", "over 1,000 older adults", "adult", 1001, 1000),
        ("Which studies had between 20 and 40 pupils?", "between 20 and 40 pupils", "pupil", 40, 41),
        ("Which studies tested 20-40 adults?", "20-40 adults", "adult", 20, 19),
        ("papers with exactly 40 adults", "40 adults", "adult", 40, 41),
        ("Which experiments had about 40 adults?", "about 40 adults", "adult", 38, 30),
        ("studies with a sample size above 100", "sample size above 100", "", 101, 100),
        ("studies with n > 100", "n > 100", "", 101, 100),
        ("Which papers use more than three datasets?", "more than three datasets", "dataset", 4, 3),
        ("Are there trials with more than 200 cows?", "more than 200 cows", "cow", 201, 200),
    ],
)
def test_sizes_of_studies(question: str, said: str, who: str, held: int, not_held: int) -> None:
    asked = sizes_asked(question)
    assert asked is not None
    assert (asked.said, asked.who) == (said, who)
    assert (asked.holds(held), asked.holds(not_held)) == (True, False)


@pytest.mark.parametrize(
    "question",
    [
        "Which studies compare two methods?",
        "Which papers are from 2020?",
        "Which studies lasted more than 4 weeks?",
        "List the 5 newest papers",
        "Which papers gain more than 5 points?",
        "Which detector is more than 3 times faster?",
        "How many participants took part?",
        "Do more than 50 people sleep badly?",
        "Which two papers are on tides?",
        "Show more than 10 papers on tides",
        "Which studies show that 9 of 10 adults swim badly?",
        "more than 30 papers",
        "Which pipeline reads the records of 811 patients?",
        "",
    ],
)
def test_other_numbers_are_no_size_of_a_study(question: str) -> None:
    assert sizes_asked(question) is None


@pytest.mark.parametrize(
    ("question", "topic"),
    [
        ("Which studies surveyed more than 50 farms?", []),
        ("Which studies of tides had more than 50 divers?", ["tides"]),
        ("Which studies on older swimmers tested more than 50 people?", ["older", "swimmers"]),
        ("Which randomised trials had more than 50 participants?", ["randomised"]),
        ("Which rowing studies had at least 20 participants?", ["rowing"]),
    ],
)
def test_what_the_studies_are_about_is_left(question: str, topic: list[str]) -> None:
    asked = sizes_asked(question)
    assert asked is not None
    left = [
        word.text
        for word in tokens(question)
        if word.content and not any(start <= word.start < end for start, end in asked.spans)
    ]
    assert left == topic
