""" "What about melatonin?" asks of melatonin what was asked before, where the library tells something of that."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant import Assistant, Chat, Paper, Settings
from assistant.conversation.subject import added

PAPERS = [
    Paper("coffee", "Caffeine before bed", "Forty students took caffeine. Caffeine shortened deep sleep by 23 minutes."),
    Paper("hormone", "Melatonin in adolescents", "Melatonin advanced sleep onset by 34 minutes. Headache was rare."),
    Paper("short", "A 20-minute nap", "A 20-minute nap did not change memory of 63 workers."),
    Paper("long", "A 60-minute nap", "After a 60-minute nap memory of 39 students was better."),
    Paper("wage", "Wages after the plague", "Wages of labourers doubled after the plague. Rents fell by a third after the plague."),
    Paper("guild", "Guilds of Antwerp", "Guilds raised entry fees for outsiders. Nine guilds excluded women."),
    Paper("cell", "Perovskite solar cells", "The efficiency of perovskite solar cells was 21.3%."),
    Paper("wafer", "Silicon solar cells", "Silicon solar cells reached an efficiency of 25.7%."),
    Paper("dot", "DOT: a detector", "DOT finds cars in 5 ms. The accuracy of DOT is 81%."),
    Paper("pot", "Shallow networks", "We train networks once. With few layers, Pot finds cars in 2 ms."),
    Paper("jot", "JOT: another detector", "JOT finds cars in 9 ms. The accuracy of JOT is 84%."),
]  # fmt: skip


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    made = Assistant(Path(tmp_path_factory.mktemp("subject")) / "library", settings=Settings())
    made.add(PAPERS)
    return made


@pytest.mark.parametrize(
    ("questions", "understood"),
    [
        (["Does a 20-minute nap help memory?", "What about a 60-minute nap?"], "Does a 60-minute nap help memory?"),
        (["Does a 20-minute nap help memory?", "What about two naps?"], "Do two naps help memory?"),
        (["By how much did caffeine shorten sleep?", "What about melatonin?"], "By how much did melatonin shorten sleep?"),
        (["Does caffeine shorten sleep?", "And melatonin?"], "Does melatonin shorten sleep?"),
        (["What do papers say about caffeine?", "And melatonin?"], "What do papers say about melatonin?"),
        (["What are the effects of caffeine?", "and of melatonin?"], "What are the effects of melatonin?"),
        (["Did caffeine shorten deep sleep?", "Why?"], "Why did caffeine shorten deep sleep?"),
        (["Did caffeine shorten deep sleep?", "and why is that?"], "Why did caffeine shorten deep sleep?"),
        (["How did wages change after the plague?", "What about rents?"], "How did rents change after the plague?"),
        (["Did guilds exclude women?", "How about outsiders?"], "Did guilds exclude outsiders?"),
        (["How efficient are perovskite solar cells?", "What about silicon solar cells?"], "How efficient are silicon solar cells?"),
        (["Which papers are about naps?", "What about caffeine?"], "Which papers are about caffeine?"),
        (["What is the accuracy of DOT?", "What about JOT?"], "What is the accuracy of JOT?"),
        (["How fast is DOT?", "And jot?"], "How fast is jot?"),
        (["What is DOT?", "What about JOT?", "and DOT?"], "What is DOT?"),
        (["what is dot?", "And JOT?"], "what is JOT?"),
        (["How fast is DOT?", "How accurate is it?", "What about JOT?"], "How accurate is JOT?"),
        # One paper alone speaks of it, by a name.
        (["How fast is DOT?", "What about Pot?"], "How fast is Pot?"),
        (["Does caffeine shorten sleep?", "What about JOT?"], "What is JOT?"),
        (["How fast is DOT?", "And TOT?"], "And TOT?"),
        # Another thing of the library, of which nothing of the kind is told.
        (["Does caffeine shorten sleep?", "And guilds?"], "What about guilds?"),
        # What it stands for is in the question before.
        (["Does a 20-minute nap help memory?", "What does it change?", "What about a 60-minute nap?"], "Does a 60-minute nap help memory?"),
        # The one paper that answered speaks of it.
        (["How did guilds do?", "What about outsiders?"], "What about outsiders?"),
        (["How did guilds do?", "What about rents?"], "How did rents do?"),
        # The library tells nothing of the rest.
        (["Does caffeine shorten sleep?", "What about guilds?"], "What about guilds?"),
        (["How did wages change after the plague?", "What about melatonin?"], "What about melatonin?"),
        # The same again.
        (["Does caffeine shorten sleep?", "What about caffeine?"], "What about caffeine?"),
        (["Tell me more", "What about caffeine?"], "What about caffeine?"),
    ],
)  # fmt: skip
def test_another_subject_takes_the_place_of_the_one_before(
    library: Assistant, questions: list[str], understood: str
) -> None:
    chat = Chat(library)
    assert [chat.ask(question).standalone for question in questions][-1] == understood


def test_what_the_one_paper_speaks_of_is_asked_of_it(tmp_path: Path) -> None:
    papers = [
        Paper("kites", "Kites lift cameras", "Kites lifted cameras over 12 fields. Rain grounded the kites on nine days."),
        Paper("rain", "Rain and wheat", "Rain in May made wheat taller. Rain in July spoilt it."),
    ]  # fmt: skip
    with Assistant(tmp_path / "library") as library:
        library.add(papers)
        chat = Chat(library)
        assert {source.paper.id for source in chat.ask("How did kites do?").sources} == {"kites"}
        answer = chat.ask("What about rain?")
        assert answer.text == "Rain grounded the kites on nine days [1]."
        assert not answer.remark
        assert {source.paper.id for source in chat.ask("What about wheat?").sources} == {"rain"}


def test_what_was_asked_before_is_asked_of_it(tmp_path: Path) -> None:
    paper = Paper(
        "dams",
        "Sand dams and stone dams",
        "We built sand dams and stone dams. Stone dams cut silt by 60%. Sand dams cut it by 40% but leaked.",
    )
    with Assistant(tmp_path / "library") as library:
        library.add([paper, Paper("leeks", "Leeks", "Leeks grew in sand. They were thin.")])
        chat = Chat(library)
        chat.ask("What cut silt?")
        assert "Sand dams cut it by 40%" in chat.ask("and what about sand?").text


def test_something_without_a_name_is_not_put_in_the_place_of_a_name(library: Assistant) -> None:
    chat = Chat(library)
    chat.ask("How fast is DOT?")
    assert chat.ask("What about accuracy?").standalone == "What about accuracy?"


@pytest.mark.parametrize(
    ("question", "phrase"),
    [
        ("And in children?", "in children"),
        ("what about fungi?", "fungi"),
        ("And the dose?", "the dose"),
        ("And why?", ""),
        ("And does it last?", ""),
        ("And its price?", ""),
        ("How much?", ""),
    ],
)
def test_what_a_follow_up_adds(question: str, phrase: str) -> None:
    assert added(question) == phrase
