"""Which questions ask what every study has, and which have no subject of their own."""

from __future__ import annotations

import pytest

from assistant.conversation.history_turn import HistoryTurn
from assistant.conversation.study import asked_of_study, attribute_of, counted, owner, spoken_of

WHO = ("people", "participants", "adults", "nurses", "healthy older adults", "mice")
ACTS = ("took part", "were tested", "were included in the study", "participated in total")


@pytest.mark.parametrize("who", WHO)
@pytest.mark.parametrize("acts", ACTS)
def test_how_many_took_part_asks_for_the_sample(who: str, acts: str) -> None:
    assert asked_of_study(f"How many {who} {acts}?") == "sample"
    assert asked_of_study(f"And how many {who} {acts}?") == "sample"


@pytest.mark.parametrize(
    ("question", "part"),
    [
        ("what was the sample size?", "sample"),
        ("What were the sample sizes?", "sample"),
        ("How large was the sample?", "sample"),
        ("What was the number of participants?", "sample"),
        ("how many were tested?", "sample"),
        ("How many participants did they have?", "sample"),
        ("how many people were in it?", "sample"),
        ("How many patients did the study include?", "sample"),
        ("and how many adults were there?", "sample"),
        ("and the p value?", "p value"),
        ("What was the p-value?", "p value"),
        ("What was their method?", "method"),
        ("What was the design of the study?", "method"),
        ("What are the main results?", "finding"),
        ("and the conclusion?", "finding"),
        ("What was the aim of this study?", "aim"),
    ],
)
def test_parts_of_a_study(question: str, part: str) -> None:
    assert asked_of_study(question) == part


@pytest.mark.parametrize(
    "question",
    [
        "How many papers are there?",
        "How many studies were included?",
        "How many adults sleep badly?",
        "How many adults have insomnia?",
        "How many people did the flood kill?",
        "How many nurses took melatonin?",
        "Which papers are on naps, and how many people took part?",
        "What is a p value?",
        "Which method is the best?",
        "What was the method of Roy and Clark?",
        "What was the result of the plague?",
        "What is the sample size of SSD?",
        "Why?",
        "",
    ],
)
def test_what_names_something_asks_for_more_than_a_part(question: str) -> None:
    assert asked_of_study(question) is None


def test_who_is_counted() -> None:
    assert [counted(f"How many {who} took part?") for who in ("nurses", "mice", "")] == ["nurs", "mice", ""]
    assert counted("What was the sample size?") == ""


CITED = HistoryTurn("Do naps help?", "They do [1].", ("Naps",), ids=("n",))
REFUSED = HistoryTurn("What did it cost?", papers=("Sleep",), cited=False)


@pytest.mark.parametrize(
    ("question", "spoken"),
    [
        ("What was the dose?", True),
        ("And the side effects?", True),
        ("How many people took part?", True),
        ("What was the effect of caffeine?", False),
        ("What is the best detector?", False),
        ("What does the SSD network do?", False),
        ("What are naps?", False),
        ("Which papers are the newest?", False),
        ("And in children?", False),
    ],
)
def test_a_question_without_a_subject_is_of_the_papers_that_were_cited(question: str, spoken: bool) -> None:
    assert spoken_of(question, [CITED]) == (("n",) if spoken else ())
    assert spoken_of(question, [CITED, REFUSED]) == (("n",) if spoken else ())
    assert spoken_of(question, []) == ()


@pytest.mark.parametrize(
    ("question", "attribute"),
    [
        ("its speed?", "speed"),
        ("And its drop-out rate?", "drop-out rate"),
        ("What was their cost?", "cost"),
        ("what about its price", "price"),
        # These ask for more.
        ("What about its method?", ""),
        ("How does its speed compare with SSD?", ""),
        ("its effect on memory?", ""),
        ("What is it?", ""),
        ("Does caffeine lose its effect?", ""),
    ],
)
def test_what_is_asked_of_what_was_spoken_of(question: str, attribute: str) -> None:
    assert attribute_of(question) == attribute


def test_its_stands_for_the_paper_that_was_cited() -> None:
    naps = HistoryTurn("Do naps help?", "They do.", ("Naps of nurses", "Short naps"), ids=("naps", "short"))
    ssd = HistoryTurn("What is SSD?", "A detector.", ("Faster R-CNN", "SSD"), ids=("faster", "ssd"))
    assert owner([naps]) == ("naps",)
    assert owner([ssd, naps]) == ("naps",)
    assert owner([naps, ssd]) == ("ssd",)
    assert owner([HistoryTurn("What is DETR?", "A detector.", ("Faster R-CNN",), ids=("faster",))]) == ()
    assert owner([]) == ()
