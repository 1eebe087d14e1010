"""Which follow-ups ask for nothing but what cited papers say."""

from __future__ import annotations

from dataclasses import replace

import pytest

from assistant.conversation.cited import (
    OfCited,
    among_cited,
    answered_before,
    asks_to_compare,
    of_cited,
    of_others,
    uncounted,
)
from assistant.conversation.history_turn import HistoryTurn
from assistant.core.answers.refusal import REFUSAL_PHRASE

ONE = HistoryTurn("How fast is SSD?", "59 frames [1].", ("SSD",), ids=("d",))
OTHER = HistoryTurn("What is Dot?", "Dot is a detector [1].", ("Dot",), ids=("o",))
REFUSED = HistoryTurn("Who won?", papers=("SSD", "Dot", "Jot"), cited=False)
SEVEN = HistoryTurn("Which detectors?", "7 match.", tuple("ABCDEFG"), ids=tuple("abcdefg"))


@pytest.mark.parametrize(
    "question",
    [
        "compare them",
        "Compare these",
        "compare all of them please",
        "Compare the two",
        "compare the papers",
        "Can you compare these studies?",
        "How do they differ?",
        "What is the difference between them?",
        "Compare",
    ],
)
def test_papers_of_the_last_answers_are_compared(question: str) -> None:
    assert asks_to_compare(question)
    found = of_cited(question, [ONE, REFUSED, OTHER])
    assert found
    assert (found.asked, found.ids, found.many, found.topic) == ("comparison", ("d", "o"), 2, "")
    assert asks_to_compare(found.question) is (question == "Compare")


@pytest.mark.parametrize("topic", ["speed", "sample size"])
def test_a_comparison_may_have_a_topic(topic: str) -> None:
    assert of_cited(f"Compare them in {topic}", [ONE, OTHER]) == OfCited(
        "comparison", ("d", "o"), 2, f"Compare SSD and Dot in {topic}", topic
    )
    assert of_cited(f"compare their {topic}", [ONE, OTHER]) == OfCited(
        "comparison", ("d", "o"), 2, f"compare SSD and Dot's {topic}", topic
    )


def test_the_first_five_of_a_longer_list_are_compared() -> None:
    assert of_cited("compare them", [ONE, SEVEN]) == OfCited(
        "comparison", tuple("abcde"), 7, "compare A, B, C, D and E"
    )


@pytest.mark.parametrize(
    "question",
    [
        "Compare SSD and Dot",
        "Compare the papers on naps",
        "Compare the methods of Ngo and Osei",
        "Compare naps and caffeine: how do they differ?",
        "Do they sleep?",
        "Was it compared?",
    ],
)
def test_what_has_names_of_its_own_is_compared_as_it_stands(question: str) -> None:
    assert not asks_to_compare(question)
    assert of_cited(question, [ONE, OTHER]) is None


def test_one_paper_cannot_be_compared() -> None:
    assert of_cited("compare them", []) is None
    assert of_cited("compare them", [ONE]) is None
    assert of_cited("compare them", [ONE, ONE]) is None


@pytest.mark.parametrize(
    ("question", "asked", "ids"),
    [
        ("summarise it", "summary", ("o",)),
        ("Summarize [1]", "summary", ("o",)),
        ("summarise [2]", "summary", ("b",)),
        ("Can you give me a short summary of the third one?", "summary", ("c",)),
        ("summary please", "summary", ("o",)),
        ("more details please", "more", ("o",)),
        ("Tell me more about it", "more", ("o",)),
        ("What else does it say?", "more", ("o",)),
    ],
)
def test_a_summary_or_more_may_be_asked_for(question: str, asked: str, ids: tuple[str, ...]) -> None:
    found = of_cited(question, [SEVEN, OTHER])
    assert found
    assert (found.asked, found.ids) == (asked, ids)


@pytest.mark.parametrize(
    "question",
    ["Tell me more about caffeine", "Any more papers?", "Is it more accurate?", "summarise [9]", "Why?"],
)
def test_other_questions_ask_neither(question: str) -> None:
    assert of_cited(question, [SEVEN, OTHER]) is None
    assert of_cited("more details please", [OTHER, REFUSED]) is None


@pytest.mark.parametrize(
    ("question", "meant"),
    [
        ("Which of them are trials?", "Which papers are trials?"),
        ("how many of those are about naps?", "how many papers are about naps?"),
        ("Which one of these is a review?", "Which paper is a review?"),
        ("And which of them tested children?", "And which papers tested children?"),
    ],
)
def test_of_the_papers_of_the_last_answer_some_are_asked_for(question: str, meant: str) -> None:
    turn = HistoryTurn("Which papers are from 2022?", "Two.", ("Naps", "Tea"), True, ("naps", "tea"))
    assert among_cited(question, [turn]) == (meant, ("naps", "tea"))
    assert among_cited(question, []) is None
    assert among_cited(question, [replace(turn, ids=("naps",))]) is None
    assert among_cited("Which of the papers are trials?", [turn]) is None


@pytest.mark.parametrize(
    "question", ["Who says otherwise?", "does anyone disagree?", "Which papers contradict this?"]
)
def test_others_are_asked_what_one_paper_answered(question: str) -> None:
    last = HistoryTurn("How fast is it?", "59 frames [1].", ("SSD",), ids=("d",))
    assert of_others(question, [ONE]) == ("How fast is SSD?", ("d",))
    assert of_others(question, [ONE, last]) == ("How fast is SSD?", ("d",))
    assert of_others(question, [ONE, OTHER]) is None
    assert of_others(question, [REFUSED]) is None
    assert of_others(question, []) is None
    assert of_others("Who won?", [ONE]) is None


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("Compare the two trials on naps", "Compare the trials on naps"),
        ("Compare the three early papers about lime mortar", "Compare the early papers about lime mortar"),
        # What was spoken of before
        ("Compare the two", "Compare the two"),
        ("Compare the two in speed", "Compare the two in speed"),
        ("Compare the two papers", "Compare the two papers"),
        ("Do the two trials on naps agree?", "Do the two trials on naps agree?"),
    ],
)
def test_papers_that_are_named_by_their_topic_need_no_number(question: str, asked: str) -> None:
    assert uncounted(question) == asked


@pytest.mark.parametrize("records", ["Which is newer?", "Who wrote them?"])
def test_agreement_is_asked_of_the_last_answer_that_quotes(records: str) -> None:
    asked = HistoryTurn("Does lime help barley?", "It does [1]. It does not [2].", ("A", "B"), ids=("a", "b"))
    told = HistoryTurn(records, REFUSAL_PHRASE, ("B",), ids=("b",))
    again = HistoryTurn("Do they agree?", "[1] and [2] may disagree.", ("A", "B"), ids=("a", "b"))
    assert answered_before([ONE, asked, told, again]) == asked
    assert answered_before([ONE, told]) == ONE
    assert answered_before([told]) == told
    assert answered_before([again]) == again
