from __future__ import annotations

import pytest

from assistant.generation.question.topic import asks_for_disagreement, topic_listed, topic_of


@pytest.mark.parametrize(
    ("question", "topic"),
    [
        ("What do papers say about soil carbon?", "soil carbon"),
        ("What does the research say about street lamps?", "street lamps"),
        ("What does the literature on hedgerows say?", "hedgerows"),
        ("What is known about the sound toll?", "sound toll"),
        ("What do we know about state space models?", "state space models"),
        ("What can you tell me about biochar?", "biochar"),
        ("Tell me more about lime in wet soils.", "lime in wet soils"),
        ("Summarise the findings on statins", "statins"),
        ("summarize statins", "statins"),
        ("Give me a brief overview of the literature on ploughs", "ploughs"),
        ("What have studies of coral reefs found?", "coral reefs"),
        ("What are the main findings on X-ray diffraction?", "X-ray diffraction"),
        ("Is there any evidence on lamps and bats?", "lamps and bats"),
        ("Anything on kelp?", "kelp"),
        ("I am interested in kelp forests", "kelp forests"),
        ("What's new on kelp?", "kelp"),
        ("Do studies disagree about statins?", "statins"),
        ("What about statins?", "statins"),
        ("What are the effects of statins?", "statins"),
    ],
)
def test_a_question_for_whatever_is_known_has_a_topic(question: str, topic: str) -> None:
    assert topic_of(question) == topic


@pytest.mark.parametrize(
    "question",
    [
        "What is the effect of lime on yield?",
        "Why is the effect of wolves uncertain?",
        "What is known about the effect of lime on yield?",
        "What do papers say about how lime helps?",
        "Is there evidence that lamps harm bats?",
        "Which papers are about kelp?",
        "How many papers are about kelp?",
        "Who wrote about kelp?",
        "Tell me about it",
        "What did Hansen find about kelp?",
        "Summarise this paper",
        "summarise [4]",
        "What is the newest paper on kelp?",
        "What did the study find?",
        "What is known?",
        "What results does SSD report on ImageNet?",
        "What new method is based on attention?",
        "kelp",
        "",
    ],
)
def test_a_question_for_anything_of_its_own_has_none(question: str) -> None:
    assert topic_of(question) == ""


def test_a_list_of_papers_on_a_topic_has_it_too() -> None:
    assert topic_listed("Which papers are about lime?") == "lime"
    assert topic_listed("How many papers are about lime?") == "lime"
    assert topic_listed("Which papers use lime?") == ""
    assert topic_listed("What is known about lime?") == ""


def test_whether_papers_agree_is_asked_in_these_words() -> None:
    assert asks_for_disagreement("Do studies agree on lime?")
    assert asks_for_disagreement("Is there a consensus on lime?")
    assert not asks_for_disagreement("What do studies say about lime?")
