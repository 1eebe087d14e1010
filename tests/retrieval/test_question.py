"""What a question asks for, with exact values."""

from __future__ import annotations

import numpy as np
import pytest
from support.encoded import OneHot

from assistant.core.text.tokens import stem, tokens
from assistant.retrieval.encoder import EncodedText
from assistant.retrieval.question import Question, comparison_topic, kind_of, parse, sentence_scores, share


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


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        # A number: the pair of words alone
        ("How do many mice sleep?", "fact"),
        ("It is by how mice sleep", "number"),
        ("What speed?", "number"),
        ("What is speed?", "fact"),
        # Several: the plural among three words behind the request, determiners aside
        ("Which very large models win?", "several"),
        ("Which one two three old models win?", "fact"),
        ("Which old and slow models win?", "fact"),
        ("Which slow data sets are there?", "several"),
        ("Is it a list of papers?", "several"),
        ("Which is it? And which papers?", "several"),
        ("Models which win", "fact"),
        # A comparison: at the start, politeness aside
        ("compare", "comparison"),
        ("The contrast of tea", "comparison"),
        ("Please help me contrast tea and milk", "comparison"),
        ("We compare tea and milk", "fact"),
        ("Tea and a comparison of milk", "fact"),
        ("A comparison between tea and milk", "comparison"),
        ("A comparison with tea", "fact"),
        ("Similarities between tea and milk", "comparison"),
        ("Between differences", "fact"),
        ("Differences of tea", "fact"),
        # How they differ
        ("How different is tea from milk?", "fact"),
        ("How tea and milk differ", "fact"),
        ("How do tea and milk compare?", "comparison"),
        ("How do tea and milk compare with water?", "fact"),
        ("How do tea and milk compare to water?", "fact"),
        ("How do tea and milk differ in taste?", "comparison"),
        ("How does tea differ?", "fact"),
        ("How does tea compare?", "fact"),
        ("How does tea differ from milk?", "comparison"),
        ("How does differ from milk?", "fact"),
        ("How does and differ?", "fact"),
        ("How is tea from different plants?", "fact"),
        ("How is tea from south China different?", "comparison"),
        ("Tell me how do tea and milk differ", "comparison"),
        # What sets apart
        ("What sets tea apart from milk?", "comparison"),
        ("What distinguishes tea from milk?", "comparison"),
        ("What sets from milk?", "fact"),
        ("It sets tea apart from milk", "fact"),
        ("What sets tea apart?", "fact"),
        # Versus
        ("Tea versus milk", "comparison"),
        ("versus milk", "fact"),
        ("Tea versus", "fact"),
        ("What taste has tea vs. milk?", "comparison"),
        ("What taste does tea vs. milk have?", "fact"),
        ("What does tea vs. milk do?", "comparison"),
        ("How much is tea vs. milk?", "number"),
    ],
)
def test_the_words_that_tell_one_kind_from_another(question: str, kind: str) -> None:
    assert kind_of(question) == kind


@pytest.mark.parametrize(
    ("question", "head"),
    [
        ("How well does Dot find cars?", ["Dot", "find", "cars"]),
        ("Which of the old slow green phones runs?", ["old", "slow", "green"]),
        ("How does it do? What phone?", ["phone"]),
        ("How", []),
        ("Find phones", []),
    ],
)
def test_the_head_has_three_words_that_carry_meaning(question: str, head: list[str]) -> None:
    assert [t.text for t in parsed(question).head] == head


@pytest.mark.parametrize(
    ("spans", "left"),
    [
        ([(0, 0)], ["fast", "Dot", "Jot"]),
        ([(0, 1)], ["Dot", "Jot"]),
        ([(4, 5)], ["fast", "Dot", "Jot"]),
        ([(5, 6)], ["fast", "Jot"]),
        ([(6, 9)], ["fast", "Dot", "Jot"]),
        ([(0, 5), (9, 12)], ["Dot"]),
    ],
)
def test_words_that_begin_in_a_span_are_left_out(spans: list[tuple[int, int]], left: list[str]) -> None:
    assert [t.text for t in parsed("fast Dot Jot").without(spans).encoded.tokens] == left


def test_a_sentence_fits_by_its_cosine_its_words_and_its_number() -> None:
    encoder = OneHot()
    paper = encoder.paper("Cats sleep 16 hours. Old cats eat.", "On pets")
    plain = parse(encoder.text("Do cats sleep on Mars?"), lambda word: 1.0)
    cosines = [float(row @ plain.encoded.vector) for row in paper.vectors]
    assert sentence_scores(plain, paper) == pytest.approx([cosines[0] + 0.4 / 3, cosines[1] + 0.2 / 3])
    number = parse(encoder.text("How many cats sleep?"), lambda word: 1.0)
    cosines = [float(row @ number.encoded.vector) for row in paper.vectors]
    shares = [share(number, sentence.stems) for sentence in paper.sentences]
    assert sentence_scores(number, paper) == pytest.approx(
        [cosines[0] + 0.2 * shares[0] + 0.05, cosines[1] + 0.2 * shares[1]]
    )
