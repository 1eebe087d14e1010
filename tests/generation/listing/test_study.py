"""What every study has is asked of the papers spoken of before, and of the one that was chosen."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant import Assistant, Chat, Paper, Settings

TEA = "In a crossover trial, 96 nurses drank 3 cups of tea a day for four weeks."
PAPERS = [
    Paper("tea", "Tea and night work", f"Night work is hard. {TEA} Tea did not improve attention. Errors fell by 12% (p = 0.03)."),
    Paper("milk", "Milk before bed", "Milk is drunk as a sleep aid. Thirty-one students drank milk or water. Milk had no effect on sleep onset."),
    Paper("review", "A review of drinks", "We reviewed 14 trials of drinks. Most samples were small, and the sample size was seldom planned."),
    Paper("net", "Small networks for images", "We train a network with five tasks on two machines. The network labels images in 5 ms."),
]  # fmt: skip


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    with Assistant(Path(tmp_path_factory.mktemp("study")) / "library", settings=Settings()) as made:
        made.add(PAPERS)
        yield made


@pytest.mark.parametrize(
    "question", ["what was the sample size?", "How many people took part?", "how many nurses were tested?"]
)
def test_the_sample_is_that_of_the_paper_spoken_of(library: Assistant, question: str) -> None:
    chat = Chat(library)
    chat.ask("Did tea improve attention?", length="short")
    assert [s.text for s in chat.ask(question).statements] == [TEA]
    assert [s.text for s in library.ask(question, papers=["tea"]).statements] == [TEA]


def test_of_several_papers_each_tells_its_own(library: Assistant) -> None:
    chat = Chat(library)
    chat.history = [
        {"role": "user", "content": "What is known of drinks?"},
        {"role": "assistant", "content": "Some [1][2].", "papers": ["", ""], "ids": ["milk", "tea"]},
    ]
    answer = chat.ask("How many participants took part?")
    assert [s.citations for s in answer.statements] == [("milk",), ("tea",)]
    assert answer.statements[0].text.startswith("Thirty-one students")


def test_a_p_value_is_told_by_its_form(library: Assistant) -> None:
    answer = library.ask("What was the p value?", papers=["tea"])
    assert [s.text for s in answer.statements] == ["Errors fell by 12% (p = 0.03)."]


@pytest.mark.parametrize(
    ("question", "paper", "called"),
    [
        ("What was the p value?", "milk", "“Milk before bed”"),
        # Five tasks are no people.
        ("How many people took part?", "net", "“Small networks for images”"),
        ("Who funded it?", "tea", "“Tea and night work”"),
    ],
)
def test_what_the_chosen_paper_does_not_say_is_refused_in_its_name(
    library: Assistant, question: str, paper: str, called: str
) -> None:
    answer = library.ask(question, papers=[paper])
    assert answer.refusal
    assert answer.refusal.kind == "not_stated"
    assert answer.remark.startswith(f"The abstract of {called} does not say this.")


def test_a_refusal_says_what_it_stood_for(library: Assistant) -> None:
    chat = Chat(library)
    chat.ask("Did milk change sleep onset?", length="short")
    answer = chat.ask("Who funded it?")
    assert answer.refusal
    assert answer.remark.startswith("The abstract of “Milk before bed” does not say this.")


@pytest.mark.parametrize("question", ["What was the p value?", "How many people took part?"])
def test_what_the_papers_spoken_of_do_not_tell_is_not_taken_from_others(
    library: Assistant, question: str
) -> None:
    chat = Chat(library)
    chat.history = [
        {"role": "user", "content": "How fast are small networks?"},
        {"role": "assistant", "content": "5 ms [1].", "papers": [""], "ids": ["net"]},
    ]
    refusal = chat.ask(question).refusal
    assert refusal is not None
    assert refusal.kind == "not_stated"


COUNTED = {
    "label": ("Sugar and feet", "Feet hurt. We saw 52 patients with type 2 diabetes twice. Grade 3 wounds healed late."),
    "background": ("Snoring at sea", "Worldwide, 3 million people snore each night at sea or ashore. We asked 44 sailors about it. Most did not know."),
    "bound": ("Small trials of hammocks", "Hammocks are cheap. We reviewed 17 trials of hammocks. Most had fewer than 12 sleepers."),
    "joined": ("Hammocks and backs", "Backs ache. In a trial, 30 men and 22 women slept in hammocks for two weeks. Pain fell by 2 points."),
}  # fmt: skip


@pytest.mark.parametrize(
    ("question", "listed"),
    [
        ("Which studies had fewer than 10 participants?", set()),
        ("Which studies had more than 1,000 participants?", set()),
        ("Which studies had between 40 and 51 people?", {"background"}),
        ("Which studies had at least 52 people?", {"label", "joined"}),
        ("Which studies had fewer than 30 women?", {"joined"}),
    ],
)
def test_labels_bounds_and_the_world_took_part_in_no_study(
    tmp_path: Path, question: str, listed: set[str]
) -> None:
    with Assistant(tmp_path, settings=Settings()) as library:
        library.add([Paper(key, title, abstract) for key, (title, abstract) in COUNTED.items()])
        assert {s.citations[0] for s in library.ask(question).statements} == listed


WATER = {
    "relay": ("Relay starts in swimming", "Starts decide races. We filmed 12 swimmers and 14 coaches at one pool. Step starts were 40 ms faster."),
    "pace": ("Pacing in open-water races", "Races are long. Of 2,310 athletes, 214 wore a watch that told their pace. Watches changed no finish time (p = 0.4)."),
    "row": ("Rowing with one blade", "Oars are old. Thirty-six rowers trained with one blade or two for 8 weeks. One blade made 3 boats slower."),
    "club": ("Clubs at the shore: a survey", "Clubs close. We asked 61 clubs about their boats. Half had fewer than 20 members."),
    "wave": ("Wave loads on buoys", "Buoys break. A model computes loads from wave height. Loads rose with the square of height."),
    "cold": ("Cold water and winter swimming", "Winter swimming is in fashion. Regular winter swimmers (n = 48) were compared with others. They shivered less."),
}  # fmt: skip


@pytest.fixture(scope="module")
def water(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    with Assistant(tmp_path_factory.mktemp("water") / "library", settings=Settings()) as made:
        made.add([Paper(key, title, abstract) for key, (title, abstract) in WATER.items()])
        yield made


@pytest.mark.parametrize(
    ("question", "listed", "remark"),
    [
        ("Which studies had fewer than 40 participants?", ["relay", "row"], "2 of 6 papers match “fewer than 40 participants”, smallest first. 2 do not say how many there were."),
        ("studies with more than 40 people", ["pace", "cold"], "2 of 6 papers match “more than 40 people”, largest first. 2 do not say how many there were."),
        ("Which studies had at least 100 athletes?", ["pace"], "1 of 6 papers matches “at least 100 athletes”. 5 do not say how many there were."),
        ("Which studies asked more than 50 clubs?", ["club"], "1 of 6 papers matches “more than 50 clubs”. 5 do not say how many there were."),
        ("How many studies had between 20 and 30 participants?", ["relay"], "1 of 6 papers matches “between 20 and 30 participants”. 2 do not say how many there were."),
        ("Which rowing studies had more than 10 participants?", ["row"], "1 of 1 paper on “rowing” matches “more than 10 participants”."),
    ],
)  # fmt: skip
def test_studies_of_a_size_are_listed_by_their_figures(
    water: Assistant, question: str, listed: list[str], remark: str
) -> None:
    answer = water.ask(question)
    assert ([s.citations[0] for s in answer.statements], answer.remark, answer.listed) == (
        listed,
        remark,
        True,
    )


def test_where_no_study_has_the_size_it_is_refused_and_said(water: Assistant) -> None:
    answer = water.ask("Which studies had more than 5,000 participants?")
    assert answer.refusal
    assert answer.remark.startswith("None of 6 papers matches “more than 5,000 participants”.")


def test_every_study_tells_its_sample_by_the_same_means(water: Assistant) -> None:
    quotes = {s.citations[0]: s.text for s in water.ask("sample size of each study").statements}
    assert quotes == {
        "relay": "We filmed 12 swimmers and 14 coaches at one pool.",
        "pace": "Of 2,310 athletes, 214 wore a watch that told their pace.",
        "row": "Thirty-six rowers trained with one blade or two for 8 weeks.",
        "club": "We asked 61 clubs about their boats.",
        "cold": "Regular winter swimmers (n = 48) were compared with others.",
    }
    for key in ("relay", "pace", "row", "cold"):
        asked = water.ask("How many people took part?", papers=[key])
        assert [s.text for s in asked.statements] == [quotes[key]]
