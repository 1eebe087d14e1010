"""A short question whose subject no paper speaks of is not answered by what comes near to the rest of it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from support.encoded import OneHot
from support.papers import ROOT

from assistant import Assistant, Settings
from assistant.generation.refusals.subject import asks_of_asker, subject_missing
from assistant.generation.run import Retrieval
from assistant.retrieval.question import parse

WORDS = OneHot(java="coffe")
PAPER = WORDS.paper("Coffee shortens sleep.", "On coffee")


def missing(question: str) -> bool:
    return subject_missing(
        Retrieval(parse(WORDS.text(question), lambda _: 1.0), (), (PAPER,)), lambda one, other: False
    )


@pytest.mark.parametrize(
    "question",
    [
        "Does tea shorten sleep?",
        "How much does tea shorten sleep?",
        "What is the effect of tea on sleep?",
        "Is tea bad for sleep?",
    ],
)
def test_a_subject_that_no_paper_has_is_missing(question: str) -> None:
    assert missing(question)


@pytest.mark.parametrize(
    "question",
    [
        "Does coffee shorten sleep?",
        # In other words.
        "Does java shorten sleep?",
        "Do coffees shorten sleep?",
        "Do sleepers like tea?",
        # The subject is not where it could be told.
        "Which teas are best for sleep?",
        "How many adults were tested?",
        "Which is better, tea or sleep?",
        "What is the sample size of the study of sleep?",
        "Are there any gaps in sleep?",
        "What was tested in sleep?",
        "What is known about sleep?",
        "Should I drink tea before sleep?",
        "How do you define tea?",
        "sleep and tea",
        # Too short, too long, and in another language.
        "What is tea?",
        "Does tea shorten the sleep of tired old people?",
        "Hilft Tee beim Schlafen?",
    ],
)
def test_other_questions_miss_no_subject(question: str) -> None:
    assert not missing(question)


def of_asker(question: str, answerable: float) -> bool:
    found = Retrieval(parse(WORDS.text(question), lambda _: 1.0), (), (PAPER,))
    return asks_of_asker(found, answerable)


@pytest.mark.parametrize(
    "question",
    [
        "What is the weather today?",
        "What day is it tomorrow?",
        "Who won the match yesterday?",
        "Which films are on tonight?",
        "What is the traffic like outside?",
        "Is there a good café nearby?",
        "What is on my desk today?",
        "What is my name?",
        "Where is my train?",
        "Who am I?",
    ],
)
def test_what_is_asked_of_here_and_now_is_asked_of_no_paper(question: str) -> None:
    assert of_asker(question, 0.4)


@pytest.mark.parametrize(
    ("question", "answerable"),
    [
        ("Which lamps are used today?", 0.9),
        ("What is the best dose of coffee?", 0.4),
        ("Will coffee harm my sleep?", 0.4),
        ("What is my best dose of coffee?", 0.4),
        ("How has the use of oil lamps in small towns changed until today?", 0.4),
        ("Wie ist das Wetter outside heute?", 0.4),
    ],
)
def test_what_papers_may_tell_is_asked_of_them(question: str, answerable: float) -> None:
    assert not of_asker(question, answerable)


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    with Assistant(tmp_path_factory.mktemp("library"), settings=Settings()) as made:
        made.add(ROOT / "evals" / "suites" / "two-fields" / "papers.jsonl")
        yield made


@pytest.mark.parametrize(
    "question",
    [
        "How do bats react to street lamps?",
        "Does meditation improve memory?",
        "Does irrigation raise crop yields?",
    ],
)
def test_what_is_said_of_other_things_is_no_answer(library: Assistant, question: str) -> None:
    assert library.ask(question).refusal is not None


@pytest.mark.parametrize(
    "question", ["What is the weather today?", "What is my name?", "Is there rain tomorrow?"]
)
def test_the_library_has_nothing_on_the_one_who_asks(library: Assistant, question: str) -> None:
    refusal = library.ask(question).refusal
    assert refusal is not None
    assert refusal.kind == "off_topic"


def test_what_one_paper_does_not_speak_of_is_refused_where_only_it_is_asked(library: Assistant) -> None:
    question = "Does melatonin affect sleep onset?"
    assert library.ask(question).refusal is None
    assert library.ask(question, papers=["alcohol-night"]).refusal is not None
