"""Which papers a question names side by side, without a library."""

from __future__ import annotations

import pytest
from support.encoded import OneHot

from assistant.retrieval.names import (
    MOST_SIDES,
    about_one,
    names_not_retrieved,
    names_not_spoken_of,
    paper_named,
    sides,
    subjects,
)
from assistant.retrieval.question import Question, parse

WORDS = OneHot()
DOT = WORDS.paper("We present Dot, a detector. It finds cars.", "Dot: tiny detectors", "dot")
JOT = WORDS.paper("We present Jot, a larger detector. It finds cars.", "Larger detectors", "jot")
LINE = WORDS.paper("Line is old. Line is slow. Line is known.", "On music", "line")
SURVEY = WORDS.paper("We compare Foo with Bar, and Foo is fast.", "A survey of detectors", "survey")
PAPERS = (SURVEY, DOT, JOT, LINE)


def asked(text: str) -> Question:
    return parse(WORDS.text(text), lambda stem: 1.0)


@pytest.mark.parametrize(
    ("question", "papers"),
    [
        ("How fast are Dot and Jot?", ["dot", "jot"]),
        ("How fast are Jot and Dot?", ["jot", "dot"]),
        ("Are Dot, Jot or Line faster?", ["dot", "jot", "line"]),
        ("How fast are Dot and the Jot detector?", ["dot", "jot"]),
        ("How fast are the Dot detector and Jot?", ["dot", "jot"]),
        ("Compare Dot with Jot", ["dot", "jot"]),
        ("What is the difference between Dot and Jot?", ["dot", "jot"]),
        ("How does Dot differ from Jot?", ["dot", "jot"]),
        ("How does Dot work with Jot?", []),
        ("How fast is Dot?", []),
        ("Is Dot seen in all old cars and Jot?", []),
        ("How fast are Dot and Dot?", []),
        ("Compare “Larger detectors” and “On music”", ["jot", "line"]),
        ("Compare Dot and Baz", []),
        ("Does Dot beat Foo and Bar?", []),
    ],
)
def test_names_that_are_joined_are_papers_side_by_side(question: str, papers: list[str]) -> None:
    assert [subject.paper.paper.id for subject in subjects(asked(question), PAPERS)] == papers


def test_a_subject_has_the_place_of_its_name() -> None:
    question = asked("How fast are Dot and Jot?")
    named = subjects(question, PAPERS)
    assert [(s.start, s.end) for s in named] == [(13, 16), (21, 24)]
    left = about_one(question, named, named[1])
    assert [t.text for t in left.encoded.tokens] == ["How", "fast", "are", "and", "Jot"]


def test_names_of_which_the_first_paper_speaks_are_its_own_question() -> None:
    only = WORDS.paper("Bar is spoken of in Foo.", "On cars", "other")
    assert subjects(asked("How fast are Foo and Bar?"), (SURVEY, only)) == ()


@pytest.mark.parametrize(
    ("question", "names"),
    [
        ("How fast are Dot and Jot?", ["Jot"]),
        ("How fast are Foo and Baz?", ["Foo", "Baz"]),
        ("Compare “On music” and “No such paper”", ["No such paper"]),
        ("How fast is Foo?", []),
    ],
)
def test_names_in_no_title_are_those_to_look_for(question: str, names: list[str]) -> None:
    assert names_not_retrieved(asked(question), PAPERS) == names


@pytest.mark.parametrize(
    ("name", "paper"),
    [
        ("Dot", "dot"),
        ("Jot", "jot"),
        ("Line", "line"),
        ("Foo", None),
        ("Dots", None),
        ("detectors", "survey"),
    ],
)
def test_a_paper_bears_a_name_by_its_title_or_by_introducing_it(name: str, paper: str | None) -> None:
    named = paper_named(name, PAPERS)
    assert (named.paper.id if named else None) == paper


def test_the_title_counts_more_than_an_introduction_and_this_more_than_talk() -> None:
    introduces = WORDS.paper("We introduce Dot here.", "On cars", "introduces")
    speaks = WORDS.paper("Dot and Dot are old.", "On rain", "speaks")
    for papers in ((introduces, DOT, speaks), (speaks, introduces, DOT)):
        named = paper_named("Dot", papers)
        assert named is DOT
    assert paper_named("Dot", (speaks, introduces)) is introduces
    assert paper_named("Dot", (speaks,)) is None
    assert paper_named("Dot", ()) is None


def test_of_two_papers_that_bear_a_name_the_one_that_says_it_more_often_is_meant() -> None:
    once = WORDS.paper("Dot.", "Dot: cars", "once")
    twice = WORDS.paper("Dot. Dot.", "Dot: rain", "twice")
    again = WORDS.paper("Dot. Dot.", "Dot: snow", "again")
    assert paper_named("Dot", (once, twice)) is twice
    assert paper_named("Dot", (twice, once)) is twice
    assert paper_named("Dot", (twice, again)) is twice


@pytest.mark.parametrize(
    ("question", "found", "of_all"),
    [
        ("Compare naps with caffeine", ("naps", "caffeine"), ""),
        ("Compare naps and night sleep with caffeine", ("naps night sleep", "caffeine"), ""),
        ("How do otters and beavers differ in diet?", ("otters", "beavers"), " diet"),
        ("Compare kelp and eelgrass in their effect on fish", ("kelp", "eelgrass"), " effect fish"),
        ("Compare naps in children with naps in adults", ("naps children", "naps adults"), ""),
        ("What is the difference between kelp and eelgrass?", ("kelp", "eelgrass"), ""),
        ("lime vs. hemp mortar", ("lime", "hemp mortar"), ""),
        ("What sets lutes apart from guitars?", ("lutes", "guitars"), ""),
        (
            "Compare the effects of aspirin, ibuprofen and paracetamol on fever",
            ("effects aspirin", "ibuprofen", "paracetamol"),
            " fever",
        ),
        ("How is ultrasound different from MRI for knees?", ("ultrasound", "MRI"), " knees"),
        ("Compare the two papers", (), ""),
        ("Do naps and caffeine help nurses?", (), ""),
    ],
)
def test_each_side_of_a_comparison_is_searched_for_with_what_is_asked_of_all(
    question: str, found: tuple[str, ...], of_all: str
) -> None:
    assert sides(asked(question)) == {side: f"{side}{of_all}" for side in found}


def test_there_are_at_most_four_sides() -> None:
    assert len(sides(asked("Compare ash, birch, cedar, elm, fir, oak and yew"))) == MOST_SIDES


@pytest.mark.parametrize(
    ("question", "names"),
    [
        ("Compare Dot with Jot", []),
        ("Compare Dot with Zorp", ["Zorp"]),
        ("How do Zorp and “Tiny Rivers” differ?", ["Zorp", "Tiny Rivers"]),
        ("Compare Foo with Bar", []),  # a survey speaks of them
        ("How fast are Dot and Zorp?", []),  # no comparison
    ],
)
def test_names_of_a_comparison_that_no_abstract_says(question: str, names: list[str]) -> None:
    assert names_not_spoken_of(asked(question), PAPERS) == names
