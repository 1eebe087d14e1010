"""What a question asks for, with exact values."""

from __future__ import annotations

import numpy as np
import pytest

from assistant.core.text.tokens import stem, tokens
from assistant.retrieval.encoder import EncodedText
from assistant.retrieval.question import Question, comparison_topic, kind_of, parse, share


def parsed(text: str) -> Question:
    """A question whose words weigh 1, but "fast" 3."""
    words = tokens(text)
    count = sum(t.content for t in words)
    encoded = EncodedText(
        text, words, np.zeros(2, np.float32), np.arange(2 * count, dtype=np.float32).reshape(-1, 2)
    )
    return parse(encoded, lambda word: 3.0 if word == "fast" else 1.0)


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("What is Dot?", "fact"),
        ("How does Dot work?", "fact"),
        ("How well does Dot do?", "fact"),
        ("How fast is Dot?", "number"),
        ("What accuracy does Dot reach?", "number"),
        ("By how much is it better?", "number"),
        ("Which papers are about rain?", "several"),
        ("List all the recent object detectors", "several"),
        ("Show me three data sets", "several"),
        ("Which of the two very large and slow models wins?", "fact"),
        ("Could you please compare Dot and Jot?", "comparison"),
        ("A comparison of Dot and Jot", "comparison"),
        ("What is the difference between Dot and Jot?", "comparison"),
        ("How do Dot and Jot differ?", "comparison"),
        ("How is Dot different from Jot?", "comparison"),
        ("What sets Dot apart from Jot?", "comparison"),
        ("Dot vs. Jot", "comparison"),
        ("How many parameters has Dot vs. Jot?", "number"),
        ("How does Dot compare with Jot in speed?", "fact"),
        ("", "fact"),
    ],
)
def test_the_kind_of_a_question(question: str, kind: str) -> None:
    assert kind_of(question) == kind


@pytest.mark.parametrize(
    ("question", "head"),
    [
        ("How many cars does Dot find on a phone?", ["cars", "Dot", "find"]),
        ("What's Dot?", ["Dot"]),
        ("Tell me which phone runs Dot", ["phone", "runs", "Dot"]),
        ("How does Dot work?", []),
    ],
)
def test_the_head_is_what_stands_behind_the_question_word(question: str, head: list[str]) -> None:
    assert [t.text for t in parsed(question).head] == head


def test_names_are_written_with_capitals_or_digits_and_do_not_open_the_question() -> None:
    assert [t.text for t in parsed("Detectors like Dot and yolo5 run on phones").names] == ["Dot", "yolo5"]


@pytest.mark.parametrize(
    ("question", "opening"), [("Who made Dot?", "who"), ("Why?", "why"), ("What?", ""), ("", "")]
)
def test_only_who_and_why_count_as_openings(question: str, opening: str) -> None:
    assert parsed(question).opening == opening


def test_the_share_of_words_found_is_weighted() -> None:
    question = parsed("fast cars phones")
    assert share(question, frozenset()) == 0.0
    assert share(question, frozenset({"fast"})) == pytest.approx(0.6)
    assert share(question, frozenset({stem("cars"), stem("phones")})) == pytest.approx(0.4)
    assert share(parsed("and of the"), frozenset({"fast"})) == 0.0


def test_a_question_without_a_name_keeps_the_rows_of_its_other_words() -> None:
    left = parsed("fast Dot and Jot").without([(5, 8)])
    assert [t.text for t in left.encoded.tokens] == ["fast", "and", "Jot"]
    assert left.encoded.words.tolist() == [[0.0, 1.0], [4.0, 5.0]]
    assert left.weights == (3.0, 1.0)


def test_the_topic_of_a_comparison_is_neither_the_request_nor_the_names() -> None:
    assert comparison_topic("Compare Dot and Jot regarding speed", frozenset({"dot", "jot"})) == "speed"
    assert comparison_topic("Compare Dot and Jot", frozenset({"dot", "jot"})) == ""


def test_a_question_about_several_papers_may_ask_for_a_number_too() -> None:
    question = parsed("What percentage of papers use Dot?")
    assert question.kind == "several"
    assert question.number
    assert not parsed("Which papers use Dot?").number
