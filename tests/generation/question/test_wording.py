from __future__ import annotations

from pathlib import Path

import pytest

from assistant import Assistant, Chat, Paper, Settings

PAPERS = [
    Paper(
        "wine",
        "Alcohol in the evening and the heart",
        "Alcohol is drunk all over the world. Of 60 adults, those who drank alcohol in the evening had a pulse that was six beats faster at "
        "night.",
    ),
    Paper(
        "plums",
        "Plums in wet years",
        "Plums rotted earlier in wet years. Bags of paper kept one plum in five from rotting.",
    ),
    Paper(
        "roofs",
        "Roofs of straw",
        "Roofs of straw kept rooms four degrees cooler. They burned faster than those of slate.",
    ),
]


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    made = Assistant(Path(tmp_path_factory.mktemp("wording")) / "library", settings=Settings())
    made.add(PAPERS)
    return made


def test_a_word_that_no_paper_says_is_read_as_one_that_means_the_same(library: Assistant) -> None:
    answer = library.ask("Does booze raise the pulse at night?")
    assert answer.sources[0].paper.id == "wine"
    assert answer.warnings in ((), ("No abstract says “booze”: it was read as “alcohol”.",))
    chat = Chat(library)
    chat.ask("What is known about plums?")
    told = chat.ask("Tell me about booze")
    assert [source.paper.id for source in told.sources] == ["wine"]
    assert told.warnings == ("No abstract says “booze”: it was read as “alcohol”.",)
    assert told.standalone == "Tell me about alcohol"


@pytest.mark.parametrize(
    "question",
    [
        "Does chess raise the pulse at night?",
        "Tell me about chess",
        "Tell me about ReConda",
        "Do volcanoes rot in wet years?",
    ],
)
def test_a_word_without_such_a_word_is_not(library: Assistant, question: str) -> None:
    answer = library.ask(question)
    assert answer.refusal
    assert answer.warnings == ()


def test_a_word_with_a_slip_is_read_as_papers_write_it(library: Assistant) -> None:
    answer = library.ask("Tell me about alchohol")
    assert [source.paper.id for source in answer.sources] == ["wine"]
    assert answer.warnings == ("No abstract says “alchohol”: it was read as “alcohol”.",)


def test_what_is_to_be_judged_is_asked_without_the_judgement(library: Assistant) -> None:
    answer = library.ask("Is it wicked to drink alcohol in the evening?")
    assert answer.sources[0].paper.id == "wine"


def test_no_word_is_read_as_its_opposite(library: Assistant) -> None:
    assert not any("cooler" in warning for warning in library.ask("Do roofs make rooms warmer?").warnings)


def test_words_that_only_ask_are_left_alone(library: Assistant) -> None:
    answer = library.ask("Summarise the research on booze")
    assert answer.warnings == ("No abstract says “booze”: it was read as “alcohol”.",)


HARBOUR = [
    Paper(
        "mills",
        "Tidal mills in a northern estuary",
        "Charters and maps were searched for mills. Fourteen mills stood in the estuary in 1600. A captain leased two of them. Sailors complained "
        "of unpaid wages at the harbour.",
    ),
    Paper(
        "drivers",
        "Fatigue of train drivers on early shifts",
        "We interviewed 31 train drivers. Drivers skip breakfast to sleep longer. Many drivers complained of late wages.",
    ),
    *PAPERS,
]


@pytest.mark.parametrize(
    "question", ["What is the salary of a captain?", "What is the salary of a train driver?"]
)
def test_what_is_asked_for_itself_is_read_as_another_word_only_where_that_likely_answers(
    tmp_path: Path, question: str
) -> None:
    with Assistant(tmp_path / "library", settings=Settings()) as made:
        made.add(HARBOUR)
        answer = made.ask(question)
        assert answer.refusal
        assert not answer.warnings
        assert made.ask("Did drivers complain of late salaries?").sources[0].paper.id == "drivers"
